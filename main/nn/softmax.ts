/** @file Softmax over any axis, its logarithm, log-sum-exp and cross-entropy: without overflow, with right derivatives of every order, traced and eager. */

import * as tf from '@tensorflow/tfjs-core';
import { own } from './kernels';

const axisOf = (axis: number, x: tf.Tensor): number => tf.util.parseAxisParam(axis, x.shape)[0];

/** log(e^a + e^b), with broadcasting. */
export function logAddExp(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return own('LogAddExp', { a, b }, {}, () => tf.add(b, tf.softplus(tf.sub(a, b))));
}

/** log sum e^x over axes; all of them unless told. */
export function logSumExp(x: tf.Tensor, axis?: number | number[], keepDims = false): tf.Tensor {
  const axes = tf.util.parseAxisParam(axis ?? x.shape.map((_, i) => i), x.shape);
  return own('LogSumExp', x, { axes, keepDims }, () => tf.logSumExp(x, axes, keepDims));
}

/** tfjs has it for the last axis alone. */
export function softmax<T extends tf.Tensor>(x: T, axis = -1): T {
  const at = axisOf(axis, x);
  if (at === x.rank - 1) return tf.softmax(x);
  return own('AxisSoftmax', x, { axis: at }, () => tf.exp(tf.sub(x, tf.logSumExp(x, at, true)))) as T;
}

/** x - log sum e^x. tfjs' own takes the last axis alone, and its second derivatives are wrong. */
export function logSoftmax<T extends tf.Tensor>(x: T, axis = -1): T {
  const at = axisOf(axis, x);
  return own('AxisLogSoftmax', x, { axis: at }, () => tf.sub(x, tf.logSumExp(x, at, true))) as T;
}

/** -log softmax(logits)[label]: nats of each label. logits [..., C], labels [...] int32 in [0, C) -> [...]. Its gradient is softmax - one-hot. */
export function crossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  return own('CrossEntropy', { logits, labels }, {}, () => {
    const last = logits.rank - 1;
    const hot = tf.reshape(tf.oneHot(tf.reshape(labels, [-1]) as tf.Tensor1D, logits.shape[last]), logits.shape);
    return tf.sub(tf.logSumExp(logits, last), tf.sum(tf.mul(logits, tf.cast(hot, 'float32')), last));
  });
}
