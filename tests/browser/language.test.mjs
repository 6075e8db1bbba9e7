import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPage, withPage } from './browser.mjs';

/** @param {import('./browser.mjs').Page} page */
const state = (page) => page.evaluate(() => ({
  lang: document.documentElement.lang,
  heading: document.querySelector('#layers-heading')?.textContent,
  facts: document.querySelector('.layer[data-layer="local:percelen"] .layer-facts')?.textContent ?? '',
}));

test('the page speaks the browser’s language, and Dutch where it does not know it', async () => {
  for (const [locale, heading] of [['nl-BE', 'Lagen'], ['en-GB', 'Layers'], ['ja-JP', 'Lagen']]) {
    await withPage({ name: `language-${locale}`, locale }, async (page) => {
      await openPage(page);
      assert.equal((await state(page)).heading, heading);
    });
  }
});

test('the address asks for a language, the switch changes and keeps it', async () => {
  await withPage({ name: 'language-switched' }, async (page) => {
    await openPage(page, { query: '?lang=en' });
    const english = await state(page);
    assert.equal(english.lang, 'en');
    assert.equal(english.heading, 'Layers');
    assert.match(english.facts, /\d,\d{3} areas/, 'numbers the English way');
    await page.selectOption('#language', 'nl');
    await page.waitForFunction(() => document.documentElement.lang === 'nl');
    const dutch = await state(page);
    assert.equal(dutch.heading, 'Lagen');
    assert.match(dutch.facts, /\d\.\d{3} vlakken/, 'numbers the Dutch way');
    await page.selectOption('#language', 'en');
    await page.waitForFunction(() => document.documentElement.lang === 'en');
    await page.reload();
    await page.waitForSelector('html[data-ready]');
    assert.equal((await state(page)).lang, 'en', 'remembered');
  });
});
