/**
 * The report of an import, and a refusal, in words. What the page has no words for is shown in the
 * server's own (English) text.
 *
 * @typedef {import('./job.mjs').Finding} Finding
 * @typedef {import('./job.mjs').LayerReport} LayerReport
 * @typedef {import('./job.mjs').Refusal} Refusal
 */
import { crsName } from './crs.mjs';
import { element } from './element.mjs';
import { icon } from './icon.mjs';
import { hasMessage, listed, number, t } from './language.mjs';

/** So many feature ids are named; the count tells of the rest. */
const NAMED = 8;

/**
 * @param {LayerReport} layer
 * @param {(crs: string) => void} tryAgain with another coordinate system
 */
export function layerReport(layer, tryAgain) {
  /** @param {string} code */
  const has = (code) => layer.findings.some((finding) => finding.code === code);
  // That the projection is a guess is told above, with its alternatives.
  const findings = layer.findings.filter((finding) => finding.code !== 'crs-guessed');
  return element('article', { class: 'report-layer', 'data-layer': layer.id },
    element('h3', {}, element('span', { class: 'report-done' }, icon('check')), layer.name, element('code', { class: 'quiet' }, layer.id)),
    element('ul', { class: 'facts' },
      fact('info', t(layer.geometry === '' ? 'report.rows' : 'report.features', { count: layer.features })),
      ...crsFacts(layer, tryAgain),
      layer.encoding && !has('encoding-guessed') && fact('info', encodingSentence(layer.encoding)),
      ...findings.map((finding) => findingFact(finding))),
    findings.length === 0 && layer.crs?.how !== 'guessed' && element('p', { class: 'quiet' }, t('report.no_findings')));
}

/** @param {'info' | 'warning'} level @param {...(Node | string | false)} content */
function fact(level, ...content) {
  return element('li', { class: `fact ${level}` }, icon(level === 'warning' ? 'alert' : 'info'), element('div', {},
    level === 'warning' && element('span', { class: 'visually-hidden' }, t('report.warning'), ' '), ...content));
}

/** @param {LayerReport} layer @param {(crs: string) => void} tryAgain */
function crsFacts(layer, tryAgain) {
  const { crs, accuracy_m } = layer;
  if (!crs || layer.geometry === '') return [];
  const guessed = crs.how === 'guessed';
  const sentence = hasMessage(`report.crs.${crs.how}`) ? t(`report.crs.${crs.how}`, { crs: crsName(crs.crs) }) : (crs.text ?? crsName(crs.crs));
  const others = guessed ? (crs.alternatives ?? []) : [];
  return [
    fact(guessed ? 'warning' : 'info', sentence, others.length > 0 && alternatives(t('report.crs.other'), others, tryAgain)),
    accuracy_m !== null && accuracy_m !== undefined && fact(accuracy_m > 0.1 ? 'warning' : 'info', t(accuracy_m > 0.1 ? 'report.accuracy_low' : 'report.accuracy', { metres: accuracy_m })),
  ];
}

/** @param {string} question @param {string[]} codes @param {(crs: string) => void} tryAgain */
function alternatives(question, codes, tryAgain) {
  return element('div', { class: 'alternatives' }, element('span', {}, question),
    ...codes.map((crs) => element('button', { class: 'button small', type: 'button', 'data-crs': crs, onclick: () => tryAgain(crs) }, crsName(crs))));
}

/** @param {{name: string, how: string}} encoding */
function encodingSentence({ name, how }) {
  return t(hasMessage(`report.encoding.${how}`) ? `report.encoding.${how}` : 'report.encoding', { name });
}

/** @param {Finding} finding */
function findingFact(finding) {
  const key = `finding.${finding.code}`;
  const samples = (finding.params?.samples ?? []).join(' · ');
  const params = { ...finding.params, samples: samples && ` (${samples})`, column: finding.column ?? '', count: finding.count };
  const ids = finding.features ?? [];
  const named = ids.slice(0, NAMED).map(String);
  if (finding.count > named.length && named.length > 0) named.push(t('report.more_features', { count: finding.count - named.length }));
  return fact(finding.level === 'warning' ? 'warning' : 'info',
    hasMessage(key) ? t(key, params) : finding.text,
    named.length > 0 && element('span', { class: 'feature-ids' }, t('report.feature_ids'), ' ', listed(named)));
}

/** The systems that a refusal suggests. @param {Refusal} refusal @returns {string[]} */
function suggested({ params }) {
  return params?.alternatives ?? (params?.likely ? [params.likely] : []);
}

/**
 * In the visitor's language, where everything came that its sentence needs; else a shorter sentence; else
 * the server's own.
 *
 * @param {Refusal} refusal
 */
export function refusalText(refusal) {
  const [likely] = suggested(refusal);
  const params = Object.fromEntries(Object.entries({
    ...refusal.params,
    crs: refusal.params?.crs && crsName(refusal.params.crs),
    likely: likely && crsName(likely),
  }).filter(([, value]) => value));
  for (const key of [`refusal.${refusal.code}`, `refusal.${refusal.code}.short`]) {
    const sentence = hasMessage(key) ? t(key, params) : '';
    if (sentence && !/\{\w+\}/.test(sentence)) return sentence;
  }
  return refusal.text;
}

/**
 * @param {Refusal} refusal
 * @param {object} ways
 * @param {(crs: string) => void} ways.tryAgain
 * @param {(() => void) | null} ways.replace
 * @param {() => void} ways.back
 */
export function refusalReport(refusal, { tryAgain, replace, back }) {
  const codes = suggested(refusal);
  return element('div', { class: 'refusal' },
    element('div', { class: 'refusal-text' }, icon('alert'), element('p', {}, refusalText(refusal))),
    codes.length > 0 && alternatives(t('refusal.try'), codes, tryAgain),
    element('div', { class: 'dialog-actions' },
      element('button', { class: 'button', type: 'button', onclick: back }, t('upload.back')),
      replace && element('button', { class: 'button primary', type: 'button', onclick: replace }, t('upload.replace_existing'))));
}

/** Where a job stands, in words. @param {{done: number, total: number | null, unit: string} | undefined} counts */
export function countSentence(counts) {
  if (!counts || !counts.done) return '';
  if (counts.unit === 'bytes') return '';
  return counts.total ? t('progress.of', { done: counts.done, total: counts.total }) : t('progress.done', { count: counts.done });
}

/** @param {number} part between 0 and 1 */
export const percentage = (part) => number(part, { style: 'percent', maximumFractionDigits: 0 });
