/** @file A convolution as ONNX in ONNX Runtime's own blocked layout, [N, C / b, H, W, b] in memory: up to three times as fast on a processor as its NCHW kernel (docs/performance.md).
 *
 * ONNX Runtime puts trained graphs into this layout by itself, but only where filters are constants; in a training step they change, so their order is computed in the step. */

import type { Emitter } from '../emit/emitter';

const domain = 'com.microsoft.nchwc';

export interface BlockedConvolution {
  x: string;
  /** [K, C, kh, kw], or its transpose's, as `filterAxes` says. */
  filter: string;
  filterShape: number[];
  bias?: string;
  strides: [number, number];
  pads: [number, number, number, number];
  /** 'transposed': the convolution that gives the input's gradient at stride 1, with the filter's channel axes swapped and its kernel flipped. */
  filterAxes: 'given' | 'transposed';
}

/** Whether the processor's kernel takes these channels: whole blocks only. 1 x 1 is one matrix product already. */
export function isBlocked(e: Emitter, [k, c, kh, kw]: number[]): boolean {
  const block = e.target.convBlock;
  return block > 0 && k % block === 0 && c % block === 0 && kh * kw > 1;
}

/** -> [N, K, H', W'] ([N, C, H', W'] transposed) */
export function blockedConvolution(e: Emitter, { x, filter, filterShape: [k, c, kh, kw], bias, strides, pads, filterAxes }: BlockedConvolution): string {
  const block = e.target.convBlock;
  const split = e.node('Reshape', [filter, e.i64([k / block, block, c / block, block, kh, kw])]);
  // The kernel reads filters as [outputs / b, inputs / b, kh, kw, b inputs, b outputs].
  const isGiven = filterAxes === 'given';
  let ordered = e.node('Transpose', [split], { perm: isGiven ? [0, 2, 4, 5, 3, 1] : [2, 0, 4, 5, 1, 3] });
  if (!isGiven) ordered = e.node('Slice', [ordered, e.i64([-1, -1]), e.i64([-(2 ** 31), -(2 ** 31)]), e.i64([2, 3]), e.i64([-1, -1])]);
  const [outputs, inputs] = isGiven ? [k, c] : [c, k];
  const blocks = e.node('ReorderInput', [x], {}, domain);
  const weights = e.node('Reshape', [ordered, e.i64([outputs, inputs, kh, kw])]);
  const y = e.node('Conv', [blocks, weights, ...(bias ? [bias] : [])], { kernel_shape: [kh, kw], strides, pads }, domain);
  return e.node('ReorderOutput', [y], { channels: outputs }, domain);
}

/** x [N, C, H, W] -> [N, H, W, C], on all threads. Its first half is shared with a convolution of x. */
export const toNhwc = (e: Emitter, x: string, channels: number): string =>
  e.node('ReorderOutput', [e.node('ReorderInput', [x], {}, domain)], { channels, channels_last: 1 }, domain);
