/**
 * The features in view as a table: what the map shows, for whoever does not use the map.
 *
 * @typedef {import('./catalogue.mjs').Layer} Layer
 */
import { address, collection } from './address.mjs';
import { boxOf, nameOf, valueNode } from './attribute.mjs';
import { byId, element } from './element.mjs';
import { icon } from './icon.mjs';
import { t } from './language.mjs';
import { sentence } from './notice.mjs';
import { readJson } from './request.mjs';

const PAGE = 25;

export class FeatureTable {
  #drawer = byId('table');
  #select = byId('table-layer', HTMLSelectElement);
  #follow = byId('table-follow', HTMLInputElement);
  /** @type {Layer[]} */
  #layers = [];
  /** Addresses of the pages up to the one shown. @type {string[]} */
  #pages = [];
  /** @type {string | null} */
  #next = null;
  /** @type {any} */
  #answer = null;
  #asking = new AbortController();

  /**
   * @param {object} actions
   * @param {() => import('./catalogue.mjs').Box | null} actions.box what is in view; null without a map
   * @param {(feature: any, box: import('./catalogue.mjs').Box | null, layer: string) => void} actions.pick
   * @param {(open: boolean) => void} actions.toggled
   */
  constructor(actions) {
    this.actions = actions;
    this.#select.addEventListener('change', () => this.restart());
    this.#follow.addEventListener('change', () => this.restart());
    byId('table-close').addEventListener('click', () => this.close());
    byId('table-next').addEventListener('click', () => this.#next && this.#ask([...this.#pages, this.#next]));
    byId('table-previous').addEventListener('click', () => this.#pages.length > 1 && this.#ask(this.#pages.slice(0, -1)));
  }

  get isOpen() {
    return !this.#drawer.hidden;
  }

  /** @param {string} [layer] id */
  open(layer) {
    this.#drawer.hidden = false;
    if (layer) this.#select.value = layer;
    this.actions.toggled(true);
    this.restart();
  }

  close() {
    if (this.#drawer.hidden) return;
    this.#drawer.hidden = true;
    this.#asking.abort();
    this.actions.toggled(false);
  }

  /** @param {Layer[]} layers */
  setLayers(layers) {
    const before = this.#select.value;
    this.#layers = layers;
    const workspaces = [...new Set(layers.map((layer) => layer.workspace))];
    this.#select.replaceChildren(...workspaces.map((name) => element('optgroup', { label: name },
      ...layers.filter((layer) => layer.workspace === name).map((layer) => element('option', { value: layer.id }, layer.title)))));
    this.#select.value = layers.some((layer) => layer.id === before) ? before : (layers[0]?.id ?? '');
    if (this.isOpen) this.restart();
  }

  /** The map moved. */
  moved() {
    if (this.isOpen && this.#follow.checked) this.restart();
  }

  /** From the first page. */
  restart() {
    if (!this.isOpen) return;
    const layer = this.#layer();
    if (!layer) return this.#message(t('layers.empty'));
    const box = this.#follow.checked && layer.kind !== 'table' ? this.actions.box() : null;
    this.#ask([address(`${collection(layer.id)}/items`, { limit: PAGE, bbox: box?.map((value) => value.toFixed(7)).join(',') })]);
  }

  #layer() {
    return this.#layers.find((layer) => layer.id === this.#select.value);
  }

  /** @param {string[]} pages */
  async #ask(pages) {
    this.#asking.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    this.#drawer.setAttribute('aria-busy', 'true');
    try {
      const answer = await readJson(pages[pages.length - 1], { accept: 'application/geo+json', signal });
      const turned = pages.length !== this.#pages.length;
      this.#pages = pages;
      this.#answer = answer;
      this.#next = answer.links?.find((/** @type {any} */ link) => link.rel === 'next')?.href ?? null;
      this.write();
      if (turned) byId('table-scroll').scrollTop = 0;
    } catch (error) {
      if (!signal.aborted) this.#message(sentence(error));
    } finally {
      if (!signal.aborted) this.#drawer.removeAttribute('aria-busy');
    }
  }

  /** @param {string} text */
  #message(text) {
    byId('table-scroll').replaceChildren(element('p', { class: 'quiet padded' }, text));
    byId('table-count').textContent = '';
  }

  write() {
    const layer = this.#layer();
    if (!this.isOpen || !this.#answer || !layer) return;
    const { features, numberMatched } = this.#answer;
    const first = (this.#pages.length - 1) * PAGE + 1;
    byId('table-count').textContent = numberMatched === undefined ? '' : t(this.#follow.checked ? 'table.in_view' : 'table.in_layer', { count: numberMatched });
    byId('table-page').textContent = features.length ? t('table.range', { first, last: first + features.length - 1 }) : '';
    byId('table-previous', HTMLButtonElement).disabled = this.#pages.length < 2;
    byId('table-next', HTMLButtonElement).disabled = !this.#next;
    if (features.length === 0) {
      byId('table-scroll').replaceChildren(element('p', { class: 'quiet padded' }, t(layer.kind === 'table' ? 'table.none' : 'table.none_in_view')));
      return;
    }
    const columns = [...new Set(features.flatMap((/** @type {any} */ feature) => Object.keys(feature.properties ?? {})))];
    byId('table-scroll').replaceChildren(element('table', { class: 'features' },
      element('caption', { class: 'visually-hidden' }, t('table.caption', { name: layer.title })),
      element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, t('table.id')), ...columns.map((column) => element('th', { scope: 'col', class: features.some((/** @type {any} */ feature) => typeof feature.properties?.[column] === 'number') ? 'number' : undefined }, column)))),
      element('tbody', {}, ...features.map((/** @type {any} */ feature) => this.#row(feature, columns, layer)))));
  }

  /** @param {any} feature @param {string[]} columns @param {Layer} layer */
  #row(feature, columns, layer) {
    const properties = feature.properties ?? {};
    const box = boxOf(feature.geometry);
    const row = element('tr', { onclick: () => this.#pick(row, feature, box, layer) },
      element('td', { class: 'row-head' }, box
        ? element('button', { class: 'row-button', type: 'button', 'aria-label': t('table.show', { name: nameOf(properties, feature.id), id: String(feature.id) }) }, icon('target'), String(feature.id))
        : String(feature.id)),
      ...columns.map((column) => element('td', { class: typeof properties[column] === 'number' ? 'number' : undefined }, valueNode(properties[column]))));
    return row;
  }

  /** @param {HTMLElement} row @param {any} feature @param {any} box @param {Layer} layer */
  #pick(row, feature, box, layer) {
    for (const other of row.parentElement?.children ?? []) other.removeAttribute('aria-current');
    row.setAttribute('aria-current', 'true');
    this.actions.pick(feature, box, layer.id);
  }
}
