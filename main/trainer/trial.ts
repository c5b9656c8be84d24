/** @file A few steps of a training that leave nothing behind: what a step costs here, in time and memory. */

import { setImmediate } from 'node:timers/promises';
import { LabError } from '../../preload/contract/errors';
import type { Work } from '../../preload/contract/progress';
import type { RunInfo } from '../../preload/contract/runs';
import { trialSteps, type TrialRequest, type TrialTimes } from '../../preload/contract/training';
import { trainingConfig } from '../nn/training';
import { readSettings } from '../platform/settings';
import { stepCacheOf } from './step-cache';
import type { StopwatchClock } from './meter';
import { stepFeeds } from './feed';
import { asMemoryError } from './memory';
import type { TrainingPieces } from './session';

/** Steps that last are tried for no longer than this in all, but for the least number. */
const budgetMs = 15_000;
const leastSteps = 3;
/** The first steps allocate what the later ones use again. */
const warmUps = 2;

/**
 * Prepares the training as `trainRun` does, takes up to 20 steps and reads the state as a checkpoint would. No run is made.
 * Progress phases: those of preparing, then 'trial' (steps).
 * @throws LabError 'cancelled', 'device-missing', 'device-out-of-memory', 'dataset-changed'...
 */
export async function tryTraining(request: TrialRequest, pieces: TrainingPieces, clock: StopwatchClock, work: Work): Promise<TrialTimes> {
  const { home, method, config, dataset, view, seed, versions } = request;
  const info: RunInfo = { name: 'trial', method, config, dataset, view, seed, device: request.device ?? 'auto', versions, createdAt: new Date(0).toISOString(), status: 'created', steps: 0, seconds: 0 };
  const { batchSize, learningRate } = trainingConfig.parse(config);
  const data = await pieces.openData(home, info, work);
  try {
    work.progress({ phase: 'compile', done: 0, total: 1 });
    const compileStart = clock.monotonicMs();
    const { threads } = await readSettings(home);
    const prepared = await pieces.prepare({ info, view: data.shape, device: info.device, seed, threads, stepCache: stepCacheOf(home) });
    const { runner, compiled, device, fallback } = prepared;
    try {
      await runner.load(prepared.initialState);
      const compileSecs = (clock.monotonicMs() - compileStart) / 1000;
      work.progress({ phase: 'compile', done: 1, total: 1, device, ...(fallback && { fallback }) });
      const feeds = stepFeeds(data.source, compiled, seed);
      const times: number[] = [];
      const start = clock.monotonicMs();
      while (times.length < trialSteps && (times.length < leastSteps || clock.monotonicMs() - start < budgetMs)) {
        const before = clock.monotonicMs();
        try {
          await runner.step(feeds(times.length + 1, learningRate, 0));
        } catch (caught) {
          throw asMemoryError(caught, device, batchSize);
        }
        times.push((clock.monotonicMs() - before) / 1000);
        work.progress({ phase: 'trial', done: times.length, total: trialSteps });
        await setImmediate();
        if (work.signal.aborted) throw new LabError('cancelled', { what: 'trial' });
      }
      const saveStart = clock.monotonicMs();
      await runner.read();
      const readSecs = (clock.monotonicMs() - saveStart) / 1000;
      const parameters = compiled.params.reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0);
      return { device, ...(fallback && { fallback }), parameters, steps: times.length, stepSecs: median(times.slice(Math.min(warmUps, times.length - 1))), compileSecs, readSecs };
    } finally {
      await runner.dispose();
    }
  } finally {
    data.close();
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
