/** @file What every op is held to: its cases run compiled on a device and eagerly on tfjs' CPU backend, values and gradients. Used by tests alone. */

import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { randomStream } from '../../main/platform/random';
import { openGraph } from '../../main/runtime/graph';
import type { ProviderId } from '../../main/runtime/sessions';
import { targetOf } from '../../main/runtime/targets';
import { emit, shareConstants } from '../../main/compiler/emit/emit';
import { encodeModel } from '../../main/compiler/emit/onnx';
import { gradients } from '../../main/compiler/grad/grad';
import { Builder } from '../../main/compiler/ir/builder';
import type { Graph } from '../../main/compiler/ir/graph';
import type { CaseInput, Op, OpRule, Value } from '../../main/compiler/ir/op';
import { sizeOf } from '../../main/compiler/ir/shapes';
import { verify } from '../../main/compiler/ir/verify';
import { decompose } from '../../main/compiler/passes/decompose';
import type { ComputedDtype } from '../../main/compiler/compiled';
import { mendEagerGradients } from '../../main/nn/eager-gradients';
import { differencesAlong, inFloat64, type Differences } from './float64';

mendEagerGradients();

/** Of |a - b| / (1 + |b|). */
export const tolerance = { value: 1e-4, first: 1e-3, second: 2e-3 };

/** Whose derivative is not that of the value, by intent. */
export const pretending = new Set<Op>(['stopGradient', 'straightThrough']);

export type Data = Float32Array | Int32Array;
export interface Operand {
  data: Data;
  shape: number[];
  dtype: ComputedDtype;
}

/** Seeded operands of a case: normal floats, or uniform in the range given; integers below a bound. */
export function drawOperands(op: string, inputs: CaseInput[]): Operand[] {
  return inputs.map((input, i) => {
    const { shape, range, dtype = 'float32', from = 0, below = 2 } = Array.isArray(input) ? { shape: input } : input;
    const random = randomStream(7, `${op}/${JSON.stringify(inputs)}`, i);
    if (dtype !== 'float32') {
      const data = new Int32Array(sizeOf(shape));
      random.fillIntegers(data, below);
      return { data: data.map((x) => x + from), shape, dtype };
    }
    const data = new Float32Array(sizeOf(shape));
    if (range) random.fillUniform(data);
    else random.fillNormal(data);
    return { data: range ? data.map((u) => range[0] + u * (range[1] - range[0])) : data, shape, dtype };
  });
}

/** Builds a graph over inputs x0, x1... and runs it on the device; refused where a node would fall back to another device. -> outputs by name */
export async function runGraph(device: ProviderId, operands: Operand[], build: (g: Builder, xs: Value[]) => Record<string, Value>): Promise<Record<string, { data: Float32Array; shape: number[] }>> {
  const builder = new Builder();
  const inputs = operands.map((x, i) => builder.input(`x${i}`, x.shape, x.dtype));
  const outputs = Object.entries(build(builder, inputs)).map(([name, value]) => ({ name, value }));
  const graph: Graph = verify(decompose({ builder, inputs, outputs }), 'decompose');
  const session = await openGraph(encodeModel(shareConstants(emit(graph, await targetOf(device)))), device, { strict: device !== 'cpu' });
  try {
    return await session.run(Object.fromEntries(operands.map(({ data, shape, dtype }, i) => [`x${i}`, { data: dtype === 'bool' ? Uint8Array.from(data) : data, shape }])));
  } finally {
    await session.dispose();
  }
}

const tensorOf = ({ data, shape, dtype }: Operand): tf.Tensor => tf.tensor(data, shape, dtype);

/** The op's value in eager tfjs. */
export function eagerValue<K extends Op>(rule: OpRule<K>, operands: Operand[], attrs: never): Float32Array {
  return tf.tidy(() => Float32Array.from(rule.reference(tf, operands.map(tensorOf), attrs).dataSync()));
}

/** Of whole numbers, to the last digit. */
export function eagerWholes<K extends Op>(rule: OpRule<K>, operands: Operand[], attrs: never): Int32Array {
  return inFloat64(() => Int32Array.from(rule.reference(tf, operands.map(tensorOf), attrs).dataSync()));
}

export const isFloat = (x: Operand): boolean => x.dtype === 'float32';

type Loss = (xs: tf.Tensor[]) => tf.Scalar;
const lossOf = <K extends Op>(rule: OpRule<K>, attrs: never, w: Float32Array): Loss => (xs) => {
  const y = rule.reference(tf, xs, attrs);
  return tf.sum(tf.mul(tf.cast(y, 'float32'), tf.tensor(w, y.shape)));
};

const floatIndices = (operands: Operand[]): number[] => operands.flatMap((x, i) => (isFloat(x) ? [i] : []));

/** d sum(w y) / d each float operand by tfjs; undefined where tfjs has no gradient. */
export function eagerGradients<K extends Op>(rule: OpRule<K>, operands: Operand[], attrs: never, w: Float32Array): Float32Array[] | undefined {
  const floats = floatIndices(operands);
  const loss = lossOf(rule, attrs, w);
  try {
    return tf.tidy(() => {
      const all = operands.map(tensorOf);
      const grads = tf.grads((...xs: tf.Tensor[]) => loss(all.map((x, i) => (floats.includes(i) ? xs[floats.indexOf(i)] : x))))(floats.map((i) => all[i]));
      return grads.map((t) => Float32Array.from(t.dataSync()));
    });
  } catch (caught) {
    if (caught instanceof Error && /gradient/i.test(caught.message)) return undefined;
    throw caught;
  }
}

/** Value, <v, grad> and <v, H v> of sum(w y) by differences of the eager reference in double precision. */
export function referenceDifferences<K extends Op>(rule: OpRule<K>, operands: Operand[], attrs: never, w: Float32Array, vs: Float32Array[]): Differences {
  const floats = floatIndices(operands);
  return differencesAlong((by) => {
    const moved = operands.map(({ data, shape, dtype }, i) => {
      if (dtype !== 'float32') return tf.tensor(data, shape, dtype);
      const v = vs[floats.indexOf(i)];
      return tf.tensor(Float64Array.from(data, (x, m) => x + by * v[m]) as never, shape, dtype);
    });
    return rule.reference(tf, moved, attrs).dataSync();
  }, w);
}

/** d sum(w y) / d each float operand, compiled. */
export async function compiledGradients<K extends Op>(device: ProviderId, op: K, operands: Operand[], attrs: never, w: Float32Array): Promise<Float32Array[]> {
  const floats = floatIndices(operands);
  const out = await runGraph(device, operands, (g, xs) => {
    const y = g.op(op, xs, attrs);
    const loss = g.sum(g.mul(g.cast(y, 'float32'), g.constant(w, y.shape)), y.shape.map((_, i) => i));
    return Object.fromEntries(gradients(g, loss, floats.map((i) => xs[i])).map((d, k) => [`d${k}`, d]));
  });
  return floats.map((_, k) => out[`d${k}`].data);
}

/** d <v, d sum(w y) / dx> / dx for all float operands: second derivatives, compiled. */
export async function compiledSecond<K extends Op>(device: ProviderId, op: K, operands: Operand[], attrs: never, w: Float32Array, vs: Float32Array[]): Promise<Float32Array[]> {
  const floats = floatIndices(operands);
  const out = await runGraph(device, operands, (g, xs) => {
    const y = g.op(op, xs, attrs);
    const wrt = floats.map((i) => xs[i]);
    const loss = g.sum(g.mul(g.cast(y, 'float32'), g.constant(w, y.shape)), y.shape.map((_, i) => i));
    const first = gradients(g, loss, wrt);
    const along = first.map((d, k) => g.sum(g.mul(d, g.constant(vs[k], d.shape)), d.shape.map((_, i) => i))).reduce((a, b) => g.add(a, b));
    return Object.fromEntries(gradients(g, along, wrt).map((d, k) => [`d${k}`, d]));
  });
  return floats.map((_, k) => out[`d${k}`].data);
}

/** The largest |a - b| / (1 + |b|). */
export function worstError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    const error = Math.abs(a[i] - b[i]) / (1 + Math.abs(b[i]));
    if (!(error <= worst)) worst = Number.isNaN(error) ? Infinity : error;
  }
  return worst;
}

export const dot = (as: Float32Array[], bs: Float32Array[]): number => as.reduce((sum, a, k) => sum + a.reduce((s, x, m) => s + x * bs[k][m], 0), 0);
