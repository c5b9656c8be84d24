/** @file Activation functions that tfjs lacks. */

import * as tf from '@tensorflow/tfjs-core';
import { own } from './kernels';

/** x P(x), P the normal distribution function (Hendrycks & Gimpel 2016); exact by erf, or by the tanh that GPT-2 uses. */
export function gelu<T extends tf.Tensor>(x: T, approximation: 'none' | 'tanh' = 'none'): T {
  return own('Gelu', x, { approximation }, () => {
    const u = approximation === 'none' ? tf.erf(tf.mul(x, Math.SQRT1_2)) : tf.tanh(tf.mul(x, tf.add(tf.mul(tf.square(x), Math.sqrt(2 / Math.PI) * 0.044715), Math.sqrt(2 / Math.PI))));
    return tf.mul(x, tf.add(tf.mul(u, 0.5), 0.5));
  }) as T;
}

/** log s(x) = -log(1 + e^-x), without overflow. */
export const logSigmoid = <T extends tf.Tensor>(x: T): T => tf.neg(tf.softplus(tf.neg(x))) as T;

/** x / (1 + |x|) */
export const softsign = <T extends tf.Tensor>(x: T): T => tf.div(x, tf.add(tf.abs(x), 1)) as T;

/** s(x) by three straight lines: 0 below -3, 1 above 3 (Howard et al. 2019). */
export const hardSigmoid = <T extends tf.Tensor>(x: T): T => tf.clipByValue(tf.add(tf.div(x, 6), 0.5), 0, 1) as T;

/** x tanh(log(1 + e^x)) (Misra 2019) */
export const mish = <T extends tf.Tensor>(x: T): T => tf.mul(x, tf.tanh(tf.softplus(x))) as T;
