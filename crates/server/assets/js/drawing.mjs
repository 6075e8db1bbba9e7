/** MapLibre style layers for one of our layers, and for what is picked out. */

/**
 * @typedef {import('./catalogue.mjs').Layer} Layer
 * @typedef {import('./appearance.mjs').Look} Look
 * @typedef {import('maplibre-gl').LayerSpecification} LayerSpecification
 */

/** Grows with the map's scale; `at16` is the value at zoom 16. @param {number} at16 @param {number} low @param {number} high @returns {any} */
const byZoom = (at16, low, high) =>
  ['interpolate', ['exponential', 1.5], ['zoom'], 8, at16 * low, 13, at16 * (0.4 + low / 2), 16, at16, 20, at16 * high];

/** Points crowd where lines do not: they grow later. @param {number} at16 @returns {any} */
const dot = (at16) => ['interpolate', ['linear'], ['zoom'], 8, at16 * 0.25, 13, at16 * 0.35, 15, at16 * 0.65, 16, at16, 20, at16 * 2];

/** Seen from afar, borders of small areas are noise; the fill tells enough. @type {any} */
const BORDER_FADES = ['interpolate', ['linear'], ['zoom'], 10, 0.15, 14, 1];

/** @param {string} type @returns {any} */
const only = (type) => ['==', ['geometry-type'], type];

/**
 * @param {Layer} layer
 * @param {Look} look
 * @param {string} sourceLayer name of the layer inside its tiles
 * @returns {LayerSpecification[]} bottom first
 */
export function styleLayers(layer, look, sourceLayer) {
  const common = { source: layer.id, 'source-layer': sourceLayer };
  const outlineOnly = look.fillOpacity === 0;
  /** @type {Record<string, LayerSpecification>} */
  const parts = {
    fill: { ...common, id: `${layer.id}/fill`, type: 'fill', filter: only('Polygon'), paint: { 'fill-color': look.fill, 'fill-opacity': look.fillOpacity, 'fill-antialias': false } },
    border: { ...common, id: `${layer.id}/border`, type: 'line', filter: only('Polygon'), layout: { 'line-join': 'round' }, paint: { 'line-color': look.line, 'line-width': byZoom(look.width, outlineOnly ? 0.5 : 0.15, 2), 'line-opacity': outlineOnly ? 0.85 : BORDER_FADES } },
    line: { ...common, id: `${layer.id}/line`, type: 'line', filter: only('LineString'), layout: { 'line-join': 'round', 'line-cap': 'round' }, paint: { 'line-color': look.line, 'line-width': byZoom(look.width, 0.2, 3) } },
    point: {
      ...common, id: `${layer.id}/point`, type: 'circle', filter: only('Point'),
      paint: { 'circle-color': look.fill, 'circle-radius': dot(look.radius), 'circle-stroke-color': look.line, 'circle-stroke-width': ['interpolate', ['linear'], ['zoom'], 14, 0, 16, 1, 20, 1.6] },
    },
  };
  const wanted = { area: ['fill', 'border'], line: ['line'], point: ['point'], mixed: ['fill', 'border', 'line', 'point'], table: [] };
  return wanted[layer.kind].map((part) => parts[part]);
}

/** Which column names a thing on the map, by kind of layer, and from which zoom on there is room for it. */
const LABELS = {
  line: { column: /^(straatnaam|straat|naam|name|wegnaam)$/i, minzoom: 15, placement: 'line', size: 12 },
  point: { column: /^(huisnummer|huisnr|adrn)$/i, minzoom: 18, placement: 'point', size: 11 },
};

/**
 * Names along roads and house numbers beside addresses, where the layer has such a column. Without a glyph
 * server MapLibre draws them with the fonts of the visitor's own machine.
 *
 * @param {Layer} layer @param {string} sourceLayer @param {string[]} columns @param {boolean} dark
 * @returns {LayerSpecification | null}
 */
export function labelLayer(layer, sourceLayer, columns, dark) {
  const rule = layer.kind === 'line' || layer.kind === 'point' ? LABELS[layer.kind] : null;
  const column = rule && columns.find((name) => rule.column.test(name));
  if (!rule || !column) return null;
  const beside = rule.placement === 'point' ? { 'text-anchor': 'left', 'text-offset': [0.8, 0] } : { 'symbol-spacing': 320 };
  return /** @type {any} */ ({
    id: `${layer.id}/label`, type: 'symbol', source: layer.id, 'source-layer': sourceLayer, minzoom: rule.minzoom,
    layout: { 'symbol-placement': rule.placement, 'text-field': ['to-string', ['get', column]], 'text-font': ['Noto Sans', 'Liberation Sans', 'sans-serif'], 'text-size': rule.size, ...beside },
    paint: { 'text-color': dark ? '#dfe7ea' : '#26343b', 'text-halo-color': dark ? '#12181b' : '#ffffff', 'text-halo-width': 1.6 },
  });
}

/** A tone that none of the layers has, with a casing so that it shows on every ground. @param {boolean} dark @returns {LayerSpecification[]} */
export function highlightLayers(dark) {
  const tone = dark ? '#ff7ad9' : '#d6007f';
  const casing = dark ? '#12181b' : '#ffffff';
  const source = 'highlight';
  const drawn = /** @type {any} */ (['!=', ['geometry-type'], 'Point']);
  return [
    { id: 'highlight/fill', type: 'fill', source, filter: ['all', only('Polygon'), ['!', ['get', 'wide']]], paint: { 'fill-color': tone, 'fill-opacity': 0.18 } },
    { id: 'highlight/casing', type: 'line', source, filter: drawn, layout: { 'line-join': 'round' }, paint: { 'line-color': casing, 'line-width': 6 } },
    { id: 'highlight/line', type: 'line', source, filter: drawn, layout: { 'line-join': 'round' }, paint: { 'line-color': tone, 'line-width': 3 } },
    { id: 'highlight/point', type: 'circle', source, filter: only('Point'), paint: { 'circle-radius': 9, 'circle-color': tone, 'circle-opacity': 0.35, 'circle-stroke-color': tone, 'circle-stroke-width': 3 } },
  ];
}
