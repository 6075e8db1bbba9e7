/** Line icons on a 24 × 24 grid, drawn with the text's colour and hidden from assistive technology. */
import { svg } from './element.mjs';

/** @type {Record<string, string>} */
const PATHS = {
  alert: 'M12 4 2.8 20h18.4zM12 10v4.5M12 17.3v.2',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  close: 'm6 6 12 12M18 6 6 18',
  copy: 'M9 9h11v11H9zM15 9V4H4v11h5',
  down: 'm6 9.5 6 6 6-6',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4',
  globe: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c3 2.6 4 5.7 4 9s-1 6.4-4 9c-3-2.6-4-5.7-4-9s1-6.4 4-9',
  home: 'M9 3H3v6M15 3h6v6M9 21H3v-6M15 21h6v-6M9 12h6M12 9v6',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 11v5.5M12 7.6v.2',
  key: 'M15.5 3.5a5 5 0 1 0 0 10 5 5 0 0 0 0-10M12 12l-8.5 8.5M6.5 17.5l2.5 2.5M16.5 7.5h.1',
  layers: 'm12 3 9 5-9 5-9-5zM3.5 12.5 12 17l8.5-4.5M3.5 16.5 12 21l8.5-4.5',
  left: 'm14.5 6-6 6 6 6',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  minus: 'M5 12h14',
  plus: 'M5 12h14M12 5v14',
  right: 'm9.5 6 6 6-6 6',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.5 15.5 21 21',
  table: 'M3 5h18v14H3zM3 10h18M3 14.5h18M9.5 10v9',
  target: 'M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10M12 2.5V7M12 17v4.5M2.5 12H7M17 12h4.5',
  trash: 'M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13',
  upload: 'M12 16V4.5M7 9l5-5 5 5M4 16v4h16v-4',
};

/** @param {string} name */
export function icon(name) {
  return svg('svg', { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' }, svg('path', { d: PATHS[name] ?? '' }));
}

/** Fills every `data-icon` of the page. @param {ParentNode} root */
export function placeIcons(root) {
  for (const place of root.querySelectorAll('[data-icon]')) {
    place.replaceChildren(icon(/** @type {string} */ (place.getAttribute('data-icon'))));
    place.classList.add('icon-place');
  }
}
