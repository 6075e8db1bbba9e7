/**
 * The map. It knows layers, boxes and features; what they mean to the page is decided elsewhere.
 *
 * @typedef {import('./catalogue.mjs').Layer} Layer
 * @typedef {import('./catalogue.mjs').Box} Box
 * @typedef {import('./appearance.mjs').Look} Look
 * @typedef {{layer: string, id: number | undefined, properties: Record<string, any>, geometry: any}} Hit
 * @typedef {{tiles: string[], sourceLayer: string, columns: string[], minzoom: number, maxzoom: number, bounds?: Box, attribution?: string}} Tiles
 */
import { address, followable, isOurs, tileJson } from './address.mjs';
import { darkScheme, stillness } from './appearance.mjs';
import { boxOf } from './attribute.mjs';
import { highlightLayers, labelLayer, styleLayers } from './drawing.mjs';
import { onLanguage, t } from './language.mjs';
import { maplibre } from './maplibre.mjs';
import { readJson } from './request.mjs';
import { authorization } from './session.mjs';
import { settings } from './settings.mjs';

const GROUND = { light: '#f1f3ef', dark: '#171d20' };
/** How near a click must be to a line or point, pixels. */
const REACH = 5;
/** Room to leave between a panel and what it tells about, pixels. */
const MARGIN = 24;
const NOTHING = /** @type {any} */ ({ type: 'FeatureCollection', features: [] });

/** Without WebGL there is no map, and the page goes on with its tables. @param {HTMLElement} container @param {Box | null} box */
export async function openMap(container, box) {
  const { Map, AttributionControl, ScaleControl } = await maplibre;
  const map = new Map({
    container,
    style: /** @type {any} */ ({ version: 8, sources: {}, layers: [{ id: 'ground', type: 'background', paint: { 'background-color': GROUND[darkScheme.matches ? 'dark' : 'light'] } }] }),
    hash: 'map',
    bounds: box ?? [2.5, 49.5, 6.4, 51.55],
    fitBoundsOptions: { padding: 36 },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxZoom: 21,
    fadeDuration: stillness.matches ? 0 : 200,
    transformRequest: (url) => (isOurs(url) ? { url, headers: authorization() } : { url }),
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new AttributionControl({ compact: false }), 'bottom-right');
  map.addControl(new ScaleControl({ unit: 'metric' }), 'bottom-left');
  await new Promise((resolve) => map.once('style.load', resolve));
  return new MapView(map);
}

export class MapView {
  /** @type {Layer[]} */
  #layers = [];
  /** @type {Map<string, Look>} */
  #looks = new Map();
  /** @type {Set<string>} */
  #shown = new Set();
  /** What each layer's TileJSON said. @type {Map<string, Tiles>} */
  #tiles = new Map();
  /** @type {Map<string, Promise<void>>} */
  #pending = new Map();

  /** @param {import('maplibre-gl').Map} map */
  constructor(map) {
    this.map = map;
    this.#addBaseMap();
    map.addSource('highlight', { type: 'geojson', data: NOTHING });
    for (const layer of highlightLayers(darkScheme.matches)) map.addLayer(layer);
    this.#name();
    onLanguage(() => this.#name());
  }

  #name() {
    this.map.getCanvas().setAttribute('aria-label', t('map.label'));
  }

  #addBaseMap() {
    const base = settings.base_map;
    if (!base) return;
    this.map.addSource('base', { type: 'raster', tiles: base.tiles, tileSize: base.tile_size ?? 256, maxzoom: base.max_zoom ?? 19, attribution: base.attribution ?? '' });
    this.map.addLayer({ id: 'base', type: 'raster', source: 'base', paint: this.#basePaint() });
  }

  #basePaint() {
    return darkScheme.matches ? { 'raster-brightness-max': 0.45, 'raster-saturation': -0.5 } : { 'raster-saturation': -0.35 };
  }

  /** @param {boolean} on */
  showBase(on) {
    if (this.map.getLayer('base')) this.map.setLayoutProperty('base', 'visibility', on ? 'visible' : 'none');
  }

  /**
   * Brings the map in line with the layers, their looks and which of them are shown.
   *
   * @param {Layer[]} layers @param {Map<string, Look>} looks @param {Set<string>} shown
   */
  async show(layers, looks, shown) {
    const before = new Map(this.#layers.map((layer) => [layer.id, layer.version]));
    const now = new Map(layers.map((layer) => [layer.id, layer.version]));
    for (const [id, version] of before) if (now.get(id) !== version) this.#forget(id);
    [this.#layers, this.#looks, this.#shown] = [layers, looks, new Set(shown)];
    for (const layer of layers) if (!shown.has(layer.id)) this.#setVisibility(layer.id);
    await Promise.all(layers.filter((layer) => shown.has(layer.id) && layer.kind !== 'table').map((layer) => this.#draw(layer)));
  }

  /** @param {Layer} layer */
  async #draw(layer) {
    let pending = this.#pending.get(layer.id);
    if (!pending && !this.map.getSource(layer.id)) {
      pending = this.#add(layer).finally(() => this.#pending.delete(layer.id));
      this.#pending.set(layer.id, pending);
    }
    await pending;
    this.#setVisibility(layer.id);
  }

  /** @param {Layer} layer */
  async #add(layer) {
    const answer = await readJson(address(tileJson(layer.id)));
    const inside = answer.vector_layers?.[0];
    const tiles = {
      tiles: answer.tiles.map(followable),
      sourceLayer: inside?.id ?? layer.id,
      columns: Object.keys(inside?.fields ?? {}),
      minzoom: Math.max(answer.minzoom ?? 0, inside?.minzoom ?? 0),
      maxzoom: answer.maxzoom ?? 14,
      bounds: answer.bounds,
      attribution: answer.attribution,
    };
    // It may have been replaced or removed while we asked.
    if (!this.#layers.includes(layer) || this.map.getSource(layer.id)) return;
    this.#tiles.set(layer.id, tiles);
    const { sourceLayer, columns, ...source } = tiles;
    this.map.addSource(layer.id, /** @type {any} */ ({ type: 'vector', ...source }));
    this.#addStyle(layer);
  }

  /** @param {Layer} layer */
  #addStyle(layer) {
    const look = this.#looks.get(layer.id);
    const tiles = this.#tiles.get(layer.id);
    if (!look || !tiles) return;
    for (const part of styleLayers(layer, look, tiles.sourceLayer)) this.map.addLayer(part, this.#above(look.order));
    const label = labelLayer(layer, tiles.sourceLayer, tiles.columns, darkScheme.matches);
    if (label) this.map.addLayer(label, 'highlight/fill');
    this.#setVisibility(layer.id);
  }

  /** The style layer that a layer of this order goes right under. @param {number} order */
  #above(order) {
    for (const { id } of this.map.getStyle().layers) {
      if (id.startsWith('highlight/') || id.endsWith('/label')) return id;
      const other = this.#looks.get(id.slice(0, id.lastIndexOf('/')));
      if (other && other.order > order) return id;
    }
    return undefined;
  }

  /** @param {string} id */
  #parts(id) {
    return this.map.getStyle().layers.filter((part) => 'source' in part && part.source === id).map((part) => part.id);
  }

  /** @param {string} id */
  #setVisibility(id) {
    for (const part of this.#parts(id)) this.map.setLayoutProperty(part, 'visibility', this.#shown.has(id) ? 'visible' : 'none');
  }

  /** @param {string} id */
  #forget(id) {
    for (const part of this.#parts(id)) this.map.removeLayer(part);
    if (this.map.getSource(id)) this.map.removeSource(id);
    this.#tiles.delete(id);
  }

  /** Light became dark, or the other way. @param {Map<string, Look>} looks */
  recolour(looks) {
    this.#looks = looks;
    const dark = darkScheme.matches;
    this.map.setPaintProperty('ground', 'background-color', GROUND[dark ? 'dark' : 'light']);
    if (this.map.getLayer('base')) {
      for (const name of ['raster-brightness-max', 'raster-saturation']) {
        this.map.setPaintProperty('base', /** @type {any} */ (name), /** @type {Record<string, number>} */ (this.#basePaint())[name] ?? null);
      }
    }
    for (const layer of this.#layers.filter(({ id }) => this.#tiles.has(id))) {
      for (const part of this.#parts(layer.id)) this.map.removeLayer(part);
      this.#addStyle(layer);
    }
    for (const layer of highlightLayers(dark)) {
      this.map.removeLayer(layer.id);
      this.map.addLayer(layer);
    }
  }

  /** Does this layer draw nothing at the present zoom? @param {string} id */
  isTooFar(id) {
    return this.map.getZoom() < (this.#tiles.get(id)?.minzoom ?? 0);
  }

  /** @param {Box} box @param {{maxZoom?: number}} [options] */
  goTo(box, { maxZoom = 18 } = {}) {
    this.map.fitBounds(box, { padding: 48, maxZoom, duration: stillness.matches ? 0 : 700 });
  }

  /** Moves only when the box is out of sight or too small to see. @param {Box} box */
  reveal(box) {
    const [w, s, e, n] = this.box();
    const inside = box[0] >= w && box[1] >= s && box[2] <= e && box[3] <= n;
    if (!inside || this.map.getZoom() < 15) this.goTo(box, { maxZoom: Math.max(17, this.map.getZoom()) });
  }

  /**
   * Moves the map so that a panel over it does not hide a point of it.
   *
   * @param {{x: number, y: number}} point of the map, pixels
   * @param {DOMRect} panel in the window
   */
  keepClear({ x, y }, panel) {
    const frame = this.map.getCanvas().getBoundingClientRect();
    const [left, top] = [panel.left - frame.left - MARGIN, panel.top - frame.top - MARGIN];
    if (x < left || y < top || y > panel.bottom - frame.top + MARGIN) return;
    // A card stands at the right, a sheet at the bottom: go the way that leaves room.
    const away = /** @type {[number, number]} */ (left > MARGIN * 2 ? [x - left, 0] : [0, y - top]);
    this.map.panBy(away, { duration: stillness.matches ? 0 : 300 });
  }

  /** What is in view. @returns {Box} */
  box() {
    const bounds = this.map.getBounds();
    return [Math.max(-180, bounds.getWest()), Math.max(-90, bounds.getSouth()), Math.min(180, bounds.getEast()), Math.min(90, bounds.getNorth())];
  }

  /**
   * All features under a point of the screen, topmost first.
   *
   * @param {{x: number, y: number}} point
   * @returns {Hit[]}
   */
  at({ x, y }) {
    const drawn = this.map.getStyle().layers.map(({ id }) => id).filter((id) => id.includes('/') && !id.startsWith('highlight/') && !id.endsWith('/label'));
    const thin = drawn.filter((id) => /\/(line|point|border)$/.test(id));
    const fills = drawn.filter((id) => id.endsWith('/fill'));
    /** @param {string} id */
    const isOutline = (id) => this.#looks.get(id)?.fillOpacity === 0;
    const found = [
      ...this.map.queryRenderedFeatures([[x - REACH, y - REACH], [x + REACH, y + REACH]], { layers: thin }).filter((hit) => hit.geometry.type.indexOf('Polygon') < 0),
      // What one sees the ground through comes last: nobody who points at a house asks for the municipality.
      ...this.map.queryRenderedFeatures([x, y], { layers: fills }).sort((a, b) => Number(isOutline(a.source)) - Number(isOutline(b.source))),
    ];
    const hits = new Map();
    for (const hit of found) {
      const key = `${hit.source}/${hit.id ?? JSON.stringify(hit.properties)}`;
      if (!hits.has(key)) hits.set(key, { layer: hit.source, id: /** @type {number | undefined} */ (hit.id), properties: hit.properties, geometry: hit.geometry });
    }
    return [...hits.values()];
  }

  /** Picks out one feature, or none. @param {{geometry: any} | null} feature GeoJSON in CRS84 */
  highlight(feature) {
    const source = /** @type {import('maplibre-gl').GeoJSONSource} */ (this.map.getSource('highlight'));
    const box = boxOf(feature?.geometry);
    const [west, south, east, north] = this.box();
    const wide = box !== null && (box[2] - box[0] > (east - west) / 2 || box[3] - box[1] > (north - south) / 2);
    source.setData(feature?.geometry ? { type: 'Feature', properties: { wide }, geometry: feature.geometry } : NOTHING);
  }
}
