import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { address, clickPlace, geodata, jump, openPage, shoot, token, withPage } from './browser.mjs';

/** @typedef {import('./browser.mjs').Page} Page */

const ADDRESSES = geodata('brussels-addresses/UrbAdm_AdPt.zip');
const BUILDINGS = geodata('flanders-buildings/gebouw_ALL_LB08.zip');
const LOOSE = ['cpg', 'dbf', 'prj', 'shp', 'shx'].map((part) => geodata(`flanders-nature/BWK_2020_clip_ZwarteBeek.${part}`));
const absent = ADDRESSES && BUILDINGS ? false : 'skipped: no shared geodata';

/** A workspace of this run, so that runs do not meet. */
const workspace = `proef_${Date.now().toString(36)}`;
/** @type {Set<string>} */
const published = new Set();

after(async () => {
  for (const id of published) {
    await fetch(`${address()}manage/layers/${encodeURIComponent(id)}`, { method: 'DELETE', headers: { Authorization: `Bearer ${token()}` } }).catch(() => {});
  }
});

/** @param {Page} page @param {{layer?: string, crs?: string}} wishes */
async function submit(page, { layer = '', crs = '' }) {
  await page.fill('#upload-workspace', workspace);
  await page.fill('#upload-layer', layer);
  if (crs) {
    if (!(await page.locator('#upload-crs').isVisible())) await page.locator('.advanced summary').click();
    await page.fill('#upload-crs', crs);
  }
  await page.click('#upload-submit');
}

/** Waits for the report. @param {Page} page @returns {Promise<string>} its text */
async function report(page) {
  const shown = page.locator('.report-layer, .refusal').first();
  await shown.waitFor();
  for (const one of await page.locator('.report-layer').all()) published.add(/** @type {string} */ (await one.getAttribute('data-layer')));
  return page.locator('#upload-body').innerText();
}

/** An address of the file as GDAL reads it, its place through ETRS89; known by heart where GDAL's tools are absent. */
function knownAddress() {
  const byHeart = { number: '2', street: 'Overwinningsstraat', rue: 'Rue de la Victoire', place: [4.345822, 50.832470] };
  try {
    const text = execFileSync('ogr2ogr', ['-f', 'GeoJSON', '/vsistdout/', '-t_srs', 'EPSG:4258', '-limit', '1', `/vsizip/${ADDRESSES}/shp/UrbAdm_AdPt.shp`], { stdio: ['ignore', 'pipe', 'ignore'] });
    const { properties, geometry } = JSON.parse(String(text)).features[0];
    return { number: properties.ADRN, street: properties.PW_NAME_DU, rue: properties.PW_NAME_FR, place: geometry.coordinates };
  } catch {
    return byHeart;
  }
}

test('a zipped Shapefile goes through the page onto the map, and a known address lies in its street', { skip: absent }, async () => {
  await withPage({ name: 'upload-addresses' }, async (page) => {
    await openPage(page, { withToken: true });
    assert.doesNotMatch(page.url(), /token/, 'the token left the address bar');
    await page.click('#upload-open');
    await page.setInputFiles('#upload-files', /** @type {string} */ (ADDRESSES));
    await shoot(page, 'upload-form');
    await submit(page, {});
    const text = await report(page);
    await shoot(page, 'upload-report');
    assert.match(text, /666 objecten/);
    assert.match(text, /EPSG:31370/);
    assert.match(text, /ANGLE[\s\S]*652|652[\s\S]*ANGLE/);
    const id = `${workspace}:UrbAdm_AdPt`;
    assert.ok(published.has(id), `the report names ${id}`);
    await page.click('#upload-show');
    await page.locator(`.layer[data-layer="${id}"] input:checked`).waitFor();

    const known = knownAddress();
    await jump(page, known.place, 19);
    await clickPlace(page, known.place);
    const here = page.locator(`#identify .feature[data-layer="${id}"]`).filter({ hasText: known.street });
    await here.first().waitFor();
    for (const one of await here.all()) if ((await one.getAttribute('open')) === null) await one.locator('summary').click();
    await here.first().locator('[data-whole]').waitFor();
    const found = (await here.allInnerTexts()).join('\n');
    assert.match(found, new RegExp(`ADRN\\s+${known.number}\\b`), 'the house number');
    assert.ok(found.includes(known.rue), 'the street in French');
    if (known.number === '2') assert.match(found, /ANGLE\s+309,92/, 'the decimal comma was read right');
    await shoot(page, 'upload-address-found');
  });
});

test('a file may be dropped on the page', { skip: absent }, async () => {
  await withPage({ name: 'upload-drop' }, async (page) => {
    await openPage(page, { withToken: true });
    const bytes = readFileSync(/** @type {string} */ (ADDRESSES)).toString('base64');
    const transfer = await page.evaluateHandle((base64) => {
      const carried = new DataTransfer();
      carried.items.add(new File([Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))], 'UrbAdm_AdPt.zip', { type: 'application/zip' }));
      return carried;
    }, bytes);
    await page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer });
    assert.equal(await page.locator('#drop-cover').isVisible(), true);
    await shoot(page, 'upload-drop-cover');
    await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
    await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
    assert.equal(await page.locator('#drop-cover').isVisible(), false);
    await page.locator('.file-list', { hasText: 'UrbAdm_AdPt.zip' }).waitFor();
    await submit(page, { layer: 'gesleept' });
    assert.match(await report(page), /ANGLE[\s\S]*652|652[\s\S]*ANGLE/);
    assert.ok(published.has(`${workspace}:gesleept`));
  });
});

test('the loose parts of a Shapefile go as one upload', { skip: absent || (LOOSE.every(Boolean) ? false : 'skipped: no shared geodata') }, async () => {
  await withPage({ name: 'upload-loose' }, async (page) => {
    await openPage(page, { withToken: true });
    await page.click('#upload-open');
    await page.setInputFiles('#upload-files', /** @type {string[]} */ (LOOSE));
    assert.equal(await page.locator('.file-list li').count(), 1);
    assert.match(await page.locator('.file-list').innerText(), /5 delen/);
    await submit(page, { layer: 'los' });
    assert.match(await report(page), /50 objecten/);
  });
});

test('coordinates that contradict the stated projection are refused, and the likely one is a button', { skip: absent }, async () => {
  await withPage({ name: 'upload-refused' }, async (page) => {
    await openPage(page, { withToken: true });
    await page.click('#upload-open');
    await page.setInputFiles('#upload-files', /** @type {string} */ (BUILDINGS));
    await submit(page, { layer: 'gebouwen_lb08', crs: 'EPSG:31370' });
    const text = await report(page);
    assert.match(text, /Niet gepubliceerd|3812/);
    assert.match(await page.locator('.refusal').innerText(), /EPSG:3812/);
    await shoot(page, 'upload-refusal');
    await page.click('.refusal button[data-crs="EPSG:3812"]');
    await page.locator('.report-layer').waitFor();
    assert.match(await report(page), /Lambert 2008 \(EPSG:3812\), zoals u opgaf/);
  });
});

test('a guessed projection is told as a guess, with its alternatives', { skip: absent }, async () => {
  await withPage({ name: 'upload-guessed', locale: 'en-GB' }, async (page) => {
    await openPage(page, { withToken: true });
    await page.click('#upload-open');
    await page.setInputFiles('#upload-files', /** @type {string} */ (BUILDINGS));
    await submit(page, { layer: 'guessed' });
    assert.match(await report(page), /guessed: Lambert 2008 \(EPSG:3812\)/);
    assert.ok((await page.locator('.report-layer button[data-crs]').count()) > 0);
  });
});

test('without a token the page reads and tells how to get one', async () => {
  await withPage({ name: 'upload-without-token' }, async (page) => {
    await openPage(page);
    await page.click('#upload-open');
    assert.match(await page.locator('#upload-body').innerText(), /govmaps token create/);
    await page.fill('#token-input', token());
    await page.locator('.token-form button[type=submit]').click();
    await page.locator('#upload-submit').waitFor();
  });
});
