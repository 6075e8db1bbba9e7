/**
 * What the server told the page when it wrote it.
 *
 * @typedef {object} BaseMap
 * @property {string[]} tiles raster tile addresses with {z}, {x} and {y}
 * @property {string} [attribution]
 * @property {number} [tile_size] pixels
 * @property {number} [max_zoom]
 *
 * @typedef {object} Settings
 * @property {string} title name of this site
 * @property {BaseMap | null} base_map
 * @property {boolean} uploads false where the server refuses every upload
 * @property {string} version
 */

/** @returns {Settings} */
function readSettings() {
  const defaults = { title: 'Govmaps', base_map: null, uploads: true, version: '' };
  const meta = document.querySelector('meta[name="govmaps-settings"]');
  try {
    return { ...defaults, ...JSON.parse(meta?.getAttribute('content') ?? '{}') };
  } catch {
    return defaults;
  }
}

export const settings = readSettings();
