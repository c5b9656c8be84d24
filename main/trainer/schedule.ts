/** @file The learning rate of a step. */

import type { TrainingConfig } from '../nn/training';

/**
 * eta_k = eta * min(1, k / warmupSteps) * decay(f), where f in [0, 1] is the share of the run done before step k (steps are counted from 1):
 * constant 1; linear 1 - f; cosine (1 + cos(pi f)) / 2 (Loshchilov and Hutter 2017, without restarts). A run without an end has f = 0.
 */
export function learningRate(config: Pick<TrainingConfig, 'learningRate' | 'schedule' | 'warmupSteps'>, step: number, fraction: number): number {
  const warmup = config.warmupSteps > 0 ? Math.min(1, step / config.warmupSteps) : 1;
  const f = Math.min(1, Math.max(0, fraction));
  const decay = { constant: 1, linear: 1 - f, cosine: (1 + Math.cos(Math.PI * f)) / 2 }[config.schedule];
  return config.learningRate * warmup * decay;
}
