import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const assets = fileURLToPath(new URL('../../crates/server/assets/', import.meta.url));

/** @param {string} file @returns {Promise<Record<string, any>>} */
const messages = async (file) => JSON.parse(await readFile(join(assets, 'locales', file), 'utf8'));

/** Parameters of a message, all plural forms together. @param {any} message */
const parameters = (message) => [...new Set(JSON.stringify(message).match(/\{\w+\}/g) ?? [])].sort();

test('every language has the same messages with the same parameters', async () => {
  const [first, ...others] = (await readdir(join(assets, 'locales'))).filter((file) => file.endsWith('.json'));
  const expected = await messages(first);
  for (const other of others) {
    const found = await messages(other);
    assert.deepEqual(Object.keys(found).sort(), Object.keys(expected).sort(), `${other} against ${first}`);
    for (const [key, message] of Object.entries(expected)) assert.deepEqual(parameters(found[key]), parameters(message), `${key} in ${other}`);
  }
});

test('everything that the reader can find has words', async () => {
  const source = await readFile(join(assets, '../../ingest/src/reader/findings.rs'), 'utf8');
  const codes = [...source.matchAll(/^ {4}\w+ "([a-z-]+)" (?:Info|Warning) /gm)].map(([, code]) => code);
  assert.ok(codes.length > 30, `${codes.length} codes found in the source`);
  const known = await messages('nl.json');
  // The page tells of a guessed projection by itself, with its alternatives.
  assert.deepEqual(codes.filter((code) => code !== 'crs-guessed' && !(`finding.${code}` in known)), []);
});

test('every message that the page names exists, and the page holds no style or script of its own', async () => {
  const html = await readFile(join(assets, 'index.html'), 'utf8');
  const modules = await Promise.all((await readdir(join(assets, 'js'))).map((file) => readFile(join(assets, 'js', file), 'utf8')));
  const named = [
    ...[...html.matchAll(/data-t(?:-label|-placeholder)?="([^"]+)"/g)].map(([, key]) => key),
    ...modules.flatMap((text) => [...text.matchAll(/\bt\('([^']+)'/g)].map(([, key]) => key)),
  ];
  const known = await messages('nl.json');
  assert.deepEqual(named.filter((key) => !(key in known)), []);
  assert.doesNotMatch(html, /\sstyle=|\son\w+=|<style|<script(?![^>]*\ssrc=)/);
  for (const text of modules) assert.doesNotMatch(text, /innerHTML|insertAdjacentHTML|setAttribute\('style'|\beval\(/);
});
