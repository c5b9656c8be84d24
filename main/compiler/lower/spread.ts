/** @file Elements of an image spread out on zeros: what a strided window reads, put back where it was read. */

import type { Emitter } from '../emit/emitter';

/** x [N, C, h, w] with its elements `strides` apart and zeros `pads` ([top, left, bottom, right]; negative: cut off) around -> [N, C, (h - 1) sh + 1 + top + bottom, (w - 1) sw + 1 + left + right] */
export function spread(e: Emitter, x: string, [n, c, h, w]: number[], [sh, sw]: [number, number], [top, left, bottom, right]: [number, number, number, number]): string {
  // Each element gets a cell of sh x sw of its own: the zeros after the last ones count as padding.
  const cells = sh === 1 && sw === 1 ? x : e.node('Reshape', [e.node('Pad', [e.node('Reshape', [x, e.i64([n * c, h, 1, w, 1])]), e.i64([0, 0, 0, 0, 0, 0, 0, sh - 1, 0, sw - 1])]), e.i64([n, c, h * sh, w * sw])]);
  const around = [top, left, bottom - (sh - 1), right - (sw - 1)];
  const cut = around.map((p) => Math.max(0, -p));
  const added = around.map((p) => Math.max(0, p));
  const kept = cut.some((p) => p > 0) ? e.node('Slice', [cells, e.i64(cut.slice(0, 2)), e.i64([h * sh - cut[2], w * sw - cut[3]]), e.i64([2, 3])]) : cells;
  return added.some((p) => p > 0) ? e.node('Pad', [kept, e.i64([0, 0, added[0], added[1], 0, 0, added[2], added[3]])]) : kept;
}
