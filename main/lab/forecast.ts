/** @file What a training would come to, before it is started: from a few trial steps that leave nothing behind. */

import { totalmem } from 'node:os';
import type { Forecast, ForecastWarning } from '../../preload/contract/domains/training';
import type { Work } from '../../preload/contract/progress';
import type { RunInfo } from '../../preload/contract/runs';
import type { TrialResult } from '../../preload/contract/training';
import { clock } from '../platform/clock';
import { packView, readDataset, viewOf, type ViewOptions } from './datasets';
import type { Lab } from './lab';
import { checkFit, findMethod } from './methods';
import type { Limits } from './runs';
import { versions } from './versions';

export interface ForecastOptions extends Limits {
  method: string;
  /** Checked by the method's schema. */
  config: Record<string, unknown>;
  dataset: string;
  view?: ViewOptions;
  device?: string;
  /** Bytes of memory that a training may take; four fifths of the machine's when absent. */
  memoryLimit?: number;
}

/** The last trial of each lab: another time limit needs no new one. Other work on the machine changes what a step costs, so it grows old. */
const trials = new WeakMap<Lab, { key: string; trial: TrialResult; atMs: number }>();
const keptMs = 120_000;

/** Fewer training images than these teach a network their own details. */
const leastImages = 500;

/**
 * Packs the view, tries up to 20 steps in the trainer process and says what the limits come to.
 * @throws LabError 'dataset-not-found', 'setting-divides', 'device-missing', 'device-out-of-memory', 'cancelled'
 */
export async function forecast(lab: Lab, options: ForecastOptions, work: Work): Promise<Forecast> {
  const dataset = readDataset(lab, options.dataset);
  const view = viewOf(dataset, options.view ?? {});
  checkFit(options.method, options.config, view);
  const packed = await packView(lab, dataset.name, view, work);
  const asked = { method: options.method, config: options.config as RunInfo['config'], dataset: { name: dataset.name, hash: dataset.hash }, view, seed: 0, versions: versions(), device: options.device };
  const key = JSON.stringify(asked);
  const kept = trials.get(lab);
  const fresh = kept?.key === key && clock.monotonicMs() - kept.atMs < keptMs;
  const trial = fresh ? kept.trial : await lab.call<TrialResult>('trainer', 'trial', asked, work);
  if (!fresh) trials.set(lab, { key, trial, atMs: clock.monotonicMs() });
  return forecastOf(options, trial, { images: packed.splits.train ?? 0, side: Math.max(view.height, view.width), memoryLimit: options.memoryLimit ?? 0.8 * totalmem() });
}

/** The sums alone. `steps` and `minutes` are as training counts them: whichever is reached first. */
export function forecastOf(
  options: Pick<ForecastOptions, 'method' | 'config' | 'steps' | 'minutes'>,
  trial: TrialResult,
  data: { images: number; side: number; memoryLimit: number },
): Forecast {
  const { stepSecs, compileSecs, device, fallback, parameters, memoryBytes, others } = trial;
  const method = findMethod(options.method);
  const config = method.config.parse(options.config);
  const batchSize = Number(config['batchSize']);
  const warmupSteps = Number(config['warmupSteps']);
  const byTime = options.minutes === undefined ? Infinity : Math.floor((options.minutes * 60) / stepSecs);
  const steps = Math.min(options.steps ?? Infinity, byTime);
  const endless = !Number.isFinite(steps);
  const epochs = (steps * batchSize) / Math.max(1, data.images);
  const suits = method.suits(config);
  const warnings: ForecastWarning[] = [];
  const warn = (code: ForecastWarning['code'], when: boolean, params: ForecastWarning['params']) => {
    if (when) warnings.push({ code, params });
  };
  warn('memory-over', memoryBytes > data.memoryLimit, { needed: memoryBytes, limit: Math.round(data.memoryLimit) });
  warn('few-images', data.images < leastImages, { images: data.images, wanted: leastImages });
  warn('batch-over-images', batchSize > data.images, { batch: batchSize, images: data.images });
  warn('images-large', data.side > suits.side, { side: data.side, suits: suits.side });
  warn('few-steps', steps < suits.steps, { steps, wanted: suits.steps, seconds: Math.ceil(suits.steps * stepSecs) });
  warn('part-unseen', epochs < 1, { images: data.images, seen: Math.round(steps * batchSize) });
  warn('warmup-long', warmupSteps > steps / 2, { warmup: warmupSteps, steps });
  warn('others-train', others > 0, { others });
  return {
    device,
    ...(fallback && { fallback }),
    parameters,
    stepSecs,
    ...(!endless && { steps, epochs, seconds: compileSecs + steps * stepSecs }),
    images: data.images,
    memoryBytes,
    warnings,
  };
}
