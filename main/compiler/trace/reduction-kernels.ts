/** @file tfjs kernels that reduce, accumulate, multiply matrices and normalise, as IR ops. */

import * as tf from '@tensorflow/tfjs-core';
import { einsum } from '../../nn/einsum';
import { cumulativeProduct } from '../ops/reductions';
import type { Kernel } from './image-kernels';
import { row } from './pointwise-kernels';

const reductions = { Sum: 'sum', Mean: 'mean', Max: 'max', Min: 'min', Prod: 'prod' } as const;

interface ReductionAttrs {
  axis: number | number[];
  /** tfjs calls the axes of Max so. */
  reductionIndices?: number | number[];
  keepDims: boolean;
}

interface CumulativeAttrs {
  axis: number;
  exclusive: boolean;
  reverse: boolean;
}

const cumulative = (x: { shape: number[] }, { axis, exclusive, reverse }: CumulativeAttrs) => ({ axis: tf.util.parseAxisParam(axis, x.shape)[0], exclusive: exclusive ?? false, reverse: reverse ?? false });

export const reductionRows: Record<string, Kernel> = {
  ...Object.fromEntries(Object.entries(reductions).map(([name, op]) => [name, row<ReductionAttrs>((g, { x }, { axis, reductionIndices = axis, keepDims }) =>
    g.op(op, [x.dtype === 'bool' ? g.cast(x, 'int32') : x], { axes: tf.util.parseAxisParam(reductionIndices, x.shape), keepDims: keepDims ?? false }))])),
  Cumsum: row<CumulativeAttrs>((g, { x }, attrs) => g.op('cumsum', [x], cumulative(x, attrs))),
  Cumprod: row<CumulativeAttrs>((g, { x }, attrs) => cumulativeProduct(g, x, cumulative(x, attrs))),
  BatchMatMul: row<{ transposeA: boolean; transposeB: boolean }>((g, { a, b }, { transposeA, transposeB }) => {
    const rank = Math.max(a.shape.length, b.shape.length);
    const [x, y] = [a, b].map((v) => g.reshape(v, [...new Array<number>(rank - v.shape.length).fill(1), ...v.shape]));
    // tfjs gives matrices a batch of 1: the plain product is faster, and its bias can be fused.
    const single = x.shape.slice(0, -2).every((d) => d === 1) && y.shape.slice(0, -2).every((d) => d === 1);
    if (!single) return g.matMul(x, y, transposeA, transposeB);
    const product = g.matMul(g.reshape(x, x.shape.slice(-2)), g.reshape(y, y.shape.slice(-2)), transposeA, transposeB);
    return g.reshape(product, [...x.shape.slice(0, -2), ...product.shape]);
  }),
  Einsum: (trace, inputs, { equation }: { equation: string }) => einsum(equation, ...Object.values(inputs).map((x) => trace.tensorOf(trace.valueFor(x)))),
  Softmax: row<{ dim: number }>((g, { logits }, { dim }) => g.op('softmax', [logits], { axis: tf.util.parseAxisParam(dim, logits.shape)[0] })),
  LogSoftmax: row<{ axis: number }>((g, { logits }, { axis }) => g.op('logSoftmax', [logits], { axis: tf.util.parseAxisParam(axis ?? -1, logits.shape)[0] })),
  // our own kernels (nn/)
  AxisSoftmax: row<{ axis: number }>((g, { x }, attrs) => g.op('softmax', [x], attrs)),
  AxisLogSoftmax: row<{ axis: number }>((g, { x }, attrs) => g.op('logSoftmax', [x], attrs)),
  LogSumExp: row<{ axes: number[]; keepDims: boolean }>((g, { x }, attrs) => g.op('logSumExp', [x], attrs)),
  CrossEntropy: row((g, { logits, labels }) => g.op('crossEntropy', [logits, labels], {})),
  GroupNorm: row<{ groups: number; epsilon: number }>((g, { x }, { groups, epsilon }) => g.op('groupNorm', [x], { groups, epsilon, channelAxis: x.shape.length - 1 })),
  LayerNorm: row<{ epsilon: number }>((g, { x }, { epsilon }) => g.op('normalize', [x], { epsilon })),
};
