/** @file Vector norms, and layers that normalise with scale and shift. */

import * as tf from '@tensorflow/tfjs-core';
import { groupNormalize, layerNormalize } from './kernels';
import { ones, zeros, type Params } from './params';

/** sqrt(sum x^2) over axes. At 0 its gradient is 0, where that of tf.norm is NaN: one of the subgradients. */
export function norm(x: tf.Tensor, axis?: number | number[], keepDims = false): tf.Tensor {
  const squares = tf.sum(tf.square(x), axis, keepDims);
  const isZero = tf.equal(squares, 0);
  return tf.where(isZero, tf.zerosLike(squares), tf.sqrt(tf.where(isZero, tf.onesLike(squares), squares)));
}

const scaled = <T extends tf.Tensor>(p: Params, x: T): T => {
  const channels = x.shape[x.rank - 1];
  return tf.add(tf.mul(x, p.get('scale', [channels], ones)), p.get('shift', [channels], zeros)) as T;
};

/** Ba et al. 2016: each position's channels get mean 0 and variance 1, then scale and shift. x [..., C] */
export const layerNorm = <T extends tf.Tensor>(p: Params, x: T, epsilon = 1e-5): T => scaled(p, layerNormalize(x, epsilon));

/** Ulyanov et al. 2016: each channel of each image gets mean 0 and variance 1, then scale and shift. x [B, H, W, C] */
export const instanceNorm = (p: Params, x: tf.Tensor4D, epsilon = 1e-5): tf.Tensor4D => scaled(p, groupNormalize(x, x.shape[3], epsilon));

/** Zhang & Sennrich 2019: x / sqrt(mean x^2 + epsilon) over the channels, scaled. x [..., C] */
export function rmsNorm<T extends tf.Tensor>(p: Params, x: T, epsilon = 1e-6): T {
  const channels = x.shape[x.rank - 1];
  return tf.mul(tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon))), p.get('scale', [channels], ones)) as T;
}

export interface BatchNormOptions {
  epsilon?: number;
  /** Share of the old running average that stays at each step. */
  momentum?: number;
}

/**
 * Ioffe & Szegedy 2015: in training each channel gets mean 0 and variance 1 over the batch and all positions, and running averages are kept as state ('mean', 'variance');
 * a trained model uses those. The variance kept is the unbiased one. x [..., C]
 */
export function batchNorm<T extends tf.Tensor>(p: Params, x: T, { epsilon = 1e-5, momentum = 0.9 }: BatchNormOptions = {}): T {
  const channels = x.shape[x.rank - 1];
  const running = { mean: p.state('mean', [channels], zeros), variance: p.state('variance', [channels], ones) };
  if (!p.training) return scaled(p, tf.mul(tf.sub(x, running.mean), tf.rsqrt(tf.add(running.variance, epsilon))) as T);
  const count = x.size / channels;
  const { mean, variance } = tf.moments(x, x.shape.slice(0, -1).map((_, i) => i));
  const follow = (old: tf.Tensor, now: tf.Tensor) => tf.add(tf.mul(old, momentum), tf.mul(now, 1 - momentum));
  p.keep('mean', follow(running.mean, mean));
  p.keep('variance', follow(running.variance, tf.mul(variance, count / Math.max(1, count - 1))));
  return scaled(p, tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon))) as T);
}
