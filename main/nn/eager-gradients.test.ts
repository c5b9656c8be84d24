/** @file First and second derivatives of eager tfjs, mended, against differences in double precision. */

import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { differencesAlong } from '../../e2e/harness/float64';
import { randomStream } from '../platform/random';
import { mendEagerGradients } from './eager-gradients';

beforeAll(async () => {
  await tf.setBackend('cpu');
  mendEagerGradients();
});

type Case = [name: string, shapes: number[][], f: (...xs: tf.Tensor[]) => tf.Tensor, range?: [number, number]];

const draw = (shape: number[], stream: string, range?: [number, number]): Float32Array => {
  const out = new Float32Array(tf.util.sizeFromShape(shape));
  const random = randomStream(3, stream, shape.length);
  if (!range) random.fillNormal(out);
  else random.fillUniform(out);
  return range ? out.map((u) => range[0] + u * (range[1] - range[0])) : out;
};

const image = [1, 4, 4, 2];
const cases: Case[] = [
  ['exp', [[2, 3]], (x) => tf.exp(x)],
  ['expm1', [[2, 3]], (x) => tf.expm1(x)],
  ['sigmoid', [[2, 3]], (x) => tf.sigmoid(x)],
  ['tanh', [[2, 3]], (x) => tf.tanh(x)],
  ['elu', [[7]], (x) => tf.elu(x)],
  ['softmax', [[3, 4]], (x) => tf.softmax(x)],
  ['logSumExp', [[3, 4]], (x) => tf.logSumExp(x, 1)],
  ['squared max', [[3, 4]], (x) => tf.square(tf.max(x, 1))],
  ['squared min over two axes', [[2, 3, 2]], (x) => tf.square(tf.min(x, [0, 2]))],
  ['maximum, one repeated', [[3, 4], [4]], (a, b) => tf.square(tf.maximum(a, b))],
  ['minimum, one repeated', [[3, 1], [3, 4]], (a, b) => tf.square(tf.minimum(a, b))],
  ['pow', [[2, 3], [3]], (a, b) => tf.pow(a, b), [0.4, 2]],
  ['pow by a whole number', [[5]], (a) => tf.pow(a, tf.scalar(3))],
  ['where of a comparison', [[6], [6]], (a, b) => tf.where(tf.greater(a, b), tf.square(a), tf.mul(a, b))],
  ['where of logical operations', [[6]], (a) => tf.where(tf.logicalAnd(tf.less(a, 1), tf.logicalNot(tf.lessEqual(a, -1))), tf.square(a), tf.neg(a))],
  ['floorDiv beside', [[6]], (a) => tf.mul(a, tf.cast(tf.floorDiv(a, tf.scalar(0.37)), 'float32'))],
  ['cumprod', [[2, 5]], (x) => tf.cumprod(x, 1)],
  ['cumprod, exclusive and reverse', [[5, 2]], (x) => tf.cumprod(x, 0, true, true)],
  ['cumprod with a zero', [[4]], (x) => tf.cumprod(tf.mul(x, tf.tensor1d([1, 0, 1, 1])))],
  ['prod', [[2, 3, 2]], (x) => tf.prod(x, [0, 2])],
  ['mirror pad, reflect', [image], (x) => tf.square(tf.mirrorPad(x, [[0, 0], [2, 1], [1, 3], [0, 0]], 'reflect'))],
  ['mirror pad, symmetric', [[3, 4]], (x) => tf.square(tf.mirrorPad(x, [[1, 2], [3, 0]], 'symmetric'))],
  ['strided slice, backwards', [[3, 7]], (x) => tf.square(tf.stridedSlice(x, [0, 6], [3, 0], [2, -2]))],
  ['depthToSpace', [[1, 2, 2, 8]], (x) => tf.square(tf.depthToSpace(x as tf.Tensor4D, 2))],
  ['diag', [[3]], (x) => tf.square(tf.diag(x))],
  ['einsum', [[2, 3, 4], [4, 3, 2]], (a, b) => tf.einsum('bij,jib->b', a, b)],
  ['einsum of one', [[2, 3, 4]], (a) => tf.square(tf.einsum('bij->jb', a))],
  ['gatherND', [[3, 4]], (x) => tf.square(tf.gatherND(x, tf.tensor2d([[0, 1], [2, 3], [0, 1]], [3, 2], 'int32')))],
  ['scatterND', [[3, 2]], (x) => tf.square(tf.scatterND(tf.tensor2d([[1], [0], [1]], [3, 1], 'int32'), x, [4, 2]))],
  ['tensorScatterUpdate', [[4, 2], [2, 2]], (x, u) => tf.square(tf.tensorScatterUpdate(tf.add(x, 0), tf.tensor2d([[3], [1]], [2, 1], 'int32'), u))],
  ['segment sum', [[5, 2]], (x) => tf.square(tf.unsortedSegmentSum(x, tf.tensor1d([2, 0, 2, 1, 0], 'int32'), 3))],
  ['topk', [[3, 5]], (x) => tf.square(tf.topk(x, 2).values)],
  ['max pool', [image], (x) => tf.square(tf.maxPool(x as tf.Tensor4D, 2, 2, 'same'))],
  ['max pool, overlapping', [image], (x) => tf.square(tf.maxPool(x as tf.Tensor4D, 3, 1, 'valid'))],
  ['average pool', [image], (x) => tf.square(tf.avgPool(x as tf.Tensor4D, 2, 2, 'valid'))],
  ['bilinear resize', [image], (x) => tf.square(tf.image.resizeBilinear(x as tf.Tensor4D, [3, 5]))],
  ['nearest resize', [image], (x) => tf.square(tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [8, 8]))],
  ['convolution of both', [image, [3, 3, 2, 2]], (x, w) => tf.square(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, [2, 2], 'same'))],
];

describe('first and second derivatives', () => {
  it.each(cases)('of %s', (name, shapes, f, range) => {
    const xs = shapes.map((shape, k) => draw(shape, `${name}/x${k}`, range));
    const vs = shapes.map((shape, k) => draw(shape, `${name}/v${k}`));
    const size = tf.tidy(() => f(...xs.map((x, k) => tf.tensor(x, shapes[k]))).size);
    const w = draw([size], `${name}/w`);
    const expected = differencesAlong((by) => f(...xs.map((x, k) => tf.tensor(Float64Array.from(x, (value, m) => value + by * vs[k][m]) as never, shapes[k], 'float32'))).dataSync(), w);
    const { first, second } = tf.tidy(() => {
      const tensors = xs.map((x, k) => tf.tensor(x, shapes[k]));
      const along = (grads: tf.Tensor[]) => grads.map((d, k) => tf.sum(tf.mul(d, tf.tensor(vs[k], shapes[k])))).reduce((a, b) => tf.add(a, b)) as tf.Scalar;
      const gradients = tf.grads((...all: tf.Tensor[]) => { const y = f(...all); return tf.sum(tf.mul(y, tf.tensor(w, y.shape))); });
      const twice = tf.grads((...all: tf.Tensor[]) => along(gradients(all)));
      return { first: along(gradients(tensors)).dataSync()[0], second: along(twice(tensors)).dataSync()[0] };
    });
    expect(Math.abs(first - expected.first) / (1 + Math.abs(expected.first)), `first derivative ${first} for ${expected.first}`).toBeLessThan(1e-4);
    expect(Math.abs(second - expected.second) / (1 + Math.abs(expected.second)), `second derivative ${second} for ${expected.second}`).toBeLessThan(1e-3);
  });
});

it('a power of a base that is not positive has no gradient of NaN', () => {
  const [da, db] = tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.pow(a, b)))([tf.tensor1d([-2, 0, 3]), tf.scalar(2)]);
  expect(Array.from(da.dataSync())).toEqual([-4, 0, 6]);
  expect(db.dataSync()[0]).toBeCloseTo(9 * Math.log(3), 4);
});
