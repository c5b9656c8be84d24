/** @file A convolution as ONNX, NCHW. */

import type { Emitter } from '../emit/emitter';

export interface Convolution {
  x: string;
  /** [K, C, kh, kw] */
  filter: string;
  bias?: string;
  channels: number;
  kernel: [number, number];
  strides?: [number, number];
  pads: [number, number, number, number];
  dilations?: [number, number];
  groups?: number;
}

/** -> [N, K, H, W] */
export function convolution(e: Emitter, { x, filter, bias, channels, kernel, strides = [1, 1], pads, dilations = [1, 1], groups = 1 }: Convolution): string {
  // onnxruntime 1.30's WebGPU provider computes wrong values for other numbers of channels (6 into 4 with 3 x 3, say): zeros fill them up to a multiple of 4.
  const right = channels % 4 === 0 || channels === 1 || channels === 3 || kernel[0] * kernel[1] === 1;
  const missing = e.target.id === 'gpu' && groups === 1 && !right ? 4 - (channels % 4) : 0;
  const filled = (v: string) => (missing > 0 ? e.node('Pad', [v, e.i64([0, 0, 0, 0, 0, missing, 0, 0])]) : v);
  return e.node('Conv', [filled(x), filled(filter), ...(bias ? [bias] : [])], { kernel_shape: kernel, strides, pads, ...(groups > 1 ? { group: groups } : {}), ...(dilations.some((d) => d > 1) ? { dilations } : {}) });
}
