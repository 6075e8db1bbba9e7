import assert from 'node:assert/strict';
import { test } from 'node:test';
import { features, jump, openPage, shoot, somewhere, withPage } from './browser.mjs';

/** @typedef {import('./browser.mjs').Page} Page */

/** What has the focus, and whether one can see that. @param {Page} page */
const focus = (page) => page.evaluate(() => {
  const element = /** @type {HTMLElement} */ (document.activeElement);
  const box = element.getBoundingClientRect();
  const name = element.id || (element.classList.contains('maplibregl-canvas') ? 'canvas' : element.className);
  // The map's frame and the file chooser's area show the focus of what lies inside or before them.
  const frame = element.closest('.map-frame');
  const marked = name === 'canvas' && frame ? getComputedStyle(frame, '::after').borderTopStyle : getComputedStyle(element).outlineStyle;
  return { name, seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && marked !== 'none' };
});

/** Presses Tab until this has the focus; everything on the way must show it. @param {Page} page @param {string} name */
async function tabTo(page, name, most = 90) {
  /** @type {string[]} */
  const way = [];
  for (let step = 0; step < most; step++) {
    await page.keyboard.press('Tab');
    const at = await focus(page);
    way.push(at.name);
    assert.ok(at.seen || at.name === '', `the focus shows on ${at.name}`);
    if (at.name === name) return;
  }
  assert.fail(`Tab does not reach ${name}: ${way.join(' → ')}`);
}

test('the skip links come first and lead where they say', async () => {
  await withPage({ name: 'keyboard-skip' }, async (page) => {
    await openPage(page, { query: '?lang=nl' });
    const before = page.url();
    await page.keyboard.press('Tab');
    assert.equal((await focus(page)).name, 'skip-link');
    await shoot(page, 'keyboard-skip-link');
    await page.keyboard.press('Enter');
    assert.equal((await focus(page)).name, 'layers-heading');
    assert.equal(new URL(page.url()).search, new URL(before).search, 'the page stayed');
    await page.focus('.skip-link >> nth=1');
    await page.keyboard.press('Enter');
    assert.equal((await focus(page)).name, 'canvas');
    await page.focus('.skip-link >> nth=2');
    await page.keyboard.press('Enter');
    assert.equal((await focus(page)).name, 'table');
  });
});

test('a walk by keyboard: layers, map, what is here, table, upload', async () => {
  await withPage({ name: 'keyboard-walk' }, async (page) => {
    await openPage(page, { withToken: true });
    const [address] = await features('local:adressen');
    await jump(page, somewhere(address.geometry), 18);

    await tabTo(page, 'layer-local:adressen');
    await page.keyboard.press('Space');
    assert.equal(await page.isChecked('[id="layer-local:adressen"]'), false);
    assert.equal((await focus(page)).name, 'layer-local:adressen', 'the focus stays');
    await page.keyboard.press('Space');
    assert.equal(await page.isChecked('[id="layer-local:adressen"]'), true);

    await tabTo(page, 'canvas');
    assert.equal(await page.locator('#map-hint').isVisible(), true, 'the keys are told');
    await shoot(page, 'keyboard-map');
    await page.keyboard.press('Enter');
    await page.locator('#identify').waitFor();
    assert.equal((await focus(page)).name, 'identify-heading');
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('#identify').isVisible(), false);
    assert.equal((await focus(page)).name, 'canvas', 'the focus goes back to the map');

    await tabTo(page, 'zoom-in');
    await tabTo(page, 'dock-table');
    await page.keyboard.press('Enter');
    await page.locator('#table tbody tr').first().waitFor();
    assert.equal((await focus(page)).name, 'table');
    await tabTo(page, 'row-button');
    await page.keyboard.press('Enter');
    await page.locator('#table tr[aria-current]').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('#table').isVisible(), false);
    assert.equal((await focus(page)).name, 'dock-table');
  });
});

test('the upload dialog opens, keeps the focus inside, and gives it back', async () => {
  await withPage({ name: 'keyboard-upload' }, async (page) => {
    await openPage(page, { withToken: true });
    await tabTo(page, 'upload-open');
    await page.keyboard.press('Enter');
    await page.locator('#upload[open]').waitFor();
    for (let step = 0; step < 25; step++) {
      await page.keyboard.press('Tab');
      const inside = await page.evaluate(() => document.activeElement === document.body || Boolean(document.activeElement?.closest('#upload')));
      assert.ok(inside, 'the focus stays in the dialog');
    }
    await page.focus('#upload-submit');
    await page.keyboard.press('Enter');
    assert.match(await page.locator('#upload-files-problem').innerText(), /Kies eerst een bestand/);
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('#upload[open]').count(), 0);
    assert.equal((await focus(page)).name, 'upload-open');
  });
});
