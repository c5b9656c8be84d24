/** @file A gradient inside a loss: WGAN-GP's and R1's penalties, scores, energies. */

import * as tf from '@tensorflow/tfjs-core';
import { mendEagerGradients } from './eager-gradients';

/** x -> d f(x) / d x, of x's shape, itself differentiable with regard to x and to all that f uses. f gives a scalar: for the gradient of each example of a batch, let it sum over the batch. Works traced and eager. */
export function grad<T extends tf.Tensor>(f: (x: T) => tf.Tensor): (x: T) => T {
  return (x) => {
    if (tf.getKernel('GradientOf', tf.getBackend())) {
      // A value of its own: what f makes of x can't be simplified past it.
      const mark = tf.engine().runKernel('Mark', { x }) as T;
      return tf.engine().runKernel('GradientOf', { y: f(mark), x: mark }) as T;
    }
    mendEagerGradients();
    return tf.grad(f as (x: tf.Tensor) => tf.Tensor)(x) as T;
  };
}
