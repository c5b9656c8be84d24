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

/** dW[g, k, c, i, j] = sum over n, p of dy[n, g, k, p] x[n, g, c, s p + d (i, j)]: one product for each image and group, over columns of all shifts of x. */
export function groupedFilterGradient(e: Emitter, { x, dy, xShape, dyShape, filterShape, attrs }: { x: string; dy: string; xShape: number[]; dyShape: number[]; filterShape: number[]; attrs: Attrs }): string {
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
