/** @file How each line of a resized image is made of lines of the original: TensorFlow's sampling grids, as matrices. */

import type { OpAttrs } from '../ir/op';
import { range } from '../ir/shapes';

type Grid = Pick<OpAttrs['resize'], 'mode' | 'coordinates'>;

/** Where line `i` of `to` lies among `from` lines. */
function sourceOf(i: number, from: number, to: number, { mode, coordinates }: Grid): number {
  const corners = coordinates === 'alignCorners' && to > 1;
  const ratio = corners ? (from - 1) / (to - 1) : from / to;
  if (coordinates !== 'halfPixel') return ratio * i;
  return ratio * (i + 0.5) - (mode === 'bilinear' ? 0.5 : 0);
}

/** The line nearest to each line of the result. [to] */
export function nearestLines(from: number, to: number, grid: Grid): number[] {
  return range(to).map((i) => {
    const source = Math.fround(sourceOf(i, from, to, grid));
    return Math.min(from - 1, grid.coordinates === 'alignCorners' ? Math.round(source) : Math.floor(source));
  });
}

/** A [to, from]: y = A x along an axis. Rows sum to 1. */
export function resizeMatrix(from: number, to: number, grid: Grid): Float32Array {
  const a = new Float32Array(to * from);
  if (grid.mode === 'nearest') {
    nearestLines(from, to, grid).forEach((line, i) => (a[i * from + line] = 1));
    return a;
  }
  for (let i = 0; i < to; i++) {
    const source = Math.min(from - 1, Math.max(0, sourceOf(i, from, to, grid)));
    const low = Math.floor(source);
    a[i * from + low] += 1 - (source - low);
    if (low + 1 < from) a[i * from + low + 1] += source - low;
  }
  return a;
}
