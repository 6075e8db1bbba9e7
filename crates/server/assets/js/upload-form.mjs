/**
 * The upload form: which files, where to, and what to do with them.
 *
 * @typedef {import('./transfer.mjs').Wishes} Wishes
 * @typedef {import('./parcel.mjs').Parcel} Parcel
 */
import { CRS_NAMES } from './crs.mjs';
import { element } from './element.mjs';
import { icon } from './icon.mjs';
import { byteSize, t } from './language.mjs';
import { device } from './memory.mjs';
import { parcels } from './parcel.mjs';

const WORKSPACE = /^[a-z_][a-z0-9_-]{0,62}$/;
const LAYER = /^[\p{L}_][\p{L}\p{N}_.-]{0,62}$/u;
const CRS = /^EPSG:\d{4,6}$/;
const ENCODINGS = ['UTF-8', 'windows-1252', 'ISO-8859-1', 'ISO-8859-15', 'IBM850'];

/** @returns {Wishes} */
export const firstWishes = () => ({ workspace: device.get('workspace') ?? '', layer: '', mode: 'new', crs: '', encoding: '', visibility: 'public' });

export class UploadForm {
  /** @type {File[]} */
  files = [];

  /**
   * @param {Wishes} wishes what the fields start with, and where they are kept
   * @param {string[]} workspaces known ones
   * @param {{submit: (parcels: Parcel[], wishes: Wishes) => void, cancel: () => void}} actions
   */
  constructor(wishes, workspaces, actions) {
    this.wishes = wishes;
    this.workspaces = workspaces;
    this.actions = actions;
    this.root = element('form', { class: 'upload-form', novalidate: true, onsubmit: (/** @type {Event} */ event) => this.#submit(event) });
    this.write();
  }

  /** @param {Iterable<File>} files */
  add(files) {
    for (const file of files) {
      this.files = this.files.filter((known) => known.name !== file.name);
      this.files.push(file);
    }
    this.write();
  }

  write() {
    const advanced = Boolean(this.wishes.crs || this.wishes.encoding);
    const several = parcels(this.files).length > 1;
    this.root.replaceChildren(
      this.#chooser(),
      element('div', { class: 'fields' },
        this.#text('workspace', { list: 'workspaces', required: true, hint: t('upload.workspace_hint') }),
        this.#text('layer', { disabled: several, hint: t(several ? 'upload.layer_several' : 'upload.layer_hint') })),
      element('datalist', { id: 'workspaces' }, ...this.workspaces.map((value) => element('option', { value }))),
      element('div', { class: 'fields' }, this.#choice('mode', ['new', 'replace']), this.#choice('visibility', ['public', 'private'])),
      element('details', { class: 'advanced', open: advanced },
        element('summary', {}, t('upload.advanced')),
        element('div', { class: 'fields' },
          this.#text('crs', { list: 'known-crs', placeholder: 'EPSG:31370', hint: t('upload.crs_hint') }),
          this.#text('encoding', { list: 'known-encodings', placeholder: 'windows-1252', hint: t('upload.encoding_hint') })),
        element('datalist', { id: 'known-crs' }, ...Object.entries(CRS_NAMES).map(([value, name]) => element('option', { value }, name))),
        element('datalist', { id: 'known-encodings' }, ...ENCODINGS.map((value) => element('option', { value })))),
      element('div', { class: 'dialog-actions' },
        element('button', { class: 'button', type: 'button', onclick: this.actions.cancel }, t('action.cancel')),
        element('button', { class: 'button primary', type: 'submit', id: 'upload-submit' }, icon('upload'), t('upload.submit'))),
    );
  }

  #chooser() {
    const input = element('input', { id: 'upload-files', class: 'visually-hidden', type: 'file', multiple: true, 'aria-describedby': 'upload-formats upload-files-problem',
      onchange: () => {
        this.add(input.files ?? []);
        this.#focusFiles();
      } });
    const list = parcels(this.files);
    return element('div', { class: 'chooser' },
      input,
      element('label', { class: list.length ? 'chooser-area small' : 'chooser-area', for: 'upload-files' },
        icon('upload'), element('span', {}, element('strong', {}, t(list.length ? 'upload.choose_more' : 'upload.choose')), ' ', t('upload.or_drop'))),
      element('p', { class: 'hint', id: 'upload-formats' }, t('upload.formats')),
      list.length > 0 && element('ul', { class: 'file-list' }, ...list.map((parcel) => this.#parcel(parcel))),
      element('p', { class: 'field-problem', id: 'upload-files-problem' }));
  }

  /** The list was written anew; the focus stays where the user was. */
  #focusFiles() {
    /** @type {HTMLElement | null} */ (this.root.querySelector('#upload-files'))?.focus();
  }

  /** @param {Parcel} parcel */
  #parcel(parcel) {
    const remove = () => {
      this.files = this.files.filter((file) => !parcel.files.includes(file));
      this.write();
      this.#focusFiles();
    };
    const parts = parcel.files.length > 1 ? t('upload.parts', { count: parcel.files.length, parts: parcel.files.map(({ name }) => name.slice(name.lastIndexOf('.'))).join(' ') }) : '';
    return element('li', {}, icon('file'), element('span', { class: 'file-name' }, parcel.name),
      element('span', { class: 'quiet' }, [parts, byteSize(parcel.size)].filter(Boolean).join(' · ')),
      element('button', { class: 'icon-button small', type: 'button', 'aria-label': t('upload.remove', { name: parcel.name }), onclick: remove }, icon('close')));
  }

  /**
   * @param {'workspace' | 'layer' | 'crs' | 'encoding'} name
   * @param {{list?: string, required?: boolean, disabled?: boolean, placeholder?: string, hint: string}} options
   */
  #text(name, { hint, ...attributes }) {
    return element('div', { class: 'field' },
      element('label', { for: `upload-${name}` }, t(`upload.${name}`), !attributes.required && element('span', { class: 'quiet' }, ' ', t('upload.optional'))),
      element('input', {
        id: `upload-${name}`, type: 'text', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', value: attributes.disabled ? '' : this.wishes[name],
        'aria-describedby': `upload-${name}-hint upload-${name}-problem`, ...attributes,
        oninput: (/** @type {any} */ event) => {
          this.wishes[name] = event.target.value.trim();
          this.#blame(name, '');
        },
      }),
      element('p', { class: 'hint', id: `upload-${name}-hint` }, hint),
      element('p', { class: 'field-problem', id: `upload-${name}-problem` }));
  }

  /** @param {'mode' | 'visibility'} name @param {string[]} values */
  #choice(name, values) {
    return element('fieldset', { class: 'choice' }, element('legend', {}, t(`upload.${name}`)),
      ...values.map((value) => element('label', { class: 'check' },
        element('input', { type: 'radio', name: `upload-${name}`, id: `upload-${name}-${value}`, value, checked: this.wishes[name] === value,
          onchange: () => { /** @type {any} */ (this.wishes)[name] = value; } }),
        element('span', {}, t(`upload.${name}.${value}`)))));
  }

  /** Says what is wrong with a field; empty takes it back. @param {string} name @param {string} text */
  #blame(name, text) {
    const problem = this.root.querySelector(`#upload-${name}-problem`);
    if (problem) problem.textContent = text;
    this.root.querySelector(`#upload-${name}`)?.setAttribute('aria-invalid', String(text !== ''));
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    const list = parcels(this.files);
    const { workspace, layer, crs } = this.wishes;
    const asked = crs.toUpperCase().replace(/^(\d+)$/, 'EPSG:$1');
    /** @type {[string, string][]} */
    const problems = [
      ['files', list.length === 0 ? t('upload.need_file') : this.files.some((file) => file.size === 0) ? t('upload.empty_file') : ''],
      ['workspace', WORKSPACE.test(workspace) ? '' : t('upload.bad_workspace')],
      ['layer', layer && list.length < 2 && !LAYER.test(layer) ? t('upload.bad_layer') : ''],
      ['crs', asked && !CRS.test(asked) ? t('upload.bad_crs') : ''],
    ];
    for (const [name, text] of problems) this.#blame(name, text);
    const first = problems.find(([, text]) => text);
    if (first) {
      const field = /** @type {HTMLElement | null} */ (this.root.querySelector(`#upload-${first[0]}`));
      field?.closest('details')?.setAttribute('open', '');
      field?.focus();
      return;
    }
    this.wishes.crs = asked;
    device.set('workspace', workspace);
    this.actions.submit(list, { ...this.wishes, layer: list.length > 1 ? '' : layer });
  }
}
