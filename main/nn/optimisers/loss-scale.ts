/** @file Dynamic loss scaling for gradients in float16. Micikevicius et al. 2017, arXiv:1710.03740, section 3.2.
 *
 * Small gradients vanish in float16, whose least number is 6e-8 and whose largest 65,504: the loss is multiplied before it is differentiated, and the
 * gradient divided after. Where that overflows, the step is skipped and the scale halved; after many good steps it is doubled. */

import * as tf from '@tensorflow/tfjs-core';
import type { Init } from '../params';

/** Good steps before the scale is doubled. */
export const growthSteps = 2000;
const [least, start, most] = [1, 2 ** 15, 2 ** 24];
/** Above it a norm counts as overflown: NaN and infinity compare as false with anything. */
const largest = 3e38;

/** What is carried from step to step, one number each, in this order. */
export const lossScaleState: readonly { name: string; init: Init }[] = [
  { name: 'value', init: { kind: 'constant', value: start } },
  { name: 'goodSteps', init: { kind: 'zeros' } },
];

/** Whether a gradient of this norm is finite, a bool scalar. */
export const isFinite = (norm: tf.Tensor): tf.Tensor => tf.lessEqual(norm, largest);

/** The norm to report: 0 of a skipped step, and what it is where the least scale overflows too: then the loss itself is no longer finite. */
export const reportedNorm = (norm: tf.Tensor, scale: tf.Tensor): tf.Tensor => tf.where(tf.logicalOr(isFinite(norm), tf.lessEqual(scale, least)), norm, tf.zerosLike(norm));

/** state [2] as `lossScaleState`, finite a bool scalar -> [2] */
export function nextLossScale(state: tf.Tensor, finite: tf.Tensor): tf.Tensor {
  const [value, good] = tf.split(state, 2);
  const count = tf.add(good, 1);
  const grown = tf.greaterEqual(count, growthSteps);
  const kept = tf.where(grown, tf.minimum(tf.mul(value, 2), most), value);
  const nextValue = tf.where(finite, kept, tf.maximum(tf.mul(value, 0.5), least));
  const nextGood = tf.where(tf.logicalAnd(finite, tf.logicalNot(grown)), count, tf.zerosLike(count));
  return tf.concat([nextValue, nextGood]);
}
