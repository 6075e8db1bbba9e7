/**
 * The page: reads the catalogue, opens the map, and lets the parts know of each other.
 *
 * @typedef {import('./catalogue.mjs').Layer} Layer
 */
import { takeTokenFromAddress, onToken, keepToken, token } from './session.mjs';
import { appearances, darkScheme } from './appearance.mjs';
import { around, readCatalogue } from './catalogue.mjs';
import { byId, element } from './element.mjs';
import { FeatureTable } from './feature-table.mjs';
import { placeIcons } from './icon.mjs';
import { Identify } from './identify.mjs';
import { chooseLanguage, LANGUAGES, language, onLanguage, preferredLanguage, t, useLanguage } from './language.mjs';
import { Legend } from './legend.mjs';
import { openMap } from './map.mjs';
import { tab } from './memory.mjs';
import { notice, sentence } from './notice.mjs';
import { onTokenExpired } from './request.mjs';
import { Sheets } from './sheets.mjs';
import { Upload } from './upload.mjs';

/** Beyond this many, the rest start switched off. */
const SHOWN_AT_FIRST = 15;

class Page {
  /** @type {Layer[]} */
  layers = [];
  /** @type {Map<string, import('./appearance.mjs').Look>} */
  looks = new Map();
  /** @type {Set<string>} */
  shown = new Set();
  /** Layers that the visitor switched off in this tab. @type {Set<string>} */
  hidden = new Set(JSON.parse(tab.get('hidden') ?? '[]'));
  /** @type {import('./map.mjs').MapView | null} */
  view = null;

  constructor() {
    this.sheets = new Sheets();
    this.legend = new Legend({
      show: (ids, on) => this.switch(ids, on),
      goTo: (layer) => this.goTo([layer.id]),
      openTable: (layer) => this.table.open(layer.id),
      showBase: (on) => this.view?.showBase(on),
    });
    this.identify = new Identify({
      highlight: (feature) => this.view?.highlight(feature),
      closed: (byKeyboard) => byKeyboard && this.view?.map.getCanvas().focus(),
    });
    this.table = new FeatureTable({
      box: () => this.view?.box() ?? null,
      pick: (feature, box, layer) => this.pick(feature, box, layer),
      toggled: (open) => this.sheets.tableToggled(open),
    });
    this.upload = new Upload({
      workspaces: () => [...new Set(this.layers.map((layer) => layer.workspace))],
      published: (ids) => this.published(ids),
      show: (ids) => this.goTo(ids),
    });
    this.sheets.connect(this.table, this.identify);
    onLanguage(() => this.rewrite());
    onToken(() => this.tokenChanged());
    onTokenExpired(() => notice(t('session.expired'), 'problem'));
    darkScheme.addEventListener('change', () => this.recolour());
    byId('sign-out').addEventListener('click', () => keepToken(null));
    byId('sign-out').hidden = !token();
  }

  /** Reads the catalogue and draws what there is. */
  async start() {
    await this.read();
    await this.openMap();
    await this.draw();
  }

  async read() {
    try {
      this.layers = await readCatalogue();
    } catch (error) {
      notice(sentence(error), 'problem');
    }
    this.looks = appearances(this.layers, darkScheme.matches);
    const drawable = this.layers.filter((layer) => layer.kind !== 'table').map((layer) => layer.id);
    const known = new Set(drawable.slice(0, SHOWN_AT_FIRST));
    this.shown = new Set(drawable.filter((id) => (known.has(id) || this.shown.has(id)) && !this.hidden.has(id)));
    this.legend.update(this.layers, this.looks, this.shown);
    this.table.setLayers(this.layers);
  }

  async openMap() {
    try {
      this.view = await openMap(byId('map'), around(this.layers.map((layer) => layer.box)));
    } catch (error) {
      console.warn('no map:', error);
      byId('map-absent').hidden = false;
      document.documentElement.classList.add('mapless');
      this.table.open();
      return;
    }
    const { map } = this.view;
    map.on('click', (event) => this.look(event.point, false));
    map.on('moveend', () => this.moved());
    map.on('error', (event) => this.mapProblem(event));
    map.getCanvas().addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return;
      const { clientWidth, clientHeight } = map.getCanvas();
      this.look({ x: clientWidth / 2, y: clientHeight / 2 }, true);
    });
    byId('zoom-in').addEventListener('click', () => map.zoomIn());
    byId('zoom-out').addEventListener('click', () => map.zoomOut());
    byId('zoom-all').addEventListener('click', () => this.goTo(this.layers.map((layer) => layer.id)));
  }

  async draw() {
    try {
      await this.view?.show(this.layers, this.looks, this.shown);
    } catch (error) {
      notice(sentence(error), 'problem');
    }
    this.moved();
  }

  /** What lies under a point of the screen? @param {{x: number, y: number}} point @param {boolean} focus */
  look(point, focus) {
    if (!this.view) return;
    const hits = this.view.at(point);
    if (hits.length === 0 && !focus) return this.identify.close();
    this.identify.open(hits, this.layers, this.looks, { focus });
    this.sheets.identifyOpened();
    this.view.keepClear(point, byId('identify').getBoundingClientRect());
  }

  moved() {
    const { view } = this;
    if (view) this.legend.markFar((id) => view.isTooFar(id));
    this.table.moved();
  }

  /** Trouble with tiles is told once, not for every tile. @param {any} event */
  mapProblem(event) {
    if (this.mapTroubled) return;
    this.mapTroubled = true;
    setTimeout(() => { this.mapTroubled = false; }, 30_000);
    console.warn(event.error);
    notice(t('problem.tiles'), 'problem');
  }
  mapTroubled = false;

  /** @param {string[]} ids @param {boolean} on */
  async switch(ids, on) {
    for (const id of ids) {
      if (on) this.shown.add(id);
      else this.shown.delete(id);
      if (on) this.hidden.delete(id);
      else this.hidden.add(id);
    }
    tab.set('hidden', JSON.stringify([...this.hidden]));
    this.legend.update(this.layers, this.looks, this.shown);
    await this.draw();
  }

  /** @param {string[]} ids */
  goTo(ids) {
    const wanted = this.layers.filter((layer) => ids.includes(layer.id));
    const box = around(wanted.map((layer) => layer.box));
    if (box) this.view?.goTo(box);
    this.sheets.mapWanted();
  }

  /** A row of the table was chosen. @param {any} feature @param {any} box @param {string} layer */
  pick(feature, box, layer) {
    if (box) this.view?.reveal(box);
    this.identify.open([{ layer, id: feature.id, properties: feature.properties ?? {}, geometry: feature.geometry }], this.layers, this.looks, { focus: false });
    this.sheets.picked();
  }

  /** New layers have come. @param {string[]} ids */
  async published(ids) {
    for (const id of ids) {
      this.hidden.delete(id);
      this.shown.add(id);
    }
    await this.read();
    await this.draw();
    this.goTo(ids);
    this.legend.reveal(ids[0]);
  }

  async tokenChanged() {
    byId('sign-out').hidden = !token();
    await this.read();
    await this.draw();
  }

  recolour() {
    this.looks = appearances(this.layers, darkScheme.matches);
    this.view?.recolour(this.looks);
    this.legend.update(this.layers, this.looks, this.shown);
    this.identify.write();
  }

  rewrite() {
    this.legend.write();
    this.identify.write();
    this.table.write();
    this.upload.write();
    this.moved();
  }
}

/** @param {HTMLSelectElement} select */
function offerLanguages(select) {
  select.replaceChildren(...LANGUAGES.map(({ code, name }) => element('option', { value: code, lang: code }, name)));
  select.value = language();
  const code = byId('language-code');
  code.textContent = language().toUpperCase();
  onLanguage(() => { code.textContent = language().toUpperCase(); });
  select.addEventListener('change', () => chooseLanguage(select.value));
}

takeTokenFromAddress();
placeIcons(document);
await useLanguage(preferredLanguage());
offerLanguages(byId('language', HTMLSelectElement));
document.documentElement.classList.remove('starting');
const page = new Page();
await page.start();
/** For whoever scripts this page: the map (MapLibre) and the layers. */
Object.assign(globalThis, { govmaps: { map: page.view?.map ?? null, layers: () => page.layers } });
document.documentElement.dataset.ready = 'true';
