/** @file Reading the weights of a run: its checkpoints, to train on from, and its snapshots, to scrub through. */

import { join } from 'node:path';
import { errorToJson, LabError, type ErrorJson } from '../../preload/contract/errors';
import type { StoredStep } from '../../preload/contract/runs';
import { statOrNull } from '../platform/file-calls';
import { layoutOf, namesIn, runLayout, stepOf, type RunLayout, type WeightsKind } from './layout';
import { readWeights, type Weights } from './weights';
import { readRun } from './run';

/** The metadata field in which a file of weights names its step. */
export const stepKey = 'step';

export interface RejectedStep {
  step: number;
  reason: ErrorJson;
}

export interface LoadedWeights {
  step: number;
  tensors: Map<string, Weights>;
  meta: Record<string, string>;
  /** Newer checkpoints that could not be used, and why. */
  rejected: RejectedStep[];
}

/** The files of weights that stand in a run's folder, ascending by step, not yet verified. */
export async function storedSteps(layout: RunLayout, kind: WeightsKind): Promise<StoredStep[]> {
  const folder = layout[kind];
  const stored: StoredStep[] = [];
  for (const name of await namesIn(folder)) {
    const step = stepOf(name, '.safetensors');
    if (step === undefined) continue;
    // The run's writer may thin one out between our two looks.
    const stat = await statOrNull(join(folder, name));
    if (stat) stored.push({ step, bytes: stat.size });
  }
  return stored.sort((a, b) => a.step - b.step);
}

/** Ascending by step. @throws LabError 'run-not-found' */
export async function listCheckpoints(home: string, run: string): Promise<StoredStep[]> {
  await readRun(home, run);
  return storedSteps(layoutOf(home, run), 'checkpoints');
}

/** Ascending by step, with the bytes that each takes on the disk. @throws LabError 'run-not-found' */
export async function listSnapshots(home: string, run: string): Promise<StoredStep[]> {
  await readRun(home, run);
  return storedSteps(layoutOf(home, run), 'snapshots');
}

async function loadStep(layout: RunLayout, kind: WeightsKind, step: number): Promise<LoadedWeights> {
  const path = layout.weights(kind, step);
  const { tensors, meta } = await readWeights(path);
  if (meta[stepKey] !== String(step)) throw new LabError('checkpoint-misplaced', { path, expected: step, got: meta[stepKey] ?? '?' });
  delete meta[stepKey];
  return { step, tensors, meta, rejected: [] };
}

async function loadNamed(home: string, run: string, kind: WeightsKind, step: number): Promise<LoadedWeights> {
  const layout = layoutOf(home, run);
  const known = await storedSteps(layout, kind);
  if (!known.some((stored) => stored.step === step)) {
    throw new LabError('checkpoint-not-found', { run, step, known: known.map((stored) => stored.step).join(', ') });
  }
  return loadStep(layout, kind, step);
}

/**
 * The newest checkpoint of a run's folder that is whole; newer ones that are not are named in `rejected`.
 * @param run its name, for the error @throws LabError 'checkpoint-missing'
 */
export async function latestValidCheckpoint(folder: string, run: string): Promise<LoadedWeights> {
  const layout = runLayout(folder);
  const rejected: RejectedStep[] = [];
  for (const { step } of (await storedSteps(layout, 'checkpoints')).reverse()) {
    try {
      return { ...(await loadStep(layout, 'checkpoints', step)), rejected };
    } catch (caught) {
      rejected.push({ step, reason: errorToJson(caught) });
    }
  }
  throw new LabError('checkpoint-missing', { run, rejected: rejected.length });
}

/**
 * The checkpoint of `step`, or the newest that is whole.
 * @throws LabError 'run-not-found', 'checkpoint-not-found', 'checkpoint-missing'; for a named step that is damaged, why
 */
export async function loadCheckpoint(home: string, run: string, step?: number): Promise<LoadedWeights> {
  await readRun(home, run);
  return step === undefined ? latestValidCheckpoint(layoutOf(home, run).folder, run) : loadNamed(home, run, 'checkpoints', step);
}

/** The snapshot of `step`. @throws LabError 'run-not-found', 'checkpoint-not-found'; when it is damaged, why */
export async function loadSnapshot(home: string, run: string, step: number): Promise<LoadedWeights> {
  await readRun(home, run);
  return loadNamed(home, run, 'snapshots', step);
}
