/** @file Norms by their definitions: statistics of what comes out, scale and shift, running averages in closed form. */

import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomStream } from '../platform/random';
import { mendEagerGradients } from './eager-gradients';
import { batchNorm, instanceNorm, layerNorm, norm, rmsNorm } from './norms';
import { Params, type StateStore } from './params';

beforeAll(async () => {
  await tf.setBackend('cpu');
  mendEagerGradients();
});

const image: [number, number, number, number] = [3, 4, 5, 2];
const drawn = (shape: number[] = image): tf.Tensor4D => {
  const out = new Float32Array(shape.reduce((a, b) => a * b, 1));
  randomStream(23, 'x', 1).fillNormal(out);
  return tf.tensor<tf.Rank.R4>(out.map((v, i) => 3 * v + (i % 2)), shape as never);
};
/** scale 2, shift 5 */
const p = (store?: StateStore) => new Params(({ name, shape }) => tf.fill(shape, name.endsWith('scale') ? 2 : 5), store);

/** Mean and variance over axes. */
const momentsOf = (x: tf.Tensor, axes: number[]) => {
  const { mean, variance } = tf.moments(x, axes);
  return { mean: Array.from(mean.dataSync()), variance: Array.from(variance.dataSync()) };
};
const all = (values: number[], expected: number, digits = 3) => values.forEach((v) => expect(v).toBeCloseTo(expected, digits));

describe('norms', () => {
  it('layer norm: each position has mean 5 and variance 4', () => {
    const { mean, variance } = momentsOf(layerNorm(p(), drawn([6, 40])), [1]);
    all(mean, 5);
    all(variance, 4);
  });
  it('instance norm: each channel of each image has', () => {
    const y = instanceNorm(p(), drawn());
    const { mean, variance } = momentsOf(y, [1, 2]);
    expect(mean.length).toBe(6);
    all(mean, 5);
    all(variance, 4);
    // and not each image alone
    expect(momentsOf(layerNorm(p(), drawn()), [1, 2]).variance.some((v) => Math.abs(v - 4) > 0.1)).toBe(true);
  });
  it('RMS norm: mean of squares 4, the direction kept', () => {
    const x = drawn([6, 40]);
    const y = rmsNorm(p(), x as tf.Tensor);
    all(Array.from(tf.mean(tf.square(y), 1).dataSync()), 4);
    const ratio = tf.div(y, x).arraySync() as number[][];
    ratio.forEach((row) => all(row, row[0], 4));
  });
});

describe('batch norm', () => {
  /** What steps carry along. */
  const carried = (training: boolean) => {
    const values = new Map<string, tf.Tensor>();
    const store: StateStore = { read: ({ name, shape, init }) => values.get(name) ?? tf.fill(shape, init.kind === 'ones' ? 1 : 0), ...(training ? { write: (name: string, next: tf.Tensor) => void values.set(name, next) } : {}) };
    return { values, store };
  };

  it('in training each channel has mean 5 and variance 4 over the batch and all positions', () => {
    const { mean, variance } = momentsOf(batchNorm(p(carried(true).store), drawn()), [0, 1, 2]);
    all(mean, 5);
    all(variance, 4);
  });
  it('after n steps of one batch the running mean is (1 - m^n) of its mean, the variance m^n + (1 - m^n) of its unbiased one', () => {
    const { values, store } = carried(true);
    const x = drawn();
    const { mean, variance } = momentsOf(x, [0, 1, 2]);
    for (let i = 0; i < 5; i++) batchNorm(p(store), x, { momentum: 0.8 });
    const left = 0.8 ** 5;
    values.get('mean')!.dataSync().forEach((v, c) => expect(v).toBeCloseTo((1 - left) * mean[c], 5));
    values.get('variance')!.dataSync().forEach((v, c) => expect(v).toBeCloseTo(left + ((1 - left) * variance[c] * 60) / 59, 4));
  });
  it('a trained model uses what was kept, whatever the batch', () => {
    const store: StateStore = { read: ({ name, shape }) => tf.fill(shape, name === 'mean' ? 7 : 9) };
    const y = batchNorm(p(store), tf.tensor2d([[10, 7], [4, 1]]), { epsilon: 0 });
    expect(y.arraySync()).toEqual([[2 + 5, 5], [-2 + 5, -4 + 5]]);
  });
  it('the gradient goes through the statistics: it has no part along ones', () => {
    const x = drawn();
    const weights = tf.tensor(tf.square(x).dataSync(), image);
    const d = tf.grad((v) => tf.sum(tf.mul(batchNorm(p(carried(true).store), v as tf.Tensor4D), weights)))(x);
    all(Array.from(tf.sum(d, [0, 1, 2]).dataSync()), 0, 2);
  });
});

describe('norm of vectors', () => {
  it('is that of tfjs away from 0', () => {
    const x = tf.tensor2d([[3, 4], [5, 12]]);
    expect(Array.from(norm(x, 1).dataSync())).toEqual([5, 13]);
    const [row] = tf.grad((v) => tf.sum(norm(v, 1)))(x).arraySync() as number[][];
    all(row, 0.7, 0);
    expect(row[0]).toBeCloseTo(0.6, 6);
    expect(row[1]).toBeCloseTo(0.8, 6);
  });
  it('has the gradient 0 at 0, where that of tfjs is NaN', () => {
    const x = tf.tensor2d([[0, 0], [0, 2]]);
    expect(tf.grad((v) => tf.sum(norm(v, 1)))(x).arraySync()).toEqual([[0, 0], [0, 1]]);
    expect((tf.grad((v) => tf.sum(tf.norm(v, 2, 1)))(x).arraySync() as number[][])[0].some(Number.isNaN)).toBe(true);
  });
});
