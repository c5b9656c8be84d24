/** @file One step of any optimiser as traced code: global-norm clipping, the optimiser's own update, moving average of the parameters. */

import * as tf from '@tensorflow/tfjs-core';
import { adafactor, type AdafactorConfig } from './adafactor';
import { adam, type AdamConfig } from './adam';
import type { Place } from './flat';
import { lars, type LarsConfig } from './lars';
import type { Updated } from './optimiser';
import { sgd, type SgdConfig } from './sgd';

export type OptimiserConfig = (AdamConfig | SgdConfig | LarsConfig | AdafactorConfig) & {
  /** Global norm above which gradients are scaled down; 0: never. */
  clipNorm: number;
  /** Decay of the moving average of the parameters; 0: none is kept. */
  emaDecay: number;
};

export interface OptimiseInputs {
  places: readonly Place[];
  /** Flat vectors, [P] where they are not moments. */
  param: tf.Tensor;
  grad: tf.Tensor;
  moments: Record<string, tf.Tensor>;
  ema?: tf.Tensor;
  /** Scalars; the step counts from 1. */
  step: tf.Tensor;
  learningRate: tf.Tensor;
}

export interface Optimised extends Updated {
  ema?: tf.Tensor;
  /** ||g|| before clipping, over all parameters. */
  gradNorm: tf.Tensor;
}

/** What is kept beside each parameter, by kind: its shape, or null where that parameter has none. */
export function momentsOf(c: OptimiserConfig): Record<string, (shape: readonly number[]) => readonly number[] | null> {
  switch (c.optimiser) {
    case 'sgd':
      return sgd.moments(c);
    case 'lars':
      return lars.moments(c);
    case 'adafactor':
      return adafactor.moments(c);
    default:
      return adam.moments(c);
  }
}

/** The average follows faster while it is young (Ho et al. 2020's code; torch-ema): its decay is min(emaDecay, (1 + t) / (10 + t)). */
export function optimise({ ema, ...at }: OptimiseInputs, c: OptimiserConfig): Optimised {
  const squares = tf.square(at.grad);
  const gradNorm = tf.sqrt(tf.sum(squares));
  const clip = c.clipNorm > 0 ? tf.minimum(1, tf.div(c.clipNorm, tf.maximum(gradNorm, 1e-12))) : tf.scalar(1);
  const inputs = { ...at, squares, clip };
  const next = update(inputs, c);
  if (!ema) return { ...next, gradNorm };
  const follow = tf.sub(1, tf.minimum(c.emaDecay, tf.div(tf.add(1, at.step), tf.add(10, at.step))));
  return { ...next, ema: tf.add(ema, tf.mul(tf.sub(next.param, ema), follow)), gradNorm };
}

function update(inputs: Parameters<typeof adam.update>[0], c: OptimiserConfig): Updated {
  switch (c.optimiser) {
    case 'sgd':
      return sgd.update(inputs, c);
    case 'lars':
      return lars.update(inputs, c);
    case 'adafactor':
      return adafactor.update(inputs, c);
    default:
      return adam.update(inputs, c);
  }
}
