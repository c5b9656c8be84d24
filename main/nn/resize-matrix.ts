/** @file How each line of a resized image is made of lines of the original: TensorFlow's sampling grids, as matrices. */

export interface ResizeGrid {
  mode: 'bilinear' | 'nearest';
  /** Line i of the result lies at i n / m, at (i + 1/2) n / m - 1/2 (the centres of pixels), or at i (n - 1) / (m - 1). */
  coordinates: 'asymmetric' | 'halfPixel' | 'alignCorners';
}

/** The grid that tfjs' two flags name. */
export const resizeGrid = (mode: ResizeGrid['mode'], alignCorners: boolean, halfPixelCenters: boolean): ResizeGrid => ({ mode, coordinates: alignCorners ? 'alignCorners' : halfPixelCenters ? 'halfPixel' : 'asymmetric' });

/** Where line `i` of `to` lies among `from` lines. */
function sourceOf(i: number, from: number, to: number, { mode, coordinates }: ResizeGrid): number {
  const corners = coordinates === 'alignCorners' && to > 1;
  const ratio = corners ? (from - 1) / (to - 1) : from / to;
  if (coordinates !== 'halfPixel') return ratio * i;
  return ratio * (i + 0.5) - (mode === 'bilinear' ? 0.5 : 0);
}

/** The line nearest to each line of the result. [to] */
export function nearestLines(from: number, to: number, grid: ResizeGrid): number[] {
  return Array.from({ length: to }, (_, i) => {
    const source = Math.fround(sourceOf(i, from, to, grid));
    return Math.min(from - 1, grid.coordinates === 'alignCorners' ? Math.round(source) : Math.floor(source));
  });
}

/** A [to, from]: y = A x along an axis. Rows sum to 1. */
export function resizeMatrix(from: number, to: number, grid: ResizeGrid): Float32Array {
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
