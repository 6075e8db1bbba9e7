/**
 * The list of layers: what there is, in which colour, shown or not, by workspace.
 *
 * @typedef {import('./catalogue.mjs').Layer} Layer
 * @typedef {import('./appearance.mjs').Look} Look
 *
 * @typedef {object} LegendActions
 * @property {(ids: string[], on: boolean) => void} show
 * @property {(layer: Layer) => void} goTo
 * @property {(layer: Layer) => void} openTable
 * @property {(on: boolean) => void} showBase
 */
import { address, collection, tileJson } from './address.mjs';
import { byId, element } from './element.mjs';
import { icon } from './icon.mjs';
import { number, t } from './language.mjs';
import { notice } from './notice.mjs';
import { settings } from './settings.mjs';
import { swatch } from './swatch.mjs';

/** From here on a search box helps. */
const MANY = 10;

export class Legend {
  /** @type {Layer[]} */
  #layers = [];
  /** @type {Map<string, Look>} */
  #looks = new Map();
  /** @type {Set<string>} */
  #shown = new Set();
  /** Details opened by the user. @type {Set<string>} */
  #open = new Set();
  #base = true;
  #filter = byId('layers-filter', HTMLInputElement);

  /** @param {LegendActions} actions */
  constructor(actions) {
    this.actions = actions;
    this.#filter.addEventListener('input', () => this.write());
  }

  /** @param {Layer[]} layers @param {Map<string, Look>} looks @param {Set<string>} shown */
  update(layers, looks, shown) {
    [this.#layers, this.#looks, this.#shown] = [layers, looks, shown];
    this.write();
  }

  /** Writes the list anew; whoever had the focus in it keeps it. */
  write() {
    const focused = document.activeElement?.id;
    byId('layers-count').textContent = this.#layers.length ? number(this.#layers.length) : '';
    byId('layers-search').hidden = this.#layers.length < MANY;
    const wanted = this.#filter.value.trim().toLocaleLowerCase();
    const found = this.#layers.filter((layer) => `${layer.id} ${layer.title}`.toLocaleLowerCase().includes(wanted));
    const workspaces = [...new Set(found.map((layer) => layer.workspace))];
    byId('layers-list').replaceChildren(
      ...(found.length ? workspaces.map((name) => this.#workspace(name, found.filter((layer) => layer.workspace === name))) : [this.#nothing(wanted)]),
    );
    byId('layers-foot').replaceChildren(...this.#foot());
    if (focused) document.getElementById(focused)?.focus();
  }

  /** @param {string} wanted */
  #nothing(wanted) {
    if (wanted) return element('p', { class: 'quiet padded' }, t('layers.none_found'));
    return element('div', { class: 'empty' }, icon('layers'), element('p', {}, t('layers.empty')), element('p', { class: 'quiet' }, t('layers.empty_hint')));
  }

  #foot() {
    const base = element('label', { class: 'check' },
      element('input', { id: 'base-toggle', type: 'checkbox', checked: this.#base, onchange: (/** @type {any} */ event) => {
        this.#base = event.target.checked;
        this.actions.showBase(this.#base);
      } }), t('layers.base_map'));
    const links = element('p', { class: 'foot-links' },
      element('a', { href: address('collections', { f: 'json' }) }, t('foot.catalogue')),
      element('a', { href: address('', { f: 'json' }) }, 'OGC API'),
      element('span', { class: 'quiet' }, `Govmaps ${settings.version}`));
    return settings.base_map ? [base, links] : [links];
  }

  /** @param {string} name @param {Layer[]} layers */
  #workspace(name, layers) {
    const drawable = layers.filter((layer) => layer.kind !== 'table').map((layer) => layer.id);
    const on = drawable.filter((id) => this.#shown.has(id)).length;
    const all = element('input', {
      id: `workspace-${name}`, type: 'checkbox', checked: on > 0, 'aria-label': t('layers.all_of', { name }),
      onchange: (/** @type {any} */ event) => this.actions.show(drawable, event.target.checked),
    });
    all.indeterminate = on > 0 && on < drawable.length;
    // Legend order is drawing order: what lies on top stands on top.
    const sorted = [...layers].sort((a, b) => this.#height(b) - this.#height(a));
    return element('section', { class: 'workspace' },
      element('div', { class: 'workspace-head' },
        drawable.length > 0 && all,
        element('h3', {}, name || t('layers.no_workspace')),
        element('span', { class: 'count' }, number(layers.length))),
      element('ul', { class: 'layer-list' }, ...sorted.map((layer) => this.#layer(layer))));
  }

  /** @param {Layer} layer */
  #height(layer) {
    return layer.kind === 'table' ? -1 : (this.#looks.get(layer.id)?.order ?? 0);
  }

  /** @param {Layer} layer */
  #layer(layer) {
    const look = /** @type {Look} */ (this.#looks.get(layer.id));
    const isTable = layer.kind === 'table';
    const id = `layer-${layer.id}`;
    const name = element('span', { class: 'layer-name' }, element('span', { class: 'layer-title' }, layer.title),
      layer.isPrivate && element('span', { class: 'badge', title: t('layers.private_hint') }, icon('lock'), t('layers.private')));
    const facts = element('span', { class: 'layer-facts' }, t(`kind.${layer.kind}`, { count: layer.features }),
      element('span', { class: 'far', 'data-layer': layer.id, hidden: true }, t('layers.zoom_in')));
    return element('li', { class: 'layer', 'data-layer': layer.id },
      element('div', { class: 'layer-row' },
        element('label', { class: 'layer-label' },
          isTable ? element('span', { class: 'no-check' }) : element('input', {
            id, type: 'checkbox', checked: this.#shown.has(layer.id),
            onchange: (/** @type {any} */ event) => this.actions.show([layer.id], event.target.checked),
          }),
          swatch(layer, look),
          element('span', { class: 'layer-text' }, name, facts)),
        element('span', { class: 'layer-tools' },
          !isTable && layer.box && this.#tool('target', t('layers.go_to', { name: layer.title }), () => this.actions.goTo(layer), `${id}-go`),
          this.#tool('table', t('layers.open_table', { name: layer.title }), () => this.actions.openTable(layer), `${id}-table`),
          this.#more(layer, id))),
      this.#open.has(layer.id) && this.#details(layer));
  }

  /** @param {string} name @param {string} label @param {() => void} act @param {string} id */
  #tool(name, label, act, id) {
    return element('button', { class: 'icon-button small', id, type: 'button', 'aria-label': label, title: label, onclick: act }, icon(name));
  }

  /** @param {Layer} layer @param {string} id */
  #more(layer, id) {
    const button = this.#tool('down', t('layers.more', { name: layer.title }), () => {
      if (!this.#open.delete(layer.id)) this.#open.add(layer.id);
      this.write();
    }, `${id}-more`);
    button.setAttribute('aria-expanded', String(this.#open.has(layer.id)));
    return button;
  }

  /** @param {Layer} layer */
  #details(layer) {
    const addresses = [
      ...(layer.kind === 'table' ? [] : [[t('layers.tiles'), address(tileJson(layer.id))]]),
      ['OGC API Features', address(collection(layer.id))],
      ['GeoJSON', address(`${collection(layer.id)}/items`, { limit: 100 })],
    ];
    return element('div', { class: 'layer-details' },
      layer.description && element('p', {}, layer.description),
      element('p', { class: 'quiet' }, t('layers.id'), ' ', element('code', {}, layer.id)),
      layer.accuracy_m !== null && layer.kind !== 'table' && element('p', { class: 'quiet' }, t('layers.accuracy', { metres: layer.accuracy_m })),
      element('ul', { class: 'address-list' }, ...addresses.map(([name, url]) => element('li', {},
        element('a', { href: url, target: '_blank', rel: 'noopener' }, name),
        this.#tool('copy', t('layers.copy', { name }), () => copy(url), `copy-${name}-${layer.id}`)))));
  }

  /** @param {string} id */
  reveal(id) {
    byId('layers-list').querySelector(`.layer[data-layer="${CSS.escape(id)}"]`)?.scrollIntoView({ block: 'nearest' });
  }

  /** Says at which layers one must zoom in. @param {(id: string) => boolean} isTooFar */
  markFar(isTooFar) {
    for (const mark of byId('layers-list').querySelectorAll('.far')) {
      const id = /** @type {string} */ (mark.getAttribute('data-layer'));
      /** @type {HTMLElement} */ (mark).hidden = !this.#shown.has(id) || !isTooFar(id);
    }
  }
}

/** @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    notice(t('layers.copied'));
  } catch {
    notice(text);
  }
}
