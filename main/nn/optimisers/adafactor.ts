/** @file Adafactor: of a matrix' second moment only its row and column means are kept. Shazeer & Stern 2018, arXiv:1804.04235.
 *
 * Departures from the paper: the schedule of the run gives the relative step size rho_t; a filter [K, C, kh, kw] counts as the matrix [K, C kh kw]. */

import * as tf from '@tensorflow/tfjs-core';
import { isWeight, join, sizeOf, split } from './flat';
import type { Optimiser } from './optimiser';

export interface AdafactorConfig {
  optimiser: 'adafactor';
  /** c: beta2_t = 1 - t^-c. */
  decayExponent: number;
  /** d: updates of a larger root mean square are scaled down to it. */
  clipThreshold: number;
  /** Steps are relative to a parameter's own root mean square (section 8); else the learning rate is absolute. */
  scaleParameter: boolean;
  weightDecay: number;
}

/** epsilon_1, added to squared gradients, and epsilon_2, the least scale of a parameter. */
const epsilons = [1e-30, 1e-3];

const rms = (x: tf.Tensor) => tf.sqrt(tf.mean(tf.square(x)));
const matrixOf = (shape: readonly number[]): [number, number] => [shape[0], sizeOf(shape) / shape[0]];

/** Algorithms 4 and 5, without a first moment. */
export const adafactor: Optimiser<AdafactorConfig> = {
  moments: () => ({
    rows: (shape) => (shape.length > 1 ? [matrixOf(shape)[0]] : null),
    columns: (shape) => (shape.length > 1 ? [matrixOf(shape)[1]] : null),
    v: (shape) => (shape.length > 1 ? null : shape),
  }),
  update({ places, param, grad, clip, moments, step, learningRate }, c) {
    const shapes = places.map(({ shape }) => shape);
    const [weights, gradients] = [split(param, shapes), split(grad, shapes)];
    const kept = Object.fromEntries(
      Object.entries(adafactor.moments(c)).map(([kind, shapeOf]) => [kind, kind in moments ? split(moments[kind], shapes.map(shapeOf).filter((shape) => shape !== null)) : []]),
    );
    const beta2 = tf.sub(1, tf.pow(step, tf.scalar(-c.decayExponent)));
    const follow = (before: tf.Tensor, now: tf.Tensor) => tf.add(tf.mul(before, beta2), tf.mul(now, tf.sub(1, beta2)));
    const next: Record<string, tf.Tensor[]> = { rows: [], columns: [], v: [] };
    const params = places.map((place, i) => {
      const matrix = isWeight(place) ? matrixOf(place.shape) : [1, sizeOf(place.shape)];
      const g = tf.reshape(tf.mul(gradients[i], clip), matrix);
      const squares = tf.add(tf.square(g), epsilons[0]);
      let inverseRoot: tf.Tensor;
      if (isWeight(place)) {
        const rows = follow(kept.rows[next.rows.length], tf.mean(squares, 1));
        const columns = follow(kept.columns[next.columns.length], tf.mean(squares, 0));
        next.rows.push(rows);
        next.columns.push(columns);
        // V_ij = R_i C_j / mean(R)
        inverseRoot = tf.mul(tf.reshape(tf.rsqrt(tf.div(rows, tf.mean(rows))), [-1, 1]), tf.reshape(tf.rsqrt(columns), [1, -1]));
      } else {
        const v = follow(kept.v[next.v.length], tf.reshape(squares, place.shape as [number]));
        next.v.push(v);
        inverseRoot = tf.reshape(tf.rsqrt(v), matrix);
      }
      const update = tf.mul(g, inverseRoot);
      const clipped = tf.div(update, tf.maximum(1, tf.div(rms(update), c.clipThreshold)));
      const rate = c.scaleParameter ? tf.mul(learningRate, tf.maximum(epsilons[1], rms(weights[i]))) : learningRate;
      const w = c.weightDecay > 0 && isWeight(place) ? tf.mul(weights[i], tf.sub(1, tf.mul(rate, c.weightDecay))) : weights[i];
      return tf.sub(w, tf.reshape(tf.mul(clipped, rate), [...place.shape]));
    });
    return { param: join(params), moments: Object.fromEntries(Object.entries(next).filter(([, list]) => list.length > 0).map(([kind, list]) => [kind, join(list)])) };
  },
};
