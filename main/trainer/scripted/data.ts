/** @file Images for the linear model: uniform, a function of (seed, step). */

import { randomStream } from '../../platform/random';
import type { TrainingData } from '../session';
import { linearShape } from './linear-model';

export const scriptedData = (): TrainingData => ({
  source: { fill: (x, _batchSize, seed, step) => randomStream(seed, 'scripted/x', step).fillIntegers(x, 256) },
  shape: linearShape,
  close: () => undefined,
});
