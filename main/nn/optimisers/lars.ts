/** @file LARS: a learning rate for each layer, by the ratio of its weights' norm to its gradient's. You, Gitman & Ginsburg 2017, arXiv:1708.03888.
 *
 * Departures from the paper: biases, scales and shifts take part with neither the ratio nor weight decay, as in SimCLR and all that came after. */

import * as tf from '@tensorflow/tfjs-core';
import { isWeight, join, split } from './flat';
import type { Optimiser } from './optimiser';

export interface LarsConfig {
  optimiser: 'lars';
  momentum: number;
  weightDecay: number;
  /** eta: how far a layer may move in a step, as a share of its norm. */
  trustCoefficient: number;
}

const norm = (x: tf.Tensor) => tf.sqrt(tf.sum(tf.square(x)));

/** Algorithm 1: lambda = eta |w| / (|g| + beta |w|), 1 where a norm is 0; u <- momentum u + rate lambda (g + beta w); w <- w - u. */
export const lars: Optimiser<LarsConfig> = {
  moments: () => ({ velocity: (shape) => shape }),
  update({ places, param, grad, clip, moments: { velocity }, learningRate }, c) {
    const shapes = places.map(({ shape }) => shape);
    const [weights, gradients] = [split(param, shapes), split(grad, shapes)];
    const scaled = places.map((place, i) => {
      const g = tf.mul(gradients[i], clip);
      if (!isWeight(place)) return tf.mul(g, learningRate);
      const [w, of] = [norm(weights[i]), norm(g)];
      const ratio = tf.div(tf.mul(w, c.trustCoefficient), tf.add(of, tf.mul(w, c.weightDecay)));
      const lambda = tf.where(tf.logicalAnd(tf.greater(w, 0), tf.greater(of, 0)), ratio, tf.onesLike(ratio));
      return tf.mul(tf.add(g, tf.mul(weights[i], c.weightDecay)), tf.mul(learningRate, lambda));
    });
    const next = tf.add(tf.mul(velocity, c.momentum), join(scaled));
    return { param: tf.sub(param, next), moments: { velocity: next } };
  },
};
