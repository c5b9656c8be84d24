/** @file d conv2d / d filter as ONNX, dW[k, c, i, j] = sum over n, p of dy[n, k, p] x[n, c, p + (i, j)], in the form that runs fastest for the shape.
 *
 * A convolution with swapped axes would read dy again for each channel: 3 to 5 times slower than any of these (docs/performance.md). */

import type { Emitter } from '../emit/emitter';
import { range } from '../ir/shapes';
import { isBlocked, toNhwc } from './blocked-convolution';

interface At {
  x: string;
  dy: string;
  xShape: number[];
  dyShape: number[];
  filterShape: number[];
  strides: [number, number];
  pads: [number, number, number, number];
}

/** -> dW [K, C, kh, kw] */
export function filterGradient(e: Emitter, at: At): string {
  const [, , kh, kw] = at.filterShape;
  const unit = at.strides[0] === 1 && at.strides[1] === 1;
  const positions = at.dyShape[2] * at.dyShape[3];
  if (kh === 1 && kw === 1 && unit && at.pads.every((p) => p === 0)) return pointwise(e, at);
  if (isBlocked(e, at.filterShape) && positions <= 256) return gatheredColumns(e, at);
  if (unit && positions >= 128) return shifted(e, at);
  return positions >= 1024 ? batchedColumns(e, at) : flatColumns(e, at);
}

/** 1 x 1: sum over n of dy[n] x[n]'. */
function pointwise(e: Emitter, { x, dy, xShape: [n, c, h, w], filterShape }: At): string {
  const k = filterShape[0];
  const columns = e.node('Reshape', [x, e.i64([n, c, h * w])]);
  const product = e.batchedProduct({ a: e.node('Reshape', [dy, e.i64([n, k, h * w])]), b: columns, transposeA: false, transposeB: true, rank: 3 });
  return e.node('Reshape', [e.node('ReduceSum', [product, e.i64([0])], { keepdims: 0 }), e.i64(filterShape)]);
}

/** Stride 1: rows of dy padded to the width of the padded x, so that each of the kh kw shifts of x is one contiguous slice. */
function shifted(e: Emitter, { x, dy, xShape: [n, c, h, w], dyShape: [, k, oh, ow], filterShape, pads: [top, left, bottom, right] }: At): string {
  const [, , kh, kw] = filterShape;
  const height = h + top + bottom;
  const width = w + left + right;
  const reach = (oh - 1) * width + ow;
  const flatX = e.node('Reshape', [e.node('Pad', [x, e.i64([0, 0, top, left, 0, 0, bottom, right])]), e.i64([n, c, height * width])]);
  const padded = e.node('Reshape', [e.node('Pad', [dy, e.i64([0, 0, 0, 0, 0, 0, 0, width - ow])]), e.i64([n, k, oh * width])]);
  const flatDy = e.node('Slice', [padded, e.i64([0]), e.i64([reach]), e.i64([2])]);
  const parts = range(kh * kw).map((s) => {
    const offset = Math.floor(s / kw) * width + (s % kw);
    const shift = e.node('Slice', [flatX, e.i64([offset]), e.i64([offset + reach]), e.i64([2])]);
    const product = e.batchedProduct({ a: flatDy, b: shift, transposeA: false, transposeB: true, rank: 3 });
    return e.node('Reshape', [e.node('ReduceSum', [product, e.i64([0])], { keepdims: 0 }), e.i64([k, c, 1])]);
  });
  return e.node('Reshape', [e.node('Concat', parts, { axis: 2 }), e.i64(filterShape)]);
}

/** All kh kw strided views of the padded x along `axis`. */
function views(e: Emitter, padded: string, { dyShape: [, , oh, ow], filterShape: [, , kh, kw], strides: [sh, sw] }: At, spatial: [number, number], axis: number): string {
  const parts = range(kh * kw).map((s) => {
    const i = Math.floor(s / kw);
    const j = s % kw;
    return e.node('Slice', [padded, e.i64([i, j]), e.i64([i + (oh - 1) * sh + 1, j + (ow - 1) * sw + 1]), e.i64(spatial), e.i64([sh, sw])]);
  });
  return e.node('Concat', parts, { axis });
}

/** Many positions: dW = sum over n of dy[n] [K, P] columns[n]' [P, kh kw C]. */
function batchedColumns(e: Emitter, at: At): string {
  const { x, dy, xShape: [n, c], dyShape: [, k, oh, ow], filterShape: [, , kh, kw], pads: [top, left, bottom, right] } = at;
  const padded = e.node('Pad', [x, e.i64([0, 0, top, left, 0, 0, bottom, right])]);
  const columns = e.node('Reshape', [views(e, padded, at, [2, 3], 1), e.i64([n, kh * kw * c, oh * ow])]);
  const product = e.batchedProduct({ a: e.node('Reshape', [dy, e.i64([n, k, oh * ow])]), b: columns, transposeA: false, transposeB: true, rank: 3 });
  const flat = e.node('Reshape', [e.node('ReduceSum', [product, e.i64([0])], { keepdims: 0 }), e.i64([k, kh, kw, c])]);
  return e.node('Transpose', [flat], { perm: [0, 3, 1, 2] });
}

/** Few positions: all images in one product, dW = dy' [K, N P] columns [N P, kh kw C]. */
function flatColumns(e: Emitter, at: At): string {
  const { x, dy, xShape: [n, c], dyShape: [, k, oh, ow], filterShape: [, , kh, kw], pads: [top, left, bottom, right] } = at;
  const padded = e.node('Pad', [e.node('Transpose', [x], { perm: [0, 2, 3, 1] }), e.i64([0, top, left, 0, 0, bottom, right, 0])]);
  const columns = e.node('Reshape', [views(e, padded, at, [1, 2], 3), e.i64([n * oh * ow, kh * kw * c])]);
  const rows = e.node('Reshape', [e.node('Transpose', [dy], { perm: [0, 2, 3, 1] }), e.i64([n * oh * ow, k])]);
  const product = e.node('Reshape', [e.node('Gemm', [rows, columns], { transA: 1, transB: 0 }), e.i64([k, kh, kw, c])]);
  return e.node('Transpose', [product], { perm: [0, 3, 1, 2] });
}

/** The same, where the processor has blocked convolutions: rows of C are gathered by an op that runs on all threads, which Slice, Pad and Concat do not. */
function gatheredColumns(e: Emitter, at: At): string {
  const { x, dy, xShape: [n, c, h, w], dyShape: [, k, oh, ow], filterShape: [, , kh, kw], strides: [sh, sw], pads: [top, left] } = at;
  const zeroRow = n * h * w;
  const rowOf = (image: number, y: number, column: number) => (y < 0 || column < 0 || y >= h || column >= w ? zeroRow : (image * h + y) * w + column);
  const indices = Int32Array.from({ length: n * oh * ow * kh * kw }, (_, at) => {
    const [shift, position] = [at % (kh * kw), Math.floor(at / (kh * kw))];
    const [column, y, image] = [position % ow, Math.floor(position / ow) % oh, Math.floor(position / (oh * ow))];
    return rowOf(image, y * sh - top + Math.floor(shift / kw), column * sw - left + (shift % kw));
  });
  const pixels = e.node('Concat', [e.node('Reshape', [toNhwc(e, x, c), e.i64([zeroRow, c])]), e.constant(new Float32Array(c), [1, c], 'float32')], { axis: 0 });
  const gathered = e.node('Gather', [pixels, e.constant(indices, [n * oh * ow, kh * kw], 'int32')], { axis: 0 });
  const columns = e.node('Reshape', [gathered, e.i64([n * oh * ow, kh * kw * c])]);
  const rows = e.node('Reshape', [toNhwc(e, dy, k), e.i64([n * oh * ow, k])]);
  const product = e.node('Reshape', [e.node('Gemm', [rows, columns], { transA: 1, transB: 0 }), e.i64([k, kh, kw, c])]);
  return e.node('Transpose', [product], { perm: [0, 3, 1, 2] });
}
