/** @file Gradients inside losses: the penalties of WGAN-GP and R1, and their gradients, against closed forms and differences in double precision. */

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawOperands, type Operand } from '../../e2e/harness/conformance';
import { engineDevices } from '../../e2e/harness/devices';
import { compiledDifferences, eagerDifferences, type TracedFunction } from '../../e2e/harness/traced';
import { randomStream } from '../platform/random';
import { checkpoint } from './checkpoint';
import { grad } from './gradient';
import { groupNormalize, silu, upsample } from './kernels';
import { norm } from './norms';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const normal = (length: number, stream: string) => {
  const out = new Float32Array(length);
  randomStream(17, stream, 1).fillNormal(out);
  return out;
};

/** Gulrajani et al. 2017, eq. 3: E (||d D(x) / d x|| - 1)^2 */
const penalty = (gradients: tf.Tensor) => tf.mean(tf.square(tf.sub(norm(tf.reshape(gradients, [gradients.shape[0], -1]), 1), 1)));

/** D(x) = tanh(x W) u, each example's score added */
const wganGp: TracedFunction = (x, weight, out) => penalty(grad((v: tf.Tensor) => tf.sum(tf.matMul(tf.tanh(tf.matMul(v, weight)), out)))(x));
/** Its gradient in closed form: W (u (1 - tanh^2)) */
const wganGpWritten: TracedFunction = (x, weight, out) => {
  const slope = tf.sub(1, tf.square(tf.tanh(tf.matMul(x, weight)))); // [B, H]
  return penalty(tf.matMul(tf.mul(slope, tf.reshape(out, [1, -1])), weight, false, true));
};

/** Mescheder et al. 2018: E ||d D(x) / d x||^2 / 2, of a critic with everything that critics are made of */
const critic = (x: tf.Tensor, filter: tf.Tensor, second: tf.Tensor) => {
  const h = tf.leakyRelu(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, 'same'), 0.2);
  const wide = groupNormalize(upsample(h as tf.Tensor4D, 2), 2);
  const pooled = tf.avgPool(silu(tf.conv2d(wide, second as tf.Tensor4D, 1, 'same')), 2, 2, 'valid');
  return tf.sum(tf.square(tf.mean(pooled, [1, 2])));
};
const r1: TracedFunction = (x, filter, second) => tf.mul(0.5, tf.mean(tf.sum(tf.square(grad((v: tf.Tensor) => critic(v, filter, second))(x)), [1, 2, 3])));

const cases: [string, number[][], TracedFunction, TracedFunction][] = [
  ["WGAN-GP's penalty", [[3, 4], [4, 5], [5, 1]], wganGp, wganGpWritten],
  ["R1's penalty", [[2, 4, 4, 2], [3, 3, 2, 4], [3, 3, 4, 4]], r1, r1],
  ['what is simplified away in front of f', [[6], [3, 2]], (x, w) => tf.square(grad((v: tf.Tensor) => tf.sum(tf.tanh(tf.matMul(tf.reshape(v, [2, 3]), w))))(tf.reshape(x, [3, 2]))), (x, w) => {
    const slope = tf.sub(1, tf.square(tf.tanh(tf.matMul(tf.reshape(x, [2, 3]), w))));
    return tf.square(tf.reshape(tf.matMul(slope, w, false, true), [3, 2]));
  }],
  ['a gradient through a block that is computed anew', [[4], [4]], (x, w) => tf.square(grad((v: tf.Tensor) => tf.sum(checkpoint((u: tf.Tensor) => tf.sin(tf.mul(tf.exp(u), w)))(v)))(x)), (x, w) => { const u = tf.mul(tf.exp(x), w); return tf.square(tf.mul(tf.cos(u), u)); }],
  ['a gradient of a gradient', [[4]], (x) => grad((v: tf.Tensor) => tf.sum(tf.square(grad((u: tf.Tensor) => tf.sum(tf.sin(u)))(v))))(x), (x) => tf.mul(-2, tf.mul(tf.cos(x), tf.sin(x)))],
];

const operandsOf = (name: string, shapes: number[][]): { operands: Operand[]; vs: Float32Array[] } => {
  const operands = drawOperands(name, shapes);
  return { operands, vs: operands.map((x, k) => normal(x.data.length, `${name}/v${k}`)) };
};
const errorOf = (got: number, expected: number) => Math.abs(got - expected) / (1 + Math.abs(expected));

describe.each(engineDevices())('on %s', (device) => {
  it.each(cases)('%s, and its first and second derivatives', async (name, shapes, f, written) => {
    const { operands, vs } = operandsOf(name, shapes);
    const w = (size: number) => normal(size, 'w');
    const got = await compiledDifferences(device, operands, f, w, vs);
    const expected = eagerDifferences(operands, written, w(got.value.length), vs);
    got.value.forEach((y, i) => expect(errorOf(y, expected.value[i])).toBeLessThan(1e-4));
    expect(errorOf(got.first, expected.first), `${got.first} for ${expected.first}`).toBeLessThan(1e-3);
    expect(errorOf(got.second, expected.second), `${got.second} for ${expected.second}`).toBeLessThan(1e-2);
  });
});

it.each(cases)('eagerly: %s and its gradient', (name, shapes, f, written) => {
  const { operands, vs } = operandsOf(name, shapes);
  const { value, along } = tf.tidy(() => {
    const xs = operands.map(({ data, shape }) => tf.tensor(data, shape));
    const y = f(...xs);
    const w = normal(y.size, 'w');
    const grads = tf.grads((...all: tf.Tensor[]) => tf.sum(tf.mul(f(...all), tf.tensor(w, y.shape))))(xs);
    return { value: y.dataSync(), along: grads.reduce((sum, d, k) => sum + Array.from(d.dataSync()).reduce((s, v, m) => s + v * vs[k][m], 0), 0) };
  });
  const expected = eagerDifferences(operands, written, normal(value.length, 'w'), vs);
  Array.from(value).forEach((y, i) => expect(errorOf(y, expected.value[i])).toBeLessThan(1e-4));
  expect(errorOf(along, expected.first), `${along} for ${expected.first}`).toBeLessThan(1e-3);
});
