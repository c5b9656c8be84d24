/** @file tfjs' image kernels, run eagerly: first and second derivatives against the kernels themselves. All but the maximum are linear, so differences of values are exact but for rounding. */

import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomStream } from '../platform/random';
import { registerImageGradients } from './eager-image-gradients';

const draw = (name: string, shape: readonly number[]): tf.Tensor4D => {
  const [a, b, c, d] = shape;
  const out = new Float32Array(shape.reduce((a, b) => a * b, 1));
  randomStream(9, name, 1).fillNormal(out);
  return tf.tensor4d(out, [a, b, c, d]);
};
const inner = (a: tf.Tensor, b: tf.Tensor): number => tf.sum(tf.mul(a, b)).dataSync()[0];

const dilated = (x: tf.Tensor4D) => tf.conv2d(x, draw('filter', [3, 2, 4, 3]), 1, 'same', 'NHWC', [1, 2]);
const kernels: Record<string, (x: tf.Tensor4D) => tf.Tensor> = {
  'avgPool same 3 / 2': (x) => tf.avgPool(x, 3, 2, 'same'),
  'avgPool padded by 1': (x) => tf.avgPool(x, 3, 1, 1, 'floor'),
  'avgPool padded by 1, rounded up': (x) => tf.avgPool(x, 4, 3, 1, 'ceil'),
  'avgPool valid 2 x 3 / 1': (x) => tf.avgPool(x, [2, 3], 1, 'valid'),
  'resizeBilinear': (x) => tf.image.resizeBilinear(x, [11, 4]),
  'resizeBilinear, corners aligned': (x) => tf.image.resizeBilinear(x, [5, 13], true),
  'resizeBilinear, half-pixel centres': (x) => tf.image.resizeBilinear(x, [14, 5], false, true),
  'resizeNearestNeighbor': (x) => tf.image.resizeNearestNeighbor(x, [11, 4]),
  'resizeNearestNeighbor, corners aligned': (x) => tf.image.resizeNearestNeighbor(x, [14, 12], true),
  'resizeNearestNeighbor, half-pixel centres': (x) => tf.image.resizeNearestNeighbor(x, [5, 9], false, true),
  'depthToSpace': (x) => tf.depthToSpace(x, 2, 'NHWC'),
  'conv2d, dilated': dilated,
};

beforeAll(async () => {
  await tf.setBackend('cpu');
  registerImageGradients();
});

describe('linear kernels', () => {
  it.each(Object.entries(kernels))('%s', (_, f) => {
    tf.tidy(() => {
      const [x, v] = [draw('x', [2, 7, 6, 4]), draw('v', [2, 7, 6, 4])];
      const w = draw('w', f(x).shape);
      const ofV = f(v); // A v
      // <v, A' w> = <A v, w>
      const dx = tf.grad((a) => tf.sum(tf.mul(f(a as tf.Tensor4D), w)))(x);
      expect(Math.abs(inner(dx, v) - inner(ofV, w))).toBeLessThan(1e-3);
      // sum w (A x)^2 has the second derivative 2 A' w A
      const gradient = tf.grad((a) => tf.sum(tf.mul(tf.square(f(a as tf.Tensor4D)), w)));
      const along = tf.grad((a) => tf.sum(tf.mul(gradient(a), v)))(x);
      expect(Math.abs(inner(along, v) - 2 * inner(tf.square(ofV), w))).toBeLessThan(5e-3);
    });
  });

  it('the filter of a dilated convolution', () => {
    tf.tidy(() => {
      const [x, filter, v] = [draw('x', [2, 7, 6, 4]), draw('filter', [3, 2, 4, 3]), draw('v', [3, 2, 4, 3])];
      const f = (a: tf.Tensor) => tf.conv2d(x, a as tf.Tensor4D, 1, 'valid', 'NHWC', [2, 1]);
      const w = draw('w', f(filter).shape);
      expect(Math.abs(inner(tf.grad((a) => tf.sum(tf.mul(f(a), w)))(filter), v) - inner(f(v), w))).toBeLessThan(1e-3);
    });
  });
});

it('a plain convolution keeps the gradient it had', () => {
  tf.tidy(() => {
    const [x, v, filter] = [draw('x', [2, 7, 6, 4]), draw('v', [2, 7, 6, 4]), draw('filter', [3, 3, 4, 2])];
    const f = (a: tf.Tensor) => tf.conv2d(a as tf.Tensor4D, filter, 2, 'same');
    const w = draw('w', f(x).shape);
    expect(Math.abs(inner(tf.grad((a) => tf.sum(tf.mul(f(a), w)))(x), v) - inner(f(v), w))).toBeLessThan(1e-3);
  });
});

it('the maximum: the gradient to the first of equals, the second derivative at the maximum alone', () => {
  tf.tidy(() => {
    const x = tf.tensor4d([1, -3, 2, 2], [1, 2, 2, 1]);
    const f = (a: tf.Tensor) => tf.maxPool(a as tf.Tensor4D, 2, 2, 'same');
    expect(Array.from(tf.grad((a) => tf.sum(tf.mul(f(a), 3)))(x).dataSync())).toEqual([0, 0, 3, 0]);
    const gradient = tf.grad((a) => tf.sum(tf.square(f(a))));
    const along = tf.grad((a) => tf.sum(tf.mul(gradient(a), tf.tensor4d([5, 6, 7, 8], [1, 2, 2, 1]))))(x);
    expect(Array.from(along.dataSync())).toEqual([0, 0, 2 * 7, 0]);
  });
});
