/** MapLibre GL JS, laid unbundled in `vendor` (see scripts/vendor.mjs), with the types of its package. */

const main = new URL('../vendor/maplibre-gl.mjs', import.meta.url).href;

/** @type {Promise<typeof import('maplibre-gl')>} */
export const maplibre = import(main);
