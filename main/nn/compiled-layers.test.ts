/** @file Layers as graphs with a symbolic batch: equal to eager tfjs at every batch, whatever batch they were traced with; and extreme numbers. */

import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { engineDevices } from '../../e2e/harness/devices';
import { compileGraph } from '../compiler/compile-graph';
import { bakeInputs } from '../compiler/emit/onnx';
import { randomStream } from '../platform/random';
import { openGraph } from '../runtime/graph';
import { targetOf } from '../runtime/targets';
import { gelu } from './activations';
import { embedding, multiHeadAttention, positionwise } from './attention';
import { batchNorm, instanceNorm, layerNorm, rmsNorm } from './norms';
import { Params } from './params';
import { sort, takeAlong } from './selection';
import { crossEntropy, logAddExp, logSoftmax, logSumExp, softmax } from './softmax';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const normal = (shape: number[], stream: string) => {
  const out = new Float32Array(shape.reduce((a, b) => a * b, 1));
  randomStream(37, stream, 1).fillNormal(out);
  return out;
};
const positive = (data: Float32Array, name: string) => (name.endsWith('variance') ? data.map((x) => x * x + 0.5) : data);
const parameters = () => new Params(({ name, shape }) => tf.tensor(positive(normal(shape, name), name), shape));

type Inputs = Record<string, { shape: number[]; dtype?: 'float32' | 'int32'; below?: number }>;
type Run = (p: Params, inputs: Record<string, tf.Tensor>) => tf.Tensor;

const x = { shape: [6, 8] };
const cases: [string, Inputs, Run][] = [
  ['causal attention with keys filled up', { x, keys: { shape: [6], dtype: 'int32', below: 2 } }, (p, { x: v, keys }) => multiHeadAttention(p, v as tf.Tensor3D, { heads: 2, causal: true, keys: tf.maximum(tf.cast(keys, 'float32'), tf.oneHot(tf.zerosLike(tf.reshape(tf.slice(keys, [0, 0], [-1, 1]), [-1])) as tf.Tensor1D, 6)) as tf.Tensor2D })],
  ['a transformer block', { x }, (p, { x: v }) => {
    const h = tf.add(v, multiHeadAttention(p.scope('attention'), layerNorm(p.scope('first'), v as tf.Tensor3D), { heads: 4 })) as tf.Tensor3D;
    return tf.add(h, positionwise(p.scope('down'), gelu(positionwise(p.scope('up'), rmsNorm(p.scope('second'), h), 16)), 8));
  }],
  ['token embeddings and their logits', { ids: { shape: [5], dtype: 'int32', below: 7 } }, (p, { ids }) => logSoftmax(positionwise(p, embedding(p, ids, 7, 4) as tf.Tensor3D, 7))],
  ['cross-entropy of labels', { x, labels: { shape: [6], dtype: 'int32', below: 8 } }, (_, { x: v, labels }) => crossEntropy(v, labels)],
  ['batch norm of a trained model', { x }, (p, { x: v }) => batchNorm(p, v)],
  ['instance norm', { x: { shape: [4, 3, 2] } }, (p, { x: v }) => instanceNorm(p, v as tf.Tensor4D)],
  ['softmax over positions', { x }, (_, { x: v }) => softmax(v, 1)],
  ['each example its own rows', { x, i: { shape: [3], dtype: 'int32', below: 6 } }, (_, { x: v, i }) => tf.gather(v, i as tf.Tensor1D, 1, 1)],
  ['each example its own elements', { x, i: { shape: [3, 8], dtype: 'int32', below: 6 } }, (_, { x: v, i }) => takeAlong(v, i, 1)],
  ['sorted along positions', { x }, (_, { x: v }) => sort(v, 1).values],
  ['a window of strides', { x }, (_, { x: v }) => tf.stridedSlice(v, [0, 5, 0], [0, 0, 8], [1, -2, 3], 1, 1)],
  ['a contraction', { x }, (_, { x: v }) => tf.einsum('bpc,bqc->bpq', v, v)],
];

const drawn = ({ shape, dtype, below = 2 }: Inputs[string], batch: number, name: string) => {
  const full = [batch, ...shape];
  if (dtype !== 'int32') return { data: normal(full, `${name}/${batch}`), shape: full };
  const data = new Int32Array(full.reduce((a, b) => a * b, 1));
  randomStream(37, name, batch).fillIntegers(data, below);
  return { data, shape: full };
};

describe.each(engineDevices())('on %s', (device) => {
  it.each(cases)('%s', async (_, inputs, run) => {
    const { onnx, params } = compileGraph('f', { signature: 'f', inputs: Object.fromEntries(Object.entries(inputs).map(([name, { shape, dtype }]) => [name, { shape, dtype }])), run: (p, xs) => ({ y: run(p, xs) }) }, await targetOf(device));
    const asked = new Map<string, Float32Array>();
    tf.tidy(() => void run(new Params(({ name, shape }) => { const data = positive(normal(shape, name), name); asked.set(name, data); return tf.tensor(data, shape); }), Object.fromEntries(Object.entries(inputs).map(([name, spec]) => { const { data, shape } = drawn(spec, 2, name); return [name, tf.tensor(data, shape, spec.dtype)]; }))));
    const graph = await openGraph(bakeInputs(onnx, new Map(params.map((name) => [`param/${name}`, asked.get(name)!]))), device);
    for (const batch of [1, 3]) {
      const feeds = Object.fromEntries(Object.entries(inputs).map(([name, spec]) => [name, drawn(spec, batch, name)]));
      const { y } = await graph.run(feeds);
      const expected = tf.tidy(() => { const out = run(parameters(), Object.fromEntries(Object.entries(feeds).map(([name, { data, shape }]) => [name, tf.tensor(data, shape, inputs[name].dtype)]))); return { shape: out.shape, data: out.dataSync() }; });
      expect(y.shape).toEqual(expected.shape);
      y.data.forEach((value, i) => expect(Math.abs(value - expected.data[i])).toBeLessThan(1e-4 * (1 + Math.abs(expected.data[i]))));
    }
    await graph.dispose();
  });
});

describe('extreme numbers, compiled', () => {
  const compiled = async (data: number[], f: (v: tf.Tensor) => tf.Tensor) => {
    const { onnx } = compileGraph('f', { signature: 'f', inputs: { x: { shape: [data.length] } }, run: (_, { x: v }) => ({ y: f(v) }) }, await targetOf('cpu'));
    const graph = await openGraph(onnx, 'cpu');
    const { y } = await graph.run({ x: { data: Float32Array.from(data), shape: [1, data.length] } });
    await graph.dispose();
    return Array.from(y.data);
  };
  const first = (v: tf.Tensor) => tf.slice(v, [0, 0], [-1, 1]);
  const second = (v: tf.Tensor) => tf.slice(v, [0, 1], [-1, 1]);

  it('log-sum-exp neither overflows nor gives NaN where nothing is possible', async () => {
    expect((await compiled([1000, 1000], (v) => logSumExp(v, 1)))[0]).toBeCloseTo(1000 + Math.LN2, 3);
    expect((await compiled([-1000, -Infinity], (v) => logSumExp(v, 1)))[0]).toBeCloseTo(-1000, 3);
    expect(await compiled([-Infinity, -Infinity], (v) => logSumExp(v, 1))).toEqual([-Infinity]);
  });
  it('log e^a + e^b of far apart and of equal ones', async () => {
    expect((await compiled([500, -500], (v) => logAddExp(first(v), second(v))))[0]).toBe(500);
    expect((await compiled([-700, -700], (v) => logAddExp(first(v), second(v))))[0]).toBeCloseTo(-700 + Math.LN2, 3);
  });
  it('NaN, infinities and numbers are told apart', async () => {
    const data = [Number.NaN, Infinity, -Infinity, 3e38, 0];
    expect(await compiled(data, (v) => tf.cast(tf.isNaN(v), 'float32'))).toEqual([1, 0, 0, 0, 0]);
    expect(await compiled(data, (v) => tf.cast(tf.isInf(v), 'float32'))).toEqual([0, 1, 1, 0, 0]);
    expect(await compiled(data, (v) => tf.cast(tf.isFinite(v), 'float32'))).toEqual([0, 0, 0, 1, 1]);
  });
  it('e^x - 1 keeps its digits near 0 and overflows as e^x does', async () => {
    const [tiny, small, large, low] = await compiled([1e-7, -1e-4, 100, -100], tf.expm1);
    expect(Math.abs(tiny / 1e-7 - 1)).toBeLessThan(1e-5);
    expect(Math.abs(small / Math.expm1(-1e-4) - 1)).toBeLessThan(1e-5);
    expect([large, low]).toEqual([Infinity, -1]);
  });
  it('halves are rounded to even, on whichever way', async () => {
    expect((await compiled([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.49999997], tf.round)).map((v) => v + 0)).toEqual([-2, -2, 0, 0, 2, 2, 0]);
  });
});
