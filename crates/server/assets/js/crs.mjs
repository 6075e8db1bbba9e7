/** Coordinate reference systems that occur here, by the names people use. */

/** @type {Record<string, string>} */
export const CRS_NAMES = {
  'EPSG:31370': 'Lambert 72',
  'EPSG:3812': 'Lambert 2008',
  'EPSG:3447': 'Lambert 2005',
  'EPSG:4258': 'ETRS89',
  'EPSG:4326': 'WGS 84',
  'EPSG:3857': 'Web Mercator',
  'EPSG:25831': 'UTM 31N',
  'EPSG:3035': 'LAEA Europe',
  'EPSG:28992': 'RD New',
};

/** @param {string} crs `EPSG:n` */
export const crsName = (crs) => (CRS_NAMES[crs] ? `${CRS_NAMES[crs]} (${crs})` : crs);
