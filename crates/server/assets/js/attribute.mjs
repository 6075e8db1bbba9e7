/** Attribute values as text: to the letter where they are identifiers, readable where they are not. */
import { element } from './element.mjs';
import { number, t } from './language.mjs';

/** Names that usually hold what people call a thing by. */
const NAMES = [/^(naam|name|nom|titel|title|label|omschrijving)$/i, /naam|name|bestemming/i, /^capakey$/i, /soort|type|aard/i, /^(code|nr|nummer)$/i];

/** @param {unknown} value @returns {Node | string} */
export function valueNode(value) {
  if (value === null || value === undefined) return element('span', { class: 'absent' }, t('value.null'));
  if (value === '') return element('span', { class: 'absent' }, t('value.empty'));
  // No thousands separators: most whole numbers in these files are codes.
  if (typeof value === 'number') return number(value, { useGrouping: false, maximumFractionDigits: 15 });
  if (typeof value === 'boolean') return t(value ? 'value.true' : 'value.false');
  if (typeof value === 'string' && /^https?:\/\/\S+$/.test(value)) {
    return element('a', { href: value, target: '_blank', rel: 'noopener noreferrer' }, value);
  }
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What to call a feature. @param {Record<string, unknown>} properties @param {number | undefined} id */
export function nameOf(properties, id) {
  for (const pattern of NAMES) {
    for (const [column, value] of Object.entries(properties)) {
      if (pattern.test(column) && typeof value === 'string' && value.trim()) return withNumber(properties, column, value);
    }
  }
  return id === undefined ? t('identify.unnamed') : t('identify.feature', { id: String(id) });
}

/** A street's name alone does not name an address. @param {Record<string, unknown>} properties @param {string} column @param {string} street */
function withNumber(properties, column, street) {
  /** @param {RegExp} pattern */
  const of = (pattern) => Object.entries(properties).find(([name, text]) => pattern.test(name) && text)?.[1];
  const house = /straat/i.test(column) && of(/^huisn/i);
  const box = house && of(/^busn/i);
  return [street, house, box && t('identify.box', { box: String(box) })].filter(Boolean).join(' ');
}

/** @param {Record<string, unknown>} properties */
export function attributeTable(properties) {
  const rows = Object.entries(properties).map(([column, value]) =>
    element('tr', {}, element('th', { scope: 'row' }, column), element('td', {}, valueNode(value))));
  if (rows.length === 0) return element('p', { class: 'quiet' }, t('identify.no_attributes'));
  return element('table', { class: 'attributes' }, element('tbody', {}, ...rows));
}

/** The box of a GeoJSON geometry in CRS84. @param {any} geometry @returns {[number, number, number, number] | null} */
export function boxOf(geometry) {
  /** @type {[number, number, number, number]} */
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  /** @param {any} part */
  const grow = (part) => {
    if (typeof part?.[0] === 'number') {
      box[0] = Math.min(box[0], part[0]);
      box[1] = Math.min(box[1], part[1]);
      box[2] = Math.max(box[2], part[0]);
      box[3] = Math.max(box[3], part[1]);
    } else if (Array.isArray(part)) part.forEach(grow);
  };
  grow(geometry?.coordinates ?? (geometry?.geometries ?? []).map((/** @type {any} */ one) => one.coordinates));
  return Number.isFinite(box[0]) ? box : null;
}
