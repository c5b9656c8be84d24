/** @file The colours of points: by label, or by a quantity over the middle of its values. */

import { colourTable, labelColour, rgbOf, viridis, type Rgb } from '../../theme/colours';

export interface PointColours {
  /** [N, 3] */
  rgb: Uint8Array;
  /** [N]: 0 for points that are set back. */
  front: Uint8Array;
}

/** Of points that are set back: without a label, not of the chosen label, of no known value. */
const greys = { dark: [62, 58, 51], light: [218, 210, 197] } as const satisfies Record<string, Rgb>;

/** Of labels [N]. With `only`, all other labels are set back. */
export function labelColours(labels: Int32Array, theme: 'dark' | 'light', only?: number): PointColours {
  const most = labels.reduce((a, b) => Math.max(a, b), -1);
  const table = Array.from({ length: most + 1 }, (_, label) => rgbOf(labelColour(label, theme)));
  const colours = { rgb: new Uint8Array(labels.length * 3), front: new Uint8Array(labels.length) };
  labels.forEach((label, n) => {
    const isFront = label >= 0 && (only === undefined || label === only);
    colours.front[n] = isFront ? 1 : 0;
    colours.rgb.set(isFront ? table[label] : greys[theme], n * 3);
  });
  return colours;
}

let table: Uint8Array | undefined;

/** Of values [N]: viridis from `low` to `high`; what lies outside is held at the ends, what is not known (NaN) is set back. */
export function valueColours(values: Float32Array, [low, high]: readonly [number, number], theme: 'dark' | 'light'): PointColours {
  table ??= colourTable(viridis);
  const colours = { rgb: new Uint8Array(values.length * 3), front: new Uint8Array(values.length) };
  for (let n = 0; n < values.length; n++) {
    if (Number.isNaN(values[n])) {
      colours.rgb.set(greys[theme], n * 3);
      continue;
    }
    colours.front[n] = 1;
    const place = 3 * Math.round(255 * Math.min(1, Math.max(0, (values[n] - low) / (high - low || 1))));
    for (let k = 0; k < 3; k++) colours.rgb[n * 3 + k] = table[place + k];
  }
  return colours;
}

/** The 1st and the 99th percentile: a few extremes do not take the colours from all others. */
export function middleOf(values: Float32Array): [number, number] {
  const sorted = values.slice().sort();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return [at(0.01), at(0.99)];
}
