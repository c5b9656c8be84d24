/** @file Stochastic gradient descent with momentum (Polyak 1964), and Nesterov's (Sutskever et al. 2013, in the form that PyTorch gives it). */

import * as tf from '@tensorflow/tfjs-core';
import { weightMask } from './flat';
import type { Optimiser, Updated } from './optimiser';

export interface SgdConfig {
  optimiser: 'sgd';
  /** 0: none is kept. */
  momentum: number;
  nesterov: boolean;
  /** Added to the gradient, as the L2 penalty's: weightDecay w. */
  weightDecay: number;
}

/** g = grad + weightDecay w; u <- momentum u + g; w <- w - rate u, or w - rate (g + momentum u) with Nesterov's. */
export const sgd: Optimiser<SgdConfig> = {
  moments: (c): ReturnType<Optimiser<SgdConfig>['moments']> => (c.momentum > 0 ? { velocity: (shape) => shape } : {}),
  update({ places, param, grad, clip, moments: { velocity }, learningRate }, c): Updated {
    const clipped = tf.mul(grad, clip);
    const g = c.weightDecay > 0 ? tf.add(clipped, tf.mul(param, tf.mul(weightMask(places), c.weightDecay))) : clipped;
    if (c.momentum === 0) return { param: tf.sub(param, tf.mul(g, learningRate)), moments: {} };
    const next = tf.add(tf.mul(velocity, c.momentum), g);
    const direction = c.nesterov ? tf.add(g, tf.mul(next, c.momentum)) : next;
    return { param: tf.sub(param, tf.mul(direction, learningRate)), moments: { velocity: next } };
  },
};
