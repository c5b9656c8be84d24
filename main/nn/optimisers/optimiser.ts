/** @file What an optimiser owes: which moments it keeps, and one step as traced code over flat vectors. */

import type * as tf from '@tensorflow/tfjs-core';
import type { Place } from './flat';

export interface UpdateInputs {
  places: readonly Place[];
  /** All parameters, [P]. */
  param: tf.Tensor;
  /** Not clipped yet, [P]. */
  grad: tf.Tensor;
  /** grad^2, [P]. */
  squares: tf.Tensor;
  /** What gradients are to be multiplied by, at most 1: a scalar. */
  clip: tf.Tensor;
  /** By kind, as flat as the shapes that `moments` gives. */
  moments: Record<string, tf.Tensor>;
  /** From 1. */
  step: tf.Tensor;
  learningRate: tf.Tensor;
}

export interface Updated {
  param: tf.Tensor;
  moments: Record<string, tf.Tensor>;
}

export interface Optimiser<Config> {
  /** What is kept beside a parameter, by kind, and its shape; null where this parameter has none of it. All start at zero. */
  moments(config: Config): Record<string, (shape: readonly number[]) => readonly number[] | null>;
  update(at: UpdateInputs, config: Config): Updated;
}
