/**
 * How each layer looks: by its theme where its name tells one, else a colour of its own from a palette
 * that stays distinct under the common colour-vision deficiencies. Light and dark have their own tones.
 *
 * @typedef {import('./catalogue.mjs').Layer} Layer
 *
 * @typedef {object} Look
 * @property {string} fill colour of areas and points
 * @property {number} fillOpacity of areas
 * @property {string} line colour of lines and borders
 * @property {number} width of lines and borders, pixels at zoom 16
 * @property {number} radius of points, pixels at zoom 16
 * @property {number} order drawn from low to high
 *
 * @typedef {Partial<Look> & {name: RegExp, light: string[], dark: string[]}} Theme colours are [fill, line]
 */

/** Bottom to top: areas, borders of parcels and buildings, lines, points, administrative outlines. */
const ORDER = { area: 0, mixed: 4, line: 5, point: 7, table: 0 };

/** @type {Theme[]} */
const THEMES = [
  { name: /gemeente|municipalit|commune|^arrondissement|provincie/i, light: ['#5a3d8a', '#5a3d8a'], dark: ['#c3a8f0', '#c3a8f0'], fillOpacity: 0, width: 3, order: 9 },
  { name: /bestemming|zonering|zoning|gewestplan|^rup/i, light: ['#e5b53c', '#a67c00'], dark: ['#d1a02e', '#e0b95a'], fillOpacity: 0.22, width: 0.8, order: 0 },
  { name: /perce|parcel|kadas/i, light: ['#9a8f7d', '#8d8170'], dark: ['#8f8674', '#877e6c'], fillOpacity: 0.06, width: 0.7, order: 1 },
  { name: /water|beek|gracht|river/i, light: ['#5aa7d6', '#2f7fb3'], dark: ['#3d86b5', '#66b2e0'], fillOpacity: 0.6, width: 1.6, order: 2 },
  { name: /begraaf|graven|grafconc|cemeter/i, light: ['#8d7fb0', '#65558c'], dark: ['#8476ab', '#ab9ed0'], fillOpacity: 0.5, width: 1.2, order: 3 },
  { name: /gebouw|building|^pand|^gbg/i, light: ['#c48a80', '#8f5248'], dark: ['#8a554c', '#c4857a'], fillOpacity: 0.85, width: 0.8, order: 3 },
  { name: /adres|address|adpt/i, light: ['#1f6fb2', '#ffffff'], dark: ['#7db8ea', '#12181b'], radius: 3.2, order: 7 },
  { name: /bomen|boom|tree/i, light: ['#2f8f57', '#ffffff'], dark: ['#5cc487', '#12181b'], radius: 4.2, order: 6 },
  { name: /weg|straat|road|street/i, light: ['#4f606c', '#4f606c'], dark: ['#aab7bf', '#aab7bf'], width: 3, order: 5 },
];

/** [light fill, light line, dark fill, dark line]; neighbours in the list differ in lightness too. */
const PALETTE = [
  ['#0072b2', '#00588a', '#4aa8e0', '#7cc4f0'],
  ['#d55e00', '#a34800', '#f08a3c', '#ffab6b'],
  ['#009e73', '#007556', '#2fc79c', '#6fdfbf'],
  ['#b5508d', '#8f3a6d', '#dd86bb', '#efaed4'],
  ['#7a6a00', '#5c5000', '#c9b63a', '#e2d272'],
  ['#56a8d6', '#2c7fae', '#86cdf5', '#b0e0fb'],
  ['#6b4c9a', '#513878', '#a98bdb', '#c7b1ec'],
  ['#8c510a', '#693c06', '#c98a45', '#e0ad76'],
];

/**
 * @param {Layer} layer
 * @param {number} place the layer's place among those without a theme
 * @param {boolean} dark
 * @returns {Look}
 */
function lookOf(layer, place, dark) {
  const theme = THEMES.find((known) => known.name.test(layer.name));
  const base = { fillOpacity: 0.45, width: layer.kind === 'line' ? 2.4 : 1.2, radius: 4.5, order: ORDER[layer.kind] };
  if (theme && !(theme.radius && layer.kind !== 'point')) {
    const [fill, line] = dark ? theme.dark : theme.light;
    // A theme's order is meant for its usual geometry; a road drawn as an area lies with the areas.
    const usual = theme.order !== undefined && (theme.order === 9 || theme.order >= 5 === (layer.kind !== 'area'));
    return { ...base, ...theme, order: usual ? /** @type {number} */ (theme.order) : base.order, fill, line };
  }
  const [fill, line, darkFill, darkLine] = PALETTE[place % PALETTE.length];
  return { ...base, fill: dark ? darkFill : fill, line: pointRim(layer, dark) ?? (dark ? darkLine : line) };
}

/** Points have a rim in the ground's colour, so that crowded ones stay apart. @param {Layer} layer @param {boolean} dark */
const pointRim = (layer, dark) => (layer.kind === 'point' ? (dark ? '#12181b' : '#ffffff') : null);

/**
 * The look of every layer. @param {Layer[]} layers @param {boolean} dark
 * @returns {Map<string, Look>} by layer id
 */
export function appearances(layers, dark) {
  let place = 0;
  return new Map(layers.map((layer) => {
    const themed = THEMES.some((theme) => theme.name.test(layer.name));
    return [layer.id, lookOf(layer, themed ? place : place++, dark)];
  }));
}

/** Is the page shown dark? */
export const darkScheme = matchMedia('(prefers-color-scheme: dark)');
/** Does the visitor want no movement? */
export const stillness = matchMedia('(prefers-reduced-motion: reduce)');
