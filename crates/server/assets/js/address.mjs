/**
 * Addresses of the server, relative to the page's base, so that a path prefix needs no thought elsewhere.
 */

/**
 * @param {string} path relative, parts already encoded
 * @param {Record<string, string | number | undefined>} [query] empty and undefined values are left out
 */
export function address(path, query = {}) {
  const url = new URL(path, document.baseURI);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') url.searchParams.set(name, String(value));
  }
  return url.href;
}

/** @param {string} id */
export const collection = (id) => `collections/${encodeURIComponent(id)}`;

/** @param {string} id */
export const tileJson = (id) => `xyz/${encodeURIComponent(id)}`;

const ROOTS = ['collections', 'xyz', 'manage'];

/**
 * The same resource as `link` on the address by which this page was reached. The server writes its public
 * address into links; a browser that came by another name (localhost, a tunnel) could not follow them
 * under the page's security policy. Template braces survive.
 *
 * @param {string} link absolute or relative
 */
export function followable(link) {
  const base = new URL(document.baseURI);
  if (!/^[a-z]+:/i.test(link) || link.startsWith(base.origin + base.pathname)) {
    return /^[a-z]+:/i.test(link) ? link : new URL(link, base).href;
  }
  for (const root of ROOTS) {
    const at = link.indexOf(`/${root}/`);
    if (at >= 0) return base.origin + base.pathname + link.slice(at + 1);
  }
  return link;
}

/** @param {string} url absolute */
export const isOurs = (url) => url.startsWith(new URL(document.baseURI).origin + '/');
