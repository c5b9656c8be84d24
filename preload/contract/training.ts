/** @file What is asked of a training, and what it ends in. */

import { z } from 'zod';
import type { ErrorJson } from './errors';
import { runInfo } from './runs';

export const trainRequest = z.object({
  home: z.string(),
  run: z.string(),
  /** Totals over the run's life, whichever is reached first; without any it goes on until it is stopped. */
  steps: z.int().min(0).optional(),
  /** Of training alone: neither compiling nor preparing data. */
  minutes: z.number().min(0).optional(),
  /** A device's id; the best usable one when absent. */
  device: z.string().optional(),
});
export type TrainRequest = z.infer<typeof trainRequest>;

/** Steps of a trial, at most. */
export const trialSteps = 20;

/** A training to be tried: what its run would say. */
export const trialRequest = z.object({
  home: z.string(),
  ...runInfo.pick({ method: true, config: true, dataset: true, view: true, seed: true, versions: true }).shape,
  device: z.string().optional(),
});
export type TrialRequest = z.infer<typeof trialRequest>;

export interface TrialTimes {
  /** Where it ran, and the device before it that could not. */
  device: string;
  fallback?: { from: string; reason: string };
  parameters: number;
  /** Steps that were taken; the median of their times, the first ones left out. */
  steps: number;
  stepSecs: number;
  /** Compiling, opening, drawing the first weights. */
  compileSecs: number;
  /** Reading the state, as each checkpoint does. */
  readSecs: number;
}

export interface TrialResult extends TrialTimes {
  /** The most memory that the training process held meanwhile; beyond what it held before, if other trainings were under way. */
  memoryBytes: number;
  /** Other trainings in the same process meanwhile. */
  others: number;
}

/** Pause, go on, stop: the run it is meant for. */
export const runOrder = z.object({ run: z.string() });
export type RunOrder = z.infer<typeof runOrder>;

export interface TrainResult {
  run: string;
  status: 'completed' | 'stopped' | 'cancelled' | 'failed';
  /** Totals of the run. */
  steps: number;
  seconds: number;
  /** Where it ran. */
  device: string;
  /** Set when that is not the device asked for. */
  fallback?: { from: string; reason: string };
  /** Means over the last steps, at most 100: loss, gradNorm, learningRate and the method's own. */
  metrics: Record<string, number>;
  /** Why it failed, or what kept its last state from being saved. */
  error?: ErrorJson;
}
