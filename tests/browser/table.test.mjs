import assert from 'node:assert/strict';
import { test } from 'node:test';
import { features, idle, jump, openPage, shoot, somewhere, withPage } from './browser.mjs';

/** Numbers of the rows shown. @param {import('./browser.mjs').Page} page */
const numbers = (page) => page.locator('#table tbody .row-head').allInnerTexts();

test('the table lists what is in view, page by page', async () => {
  await withPage({ name: 'table' }, async (page) => {
    await openPage(page);
    await page.locator('.layer[data-layer="local:percelen"] button[id$="-table"]').click();
    await page.locator('#table tbody tr').nth(24).waitFor();
    const first = await numbers(page);
    assert.equal(first.length, 25);
    assert.match(await page.locator('#table-count').innerText(), /\d objecten in beeld/);
    await page.click('#table-next');
    await page.waitForFunction((before) => document.querySelector('#table tbody .row-head')?.textContent !== before, first[0]);
    const second = await numbers(page);
    assert.equal(new Set([...first, ...second]).size, 50, 'no row twice');
    assert.match(await page.locator('#table-page').innerText(), /26.50/);
    await page.click('#table-previous');
    await page.waitForFunction((before) => document.querySelector('#table tbody .row-head')?.textContent === before, first[0]);
    assert.deepEqual(await numbers(page), first);
    await shoot(page, 'table-paged');
  });
});

test('the table follows the map, and does not when told so', async () => {
  await withPage({ name: 'table-follow' }, async (page) => {
    await openPage(page);
    await page.locator('.layer[data-layer="local:gebouwen"] button[id$="-table"]').click();
    await page.locator('#table tbody tr').first().waitFor();
    const count = async () => Number((await page.locator('#table-count').innerText()).replace(/\D/g, ''));
    const all = await count();
    const [building] = await features('local:gebouwen');
    await jump(page, somewhere(building.geometry), 19);
    await page.waitForFunction((before) => Number(document.querySelector('#table-count')?.textContent?.replace(/\D/g, '')) < before, all);
    assert.ok((await numbers(page)).map((text) => text.trim()).includes(String(building.id)), 'the building in view is in the table');
    await page.uncheck('#table-follow');
    await page.waitForFunction(() => document.querySelector('#table-count')?.textContent?.includes('in de laag'));
    assert.ok((await count()) >= all, 'the whole layer');
  });
});

test('a row shows its feature on the map and tells its attributes', async () => {
  await withPage({ name: 'table-row' }, async (page) => {
    await openPage(page);
    await page.locator('.layer[data-layer="local:percelen"] button[id$="-table"]').click();
    const row = page.locator('#table tbody tr').nth(2);
    await row.waitFor();
    const id = (await row.locator('.row-head').innerText()).trim();
    await row.locator('td').nth(1).click();
    await page.locator(`#identify .feature[data-layer="local:percelen"][data-feature="${id}"] [data-whole]`).waitFor();
    await page.waitForTimeout(900);
    await idle(page);
    const picked = await page.evaluate(() => /** @type {any} */ (globalThis).govmaps.map.queryRenderedFeatures({ layers: ['highlight/line'] }).length);
    assert.ok(picked > 0, 'the feature is picked out on the map');
  });
});
