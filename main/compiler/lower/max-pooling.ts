/** @file Which element of each window is its maximum, as ONNX: by the indices of MaxPool where the provider gives them, else by comparing with each shift of the window. The first in row order at a tie. */

import type { Emitter } from '../emit/emitter';
import { range, sizeOf } from '../ir/shapes';
import { spread } from './spread';

interface At {
  x: string;
  xShape: number[];
  /** Of the pooled image. */
  yShape: number[];
  size: [number, number];
  strides: [number, number];
  pads: [number, number, number, number];
}

const attributes = ({ size, strides, pads }: At) => ({ kernel_shape: size, strides, pads });

/** -> the position in x, flat, of each window's maximum, as int64 [N C h w]; only where the provider gives indices */
function positions(e: Emitter, at: At): string {
  return e.node('Reshape', [e.nodes('MaxPool', [at.x], attributes(at), 2)[1], e.i64([-1])]);
}

/** v [N, C, H, W] at the maximum of each window of x -> [N, C, h, w] */
export function pickMaxima(e: Emitter, v: string, at: At): string {
  if (e.target.ops.has('MaxPool indices')) return e.node('Reshape', [e.node('Gather', [e.node('Reshape', [v, e.i64([-1])]), positions(e, at)], { axis: 0 }), e.i64(at.yShape)]);
  const padded = padTo(e, v, at, 0);
  return isMaximum(e, at).map((taken, s) => e.node('Mul', [taken, shift(e, padded, at, s)])).reduce((a, b) => e.node('Add', [a, b]));
}

/** dy [N, C, h, w] added where each window of x has its maximum -> [N, C, H, W] */
export function scatterToMaxima(e: Emitter, dy: string, at: At): string {
  if (e.target.ops.has('MaxPool indices')) {
    const flat = e.node('ScatterElements', [e.zeros([sizeOf(at.xShape)]), positions(e, at), e.node('Reshape', [dy, e.i64([-1])])], { axis: 0, reduction: 'add' });
    return e.node('Reshape', [flat, e.i64(at.xShape)]);
  }
  const { xShape: [, , h, w], yShape: [, , oh, ow], size: [, kw], strides: [sh, sw], pads: [top, left] } = at;
  const parts = isMaximum(e, at).map((taken, s) => {
    const [before, beside] = [Math.floor(s / kw) - top, (s % kw) - left];
    return spread(e, e.node('Mul', [taken, dy]), at.yShape, at.strides, [before, beside, h - before - (oh - 1) * sh - 1, w - beside - (ow - 1) * sw - 1]);
  });
  return parts.reduce((a, b) => e.node('Add', [a, b]));
}

/** For each place in the window: 1 where it holds the first maximum, else 0. */
function isMaximum(e: Emitter, at: At): string[] {
  const y = e.node('MaxPool', [at.x], attributes(at));
  const padded = padTo(e, at.x, at, -3.4e38);
  let free: string | undefined; // 1 where no place before held it
  return range(sizeOf(at.size)).map((s) => {
    const equal = e.cast(e.node('Equal', [shift(e, padded, at, s), y]), 'float32');
    const taken = free ? e.node('Mul', [equal, free]) : equal;
    free = free ? e.node('Sub', [free, taken]) : e.node('Sub', [e.f32(1), equal]);
    return taken;
  });
}

/** Padded to what the windows reach. */
function padTo(e: Emitter, x: string, { xShape: [, , h, w], yShape: [, , oh, ow], size: [kh, kw], strides: [sh, sw], pads: [top, left] }: At, value: number): string {
  const after = [(oh - 1) * sh + kh - top - h, (ow - 1) * sw + kw - left - w].map((p) => Math.max(0, p));
  return top + left + after[0] + after[1] === 0 ? x : e.node('Pad', [x, e.i64([0, 0, top, left, 0, 0, ...after]), e.f32(value)]);
}

/** What the windows hold at place s, row by row. */
function shift(e: Emitter, padded: string, { yShape: [, , oh, ow], size: [, kw], strides: [sh, sw] }: At, s: number): string {
  const [i, j] = [Math.floor(s / kw), s % kw];
  return e.node('Slice', [padded, e.i64([i, j]), e.i64([i + (oh - 1) * sh + 1, j + (ow - 1) * sw + 1]), e.i64([2, 3]), e.i64([sh, sw])]);
}
