/** @file tfjs kernels that look up, select, sort and scatter, as IR ops. */

import * as tf from '@tensorflow/tfjs-core';
import type { Builder } from '../ir/builder';
import type { Value } from '../ir/op';
import { range, sizeOf } from '../ir/shapes';
import type { Kernel } from './image-kernels';
import { row } from './pointwise-kernels';

const axisOf = (axis: number, x: { shape: number[] }) => tf.util.parseAxisParam(axis, x.shape)[0];

/** Rows along an axis. x [outer, T, rest], indices [...] -> [outer, ...indices, rest] */
function gather(g: Builder, x: Value, indices: Value, axis: number): Value {
  const rank = x.shape.length;
  const table = g.transpose(x, [axis, ...range(rank).filter((i) => i !== axis)]);
  const found = g.op('gather', [table, indices], {}); // [...indices, outer, rest]
  const n = indices.shape.length;
  return g.transpose(found, [...range(axis).map((i) => n + i), ...range(n), ...range(rank - 1 - axis).map((i) => n + axis + i)]);
}

/** The first `batchDims` axes belong together: each batch looks up its own indices. x [batch, outer, T, rest], indices [batch, ...] -> [batch, outer, ...indices, rest] */
function gatherBatched(g: Builder, x: Value, indices: Value, axis: number, batchDims: number): Value {
  const size = (from: number, to: number) => sizeOf(x.shape.slice(from, to));
  const [batch, outer, length, rest] = [size(0, batchDims), size(batchDims, axis), x.shape[axis], size(axis + 1, x.shape.length)];
  const each = indices.shape.slice(batchDims);
  const wanted = g.broadcastTo(g.reshape(indices, [batch, 1, sizeOf(each), 1]), [batch, outer, sizeOf(each), rest]);
  const y = g.op('gatherElements', [g.reshape(x, [batch, outer, length, rest]), wanted], { axis: 2 });
  return g.reshape(y, [...x.shape.slice(0, axis), ...each, ...x.shape.slice(axis + 1)]);
}

/** Numbers of the rows that tuples name. indices [..., depth] -> [...], of rows of x's first `depth` axes as one */
function rowNumbers(g: Builder, indices: Value, shape: number[]): { numbers: Value; depth: number; rows: number } {
  const last = indices.shape.length - 1;
  const depth = indices.shape[last];
  const strides = range(depth).map((i) => sizeOf(shape.slice(i + 1, depth)));
  const numbers = g.sum(g.mul(indices, g.constant(Int32Array.from(strides), [depth], 'int32')), [last]);
  return { numbers, depth, rows: sizeOf(shape.slice(0, depth)) };
}

function scatterNd(g: Builder, indices: Value, updates: Value, shape: number[]): Value {
  const { numbers, depth, rows } = rowNumbers(g, indices, shape);
  const count = sizeOf(numbers.shape);
  const rest = shape.slice(depth);
  const flat = g.reshape(g.broadcastTo(updates, [...numbers.shape, ...rest]), [count, ...rest]);
  return g.reshape(g.op('scatterAdd', [g.reshape(numbers, [count]), flat], { shape: [rows, ...rest] }), shape);
}

interface StridedSlice {
  begin: number[];
  end: number[];
  strides: number[];
  beginMask: number;
  endMask: number;
  ellipsisMask: number;
  newAxisMask: number;
  shrinkAxisMask: number;
}

/** Whether all of a row holds, or any: by its least or its greatest number. */
const truth = (extremum: 'min' | 'max'): Kernel =>
  row<{ axis: number | number[]; keepDims: boolean }>((g, { x }, { axis, keepDims }) =>
    g.cast(g.op(extremum, [g.cast(x, 'int32')], { axes: tf.util.parseAxisParam(axis, x.shape), keepDims: keepDims ?? false }), 'bool'));

export const selectionRows: Record<string, Kernel> = {
  ArgMax: row<{ axis: number }>((g, { x }, { axis }) => g.op('argMax', [x], { axis: axisOf(axis, x) })),
  ArgMin: row<{ axis: number }>((g, { x }, { axis }) => g.op('argMin', [x], { axis: axisOf(axis, x) })),
  All: truth('min'),
  Any: truth('max'),
  TopK: (trace, { x }, { k }: { k: number }) => {
    const g = trace.builder;
    const v = trace.valueFor(x);
    const indices = g.op('topKIndices', [v], { k });
    return [trace.infoOf(g.op('gatherElements', [v, indices], { axis: v.shape.length - 1 })), trace.infoOf(indices)];
  },
  GatherV2: row<{ axis: number; batchDims: number }>((g, { x, indices }, { axis, batchDims }) => {
    const at = axisOf(axis, x);
    return batchDims ? gatherBatched(g, x, indices, at, batchDims < 0 ? batchDims + indices.shape.length : batchDims) : gather(g, x, indices, at);
  }),
  GatherNd: row((g, { params, indices }) => {
    const { numbers, depth, rows } = rowNumbers(g, indices, params.shape);
    return g.op('gather', [g.reshape(params, [rows, ...params.shape.slice(depth)]), numbers], {});
  }),
  ScatterNd: row<{ shape: number[] }>((g, { indices, updates }, { shape }) => scatterNd(g, indices, updates, shape)),
  /** An index twice gets the sum of its updates, where tfjs takes the last. */
  TensorScatterUpdate: row((g, { tensor, indices, updates }) => {
    const ones = g.broadcastTo(g.scalar(1), updates.shape);
    return g.where(g.greater(scatterNd(g, indices, ones, tensor.shape), 0), scatterNd(g, indices, updates, tensor.shape), tensor);
  }),
  /** Rows with a negative number are left out. */
  UnsortedSegmentSum: row<{ numSegments: number }>((g, { x, segmentIds }, { numSegments }) => {
    const rest = x.shape.slice(segmentIds.shape.length);
    const count = sizeOf(segmentIds.shape);
    const ids = g.reshape(segmentIds, [count]);
    const inside = g.op('greaterEqual', [ids, g.scalar(0, 'int32')], {});
    const kept = g.where(g.reshape(inside, [count, ...rest.map(() => 1)]), g.reshape(x, [count, ...rest]), g.scalar(0, x.dtype));
    return g.op('scatterAdd', [g.op('maximum', [ids, g.scalar(0, 'int32')], {}), kept], { shape: [numSegments, ...rest] });
  }),
  StridedSlice: row<StridedSlice>((g, { x }, { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask }) => {
    const info = tf.slice_util.sliceInfo(x.shape, begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask);
    const size = tf.slice_util.computeOutShape(info.begin, info.end, info.strides);
    // Backwards is forwards from the other end, turned round.
    const first = info.begin.map((b, i) => (info.strides[i] < 0 ? b + (size[i] - 1) * info.strides[i] : b));
    const forwards = g.op('stridedSlice', [x], { begin: first, strides: info.strides.map(Math.abs), size });
    const backwards = range(size.length).filter((i) => info.strides[i] < 0);
    return g.reshape(backwards.length > 0 ? g.op('reverse', [forwards], { axes: backwards }) : forwards, info.finalShape);
  }),
  Unpack: (trace, { value }, { axis }: { axis: number }) => {
    const g = trace.builder;
    const v = trace.valueFor(value);
    const at = axisOf(axis, v);
    return range(v.shape[at]).map((k) => {
      const one = g.slice(v, v.shape.map((_, i) => (i === at ? k : 0)), v.shape.map((d, i) => (i === at ? 1 : d)));
      return trace.infoOf(g.reshape(one, v.shape.toSpliced(at, 1)));
    });
  },
  OneHot: row<{ depth: number; onValue: number; offValue: number; dtype?: 'float32' | 'int32' | 'bool' }>((g, { indices }, { depth, onValue, offValue }) =>
    g.add(g.mul(g.op('oneHot', [indices], { depth }), onValue - offValue), offValue)),
  // our own kernels (nn/)
  GatherElements: row<{ axis: number }>((g, { x, indices }, { axis }) => g.op('gatherElements', [x, indices], { axis: axisOf(axis, x) })),
};
