/**
 * One parcel on its way: sent, worked on, reported or refused.
 *
 * @typedef {import('./transfer.mjs').Wishes} Wishes
 * @typedef {import('./parcel.mjs').Parcel} Parcel
 * @typedef {import('./job.mjs').Refusal} Refusal
 */
import { cancel, follow } from './job.mjs';
import { byteSize, t } from './language.mjs';
import { sentence } from './notice.mjs';
import { countSentence, percentage } from './report.mjs';
import { Problem, tokenExpired } from './request.mjs';
import { send } from './transfer.mjs';

/** The steps that are shown; other phases of a job belong to the one before them. */
export const STEPS = ['sending', 'unpacking', 'recognising', 'reading', 'building', 'publishing'];

export class UploadRun {
  /** @type {'waiting' | 'running' | 'done' | 'refused' | 'cancelled'} */
  state = 'waiting';
  step = 0;
  sent = 0;
  /** @type {import('./job.mjs').Job | null} */
  job = null;
  /** @type {import('./job.mjs').LayerReport[]} */
  layers = [];
  /** @type {Refusal | null} */
  refusal = null;
  /** @type {string | null} */
  #url = null;
  #stop = new AbortController();

  /** @param {Parcel} parcel @param {Wishes} wishes @param {() => void} changed */
  constructor(parcel, wishes, changed) {
    this.parcel = parcel;
    this.wishes = wishes;
    this.changed = changed;
  }

  get isOver() {
    return this.state === 'done' || this.state === 'refused' || this.state === 'cancelled';
  }

  async start() {
    this.state = 'running';
    try {
      const { url } = await send(this.parcel, this.wishes, { signal: this.#stop.signal, onProgress: (sent) => this.#progress(sent) });
      this.#url = url;
      this.#end(await follow(url, (job) => this.#update(job), this.#stop.signal));
    } catch (error) {
      this.#fail(error);
    }
    this.changed();
  }

  /** @param {number} sent */
  #progress(sent) {
    this.sent = Math.min(sent, this.parcel.size);
    this.changed();
  }

  /** @param {import('./job.mjs').Job} job */
  #update(job) {
    this.job = job;
    this.step = Math.max(this.step, STEPS.indexOf(job.phase), 1);
    this.changed();
  }

  /** @param {import('./job.mjs').Job} job */
  #end(job) {
    this.layers = job.report?.layers ?? [];
    const refusal = job.report?.refusal ?? null;
    this.refusal = refusal && { ...refusal, params: { workspace: this.wishes.workspace, ...refusal.params } };
    if (job.state === 'failed' && !this.refusal) this.refusal = { code: '', text: t('problem.failed'), params: {} };
    this.state = job.state === 'done' ? 'done' : job.state === 'cancelled' ? 'cancelled' : 'refused';
  }

  /** @param {unknown} error */
  #fail(error) {
    if (this.#stop.signal.aborted) {
      this.state = 'cancelled';
      return;
    }
    this.state = 'refused';
    const problem = error instanceof Problem ? error : new Problem(-1, { detail: sentence(error) });
    if (problem.status === 401) tokenExpired();
    const byStatus = { 401: 'token-unknown', 403: 'token-forbids', 409: 'layer-exists', 413: 'too-large' };
    const code = problem.code || /** @type {Record<number, string>} */ (byStatus)[problem.status] || '';
    this.refusal = { code, text: sentence(problem), params: { ...problem.params, workspace: this.wishes.workspace } };
  }

  /** The name is taken: replacing would help. */
  get isTaken() {
    return this.refusal?.code === 'layer-exists';
  }

  /** Ends the sending, or asks the server to end the job. */
  async cancel() {
    if (!this.#url) return this.#stop.abort();
    await cancel(this.#url).catch((error) => {
      // A job that ended meanwhile cannot be cancelled; its end is on its way.
      if (!(error instanceof Problem) || error.status === 0) throw error;
    });
  }

  /** Between 0 and 1, or null where nobody knows. @returns {number | null} */
  get part() {
    if (this.step === 0) return this.parcel.size ? this.sent / this.parcel.size : null;
    const counts = this.job?.counts;
    return counts?.total ? Math.min(1, counts.done / counts.total) : null;
  }

  /** What is going on, in words. */
  get words() {
    if (this.state === 'waiting') return t('progress.waiting');
    if (this.step === 0) return t('progress.sent', { done: byteSize(this.sent), total: byteSize(this.parcel.size) });
    if (this.job?.state === 'queued') return t('progress.queued');
    return countSentence(this.job?.counts) || t(`progress.${STEPS[this.step]}`);
  }

  /** For the small sign in the bar. */
  get short() {
    const name = t(`progress.${STEPS[this.step]}`);
    return this.part === null ? name : `${name} ${percentage(this.part)}`;
  }
}
