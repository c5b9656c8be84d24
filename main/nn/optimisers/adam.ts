/** @file Adam (Kingma & Ba 2014) with decoupled weight decay (AdamW: Loshchilov & Hutter 2017). */

import * as tf from '@tensorflow/tfjs-core';
import { weightMask } from './flat';
import type { Optimiser } from './optimiser';

export interface AdamConfig {
  optimiser?: 'adam';
  /** Decay of the first and of the second moment. */
  beta1: number;
  beta2: number;
  weightDecay: number;
}

const epsilon = 1e-8;

/** Section 2, with the step size sqrt(1 - beta2^t) / (1 - beta1^t) taken out front. */
export const adam: Optimiser<AdamConfig> = {
  moments: () => ({ m: (shape) => shape, v: (shape) => shape }),
  update({ places, param, grad, squares, clip, moments: { m, v }, step, learningRate }, c) {
    const remaining = (beta: number) => tf.sub(1, tf.pow(tf.scalar(beta), step)); // 1 - beta^t
    const rate = tf.div(tf.mul(learningRate, tf.sqrt(remaining(c.beta2))), remaining(c.beta1));
    const gain1 = tf.mul(clip, 1 - c.beta1);
    const gain2 = tf.mul(tf.square(clip), 1 - c.beta2);
    const nextM = tf.add(tf.mul(m, c.beta1), tf.mul(grad, gain1));
    const nextV = tf.add(tf.mul(v, c.beta2), tf.mul(squares, gain2));
    const shrink = tf.mul(learningRate, c.weightDecay);
    const kept = c.weightDecay > 0 ? tf.mul(param, tf.sub(1, tf.mul(shrink, weightMask(places)))) : param;
    return { param: tf.sub(kept, tf.div(tf.mul(nextM, rate), tf.add(tf.sqrt(nextV), epsilon))), moments: { m: nextM, v: nextV } };
  },
};
