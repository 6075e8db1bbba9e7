/**
 * The page's languages. One file of messages each, `locales/CODE.json`; a further language is a file and
 * a line in `LANGUAGES`. A message is a text with {parameters}, or one text per plural form (chosen by
 * the parameter `count`, by the language's own rules). Numbers are written the language's way.
 */
import { device } from './memory.mjs';
import { address } from './address.mjs';

/** First is the one that fills gaps in the others. */
export const LANGUAGES = [
  { code: 'nl', name: 'Nederlands' },
  { code: 'en', name: 'English' },
];

/** @typedef {string | Record<string, string>} Message */

/** @type {Record<string, Message>} */
let messages = {};
/** @type {Record<string, Message>} */
let fallback = {};
let current = LANGUAGES[0].code;
/** @type {Set<() => void>} */
const listeners = new Set();

/** @returns {string} code of the language in use */
export const language = () => current;

/** @param {() => void} listener called after the language changed */
export function onLanguage(listener) {
  listeners.add(listener);
}

/** The language asked in the address, else the remembered one, else the browser's, else the first. */
export function preferredLanguage() {
  const wishes = [new URLSearchParams(location.search).get('lang'), device.get('language'), ...navigator.languages];
  for (const wish of wishes) {
    const code = wish?.toLowerCase().split('-')[0];
    if (LANGUAGES.some((known) => known.code === code)) return /** @type {string} */ (code);
  }
  return LANGUAGES[0].code;
}

/** @param {string} code @returns {Promise<Record<string, Message>>} */
async function load(code) {
  const response = await fetch(address(`assets/locales/${code}.json`));
  return response.ok ? response.json() : {};
}

/** @param {string} code */
export async function useLanguage(code) {
  const first = LANGUAGES[0].code;
  [messages, fallback] = await Promise.all([load(code), code === first ? {} : load(first)]);
  current = code;
  document.documentElement.lang = code;
  translate(document);
  for (const listener of listeners) listener();
}

/** The user's own choice: remembered, and no longer overruled by the address. @param {string} code */
export async function chooseLanguage(code) {
  device.set('language', code);
  const url = new URL(location.href);
  url.searchParams.delete('lang');
  history.replaceState(history.state, '', url);
  await useLanguage(code);
}

/** @param {string} key */
export const hasMessage = (key) => key in messages;

/**
 * @param {string} key
 * @param {Record<string, unknown>} [params]
 * @returns {string}
 */
export function t(key, params = {}) {
  const message = messages[key] ?? fallback[key] ?? key;
  const text = typeof message === 'string' ? message : plural(message, Number(params.count));
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in params ? written(params[name]) : whole));
}

/** @param {Record<string, string>} forms @param {number} count */
function plural(forms, count) {
  return forms[new Intl.PluralRules(current).select(count)] ?? forms.other;
}

/** @param {unknown} value */
function written(value) {
  return typeof value === 'number' ? number(value) : String(value ?? '');
}

/** @param {number} value @param {Intl.NumberFormatOptions} [options] */
export function number(value, options) {
  return new Intl.NumberFormat(current, options).format(value);
}

/** @param {number} bytes */
export function byteSize(bytes) {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  const step = Math.min(units.length - 1, bytes > 0 ? Math.floor(Math.log10(bytes) / 3) : 0);
  return number(bytes / 1000 ** step, {
    style: 'unit', unit: units[step], unitDisplay: step === 0 ? 'long' : 'short', maximumFractionDigits: step > 1 ? 1 : 0,
  });
}

/** @param {string[]} items @param {'conjunction' | 'disjunction'} [type] */
export function listed(items, type = 'conjunction') {
  return new Intl.ListFormat(current, { type }).format(items);
}

/** Fills every element that names a message. @param {ParentNode} root */
export function translate(root) {
  for (const element of root.querySelectorAll('[data-t]')) {
    element.textContent = t(/** @type {string} */ (element.getAttribute('data-t')));
  }
  for (const element of root.querySelectorAll('[data-t-label]')) {
    const label = t(/** @type {string} */ (element.getAttribute('data-t-label')));
    element.setAttribute('aria-label', label);
    if (element instanceof HTMLButtonElement) element.title = label;
  }
  for (const element of root.querySelectorAll('[data-t-placeholder]')) {
    element.setAttribute('placeholder', t(/** @type {string} */ (element.getAttribute('data-t-placeholder'))));
  }
}
