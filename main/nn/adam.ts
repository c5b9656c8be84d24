/** @file One step of training as traced code: global-norm clipping, Adam (Kingma & Ba 2014; decoupled decay, Loshchilov & Hutter 2017), moving average of the parameters. */

import * as tf from '@tensorflow/tfjs-core';

export interface AdamConfig {
  beta1: number;
  beta2: number;
  weightDecay: number;
  /** Global norm above which gradients are scaled down; 0: never. */
  clipNorm: number;
  /** 0: no average. */
  emaDecay: number;
}

/** One parameter with its moments and, with an average, its average. All of the parameter's shape. */
export interface Slot {
  name: string;
  param: tf.Tensor;
  m: tf.Tensor;
  v: tf.Tensor;
  ema?: tf.Tensor;
  grad: tf.Tensor;
  /** Whether weight decay acts on it; or where, as 0 and 1 of the parameter's shape. */
  decays: boolean | tf.Tensor;
}

export interface AdamResult {
  slots: { name: string; param: tf.Tensor; m: tf.Tensor; v: tf.Tensor; ema?: tf.Tensor }[];
  /** ||g|| before clipping, over all parameters. */
  gradNorm: tf.Tensor;
}

const epsilon = 1e-8;

/** Section 2, with the step size sqrt(1 - beta2^t) / (1 - beta1^t) taken out front. `step` counts from 1, `learningRate` are scalars. */
export function adam(slots: Slot[], step: tf.Scalar, learningRate: tf.Scalar, c: AdamConfig): AdamResult {
  const squares = slots.map((s) => tf.square(s.grad));
  const gradNorm = tf.sqrt(squares.map((x) => tf.sum(x)).reduce((a, b) => tf.add(a, b)));
  const clip = c.clipNorm > 0 ? tf.minimum(1, tf.div(c.clipNorm, tf.maximum(gradNorm, 1e-12))) : tf.scalar(1);
  const remaining = (beta: number) => tf.sub(1, tf.pow(tf.scalar(beta), step)); // 1 - beta^t
  const rate = tf.div(tf.mul(learningRate, tf.sqrt(remaining(c.beta2))), remaining(c.beta1));
  // The average follows faster while it is young (Ho et al. 2020's code; torch-ema): min(decay, (1 + t) / (10 + t)).
  const follow = tf.sub(1, tf.minimum(c.emaDecay, tf.div(tf.add(1, step), tf.add(10, step))));
  const gain1 = tf.mul(clip, 1 - c.beta1);
  const gain2 = tf.mul(tf.square(clip), 1 - c.beta2);

  return {
    gradNorm,
    slots: slots.map(({ name, param, m, v, ema, grad, decays }, i) => {
      const nextM = tf.add(tf.mul(m, c.beta1), tf.mul(grad, gain1));
      const nextV = tf.add(tf.mul(v, c.beta2), tf.mul(squares[i], gain2));
      const shrink = tf.mul(learningRate, c.weightDecay);
      const kept = c.weightDecay > 0 && decays ? tf.mul(param, tf.sub(1, decays === true ? shrink : tf.mul(shrink, decays))) : param;
      const next = tf.sub(kept, tf.div(tf.mul(nextM, rate), tf.add(tf.sqrt(nextV), epsilon)));
      return { name, param: next, m: nextM, v: nextV, ...(ema ? { ema: tf.add(ema, tf.mul(tf.sub(next, ema), follow)) } : {}) };
    }),
  };
}
