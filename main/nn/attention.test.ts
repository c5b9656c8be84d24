/** @file Attention against its formula, written out number by number; masks, embeddings. */

import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomStream } from '../platform/random';
import { attend, embedding, multiHeadAttention } from './attention';
import { mendEagerGradients } from './eager-gradients';
import { Params, type ParamSpec } from './params';

beforeAll(async () => {
  await tf.setBackend('cpu');
  mendEagerGradients();
});

const normal = (shape: number[], stream: string) => {
  const out = new Float32Array(shape.reduce((a, b) => a * b, 1));
  randomStream(19, stream, 1).fillNormal(out);
  return tf.tensor(out, shape);
};
const drawn = (asked: ParamSpec[] = []) => new Params((spec) => {
  asked.push(spec);
  return normal(spec.shape, spec.name);
});

/** Eq. 1 by loops. q, k, v [B][P][C] */
function attendByHand(q: number[][][], k: number[][][], v: number[][][], heads: number, sees: (b: number, i: number, j: number) => boolean): number[][][] {
  const width = q[0][0].length / heads;
  return q.map((rows, b) => rows.map((row, i) => row.map((_, c) => {
    const head = Math.floor(c / width);
    const scores = k[b].map((key, j) => {
      if (!sees(b, i, j)) return 0;
      let score = 0;
      for (let d = head * width; d < (head + 1) * width; d++) score += row[d] * key[d];
      return Math.exp(score / Math.sqrt(width));
    });
    const total = scores.reduce((s, x) => s + x, 0);
    return scores.reduce((s, x, j) => s + (x / total) * v[b][j][c], 0);
  })));
}

const close = (got: tf.Tensor, expected: number[][][]) => {
  const flat = expected.flat(2);
  got.dataSync().forEach((x, i) => expect(x).toBeCloseTo(flat[i], 5));
  expect(got.size).toBe(flat.length);
};

describe('attend', () => {
  const [q, k, v] = ['q', 'k', 'v'].map((name) => () => normal([2, 4, 6], name) as tf.Tensor3D);
  const arrays = () => [q, k, v].map((x) => x().arraySync() as number[][][]);
  const keys = [[1, 1, 1, 0], [1, 1, 0, 0]];

  it.each([1, 2, 3])('%i heads, all positions', (heads) => {
    const [a, b, c] = arrays();
    close(attend(q(), k(), v(), heads), attendByHand(a, b, c, heads, () => true));
  });
  it.each([1, 2])('%i heads, causal', (heads) => {
    const [a, b, c] = arrays();
    close(attend(q(), k(), v(), heads, { causal: true }), attendByHand(a, b, c, heads, (_, i, j) => j <= i));
  });
  it.each([1, 3])('%i heads, causal, with keys filled up', (heads) => {
    const [a, b, c] = arrays();
    close(attend(q(), k(), v(), heads, { causal: true, keys: tf.tensor2d(keys) }), attendByHand(a, b, c, heads, (batch, i, j) => j <= i && keys[batch][j] === 1));
  });
  it('over another sequence', () => {
    const [k5, v5] = ['k5', 'v5'].map((name) => normal([2, 5, 6], name) as tf.Tensor3D);
    close(attend(q(), k5, v5, 2), attendByHand(arrays()[0], k5.arraySync(), v5.arraySync(), 2, () => true));
  });
  it('refuses channels that do not divide, and causal attention to another length', () => {
    expect(() => attend(q(), k(), v(), 4)).toThrow('6 channels do not divide into 4 heads');
    expect(() => attend(q(), normal([2, 5, 6], 'x') as tf.Tensor3D, normal([2, 5, 6], 'y') as tf.Tensor3D, 2, { causal: true })).toThrow('causal attention of 4 positions over 5');
  });
});

it('multi-head attention projects queries, keys, values and the result', () => {
  const asked: ParamSpec[] = [];
  const p = drawn(asked);
  const x = normal([1, 3, 4], 'x') as tf.Tensor3D;
  const y = multiHeadAttention(p, x, { heads: 2, causal: true });
  expect(asked.map((s) => `${s.name} [${s.shape}]`)).toEqual(['query', 'key', 'value', 'out'].flatMap((name) => [`${name}.weight [4,4]`, `${name}.bias [4]`]));
  const project = (name: string, from: number[][]) => {
    const [weight, bias] = [normal([4, 4], `${name}.weight`).arraySync() as number[][], normal([4], `${name}.bias`).arraySync() as number[]];
    return from.map((row) => bias.map((b, c) => row.reduce((s, value, d) => s + value * weight[d][c], b)));
  };
  const [rows] = x.arraySync();
  const [mixed] = attendByHand([project('query', rows)], [project('key', rows)], [project('value', rows)], 2, (_, i, j) => j <= i);
  close(y, [project('out', mixed)]);
});

it('what a padded key holds changes nothing, to the last bit', () => {
  const p = drawn();
  const keys = tf.tensor2d([[1, 1, 0]]);
  const [a, b] = [0, 1e3].map((filled) => {
    const x = tf.concat([normal([1, 2, 4], 'x'), tf.fill([1, 1, 4], filled)], 1) as tf.Tensor3D;
    return tf.slice(multiHeadAttention(p, x, { heads: 2, keys }), [0, 0, 0], [1, 2, 4]).dataSync();
  });
  expect(Array.from(a)).toEqual(Array.from(b));
});

it('an embedding gives each token its row, and the gradient of a row asked for twice is added', () => {
  const table = normal([5, 3], 'table');
  const p = (t: tf.Tensor) => new Params(() => t);
  const ids = tf.tensor2d([[4, 0], [4, 1]], [2, 2], 'int32');
  expect(embedding(p(table), ids, 5, 3).arraySync()).toEqual([[4, 0], [4, 1]].map((row) => row.map((i) => (table.arraySync() as number[][])[i])));
  const d = tf.grad((t) => tf.sum(embedding(p(t), ids, 5, 3)))(table);
  expect(d.arraySync()).toEqual([1, 1, 0, 0, 2].map((n) => [n, n, n]));
});
