/**
 * Asking the server for JSON, and what it says when it refuses (problem+json, RFC 9457).
 */
import { authorization, keepToken, token } from './session.mjs';
import { followable } from './address.mjs';

/** A refusal, or no answer at all (status 0). */
export class Problem extends Error {
  /**
   * @param {number} status HTTP status; 0 when the server could not be reached
   * @param {{title?: string, detail?: string, code?: string, params?: Record<string, any>}} body
   */
  constructor(status, body = {}) {
    super(body.detail || body.title || '');
    this.status = status;
    this.code = body.code ?? '';
    this.params = body.params ?? {};
  }

  /** @param {Response} response */
  static async of(response) {
    return new Problem(response.status, await response.json().catch(() => ({})));
  }
}

/** @type {Set<() => void>} */
const expiryListeners = new Set();

/** @param {() => void} listener called when the server no longer knows the token */
export function onTokenExpired(listener) {
  expiryListeners.add(listener);
}

/** The server does not know our token any more: read on without it. */
export function tokenExpired() {
  keepToken(null);
  for (const listener of expiryListeners) listener();
}

/**
 * @param {string} url
 * @param {RequestInit & {accept?: string}} [init]
 * @returns {Promise<Response>} an answer with a status below 400
 */
export async function request(url, { accept = 'application/json', ...init } = {}) {
  const ask = () =>
    fetch(followable(url), { ...init, headers: { Accept: accept, ...authorization(), ...init.headers } });
  let response;
  try {
    response = await ask();
    const reading = !init.method || init.method === 'GET';
    if (response.status === 401 && token() && reading) {
      tokenExpired();
      response = await ask();
    }
  } catch (error) {
    if (/** @type {Error} */ (error).name === 'AbortError') throw error;
    throw new Problem(0);
  }
  if (!response.ok) throw await Problem.of(response);
  return response;
}

/**
 * @param {string} url
 * @param {{accept?: string, signal?: AbortSignal}} [init]
 * @returns {Promise<any>}
 */
export async function readJson(url, init) {
  return (await request(url, init)).json();
}
