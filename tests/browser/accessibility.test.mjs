import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { clickPlace, features, jump, openPage, shoot, somewhere, withPage } from './browser.mjs';

/** @typedef {import('./browser.mjs').Page} Page */

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds serious or critical. @param {Page} page @param {string} state */
async function check(page, state) {
  await page.evaluate(axe);
  const found = await page.evaluate(async (tags) => {
    const { violations } = await /** @type {any} */ (globalThis).axe.run(document, { runOnly: { type: 'tag', values: tags } });
    return violations
      .filter((/** @type {any} */ one) => ['serious', 'critical'].includes(one.impact))
      .map((/** @type {any} */ one) => `${one.id}: ${one.help}\n  ${one.nodes.map((/** @type {any} */ node) => node.html.slice(0, 160)).join('\n  ')}`);
  }, RULES);
  assert.deepEqual(found, [], state);
}

for (const lang of ['nl', 'en']) {
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    test(`axe finds nothing serious: ${lang}, ${colorScheme}`, async () => {
      await withPage({ name: `axe-${lang}-${colorScheme}`, colorScheme }, async (page) => {
        await openPage(page, { query: `?lang=${lang}`, withToken: true });
        await check(page, 'map and layers');
        const [address] = await features('local:adressen');
        await jump(page, somewhere(address.geometry), 18);
        await clickPlace(page, somewhere(address.geometry));
        await page.locator('#identify [data-whole]').first().waitFor();
        await page.locator('.layer[data-layer="local:percelen"] button[id$="-more"]').click();
        await page.click('#dock-table');
        await page.locator('#table tbody tr').first().waitFor();
        await check(page, 'what is here, details and table');
        await shoot(page, `panels-${lang}-${colorScheme}`);
        await page.click('#upload-open');
        await page.locator('.advanced summary').click();
        await page.click('#upload-submit');
        await check(page, 'upload form with problems');
      });
    });
  }
}

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`axe finds nothing serious while the table waits for its next page: ${colorScheme}`, async () => {
    await withPage({ name: `axe-busy-${colorScheme}`, colorScheme }, async (page) => {
      await openPage(page);
      await page.locator('.layer[data-layer="local:percelen"] button[id$="-table"]').click();
      // axe does not judge the contrast of a single digit: go to rows with longer numbers.
      await page.locator('#table tbody tr').first().waitFor();
      await page.click('#table-next');
      await page.waitForFunction(() => Number(document.querySelector('#table tbody .row-head')?.textContent) > 9);
      /** @type {() => void} */
      let release = () => {};
      const held = new Promise((resolve) => { release = () => resolve(undefined); });
      await page.route(/\/items\?/, async (route) => {
        await held;
        await route.continue();
      });
      await page.click('#table-next');
      await page.locator('#table[aria-busy=true]').waitFor();
      await check(page, 'busy table');
      assert.equal(await page.getAttribute('#table', 'aria-busy'), 'true', 'it was still waiting');
      release();
      await page.locator('#table:not([aria-busy])').waitFor();
    });
  });
}

test('axe finds nothing serious on a telephone and without a token', async () => {
  await withPage({ name: 'axe-phone', viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }, async (page) => {
    await openPage(page);
    await page.tap('#dock-layers');
    await check(page, 'layers');
    await page.tap('#dock-table');
    await page.locator('#table tbody tr').first().waitFor();
    await check(page, 'table');
    await page.tap('#upload-open');
    await page.locator('#token-input').waitFor();
    await check(page, 'how to get a token');
  });
});
