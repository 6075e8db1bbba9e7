/** The small picture of a layer in the legend: what it draws, in its colours. */
import { svg } from './element.mjs';
import { icon } from './icon.mjs';

/**
 * @param {import('./catalogue.mjs').Layer} layer
 * @param {import('./appearance.mjs').Look} look
 */
export function swatch(layer, look) {
  if (layer.kind === 'table') return icon('table');
  const border = Math.max(1.2, Math.min(look.width, 3));
  const shapes = {
    area: () => [svg('path', { d: 'M3 5.5 11 3l10 4-2 13-13 1z', fill: look.fill, 'fill-opacity': look.fillOpacity, stroke: look.line, 'stroke-width': border, 'stroke-linejoin': 'round' })],
    line: () => [svg('path', { d: 'M2.5 18.5 9 9l6 5 6.5-9', fill: 'none', stroke: look.line, 'stroke-width': Math.max(2, border), 'stroke-linecap': 'round', 'stroke-linejoin': 'round' })],
    point: () => [[7, 8], [16.5, 6.5], [11.5, 16.5]].map(([cx, cy]) => svg('circle', { cx, cy, r: Math.min(4.4, look.radius), fill: look.fill })),
    mixed: () => [...shapes.line(), svg('circle', { cx: 17, cy: 17, r: 4, fill: look.fill })],
  };
  return svg('svg', { class: 'swatch', viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' }, ...shapes[layer.kind]());
}
