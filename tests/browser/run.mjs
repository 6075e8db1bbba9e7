// All browser tests in one process and one browser: node tests/browser/run.mjs
// (`node --test tests/browser/` runs the same files, each in a process of its own).
// What they need is said in browser.mjs.

import './locales.test.mjs';
import './map.test.mjs';
import './table.test.mjs';
import './language.test.mjs';
import './keyboard.test.mjs';
import './accessibility.test.mjs';
import './upload.test.mjs';
import './other-origin.test.mjs';
