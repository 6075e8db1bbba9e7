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
  const warnings = layer.findings.filter((finding) => finding.level === 'warning').length;
  return element('article', { class: 'report-layer', 'data-layer': layer.id },
    element('h3', {}, element('span', { class: 'report-done' }, icon('check')), layer.name, element('code', { class: 'quiet' }, layer.id)),
    element('ul', { class: 'facts' },
      fact('info', t(layer.geometry === '' ? 'report.rows' : 'report.features', { count: layer.features })),
      ...crsFacts(layer, tryAgain),
      layer.encoding && fact('info', encodingSentence(layer.encoding)),
      ...layer.findings.map((finding) => findingFact(finding))),
    warnings === 0 && layer.findings.length === 0 && element('p', { class: 'quiet' }, t('report.no_findings')));
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
  const params = { ...finding.params, column: finding.column ?? '', count: finding.count };
  const ids = finding.features ?? [];
  const named = ids.slice(0, NAMED).map(String);
  if (finding.count > named.length && named.length > 0) named.push(t('report.more_features', { count: finding.count - named.length }));
  return fact(finding.level === 'warning' ? 'warning' : 'info',
    hasMessage(key) ? t(key, params) : finding.text,
    named.length > 0 && element('span', { class: 'feature-ids' }, t('report.feature_ids'), ' ', listed(named)));
}

/** @param {Refusal} refusal */
export function refusalText({ code, text, params }) {
  const key = `refusal.${code}`;
  const alternativeNames = (params?.alternatives ?? []).map(crsName);
  const readable = { ...params, declared: crsName(params?.declared ?? params?.crs ?? ''), likely: crsName(params?.likely ?? params?.alternatives?.[0] ?? ''), alternatives: listed(alternativeNames, 'disjunction') };
  return hasMessage(key) && complete(t(key, readable)) ? t(key, readable) : text;
}

/** A message whose parameters did not all come says less than the server's own text. @param {string} text */
const complete = (text) => !/\{\w+\}/.test(text);

/**
 * @param {Refusal} refusal
 * @param {object} ways
 * @param {(crs: string) => void} ways.tryAgain
 * @param {(() => void) | null} ways.replace
 * @param {() => void} ways.back
 */
export function refusalReport(refusal, { tryAgain, replace, back }) {
  const codes = refusal.params?.alternatives ?? [];
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
