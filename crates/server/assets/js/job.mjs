/**
 * Following a job by its server-sent events. EventSource cannot send the token, so the stream is read by
 * fetch; when it breaks, the job is asked and the stream opened again.
 *
 * @typedef {object} Job
 * @property {string} id
 * @property {'queued' | 'running' | 'done' | 'failed' | 'cancelled'} state
 * @property {string} phase
 * @property {{done: number, total: number | null, unit: string}} [counts]
 * @property {Report | null} report
 *
 * @typedef {object} Report
 * @property {LayerReport[]} layers
 * @property {Refusal | null} refusal
 *
 * @typedef {object} Refusal
 * @property {string} code
 * @property {string} text English
 * @property {Record<string, any>} params
 *
 * @typedef {object} LayerReport
 * @property {string} id
 * @property {string} name
 * @property {number} features
 * @property {string} geometry
 * @property {{crs: string, how: string, alternatives?: string[], text?: string} | null} crs
 * @property {{name: string, how: string} | null} encoding
 * @property {number | null} accuracy_m
 * @property {Finding[]} findings
 *
 * @typedef {object} Finding
 * @property {string} code
 * @property {string} level `info` or `warning`
 * @property {string} [column]
 * @property {number} count
 * @property {number[]} [features] ids, the first few
 * @property {Record<string, any>} [params]
 * @property {string} text English
 */
import { readJson, request, Problem } from './request.mjs';

/** So many failures in a row end the following, not the job. */
const PATIENCE = 20;

/** @param {Job} job */
export const isOver = (job) => ['done', 'failed', 'cancelled'].includes(job.state);

/**
 * @param {string} url of the job
 * @param {(job: Job) => void} onChange
 * @param {AbortSignal} signal ends the following
 * @returns {Promise<Job>} the job when it is over
 */
export async function follow(url, onChange, signal) {
  for (let failures = 0; ; ) {
    try {
      for await (const job of events(`${url}/events`, signal)) {
        failures = 0;
        onChange(job);
        if (isOver(job)) return job;
      }
      const job = await readJson(url, { signal });
      onChange(job);
      if (isOver(job)) return job;
    } catch (error) {
      const passing = error instanceof TypeError || (error instanceof Problem && (error.status === 0 || error.status >= 500));
      if (signal.aborted || !passing || ++failures > PATIENCE) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/** @param {string} url */
export async function cancel(url) {
  await request(url, { method: 'DELETE' });
}

/** @param {string} url @param {AbortSignal} signal @returns {AsyncGenerator<Job>} */
async function* events(url, signal) {
  const response = await request(url, { accept: 'text/event-stream', signal, cache: 'no-store' });
  const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest += decoder.decode(value, { stream: true }).replace(/\r\n?/g, '\n');
    const blocks = rest.split('\n\n');
    rest = /** @type {string} */ (blocks.pop());
    for (const block of blocks) {
      const data = block.split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trimStart()).join('\n');
      if (data) yield JSON.parse(data);
    }
  }
}
