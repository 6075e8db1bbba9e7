import assert from 'node:assert/strict';
import { test } from 'node:test';
import { address, clickPlace, colours, features, idle, jump, openPage, shoot, somewhere, withPage } from './browser.mjs';

const SAMPLE = ['gemeenten', 'bestemmingen', 'wegen', 'percelen', 'gebouwen', 'adressen', 'bomen'].map((name) => `local:${name}`);

test('the map draws the sample region', async () => {
  await withPage({ name: 'map' }, async (page) => {
    await openPage(page);
    const { count, commonest } = await colours(await page.locator('#map').screenshot());
    assert.ok(count > 20, `${count} colours`);
    assert.ok(commonest < 0.95, `one colour fills ${commonest} of the map`);
    for (const layer of SAMPLE) assert.ok(await page.locator(`.layer[data-layer="${layer}"]`).isVisible(), `${layer} in the legend`);
  });
});

test('every sample layer is drawn where its features are', async () => {
  await withPage({ name: 'map-near' }, async (page) => {
    await openPage(page);
    for (const layer of SAMPLE) {
      const [feature] = await features(layer);
      await jump(page, somewhere(feature.geometry), 17);
      const drawn = await page.evaluate((source) => {
        const map = /** @type {any} */ (globalThis).govmaps.map;
        const parts = map.getStyle().layers.filter((/** @type {any} */ part) => part.source === source).map((/** @type {any} */ part) => part.id);
        return map.queryRenderedFeatures({ layers: parts }).length;
      }, layer);
      assert.ok(drawn > 0, `${layer} near its feature ${feature.id}`);
    }
  });
});

test('switching a layer off takes it from the map, and its count stands in the legend', async () => {
  await withPage({ name: 'map-switched' }, async (page) => {
    await openPage(page);
    const box = page.locator('.layer[data-layer="local:gemeenten"] input[type=checkbox]');
    assert.equal(await box.isChecked(), true);
    await box.uncheck();
    await idle(page);
    const visible = () => page.evaluate(() => /** @type {any} */ (globalThis).govmaps.map.getLayoutProperty('local:gemeenten/border', 'visibility'));
    assert.equal(await visible(), 'none');
    await box.check();
    await idle(page);
    assert.equal(await visible(), 'visible');
    assert.match(await page.locator('.layer[data-layer="local:gemeenten"] .layer-facts').innerText(), /\d+ vlak/);
  });
});

test('a click tells every attribute of the feature under it', async () => {
  await withPage({ name: 'identify' }, async (page) => {
    await openPage(page);
    const [house] = await features('local:adressen');
    await jump(page, somewhere(house.geometry), 18);
    await clickPlace(page, somewhere(house.geometry));
    const found = page.locator(`#identify .feature[data-layer="local:adressen"][data-feature="${house.id}"]`);
    await found.waitFor();
    if ((await found.getAttribute('open')) === null) await found.locator('summary').click();
    await found.locator('[data-whole]').waitFor();
    const text = await found.innerText();
    for (const [column, value] of Object.entries(house.properties)) {
      assert.ok(text.includes(column), `column ${column}`);
      if (typeof value === 'string' && value) assert.ok(text.includes(value), `${column} = ${value}`);
    }
    assert.ok((await page.locator('#identify .feature').count()) > 1, 'the parcel or municipality under the address is told too');
    await shoot(page, 'identify-open');
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('#identify').isVisible(), false);
  });
});

test('on a telephone nothing sticks out and the layers are a sheet over the map', async () => {
  await withPage({ name: 'phone', viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }, async (page) => {
    await openPage(page, { withToken: true });
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(await overflow(), 0);
    assert.equal(await page.locator('#layers').isVisible(), false);
    await page.tap('#dock-layers');
    assert.equal(await page.locator('#layers').isVisible(), true);
    await shoot(page, 'phone-layers');
    await page.tap('#dock-table');
    await page.locator('#table tbody tr').first().waitFor();
    assert.equal(await page.locator('#layers').isVisible(), false);
    assert.equal(await overflow(), 0);
    await shoot(page, 'phone-table');
    await page.tap('#upload-open');
    assert.equal(await page.locator('#upload-submit').isVisible(), true);
  });
});

test('without WebGL the table takes the place of the map', async () => {
  const prepare = (/** @type {import('./browser.mjs').Page} */ page) => page.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null;
  });
  await withPage({ name: 'no-webgl', prepare }, async (page) => {
    await page.goto(address());
    await page.locator('#table tbody tr').first().waitFor();
    assert.equal(await page.locator('#map-absent').isVisible(), true);
  });
});
