import assert from 'node:assert/strict';
import { test } from 'node:test';
import { address, colours, withPage } from './browser.mjs';
import { otherOrigin } from './origin.mjs';

for (const library of ['maplibre', 'openlayers']) {
  for (const layer of ['local:gebouwen', 'local:wegen']) {
    test(`another origin’s ${library} page draws ${layer} from its TileJSON`, async () => {
      const origin = await otherOrigin();
      try {
        await withPage({ name: `other-origin-${library}-${layer.split(':')[1]}` }, async (page) => {
          const tileJson = `${address()}xyz/${encodeURIComponent(layer)}`;
          await page.goto(`${origin.url}${library}.html?tilejson=${encodeURIComponent(tileJson)}`);
          await page.waitForSelector('html[data-drawn]');
          assert.ok(Number(await page.getAttribute('html', 'data-drawn')) > 0, 'features are drawn');
          const { count } = await colours(await page.screenshot());
          assert.ok(count > 4, `${count} colours`);
        });
      } finally {
        origin.close();
      }
    });
  }
}
