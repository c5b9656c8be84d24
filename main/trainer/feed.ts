/** @file What a step is fed: its batch, its noise, its scalars. All of it depends on (seed, step) alone. */

import type { CompiledStep } from '../compiler/compiled';
import { toUnitRange } from '../data/batches/batch';
import type { StepFeeds } from '../runtime/step-runner-types';
import { noiseSource } from './noise';

export interface BatchSource {
  /** Fills x [B, H, W, C] with the levels of step `step` (from 1), a function of (seed, step) alone. */
  fill(x: Uint8Array, batchSize: number, seed: number, step: number): void;
}

/** -> the feeds of step `step`, the batch as the step takes it: levels, or floats in [0, 1]; their arrays are overwritten by the next call. */
export function stepFeeds(source: BatchSource, compiled: Pick<CompiledStep, 'batch' | 'noise'>, seed: number): (step: number, learningRate: number, progress: number) => StepFeeds {
  const { shape, dtype } = compiled.batch;
  const levels = new Uint8Array(shape.reduce((product, length) => product * length, 1));
  const x = dtype === 'uint8' ? levels : new Float32Array(levels.length);
  const noise = noiseSource(compiled.noise, seed);
  return (step, learningRate, progress) => {
    source.fill(levels, shape[0], seed, step);
    if (x instanceof Float32Array) toUnitRange(levels, x);
    return { x, noise: noise(step), scalars: { step, learningRate, progress } };
  };
}
