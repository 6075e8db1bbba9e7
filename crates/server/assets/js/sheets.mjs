/**
 * Panels on a small screen: one sheet at a time over the map. On a wide one the layers stand beside the
 * map and nothing here hides them. Also the skip links and Escape.
 */
import { byId } from './element.mjs';

const narrow = matchMedia('(max-width: 760px)');

export class Sheets {
  /** @type {import('./feature-table.mjs').FeatureTable | null} */
  #table = null;
  /** @type {import('./identify.mjs').Identify | null} */
  #identify = null;

  constructor() {
    byId('dock-layers').addEventListener('click', () => this.#toggleLayers());
    byId('layers-close').addEventListener('click', () => this.#showLayers(false, true));
    byId('dock-table').addEventListener('click', () => {
      if (this.#table?.isOpen) this.#table.close();
      else {
        this.#table?.open();
        byId('table').focus();
      }
    });
    addEventListener('keydown', (event) => event.key === 'Escape' && !event.defaultPrevented && this.#escape());
    for (const link of document.querySelectorAll('.skip-link')) link.addEventListener('click', (event) => this.#skip(event));
  }

  /** @param {import('./feature-table.mjs').FeatureTable} table @param {import('./identify.mjs').Identify} identify */
  connect(table, identify) {
    this.#table = table;
    this.#identify = identify;
  }

  #toggleLayers() {
    this.#showLayers(!document.documentElement.classList.contains('layers-open'), false);
  }

  /** @param {boolean} on @param {boolean} giveBackFocus */
  #showLayers(on, giveBackFocus) {
    document.documentElement.classList.toggle('layers-open', on);
    byId('dock-layers').setAttribute('aria-expanded', String(on));
    if (on && narrow.matches) {
      this.#table?.close();
      this.#identify?.close();
      byId('layers-heading').focus();
    }
    if (!on && giveBackFocus) byId('dock-layers').focus();
  }

  /** @param {boolean} open */
  tableToggled(open) {
    document.documentElement.classList.toggle('table-open', open);
    byId('dock-table').setAttribute('aria-expanded', String(open));
    if (open && narrow.matches) {
      this.#showLayers(false, false);
      this.#identify?.close();
    }
    if (!open && byId('table').contains(document.activeElement)) byId('dock-table').focus();
  }

  identifyOpened() {
    if (!narrow.matches) return;
    this.#showLayers(false, false);
    this.#table?.close();
  }

  /** The map is what the visitor wants to see now. */
  mapWanted() {
    if (narrow.matches) this.#showLayers(false, false);
  }

  /** A row was chosen: on a small screen the table makes place. */
  picked() {
    if (narrow.matches) this.#table?.close();
  }

  #escape() {
    if (document.querySelector('dialog[open]')) return;
    if (this.#identify?.isOpen) return this.#identify.close();
    if (document.documentElement.classList.contains('layers-open') && narrow.matches) return this.#showLayers(false, true);
    if (this.#table?.isOpen) {
      this.#table.close();
      byId('dock-table').focus();
    }
  }

  /** The base element would send these links to another page. @param {Event} event */
  #skip(event) {
    event.preventDefault();
    const name = /** @type {HTMLAnchorElement} */ (event.currentTarget).hash.slice(1);
    if (name === 'layers-heading' && narrow.matches) this.#showLayers(true, false);
    if (name === 'table') this.#table?.open();
    const target = name === 'map' ? byId('map').querySelector('canvas') ?? byId('map') : byId(name);
    target.focus();
  }
}
