/** @file Reading images between and beyond their pixels: grid sampling, borders, pixels to channels and back. Images are NHWC. */

import * as tf from '@tensorflow/tfjs-core';
import { own } from './kernels';

export interface GridSampleOptions {
  /** What lies outside: zeros, or the nearest pixel. */
  padding?: 'zeros' | 'border';
  /** Whether -1 and 1 are the centres of the outermost pixels, or else their outer edges. */
  alignCorners?: boolean;
}

/** Values between pixels, linear along each axis (Jaderberg et al. 2015, eq. 5; torch's grid_sample): y = sum over pixels i of x_i prod_d max(0, 1 - |u_d - i_d|).
 *  Differentiable in both. x [B, H, W, C] or [B, D, H, W, C]; grid [B, ..., 2] of (x, y) or [B, ..., 3] of (x, y, z) in [-1, 1] -> [B, ..., C] */
export function gridSample(x: tf.Tensor, grid: tf.Tensor, { padding = 'zeros', alignCorners = false }: GridSampleOptions = {}): tf.Tensor {
  const [batch, ...rest] = x.shape;
  const sizes = rest.slice(0, -1);
  const channels = rest[rest.length - 1];
  const axes = sizes.length;
  if (grid.shape[grid.shape.length - 1] !== axes || grid.shape[0] !== batch) throw new Error(`a grid of [${grid.shape}] for images of [${x.shape}]`);
  const perImage = grid.size / axes / batch;
  const points = batch * perImage; // M
  const pixels = sizes.reduce((a, b) => a * b, 1);
  const coordinates = tf.reshape(grid, [points, axes]);

  // For each axis the two pixels beside a point: weights [2, M] and, of the table's rows, indices [2, M].
  const sides = sizes.map((n, axis) => {
    const stride = sizes.slice(axis + 1).reduce((a, b) => a * b, 1);
    const along = tf.reshape(tf.slice(coordinates, [0, axes - 1 - axis], [points, 1]), [points]);
    const free = tf.add(tf.mul(along, (alignCorners ? n - 1 : n) / 2), (n - 1) / 2);
    const u = padding === 'border' ? tf.clipByValue(free, 0, n - 1) : free;
    const low = tf.floor(u);
    const part = tf.sub(u, low);
    const lines = tf.stack([low, tf.add(low, 1)]);
    const inside = tf.clipByValue(lines, 0, n - 1);
    const weights = tf.stack([tf.sub(1, part), part]);
    // Both are whole, so that this is 1 inside and 0 outside (tfjs has no gradient for a comparison).
    const seen = padding === 'border' ? weights : tf.mul(weights, tf.relu(tf.sub(1, tf.abs(tf.sub(lines, inside)))));
    return { weights: seen, indices: tf.mul(tf.cast(inside, 'int32'), tf.scalar(stride, 'int32')) };
  });
  const spread = (t: tf.Tensor, axis: number) => tf.reshape(t, [...sizes.map((_, i) => (i === axis ? 2 : 1)), points]);
  const corners = 2 ** axes;
  const weights = tf.reshape(sides.map((s, i) => spread(s.weights, i)).reduce((a, b) => tf.mul(a, b)), [corners, points, 1]);
  let indices = tf.reshape(sides.map((s, i) => spread(s.indices, i)).reduce((a, b) => tf.add(a, b)), [corners, batch, perImage]);
  // Counted by a sum, so that the number of images stays free in a compiled graph.
  if (batch > 1) indices = tf.add(indices, tf.reshape(tf.mul(tf.cast(tf.cumsum(tf.ones([batch]), 0, true), 'int32'), tf.scalar(pixels, 'int32')), [1, batch, 1]));
  const table = tf.reshape(x, [batch * pixels, channels]);
  const rows = tf.reshape(indices, [corners * points]) as tf.Tensor1D;
  // tfjs' own gradient of gather fails where the indices were computed from what is differentiated.
  const gather = tf.customGrad((t) => ({ value: tf.gather(t as tf.Tensor, rows), gradFunc: (dy) => [tf.unsortedSegmentSum(dy as tf.Tensor, rows, batch * pixels)] }));
  const read = tf.reshape(gather(table), [corners, points, channels]);
  return tf.reshape(tf.sum(tf.mul(read, weights), 0), [...grid.shape.slice(0, -1), channels]);
}

/** The edge repeated outwards. `paddings`: [before, after] each axis. */
export function edgePad<T extends tf.Tensor>(x: T, paddings: [number, number][]): T {
  return own('EdgePad', x, { paddings }, () =>
    paddings.reduce<tf.Tensor>((y, [before, after], axis) => {
      const line = (at: number) => tf.slice(y, y.shape.map((_, i) => (i === axis ? at : 0)), y.shape.map((d, i) => (i === axis ? 1 : d)));
      const repeated = (at: number, count: number) => (count > 0 ? [tf.tile(line(at), y.shape.map((_, i) => (i === axis ? count : 1)))] : []);
      return before + after === 0 ? y : tf.concat([...repeated(0, before), y, ...repeated(y.shape[axis] - 1, after)], axis);
    }, x)) as T;
}

/** Channels to pixels (Shi et al. 2016, pixel shuffle, in TensorFlow's order). x [B, H, W, b b C] -> [B, b H, b W, C] */
export function depthToSpace(x: tf.Tensor4D, block: number): tf.Tensor4D {
  return own('PixelShuffle', x, { blockSize: block }, () => {
    const [b, h, w, c] = x.shape;
    const split = tf.reshape(x, [b, h, w, block, block, c / block / block]);
    return tf.reshape(tf.transpose(split, [0, 1, 3, 2, 4, 5]), [b, h * block, w * block, c / block / block]);
  }) as tf.Tensor4D;
}

/** The inverse: pixels to channels. x [B, b H, b W, C] -> [B, H, W, b b C] */
export function spaceToDepth(x: tf.Tensor4D, block: number): tf.Tensor4D {
  return own('PixelUnshuffle', x, { blockSize: block }, () => {
    const [b, h, w, c] = x.shape;
    const split = tf.reshape(x, [b, h / block, block, w / block, block, c]);
    return tf.reshape(tf.transpose(split, [0, 1, 3, 2, 4, 5]), [b, h / block, w / block, c * block * block]);
  }) as tf.Tensor4D;
}
