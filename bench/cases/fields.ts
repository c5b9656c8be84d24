/** @file Radiance fields: NeRF's network (Mildenhall et al. 2020), and a hash grid with small networks and volume rendering (Mueller et al. 2022). */

import * as tf from '@tensorflow/tfjs-core';
import { dense } from '../../main/nn/layers';
import type { Params } from '../../main/nn/params';
import { adam, type BenchSource } from './source';

/** 63 encoded coordinates, eight layers of 256 -> 4. */
export function nerf(points = 8192): BenchSource {
  return {
    batchShape: [points, 1, 1, 63],
    noise: { y: { shape: [points, 4], dist: 'normal' } },
    optimiser: adam,
    loss: (p, { x }, { y }) => {
      let h = tf.reshape(x, [points, 63]) as tf.Tensor2D;
      for (let i = 0; i < 8; i++) h = tf.relu(dense(p.scope(i), h, 256));
      return { loss: tf.mean(tf.squaredDifference(tf.sigmoid(dense(p.scope('out'), h, 4)), y)), metrics: {} };
    },
  };
}

const levels = [16, 23, 32, 45, 64, 90, 128, 181];
const tableRows = 2 ** 17;

/** x [N, 3] in [0, 1) -> trilinear features [N, 2] of a grid of side `side`, its corners folded into at most 2^17 rows. */
function gridLevel(p: Params, x: tf.Tensor2D, side: number): tf.Tensor2D {
  const [n] = x.shape;
  const rows = Math.min(side ** 3, tableRows);
  const at = tf.mul(x, side - 1.001);
  const low = tf.floor(at);
  const weight = tf.sub(at, low);
  const corners = [0, 1, side, side + 1, side * side, side * side + 1, side * side + side, side * side + side + 1];
  const first = tf.matMul(low as tf.Tensor2D, tf.tensor2d([1, side, side * side], [3, 1]));
  let place = tf.add(first, tf.tensor2d(corners, [1, 8])); // exact in float32: below 2^24
  if (rows < side ** 3) place = tf.sub(place, tf.mul(tf.floor(tf.mul(place, 1 / rows)), rows));
  const table = p.get<tf.Tensor2D>('table', [rows, 2], { kind: 'uniform', limit: 1e-4 });
  const found = tf.reshape(tf.gather(table, tf.cast(tf.reshape(place, [n * 8]), 'int32') as tf.Tensor1D), [n, 8, 2]);
  const pair = (axis: number) => {
    const w = tf.slice(weight, [0, axis], [n, 1]);
    return tf.concat([tf.sub(1, w), w], 1);
  };
  const zy = tf.reshape(tf.mul(tf.reshape(pair(2), [n, 2, 1]), tf.reshape(pair(1), [n, 1, 2])), [n, 4, 1]);
  const trilinear = tf.reshape(tf.mul(zy, tf.reshape(pair(0), [n, 1, 2])), [n, 8, 1]);
  return tf.sum(tf.mul(found, trilinear), 1);
}

/** Eight levels of two features; density 16 - 64 - 16, colour 24 - 64 - 64 - 3; 4,096 rays of 64 samples over white. */
export function hashGrid(rays = 4096, samples = 64): BenchSource {
  const n = rays * samples;
  return {
    batchShape: [n, 1, 1, 3],
    noise: { direction: { shape: [n, 8], dist: 'normal' }, y: { shape: [rays, 3], dist: 'normal' } },
    optimiser: adam,
    loss: (p, { x }, { direction, y }) => {
      const at = tf.sigmoid(tf.reshape(x, [n, 3])) as tf.Tensor2D;
      const features = tf.concat(levels.map((side, i) => gridLevel(p.scope('levels').scope(i), at, side)), 1) as tf.Tensor2D;
      const d = p.scope('density');
      const h = dense(d.scope(1), tf.relu(dense(d.scope(0), features, 64)), 16);
      const c = p.scope('colour');
      const seen = tf.relu(dense(c.scope(1), tf.relu(dense(c.scope(0), tf.concat([h, direction], 1) as tf.Tensor2D, 64)), 64));
      const colour = tf.reshape(tf.sigmoid(dense(c.scope(2), seen, 3)), [rays, samples, 3]);
      const opacity = tf.mul(tf.reshape(tf.exp(tf.sub(tf.slice(h, [0, 0], [n, 1]), 1)), [rays, samples]), 0.02);
      const through = tf.exp(tf.neg(tf.cumsum(opacity, 1)));
      const before = tf.exp(tf.neg(tf.cumsum(opacity, 1, true)));
      const rendered = tf.sum(tf.mul(tf.reshape(tf.sub(before, through), [rays, samples, 1]), colour), 1);
      const white = tf.slice(through, [0, samples - 1], [rays, 1]);
      return { loss: tf.mean(tf.squaredDifference(tf.add(rendered, white), y)), metrics: {} };
    },
  };
}
