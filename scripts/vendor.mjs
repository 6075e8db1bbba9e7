// Lays the third-party browser modules, unbundled, where the server embeds its assets from.
// They come from node_modules (see package.json) and are not committed.

import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'node_modules', 'maplibre-gl');
const target = join(root, 'crates', 'server', 'assets', 'vendor');

/** MapLibre finds its worker beside its main module, so the files stay in one folder. */
const files = ['maplibre-gl.mjs', 'maplibre-gl-worker.mjs', 'maplibre-gl.css'];

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });

for (const file of files) {
  const text = await readFile(join(source, 'dist', file), 'utf8').catch(() => {
    throw new Error(`${file} is missing from node_modules: run "npm ci" first`);
  });
  // The source maps are not shipped; a reference to them would be a 404 in developer tools.
  await writeFile(join(target, file), text.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n'));
}
await copyFile(join(source, 'LICENSE.txt'), join(target, 'maplibre-gl.LICENSE.txt'));

const { version } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'));
console.log(`MapLibre GL JS ${version} laid in ${target}`);
