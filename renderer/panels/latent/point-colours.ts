/** @file The colours of points: by label, or by a quantity over the middle of its values. */

import { colourTable, labelColour, rgbOf, viridis, type Rgb } from '../../theme/colours';

/** Of points that have no label, and of those that are set back. */
const greys = { dark: [90, 84, 75], light: [196, 188, 174] } as const satisfies Record<string, Rgb>;

/** [N, 3] of labels [N]. With `only`, all other labels are set back. */
export function labelColours(labels: Int32Array, theme: 'dark' | 'light', only?: number): Uint8Array {
  const most = labels.reduce((a, b) => Math.max(a, b), -1);
  const table = Array.from({ length: most + 1 }, (_, label) => rgbOf(labelColour(label, theme)));
  const colours = new Uint8Array(labels.length * 3);
  labels.forEach((label, n) => colours.set(label < 0 || (only !== undefined && label !== only) ? greys[theme] : table[label], n * 3));
  return colours;
}

let table: Uint8Array | undefined;

/** [N, 3] of values [N]: viridis from `low` to `high`; what lies outside is held at the ends, what is not known (NaN) is set back. */
export function valueColours(values: Float32Array, [low, high]: readonly [number, number], theme: 'dark' | 'light'): Uint8Array {
  table ??= colourTable(viridis);
  const colours = new Uint8Array(values.length * 3);
  for (let n = 0; n < values.length; n++) {
    if (Number.isNaN(values[n])) {
      colours.set(greys[theme], n * 3);
      continue;
    }
    const place = 3 * Math.round(255 * Math.min(1, Math.max(0, (values[n] - low) / (high - low || 1))));
    colours[n * 3] = table[place];
    colours[n * 3 + 1] = table[place + 1];
    colours[n * 3 + 2] = table[place + 2];
  }
  return colours;
}

/** The 1st and the 99th percentile: a few extremes do not take the colours from all others. */
export function middleOf(values: Float32Array): [number, number] {
  const sorted = values.slice().sort();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return [at(0.01), at(0.99)];
}
