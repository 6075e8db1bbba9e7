/**
 * What lies at a spot: every feature there, with all its attributes.
 *
 * @typedef {import('./catalogue.mjs').Layer} Layer
 * @typedef {import('./appearance.mjs').Look} Look
 * @typedef {import('./map.mjs').Hit} Hit
 */
import { address, collection } from './address.mjs';
import { attributeTable, nameOf } from './attribute.mjs';
import { byId, element } from './element.mjs';
import { t } from './language.mjs';
import { sentence } from './notice.mjs';
import { readJson } from './request.mjs';
import { swatch } from './swatch.mjs';

/** More at one spot than anybody reads. */
const MOST = 50;

export class Identify {
  #panel = byId('identify');
  /** @type {Hit[]} */
  #hits = [];
  /** @type {Layer[]} */
  #layers = [];
  /** @type {Map<string, Look>} */
  #looks = new Map();
  /** Whole features, by layer and id, for as long as the panel is open. @type {Map<string, Promise<any>>} */
  #whole = new Map();

  /** @param {{highlight: (feature: any) => void, closed: (byKeyboard: boolean) => void}} actions */
  constructor(actions) {
    this.actions = actions;
    byId('identify-close').addEventListener('click', () => this.close());
  }

  get isOpen() {
    return !this.#panel.hidden;
  }

  /**
   * @param {Hit[]} hits topmost first
   * @param {Layer[]} layers
   * @param {Map<string, Look>} looks
   * @param {{focus: boolean}} options put the focus on the panel (when a key asked)
   */
  open(hits, layers, looks, { focus }) {
    [this.#hits, this.#layers, this.#looks] = [hits, layers, looks];
    this.#whole.clear();
    this.#panel.hidden = false;
    this.write();
    byId('identify-list').scrollTop = 0;
    if (focus) byId('identify-heading').focus();
  }

  close() {
    if (this.#panel.hidden) return;
    const hadFocus = this.#panel.contains(document.activeElement);
    this.#panel.hidden = true;
    this.actions.highlight(null);
    this.actions.closed(hadFocus);
  }

  write() {
    if (this.#panel.hidden) return;
    const shown = this.#hits.slice(0, MOST);
    byId('identify-heading').textContent = t('identify.heading', { count: this.#hits.length });
    byId('identify-list').replaceChildren(
      ...shown.map((hit, place) => this.#feature(hit, place === 0)),
      ...(this.#hits.length > MOST ? [element('p', { class: 'quiet padded' }, t('identify.more', { count: this.#hits.length - MOST }))] : []),
      ...(this.#hits.length === 0 ? [element('p', { class: 'quiet padded' }, t('identify.nothing'))] : []),
    );
    if (shown.length === 0) this.actions.highlight(null);
  }

  /** @param {Hit} hit @param {boolean} open */
  #feature(hit, open) {
    const layer = this.#layers.find((known) => known.id === hit.layer);
    const look = this.#looks.get(hit.layer);
    if (!layer || !look) return element('p', {});
    const body = element('div', { class: 'feature-body' }, attributeTable(hit.properties));
    const details = element('details', { class: 'feature', 'data-layer': hit.layer, 'data-feature': hit.id, open },
      element('summary', {}, swatch(layer, look),
        element('span', { class: 'feature-title' }, element('strong', {}, nameOf(hit.properties, hit.id)), element('span', { class: 'quiet' }, layer.title))),
      body);
    details.addEventListener('toggle', () => details.open && this.#complete(hit, body));
    return details;
  }

  /** The tile's attributes first, then the whole record and its exact shape. @param {Hit} hit @param {HTMLElement} body */
  async #complete(hit, body) {
    this.actions.highlight(hit);
    if (hit.id === undefined) return;
    const key = `${hit.layer}/${hit.id}`;
    if (!this.#whole.has(key)) this.#whole.set(key, readJson(address(`${collection(hit.layer)}/items/${hit.id}`), { accept: 'application/geo+json' }));
    try {
      const feature = await this.#whole.get(key);
      if (!body.isConnected) return;
      body.replaceChildren(attributeTable(feature.properties ?? {}));
      body.dataset.whole = 'true';
      this.actions.highlight(feature);
    } catch (error) {
      this.#whole.delete(key);
      if (body.isConnected) body.append(element('p', { class: 'problem-line' }, sentence(error)));
    }
  }
}
