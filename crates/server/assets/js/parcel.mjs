/**
 * Files as they are sent: one file, or the parts of one loose Shapefile together.
 *
 * @typedef {object} Parcel
 * @property {string} name what the user sees
 * @property {File[]} files
 * @property {number} size bytes
 */

/** A Shapefile's parts; the first is what makes it one. */
const SHAPEFILE = /\.(shp|dbf|shx|prj|cpg|qpj|sbn|sbx|qix|cst|shp\.xml)$/i;

/** @param {Iterable<File>} files @returns {Parcel[]} */
export function parcels(files) {
  /** @type {Map<string, File[]>} */
  const groups = new Map();
  for (const file of files) {
    const stem = file.name.replace(SHAPEFILE, '').toLowerCase();
    const key = SHAPEFILE.test(file.name) ? `shapefile ${stem}` : `file ${groups.size}`;
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups.values()].map((group) => ({
    name: group.length === 1 ? group[0].name : (group.find(({ name }) => /\.shp$/i.test(name)) ?? group[0]).name,
    files: group,
    size: group.reduce((sum, file) => sum + file.size, 0),
  }));
}
