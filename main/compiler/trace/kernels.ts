/** @file tfjs kernels as IR ops. A kernel without a row is a named error when a method uses it. */

import * as tf from '@tensorflow/tfjs-core';
import { gradients } from '../grad/grad';
import { range } from '../ir/shapes';
import type { TraceBackend } from './backend';
import { imageRows, type Kernel } from './image-kernels';
import { pointwiseRows } from './pointwise-kernels';
import { reductionRows } from './reduction-kernels';
import { selectionRows } from './selection-kernels';
import { TraceError } from './trace-error';

type Inputs = Record<string, tf.TensorInfo>;

const rows: Record<string, Kernel> = {
  // our own kernels (nn/checkpoint.ts)
  CheckpointIn: (trace, { x }, { region }: { region: object }) => trace.record('checkpointIn', [x], { region: trace.numberOf(region) }),
  CheckpointOut: (trace, { x }, { region }: { region: object }) => trace.record('checkpointOut', [x], { region: trace.numberOf(region) }),
  // our own kernels (nn/gradient.ts)
  /** d y / d x, of a scalar and of what it was computed from. */
  GradientOf: (trace, { y, x }) => trace.infoOf(gradients(trace.builder, trace.valueFor(y), [trace.valueFor(x)])[0]),

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
  Reverse: (trace, { x }, { dims }: { dims: number | number[] }) => trace.record('reverse', [x], { axes: tf.util.parseAxisParam(dims, x.shape) }),

  Range: (trace, _, { start, stop, step, dtype }: { start: number; stop: number; step: number; dtype: 'float32' | 'int32' }) => {
    const length = Math.max(0, Math.ceil((stop - start) / step));
    const values = range(length).map((i) => start + i * step);
    return trace.infoOf(trace.builder.constant(dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values), [length], dtype ?? 'float32'));
  },
  LinSpace: (trace, _, { start, stop, num }: { start: number; stop: number; num: number }) =>
    trace.infoOf(trace.builder.constant(Float32Array.from(range(num), (i) => start + (i * (stop - start)) / Math.max(1, num - 1)), [num])),
  Diag: (trace, { x }) => {
    const g = trace.builder;
    const n = tf.util.sizeFromShape(x.shape);
    const hot = g.op('oneHot', [g.constant(Int32Array.from(range(n)), [n], 'int32')], { depth: n });
    return trace.infoOf(g.reshape(g.mul(hot, g.reshape(trace.valueFor(x), [1, n])), [...x.shape, ...x.shape]));
  },
};

/** Every kernel that can be traced. */
export const kernelRows: Readonly<Record<string, Kernel>> = { ...rows, ...pointwiseRows, ...reductionRows, ...selectionRows, ...imageRows };

/** Registers every row, and a named error for each kernel that tfjs knows and this table does not. */
export function registerTraceKernels(trace: TraceBackend, backendName: string): void {
  const register = (kernelName: string, kernel: Kernel) =>
    tf.registerKernel({ kernelName, backendName, kernelFunc: ({ inputs, attrs }) => kernel(trace, inputs as Inputs, attrs as never) as tf.TensorInfo });
  for (const [name, kernel] of Object.entries(kernelRows)) register(name, kernel);
  const known = new Set(Object.keys(kernelRows));
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
