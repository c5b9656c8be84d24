/** @file tfjs kernels as IR ops. A kernel without a row is a named error when a method uses it. */

import * as tf from '@tensorflow/tfjs-core';
import type { OpAttrs } from '../ir/op';
import { range } from '../ir/shapes';
import type { TraceBackend } from './backend';
import { imageRows, type Kernel } from './image-kernels';
import { TraceError } from './trace-error';

type Info = tf.TensorInfo;
type Inputs = Record<string, Info>;

/** Kernels that are one op of the same meaning. */
const oneToOne = {
  Add: 'add', Sub: 'sub', Multiply: 'mul', RealDiv: 'div', Maximum: 'maximum', Minimum: 'minimum', Pow: 'pow',
  Greater: 'greater', GreaterEqual: 'greaterEqual', Less: 'less', LessEqual: 'lessEqual', Equal: 'equal',
  LogicalAnd: 'logicalAnd', LogicalOr: 'logicalOr',
} as const;

const oneToOneUnary = {
  Exp: 'exp', Log: 'log', Log1p: 'log1p', Sqrt: 'sqrt', Neg: 'neg', Reciprocal: 'reciprocal', Abs: 'abs', Sign: 'sign', Floor: 'floor', LogicalNot: 'logicalNot',
  Sigmoid: 'sigmoid', Tanh: 'tanh', Relu: 'relu', Softplus: 'softplus', Sin: 'sin', Cos: 'cos', Erf: 'erf',
  // our own kernels (nn/kernels.ts)
  Silu: 'silu', StopGradient: 'stopGradient',
} as const;

const reductions = { Sum: 'sum', Mean: 'mean', Max: 'max', Min: 'min' } as const;

const rows: Record<string, Kernel> = {
  // our own kernels (nn/checkpoint.ts)
  CheckpointIn: (trace, { x }, { region }: { region: object }) => trace.record('checkpointIn', [x], { region: trace.numberOf(region) }),
  CheckpointOut: (trace, { x }, { region }: { region: object }) => trace.record('checkpointOut', [x], { region: trace.numberOf(region) }),
  SquaredDifference: (trace, { a, b }) => {
    const g = trace.builder;
    const d = g.sub(trace.valueFor(a), trace.valueFor(b));
    return trace.infoOf(g.mul(d, d));
  },
  Square: (trace, { x }) => trace.record('mul', [x, x], {}),
  Rsqrt: (trace, { x }) => trace.infoOf(trace.builder.reciprocal(trace.builder.op('sqrt', [trace.valueFor(x)], {}))),
  NotEqual: (trace, { a, b }) => trace.infoOf(trace.builder.op('logicalNot', [trace.builder.equal(trace.valueFor(a), trace.valueFor(b))], {})),
  ClipByValue: (trace, { x }, { clipValueMin, clipValueMax }: { clipValueMin: number; clipValueMax: number }) => {
    const g = trace.builder;
    return trace.infoOf(g.op('minimum', [g.op('maximum', [trace.valueFor(x), g.scalar(clipValueMin)], {}), g.scalar(clipValueMax)], {}));
  },
  LeakyRelu: (trace, { x }, { alpha }: { alpha: number }) => {
    const g = trace.builder;
    const v = trace.valueFor(x);
    return trace.infoOf(g.op('maximum', [v, g.mul(v, alpha)], {}));
  },
  Select: (trace, { condition, t, e }) => trace.record('where', [condition, t, e], {}),
  Cast: (trace, { x }, { dtype }: { dtype: OpAttrs['cast']['to'] }) => trace.record('cast', [x], { to: dtype }),
  Identity: (trace, { x }) => trace.infoOf(trace.valueFor(x)),
  ZerosLike: (trace, { x }) => trace.infoOf(trace.builder.zerosLike(trace.valueFor(x))),
  OnesLike: (trace, { x }) => trace.infoOf(trace.builder.broadcastTo(trace.builder.scalar(1, trace.valueFor(x).dtype), x.shape)),
  Fill: (trace, _, { shape, value, dtype }: { shape: number[]; value: number; dtype?: 'float32' | 'int32' }) => trace.infoOf(trace.builder.broadcastTo(trace.builder.scalar(value, dtype ?? 'float32'), shape)),

  Reshape: (trace, { x }, { shape }: { shape: number[] }) => trace.record('reshape', [x], { shape: tf.util.inferFromImplicitShape(shape, tf.util.sizeFromShape(x.shape)) }),
  ExpandDims: (trace, { input }, { dim }: { dim: number }) => {
    const at = dim < 0 ? dim + input.shape.length + 1 : dim;
    return trace.record('reshape', [input], { shape: input.shape.toSpliced(at, 0, 1) });
  },
  Transpose: (trace, { x }, { perm }: { perm: number[] }) => trace.record('transpose', [x], { perm }),
  BroadcastTo: (trace, { x }, { shape }: { shape: number[] }) => trace.record('broadcastTo', [x], { shape }),
  Tile: (trace, { x }, { reps }: { reps: number[] }) => {
    const g = trace.builder;
    const split = x.shape.flatMap((d) => [1, d]);
    const repeated = g.broadcastTo(g.reshape(trace.valueFor(x), split), x.shape.flatMap((d, i) => [reps[i], d]));
    return trace.infoOf(g.reshape(repeated, x.shape.map((d, i) => d * reps[i])));
  },
  Concat: (trace, inputs, { axis }: { axis: number }) => {
    const xs = Object.values(inputs);
    return trace.record('concat', xs, { axis: tf.util.parseAxisParam(axis, xs[0].shape)[0] });
  },
  Pack: (trace, inputs, { axis }: { axis: number }) => {
    const g = trace.builder;
    const xs = Object.values(inputs).map((x) => trace.valueFor(x));
    const at = axis < 0 ? axis + xs[0].shape.length + 1 : axis;
    return trace.infoOf(g.op('concat', xs.map((x) => g.reshape(x, x.shape.toSpliced(at, 0, 1))), { axis: at }));
  },
  Slice: (trace, { x }, { begin, size }: { begin: number | number[]; size: number | number[] }) => {
    const [from, count] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin, size);
    return trace.record('slice', [x], { begin: from, size: count });
  },
  SplitV: (trace, { x }, { numOrSizeSplits, axis }: { numOrSizeSplits: number | number[]; axis: number }) => {
    const at = tf.util.parseAxisParam(axis, x.shape)[0];
    let from = 0;
    return tf.backend_util.prepareSplitSize(x as tf.Tensor, numOrSizeSplits, at).map((length) => {
      const begin = x.shape.map((_, i) => (i === at ? from : 0));
      from += length;
      return trace.record('slice', [x], { begin, size: x.shape.map((d, i) => (i === at ? length : d)) });
    });
  },
  PadV2: (trace, { x }, { paddings, constantValue }: { paddings: [number, number][]; constantValue: number }) => trace.record('pad', [x], { paddings, value: constantValue }),
  Reverse: (trace, { x }, { dims }: { dims: number[] }) => trace.record('reverse', [x], { axes: dims }),

  BatchMatMul: (trace, { a, b }, { transposeA, transposeB }: { transposeA: boolean; transposeB: boolean }) => {
    const g = trace.builder;
    const [x, y] = [trace.valueFor(a), trace.valueFor(b)];
    // tfjs gives matrices a batch of 1: the plain product is faster, and its bias can be fused.
    const single = x.shape.slice(0, -2).every((d) => d === 1) && y.shape.slice(0, -2).every((d) => d === 1);
    if (!single) return trace.infoOf(g.matMul(x, y, transposeA, transposeB));
    const product = g.matMul(g.reshape(x, x.shape.slice(-2)), g.reshape(y, y.shape.slice(-2)), transposeA, transposeB);
    return trace.infoOf(g.reshape(product, [...x.shape.slice(0, -2), ...product.shape]));
  },
  Cumsum: (trace, { x }, { axis, exclusive, reverse }: { axis: number; exclusive: boolean; reverse: boolean }) =>
    trace.record('cumsum', [x], { axis: tf.util.parseAxisParam(axis, x.shape)[0], exclusive: exclusive ?? false, reverse: reverse ?? false }),
  Softmax: (trace, { logits }, { dim }: { dim: number }) => {
    if (tf.util.parseAxisParam(dim, logits.shape)[0] !== logits.shape.length - 1) throw new TraceError('softmax over an inner axis', 'transpose first');
    return trace.record('softmax', [logits], { axis: logits.shape.length - 1 });
  },
  LogSoftmax: (trace, { logits }) => {
    const g = trace.builder;
    const x = trace.valueFor(logits);
    const last = [x.shape.length - 1];
    const shifted = g.sub(x, g.op('stopGradient', [g.op('max', [x], { axes: last, keepDims: true })], {}));
    return trace.infoOf(g.sub(shifted, g.log(g.sum(g.exp(shifted), last, true))));
  },
  GatherV2: (trace, { x, indices }, { axis, batchDims }: { axis: number; batchDims: number }) => {
    if (batchDims) throw new TraceError('gather with batchDims', 'flatten the batch first');
    const g = trace.builder;
    const at = tf.util.parseAxisParam(axis, x.shape)[0];
    const rank = x.shape.length;
    const table = g.transpose(trace.valueFor(x), [at, ...range(rank).filter((i) => i !== at)]);
    const rowsOf = g.op('gather', [table, trace.valueFor(indices)], {}); // [...indices, ...rest]
    const n = indices.shape.length;
    const perm = [...range(at).map((i) => n + i), ...range(n), ...range(rank - 1 - at).map((i) => n + at + i)];
    return trace.infoOf(g.transpose(rowsOf, perm));
  },
  OneHot: (trace, { indices }, { depth, onValue, offValue }: { depth: number; onValue: number; offValue: number }) => {
    const g = trace.builder;
    const hot = g.op('oneHot', [trace.valueFor(indices)], { depth });
    return trace.infoOf(g.add(g.mul(hot, onValue - offValue), offValue));
  },

  // our own kernels (nn/kernels.ts)
  GroupNorm: (trace, { x }, { groups, epsilon }: { groups: number; epsilon: number }) => trace.record('groupNorm', [x], { groups, epsilon, channelAxis: x.shape.length - 1 }),
  LayerNorm: (trace, { x }, { epsilon }: { epsilon: number }) => trace.record('normalize', [x], { epsilon }),
};

/** Registers every row, and a named error for each kernel that tfjs knows and this table does not. */
export function registerTraceKernels(trace: TraceBackend, backendName: string): void {
  const register = (kernelName: string, kernel: Kernel) =>
    tf.registerKernel({ kernelName, backendName, kernelFunc: ({ inputs, attrs }) => kernel(trace, inputs as Inputs, attrs as never) as tf.TensorInfo });
  for (const [name, op] of Object.entries(oneToOne)) register(name, (t, { a, b }) => t.record(op, [a, b], {}));
  for (const [name, op] of Object.entries(oneToOneUnary)) register(name, (t, { x }) => t.record(op, [x], {}));
  for (const [name, op] of Object.entries(reductions)) {
    // tfjs calls the axes of Max another name.
    register(name, (t, { x }, { axis, reductionIndices = axis, keepDims }: { axis: number | number[]; reductionIndices?: number | number[]; keepDims: boolean }) => {
      const numeric = x.dtype === 'bool' ? t.record('cast', [x], { to: 'int32' }) : x;
      return t.record(op, [numeric], { axes: tf.util.parseAxisParam(reductionIndices, x.shape), keepDims: keepDims ?? false });
    });
  }
  for (const [name, kernel] of Object.entries({ ...rows, ...imageRows })) register(name, kernel);
  const known = new Set([...Object.keys(oneToOne), ...Object.keys(oneToOneUnary), ...Object.keys(reductions), ...Object.keys(rows), ...Object.keys(imageRows)]);
  for (const name of tfjsKernelNames().filter((n) => !known.has(n))) {
    register(name, () => {
      throw new TraceError(`the kernel ${name}`, 'add a row to compiler/trace/kernels.ts');
    });
  }
}

/** tfjs exports the name of each of its kernels as a constant of the same name. */
function tfjsKernelNames(): string[] {
  return Object.entries(tf).flatMap(([key, value]) => (typeof value === 'string' && (value === key || /^[A-Z]/.test(value)) && /^[A-Z]/.test(key) ? [value] : []));
}
