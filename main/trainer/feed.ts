/** @file What a step is fed: its batch, its noise, its scalars. All of it depends on (seed, step) alone. */

import type { CompiledStep } from '../compiler/compiled';
import type { StepFeeds } from '../runtime/step-runner-types';
import { noiseSource } from './noise';

export interface BatchSource {
  /** Fills x [B, H, W, C] in [0, 1] with the batch of step `step` (from 1), a function of (seed, step) alone. */
  fill(x: Float32Array, batchSize: number, seed: number, step: number): void;
}

/** -> the feeds of step `step`; their arrays are overwritten by the next call. */
export function stepFeeds(source: BatchSource, compiled: Pick<CompiledStep, 'batch' | 'noise'>, seed: number): (step: number, learningRate: number, progress: number) => StepFeeds {
  const { shape } = compiled.batch;
  const x = new Float32Array(shape.reduce((product, length) => product * length, 1));
  const noise = noiseSource(compiled.noise, seed);
  return (step, learningRate, progress) => {
    source.fill(x, shape[0], seed, step);
    return { x, noise: noise(step), scalars: { step, learningRate, progress } };
  };
}
