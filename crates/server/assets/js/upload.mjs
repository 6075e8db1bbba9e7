/**
 * The upload dialog: form, progress, report. Closing it while something runs leaves it running; a button
 * in the bar brings it back.
 *
 * @typedef {import('./parcel.mjs').Parcel} Parcel
 * @typedef {import('./transfer.mjs').Wishes} Wishes
 */
import { byId, element } from './element.mjs';
import { icon } from './icon.mjs';
import { t } from './language.mjs';
import { notice } from './notice.mjs';
import { layerReport, refusalReport } from './report.mjs';
import { keepToken, token } from './session.mjs';
import { settings } from './settings.mjs';
import { firstWishes, UploadForm } from './upload-form.mjs';
import { STEPS, UploadRun } from './upload-run.mjs';

export class Upload {
  #dialog = byId('upload', HTMLDialogElement);
  #body = byId('upload-body');
  #wishes = firstWishes();
  /** @type {UploadForm | null} */
  #form = null;
  /** @type {UploadRun[]} */
  #runs = [];
  /** Files chosen before there was a token. @type {File[]} */
  #kept = [];
  #drawn = '';

  /**
   * @param {object} actions
   * @param {() => string[]} actions.workspaces
   * @param {(ids: string[]) => Promise<void>} actions.published
   * @param {(ids: string[]) => void} actions.show
   */
  constructor(actions) {
    this.actions = actions;
    byId('upload-open').addEventListener('click', () => this.open());
    byId('upload-running').addEventListener('click', () => this.open());
    byId('upload-close').addEventListener('click', () => this.#dialog.close());
    this.#dialog.addEventListener('close', () => this.#closed());
    this.#takeDrops();
  }

  get #running() {
    return this.#runs.find((run) => !run.isOver);
  }

  /** @param {Iterable<File>} [files] */
  open(files = []) {
    if (!this.#dialog.open) this.#dialog.showModal();
    if (this.#running || (this.#runs.length > 0 && [...files].length === 0)) {
      this.#drawn = '';
      return this.write();
    }
    if (!token() || !settings.uploads) {
      this.#kept = [...files];
      return this.#explain();
    }
    this.#askWhat([...this.#kept, ...files]);
  }

  /** @param {File[]} files */
  #askWhat(files) {
    this.#kept = [];
    this.#runs = [];
    const before = this.#form?.root.isConnected ? this.#form.files : [];
    this.#form = new UploadForm(this.#wishes, this.actions.workspaces(), {
      submit: (list, wishes) => this.#start(list, wishes),
      cancel: () => this.#dialog.close(),
    });
    if (before.length || files.length) this.#form.add([...before, ...files]);
    this.#show(t('upload.heading'), this.#form.root);
  }

  /** How one gets a token, or that nothing helps. */
  #explain() {
    this.#form = null;
    if (!settings.uploads) return this.#show(t('upload.heading'), element('p', {}, t('upload.switched_off')));
    const input = element('input', { id: 'token-input', type: 'password', autocomplete: 'off', spellcheck: 'false', required: true });
    const use = (/** @type {Event} */ event) => {
      event.preventDefault();
      if (!input.value.trim()) return input.focus();
      keepToken(input.value.trim());
      this.open();
    };
    this.#show(t('session.heading'),
      element('p', {}, t('session.needed')),
      element('ol', { class: 'explain' },
        element('li', {}, t('session.way_serve')),
        element('li', {}, t('session.way_create'), element('code', { class: 'command' }, 'govmaps token create --data DIR --role publisher --workspace NAME'))),
      element('form', { class: 'token-form', onsubmit: use },
        element('div', { class: 'field' }, element('label', { for: 'token-input' }, t('session.token')), input, element('p', { class: 'hint' }, t('session.kept'))),
        element('div', { class: 'dialog-actions' },
          element('button', { class: 'button', type: 'button', onclick: () => this.#dialog.close() }, t('action.cancel')),
          element('button', { class: 'button primary', type: 'submit' }, icon('key'), t('session.use')))));
  }

  /** @param {Parcel[]} list @param {Wishes} wishes */
  async #start(list, wishes) {
    this.#runs = list.map((parcel) => new UploadRun(parcel, { ...wishes }, () => this.write()));
    this.write();
    byId('upload-heading').focus();
    for (const run of this.#runs) if (run.state === 'waiting') await run.start();
    await this.#finish();
  }

  /** The same file once more, with something changed. @param {UploadRun} run @param {Partial<Wishes>} change */
  async #again(run, change) {
    const next = new UploadRun(run.parcel, { ...run.wishes, ...change }, () => this.write());
    this.#runs = this.#runs.map((known) => (known === run ? next : known));
    this.write();
    byId('upload-heading').focus();
    await next.start();
    await this.#finish();
  }

  async #finish() {
    const ids = this.#runs.flatMap((run) => run.layers.map((layer) => layer.id));
    if (ids.length) await this.actions.published(ids);
    this.write();
    const refused = this.#runs.some((run) => run.state === 'refused');
    if (!this.#dialog.open) notice(t(refused ? 'upload.ended_refused' : ids.length ? 'upload.ended_done' : 'upload.ended_cancelled', { count: ids.length }), refused ? 'problem' : 'info');
    if (this.#dialog.open) byId('upload-heading').focus();
  }

  #closed() {
    if (!this.#running) {
      this.#runs = [];
      this.#form = null;
    }
    this.#sign();
  }

  /** The small sign in the bar. */
  #sign() {
    const run = this.#running;
    const sign = byId('upload-running');
    sign.hidden = this.#runs.length === 0 || this.#dialog.open;
    sign.textContent = run ? run.short : t('upload.see_report');
  }

  /** Writes what changes while something runs, and the whole when the situation changed. */
  write() {
    this.#sign();
    if (!this.#dialog.open) return;
    if (this.#runs.length === 0) return this.#rewriteForm();
    const situation = `${document.documentElement.lang} ${this.#runs.map((run) => `${run.state} ${run.step}`).join()}`;
    const running = this.#running;
    if (situation === this.#drawn && running) return this.#advance(running);
    this.#show(this.#heading(), ...this.#runs.map((run) => this.#run(run)), ...this.#foot());
    this.#drawn = situation;
    if (running) this.#advance(running);
  }

  #rewriteForm() {
    if (this.#form) this.#askWhat([]);
    else this.#explain();
  }

  #heading() {
    if (this.#running) return t('upload.running');
    if (this.#runs.some((run) => run.state === 'refused')) return t('upload.refused');
    if (this.#runs.every((run) => run.state === 'cancelled')) return t('upload.cancelled');
    return t('upload.done', { count: this.#runs.reduce((sum, run) => sum + run.layers.length, 0) });
  }

  /** @param {UploadRun} run */
  #run(run) {
    const head = element('p', { class: 'run-file' }, icon('file'), element('strong', {}, run.parcel.name),
      element('span', { class: 'quiet' }, t('upload.into', { workspace: run.wishes.workspace })));
    if (run.state === 'done') return element('section', { class: 'run' }, head, ...run.layers.map((layer) => layerReport(layer, (crs) => this.#again(run, { crs, mode: 'replace' }))));
    if (run.state === 'cancelled') return element('section', { class: 'run' }, head, element('p', { class: 'quiet' }, t('upload.was_cancelled')));
    if (run.state === 'refused' && run.refusal) {
      return element('section', { class: 'run' }, head, refusalReport(run.refusal, {
        tryAgain: (crs) => this.#again(run, { crs }),
        replace: run.isTaken ? () => this.#again(run, { mode: 'replace' }) : null,
        back: () => {
          this.#wishes = { ...run.wishes };
          this.#form = null;
          if (token()) this.#askWhat(run.parcel.files);
          else this.open(run.parcel.files);
        },
      }));
    }
    if (run.state === 'waiting') return element('section', { class: 'run waiting' }, head, element('p', { class: 'quiet' }, run.words));
    return element('section', { class: 'run' }, head,
      element('progress', { id: 'upload-progress', max: 1, 'aria-label': t('progress.label') }),
      element('p', { class: 'run-words', id: 'upload-words' }),
      element('ol', { class: 'steps' }, ...STEPS.map((step, place) => element('li', {
        class: place < run.step ? 'past' : place === run.step ? 'present' : '', 'aria-current': place === run.step ? 'step' : undefined,
      }, place < run.step && icon('check'), t(`progress.${step}`)))));
  }

  /** @param {UploadRun} run */
  #advance(run) {
    const bar = /** @type {HTMLProgressElement | null} */ (document.getElementById('upload-progress'));
    if (!bar) return;
    if (run.part === null) bar.removeAttribute('value');
    else bar.value = run.part;
    byId('upload-words').textContent = run.words;
  }

  /** @returns {Node[]} */
  #foot() {
    const running = this.#running;
    if (running) {
      return [element('div', { class: 'dialog-actions' },
        element('button', { class: 'button', type: 'button', id: 'upload-cancel', onclick: () => this.#cancelAll() }, t('upload.cancel')),
        element('button', { class: 'button', type: 'button', onclick: () => this.#dialog.close() }, t('upload.in_background')))];
    }
    const ids = this.#runs.flatMap((run) => run.layers.map((layer) => layer.id));
    if (ids.length === 0 && this.#runs.some((run) => run.state === 'refused')) return [];
    const show = () => {
      this.#dialog.close();
      this.actions.show(ids);
    };
    return [element('div', { class: 'dialog-actions' },
      element('button', { class: 'button', type: 'button', onclick: () => this.#askWhat([]) }, t('upload.another')),
      element('button', { class: 'button primary', type: 'button', id: 'upload-show', onclick: ids.length ? show : () => this.#dialog.close() }, t(ids.length ? 'upload.show' : 'action.close')))];
  }

  #cancelAll() {
    for (const run of this.#runs) {
      if (run.state === 'waiting') run.state = 'cancelled';
      else if (run.state === 'running') run.cancel().catch((error) => notice(error.message, 'problem'));
    }
  }

  /** @param {string} heading @param {...Node} content */
  #show(heading, ...content) {
    this.#drawn = '';
    byId('upload-heading').textContent = heading;
    this.#body.replaceChildren(...content);
  }

  /** A file may be dropped anywhere on the page. */
  #takeDrops() {
    const cover = byId('drop-cover');
    const hasFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes('Files') ?? false;
    let depth = 0;
    /** @param {number} now */
    const setDepth = (now) => {
      depth = Math.max(0, now);
      cover.hidden = depth === 0;
    };
    addEventListener('dragenter', (event) => hasFiles(event) && setDepth(depth + 1));
    addEventListener('dragleave', (event) => hasFiles(event) && setDepth(depth - 1));
    addEventListener('dragover', (event) => hasFiles(event) && event.preventDefault());
    addEventListener('drop', (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setDepth(0);
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length) this.open(files);
    });
  }
}
