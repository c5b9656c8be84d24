/** @file Signed values as colours: blue below zero, red above, white at zero. */

import { interpolateRdBu } from 'd3-scale-chromatic';

/** RGB side by side [256, 3]: 0 is -1, 255 is +1. */
export function divergingTable(): Uint8Array {
  const table = new Uint8Array(256 * 3);
  for (let at = 0; at < 256; at++) {
    const [r, g, b] = (interpolateRdBu(1 - at / 255).match(/\d+/g) ?? []).map(Number);
    table.set([r, g, b], at * 3);
  }
  return table;
}
