/**
 * What every browser test needs: Debian's Chromium, a page of the running server, and the promise that
 * nothing went wrong: no error in the console, no refused or failed request.
 *
 * Environment: GOVMAPS_URL address of a running server with the sample region in workspace `local`;
 * GOVMAPS_TOKEN a publisher's token for any workspace; GOVMAPS_SHARED folder that holds `geodata`;
 * CHROMIUM the browser, if not /usr/bin/chromium.
 */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after } from 'node:test';
import { chromium } from 'playwright-core';

/** @typedef {import('playwright-core').Page} Page */

export const root = fileURLToPath(new URL('../../', import.meta.url));
const screenshots = join(root, 'target', 'screenshots');

/** Every answer of the page comes within this, also on two busy cores. */
const PATIENCE = 60_000;

const FLAGS = [
  '--headless=new', '--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

/** @param {string} name */
function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; see tests/browser/browser.mjs`);
  return value;
}

/** The server's address, with its slash. */
export const address = () => required('GOVMAPS_URL').replace(/\/*$/, '/');
export const token = () => required('GOVMAPS_TOKEN');

/** A file of the shared geodata, or null where there is none. @param {string} path */
export function geodata(path) {
  const file = join(process.env.GOVMAPS_SHARED ?? join(root, '..', 'shared'), 'geodata', path);
  return existsSync(file) ? file : null;
}

/** @type {Promise<import('playwright-core').Browser> | undefined} */
let browser;

function launched() {
  // The profile is a new temporary folder at each launch.
  browser ??= chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
  return browser;
}

after(async () => {
  await (await browser)?.close();
});

/**
 * Runs `use` on a fresh page and fails on anything that its console calls an error, violations of the
 * content security policy included, and on every answer that is one.
 *
 * @param {import('playwright-core').BrowserContextOptions & {name: string, prepare?: (page: Page) => Promise<unknown>}} options
 * @param {(page: Page) => Promise<void>} use
 */
export async function withPage({ name, prepare, ...options }, use) {
  const context = await (await launched()).newContext({ viewport: { width: 1120, height: 720 }, locale: 'nl-BE', reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  /** @type {string[]} */
  const troubles = [];
  page.on('console', (message) => message.type() === 'error' && troubles.push(`console: ${message.text()} (${message.location().url})`));
  page.on('pageerror', (error) => troubles.push(`uncaught: ${error.stack ?? error.message}`));
  // Tiles are fetched by a worker, whose failures do not show in the page's console.
  context.on('response', (response) => response.status() >= 400 && troubles.push(`answer ${response.status()}: ${response.url()}`));
  context.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // The page gives up what it no longer needs.
    if (!/ERR_ABORTED/.test(reason)) troubles.push(`no answer (${reason}): ${request.url()}`);
  });
  await page.addInitScript(() => addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`)));
  try {
    await prepare?.(page);
    await use(page);
    await shoot(page, name);
    assert.deepEqual(troubles, [], 'the console is clean');
  } catch (error) {
    await shoot(page, `${name}-failed`).catch(() => {});
    if (troubles.length) console.error(troubles.join('\n'));
    throw error;
  } finally {
    await context.close();
  }
}

/** @param {Page} page @param {string} name */
export async function shoot(page, name) {
  await mkdir(screenshots, { recursive: true });
  return page.screenshot({ path: join(screenshots, `${name}.png`) });
}

/** Opens the page, without a token unless asked, and waits for the map. @param {Page} page @param {{query?: string, withToken?: boolean}} [options] */
export async function openPage(page, { query = '', withToken = false } = {}) {
  await page.goto(`${address()}${query}${withToken ? `#token=${token()}` : ''}`);
  await page.waitForSelector('html[data-ready]', { timeout: PATIENCE });
  await idle(page);
}

/** Everything that the map wants is loaded and drawn. @param {Page} page */
export function idle(page) {
  return page.evaluate(() => new Promise((resolve) => {
    const map = /** @type {any} */ (globalThis).govmaps.map;
    const settled = () => map.loaded() && !map.isMoving() && map.areTilesLoaded();
    if (settled()) return resolve(undefined);
    map.on('idle', () => settled() && resolve(undefined));
    map.triggerRepaint();
  }));
}

/** @param {Page} page @param {number[]} centre longitude, latitude @param {number} zoom */
export async function jump(page, centre, zoom) {
  await page.evaluate(([lng, lat, z]) => /** @type {any} */ (globalThis).govmaps.map.jumpTo({ center: [lng, lat], zoom: z }), [...centre, zoom]);
  await idle(page);
}

/** Clicks on the map where this place is drawn. @param {Page} page @param {number[]} place longitude, latitude */
export async function clickPlace(page, place) {
  const point = await page.evaluate(([lng, lat]) => {
    const map = /** @type {any} */ (globalThis).govmaps.map;
    const { left, top } = map.getCanvas().getBoundingClientRect();
    const { x, y } = map.project([lng, lat]);
    return { x: left + x, y: top + y };
  }, place);
  await page.mouse.click(point.x, point.y);
}

/** The first features of a layer, as the server gives them. @param {string} layer @param {number} [limit] */
export async function features(layer, limit = 1) {
  const response = await fetch(`${address()}collections/${encodeURIComponent(layer)}/items?limit=${limit}`, { headers: { Authorization: `Bearer ${token()}` } });
  assert.equal(response.status, 200, `items of ${layer}`);
  return /** @type {any} */ (await response.json()).features;
}

/** Some coordinate of a geometry. @param {any} geometry @returns {[number, number]} */
export function somewhere({ coordinates }) {
  let part = coordinates;
  while (Array.isArray(part[0])) part = part[Math.floor(part.length / 2)];
  return [part[0], part[1]];
}

/**
 * How many different colours a picture has (16 steps per channel), and which share of it the commonest takes.
 *
 * @param {Buffer} png
 */
export async function colours(png) {
  const page = await (await launched()).newPage();
  try {
    return await page.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes]));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const painter = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
      painter.drawImage(bitmap, 0, 0);
      const { data } = painter.getImageData(0, 0, canvas.width, canvas.height);
      /** @type {Map<number, number>} */
      const found = new Map();
      for (let at = 0; at < data.length; at += 4) {
        const colour = ((data[at] >> 4) << 8) | ((data[at + 1] >> 4) << 4) | (data[at + 2] >> 4);
        found.set(colour, (found.get(colour) ?? 0) + 1);
      }
      return { count: found.size, commonest: Math.max(...found.values()) / (data.length / 4) };
    }, png.toString('base64'));
  } finally {
    await page.close();
  }
}
