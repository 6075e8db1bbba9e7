/**
 * The layers that this visitor may see.
 *
 * @typedef {'area' | 'line' | 'point' | 'mixed' | 'table'} Kind what is drawn; a table has no geometry
 * @typedef {[number, number, number, number]} Box west, south, east, north in degrees (CRS84)
 *
 * @typedef {object} Layer
 * @property {string} id `workspace:name`
 * @property {string} workspace
 * @property {string} name
 * @property {string} title
 * @property {string} description
 * @property {Kind} kind
 * @property {number} features
 * @property {boolean} isPrivate
 * @property {number | null} accuracy_m of the coordinate transform, metres
 * @property {string} version opaque stamp, differs after a replace
 * @property {Box | null} box
 */
import { address } from './address.mjs';
import { readJson } from './request.mjs';

/** More pages of collections than any real catalogue has. */
const MAX_PAGES = 50;

/** @returns {Promise<Layer[]>} by workspace, then by title */
export async function readCatalogue() {
  /** @type {Layer[]} */
  const layers = [];
  /** @type {string | undefined} */
  let next = address('collections', { f: 'json' });
  for (let page = 0; next && page < MAX_PAGES; page++) {
    /** @type {any} */
    const answer = await readJson(next);
    layers.push(...answer.collections.map(layerOf));
    next = answer.links?.find((/** @type {any} */ link) => link.rel === 'next')?.href;
  }
  return layers.sort((a, b) => a.workspace.localeCompare(b.workspace) || a.title.localeCompare(b.title));
}

/** @param {any} collection @returns {Layer} */
function layerOf(collection) {
  const colon = collection.id.indexOf(':');
  const name = collection.id.slice(colon + 1);
  const more = collection.govmaps ?? {};
  const box = collection.extent?.spatial?.bbox?.[0];
  return {
    id: collection.id,
    workspace: colon < 0 ? '' : collection.id.slice(0, colon),
    name,
    title: titleOf(collection.title, collection.id, name),
    description: collection.description ?? '',
    kind: kindOf(more.geometry ?? 'Geometry'),
    features: more.features ?? 0,
    isPrivate: more.visibility === 'private',
    accuracy_m: more.accuracy_m ?? null,
    version: String(more.version ?? ''),
    box: Array.isArray(box) ? (box.length === 6 ? [box[0], box[1], box[3], box[4]] : /** @type {Box} */ (box)) : null,
  };
}

/** Somebody's own title; without one, the name as one would write it. @param {string | undefined} title @param {string} id @param {string} name */
function titleOf(title, id, name) {
  if (title && title !== id && title !== name) return title;
  const words = name === name.toLowerCase() ? name.replaceAll('_', ' ').trim() || name : name;
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}

/** @param {string} geometry type name of the standard, '' for a table @returns {Kind} */
function kindOf(geometry) {
  if (geometry === '') return 'table';
  if (/point/i.test(geometry)) return 'point';
  if (/line|curve(?!polygon)/i.test(geometry)) return 'line';
  if (/polygon|surface/i.test(geometry)) return 'area';
  return 'mixed';
}

/** The box around all of them. @param {(Box | null)[]} boxes @returns {Box | null} */
export function around(boxes) {
  const real = /** @type {Box[]} */ (boxes.filter((box) => box && box.every(Number.isFinite)));
  if (real.length === 0) return null;
  return real.reduce(([w, s, e, n], [a, b, c, d]) => [Math.min(w, a), Math.min(s, b), Math.max(e, c), Math.max(n, d)]);
}
