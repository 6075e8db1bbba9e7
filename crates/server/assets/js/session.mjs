/**
 * The access token of this tab. It arrives as `#token=…` in the address (a fragment never travels to a
 * server or into a log), is kept in the tab's own storage and leaves the address bar at once.
 */
import { tab } from './memory.mjs';

/** @type {string | null} */
let current = tab.get('token');
/** @type {Set<() => void>} */
const listeners = new Set();

/** Takes a token out of the address. Call before anything else reads the fragment. */
export function takeTokenFromAddress() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const token = fragment.get('token');
  if (token === null) return;
  fragment.delete('token');
  const rest = [...fragment].map(([name, value]) => `${name}=${value}`).join('&');
  history.replaceState(history.state, '', location.pathname + location.search + (rest ? `#${rest}` : ''));
  if (token.trim()) keepToken(token.trim());
}

/** @returns {string | null} */
export function token() {
  return current;
}

/** @param {string | null} value null forgets */
export function keepToken(value) {
  if (value === current) return;
  current = value;
  tab.set('token', value);
  for (const listener of listeners) listener();
}

/** @param {() => void} listener */
export function onToken(listener) {
  listeners.add(listener);
}

/** @returns {Record<string, string>} request headers */
export function authorization() {
  return current ? { Authorization: `Bearer ${current}` } : {};
}
