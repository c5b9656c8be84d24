/** @file d conv2d / d x as ONNX: a convolution of dy with the flipped filter at stride 1, a transposed convolution else. */

import type { Emitter } from '../emit/emitter';
import { permute } from '../ir/shapes';
import { blockedConvolution, isBlocked } from './blocked-convolution';
import { convolution } from './convolution';

interface At {
  dy: string;
  filter: string;
  dyShape: number[];
  filterShape: number[];
  inputShape: number[];
  strides: [number, number];
  pads: [number, number, number, number];
}

/** -> dx [N, C, H, W] */
export function inputGradient(e: Emitter, { dy, filter, dyShape, filterShape, inputShape, strides, pads: [top, left, bottom, right] }: At): string {
  const [, , kh, kw] = filterShape;
  if (strides[0] === 1 && strides[1] === 1) {
    const around: [number, number, number, number] = [kh - 1 - top, kw - 1 - left, kh - 1 - bottom, kw - 1 - right];
    if (isBlocked(e, filterShape)) return blockedConvolution(e, { x: dy, filter, filterShape, strides, pads: around, filterAxes: 'transposed' });
    let flipped = e.node('Transpose', [filter], { perm: [1, 0, 2, 3] });
    if (kh * kw > 1) flipped = e.node('Slice', [flipped, e.i64([-1, -1]), e.i64([-(2 ** 31), -(2 ** 31)]), e.i64([2, 3]), e.i64([-1, -1])]);
    return convolution(e, { x: dy, filter: flipped, channels: filterShape[0], kernel: [kh, kw], pads: around });
  }
  const [, , h, w] = inputShape;
  // Rows and columns that the strided convolution never reached at the end.
  const missing = [h - ((dyShape[2] - 1) * strides[0] - top - bottom + kh), w - ((dyShape[3] - 1) * strides[1] - left - right + kw)];
  return e.node('ConvTranspose', [dy, filter], { kernel_shape: permute(filterShape, [2, 3]), strides, pads: [top, left, bottom, right], output_padding: missing });
}
