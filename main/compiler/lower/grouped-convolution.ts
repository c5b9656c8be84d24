/** @file Dilated and grouped convolutions and their gradients as ONNX, depthwise ones among them. Channels of x fall into `groups`, and each filter sees those of its own group: filters are [K, C / groups, kh, kw]. */

import type { Emitter } from '../emit/emitter';
import type { OpAttrs } from '../ir/op';
import { range } from '../ir/shapes';
import { convolution } from './convolution';
import { spread } from './spread';

type Attrs = OpAttrs['conv2d'];

/** Whether every filter sees all channels, pixel by pixel: the case that has faster ways of its own. */
export const isPlain = ({ dilations = [1, 1], groups = 1 }: Attrs): boolean => groups === 1 && dilations[0] === 1 && dilations[1] === 1;

/** How far the filter reaches along an axis. */
export const reachOf = (kernel: number, dilation: number): number => (kernel - 1) * dilation + 1;

/** dy [N, K, h, w] -> dx [N, C, H, W]: dy spread out by the strides, convolved with the flipped filter of each group. */
export function groupedInputGradient(e: Emitter, { dy, filter, dyShape, filterShape, inputShape, attrs }: { dy: string; filter: string; dyShape: number[]; filterShape: number[]; inputShape: number[]; attrs: Attrs }): string {
  const { strides: [sh, sw], pads: [top, left], dilations = [1, 1], groups = 1 } = attrs;
  const [k, c, kh, kw] = filterShape;
  const [, , h, w] = inputShape;
  const [, , oh, ow] = dyShape;
  const [reachH, reachW] = [reachOf(kh, dilations[0]), reachOf(kw, dilations[1])];
  const [before, beside] = [reachH - 1 - top, reachW - 1 - left];
  const wide = spread(e, dy, dyShape, attrs.strides, [before, beside, h + reachH - 2 - before - (oh - 1) * sh, w + reachW - 2 - beside - (ow - 1) * sw]);
  let turned = e.node('Transpose', [e.node('Reshape', [filter, e.i64([groups, k / groups, c, kh, kw])])], { perm: [0, 2, 1, 3, 4] });
  turned = e.node('Reshape', [turned, e.i64([groups * c, k / groups, kh, kw])]);
  if (kh * kw > 1) turned = e.node('Slice', [turned, e.i64([-1, -1]), e.i64([-(2 ** 31), -(2 ** 31)]), e.i64([2, 3]), e.i64([-1, -1])]);
  return convolution(e, { x: wide, filter: turned, channels: k / groups, kernel: [kh, kw], pads: [0, 0, 0, 0], dilations, groups });
}

interface FilterGradient {
  x: string;
  dy: string;
  xShape: number[];
  dyShape: number[];
  filterShape: number[];
  attrs: Attrs;
}

/** dW[g, k, c, i, j] = sum over n, p of dy[n, g, k, p] x[n, g, c, s p + d (i, j)] -> [K, C / groups, kh, kw] */
export function groupedFilterGradient(e: Emitter, at: FilterGradient): string {
  return at.filterShape[1] === 1 ? depthwiseFilterGradient(e, at) : columnProducts(e, at);
}

/** Depthwise: x of each image and channel convolved with its own dy, whose elements lie as far apart as the strides were. Half the time of columns, and no memory for them. */
function depthwiseFilterGradient(e: Emitter, { x, dy, xShape: [n, c, h, w], dyShape: [, k, oh, ow], filterShape, attrs: { strides, pads, dilations = [1, 1] } }: FilterGradient): string {
  const [, , kh, kw] = filterShape;
  const images = e.node('Reshape', [x, e.i64([1, n * c, h, w])]);
  const filters = e.node('Reshape', [dy, e.i64([n * k, 1, oh, ow])]);
  const sums = e.node('Conv', [images, filters], { kernel_shape: [oh, ow], strides: dilations, dilations: strides, pads, group: n * c });
  // Lines that the strides left over give more than the filter has.
  const reached = e.node('Slice', [sums, e.i64([0, 0]), e.i64([kh, kw]), e.i64([2, 3])]);
  return e.node('Reshape', [e.node('ReduceSum', [e.node('Reshape', [reached, e.i64([n, k, kh, kw])]), e.i64([0])], { keepdims: 0 }), e.i64(filterShape)]);
}

/** One product for each image and group, over columns of all shifts of x. */
function columnProducts(e: Emitter, { x, dy, xShape, dyShape, filterShape, attrs }: FilterGradient): string {
  const { strides: [sh, sw], pads: [top, left, bottom, right], dilations: [dh, dw] = [1, 1], groups = 1 } = attrs;
  const [k, c, kh, kw] = filterShape;
  const [n] = xShape;
  const [, , oh, ow] = dyShape;
  const padded = attrs.pads.some((p) => p > 0) ? e.node('Pad', [x, e.i64([0, 0, top, left, 0, 0, bottom, right])]) : x;
  const shifts = range(kh * kw).map((s) => {
    const [i, j] = [Math.floor(s / kw) * dh, (s % kw) * dw];
    const view = e.node('Slice', [padded, e.i64([i, j]), e.i64([i + (oh - 1) * sh + 1, j + (ow - 1) * sw + 1]), e.i64([2, 3]), e.i64([sh, sw])]);
    return e.node('Reshape', [view, e.i64([n * groups, c, oh * ow])]);
  });
  const columns = shifts.length === 1 ? shifts[0] : e.node('Concat', shifts, { axis: 1 }); // [N g, kh kw c, P]
  const product = e.batchedProduct({ a: e.node('Reshape', [dy, e.i64([n * groups, k / groups, oh * ow])]), b: columns, transposeA: false, transposeB: true, rank: 3 });
  const sum = e.node('ReduceSum', [e.node('Reshape', [product, e.i64([n, k, kh * kw, c])]), e.i64([0])], { keepdims: 0 });
  return e.node('Reshape', [e.node('Transpose', [sum], { perm: [0, 2, 1] }), e.i64(filterShape)]);
}
