/** @file Runs: trained, resumed, forked, listed, deleted. */

import { viewConfig } from '../../preload/contract/datasets';
import { LabError } from '../../preload/contract/errors';
import type { Work } from '../../preload/contract/progress';
import type { BrokenRun, RunInfo, RunNotes, TrashedRun } from '../../preload/contract/runs';
import type { TrainResult } from '../../preload/contract/training';
import { nameAmong, nameNow } from '../data/catalog/name-now';
import { listCheckpoints, listSnapshots } from '../runs/checkpoints';
import { forkRun } from '../runs/copies';
import { createRun, listRuns, noteRun, readRun } from '../runs/run';
import { listTrash, purgeRun, removeRun, renameRun, restoreRun } from '../runs/trash';
import { openRunWriter } from '../runs/writer';
import { listDatasets, packView, readDataset, viewOf, type ViewOptions } from './datasets';
import type { Lab } from './lab';
import { checkFit } from './methods';
import { versions } from './versions';

/** Totals at which training ends, whichever comes first. Minutes count training alone: neither compiling nor preparing data. */
export interface Limits {
  steps?: number;
  minutes?: number;
  /** Without a limit it then trains until it is stopped. */
  endless?: boolean;
}

/** When a training is given no limit. */
export const defaultLimits: Limits = { minutes: 5 };

export interface TrainOptions extends Limits {
  method: string;
  /** The method's config, checked (lab/methods.ts). */
  config: Record<string, unknown>;
  dataset: string;
  run: string;
  /** 0 to 2^32 - 1. */
  seed: number;
  view?: ViewOptions;
  /** A device's id; the best usable one when absent. */
  device?: string;
}

/** Makes the run, then trains it in the trainer process. @throws LabError 'run-exists', 'dataset-not-found', 'name-invalid', 'setting-divides', 'device-missing'... */
export async function train(lab: Lab, options: TrainOptions, work: Work): Promise<TrainResult> {
  const dataset = readDataset(lab, options.dataset);
  const view = viewOf(dataset, options.view ?? {});
  checkFit(options.method, options.config, view);
  await packView(lab, dataset.name, view, work);
  await createRun(lab.home, {
    name: options.run,
    method: options.method,
    config: options.config as RunInfo['config'],
    dataset: { name: dataset.name, hash: dataset.hash },
    view,
    seed: options.seed,
    device: options.device ?? 'auto',
    versions: versions(),
  });
  try {
    return await goOn(lab, options.run, options, options.device, work);
  } catch (caught) {
    // Nothing was trained: the name is free again.
    if ((await readRun(lab.home, options.run)).steps === 0) await removeRun(lab.home, options.run);
    throw caught;
  }
}

/** Trains a run on to new totals, on the device it was on unless told otherwise. @throws LabError 'run-not-found', 'limit-missing', 'limit-reached' */
export async function resume(lab: Lab, run: string, limits: Limits & { device?: string }, work: Work): Promise<TrainResult> {
  const info = await runOf(lab, run);
  if (limits.steps === undefined && limits.minutes === undefined && !limits.endless) throw new LabError('limit-missing', { run, steps: info.steps, minutes: minutesOf(info) });
  const reached = (limits.steps !== undefined && limits.steps <= info.steps) || (limits.minutes !== undefined && limits.minutes * 60 <= info.seconds);
  if (reached) throw new LabError('limit-reached', { run, steps: info.steps, minutes: minutesOf(info) });
  await packView(lab, info.dataset.name, viewConfig.parse(info.view), work);
  return goOn(lab, run, limits, limits.device ?? deviceOf(info), work);
}

/** undefined: not trained yet, the best usable one. */
const deviceOf = (info: RunInfo) => (info.device === 'auto' ? undefined : info.device);

const minutesOf = (info: RunInfo) => Math.round(info.seconds / 6) / 10;

function goOn(lab: Lab, run: string, limits: Limits, device: string | undefined, work: Work): Promise<TrainResult> {
  const { steps, minutes } = limits.steps === undefined && limits.minutes === undefined && !limits.endless ? defaultLimits : limits;
  return lab.call<TrainResult>('trainer', 'train', { run, steps, minutes, device }, work);
}

/** Newest first; folders that can't be read are listed with the reason of each. */
export async function runsOf(lab: Lab): Promise<{ runs: RunInfo[]; broken: BrokenRun[] }> {
  const { runs, broken } = await listRuns(lab.home);
  const known = listDatasets(lab);
  return { runs: runs.map((info) => ({ ...info, dataset: { ...info.dataset, name: nameAmong(known, info.dataset) } })), broken };
}

/** Files of weights and what they cost on the disk. */
export interface Stored {
  count: number;
  bytes: number;
}

/** What a run keeps to go on from (checkpoints) and to be looked back at (snapshots of the averaged weights). */
export async function diskOf(lab: Lab, run: string): Promise<{ checkpoints: Stored; snapshots: Stored }> {
  const total = (files: { bytes: number }[]): Stored => ({ count: files.length, bytes: files.reduce((sum, file) => sum + file.bytes, 0) });
  const [checkpoints, snapshots] = await Promise.all([listCheckpoints(lab.home, run), listSnapshots(lab.home, run)]);
  return { checkpoints: total(checkpoints), snapshots: total(snapshots) };
}

/** With the name that its dataset has now. @throws LabError 'run-not-found' */
export async function runOf(lab: Lab, run: string): Promise<RunInfo> {
  const info = await readRun(lab.home, run);
  return { ...info, dataset: { ...info.dataset, name: nameNow(lab.home, info.dataset) } };
}

/** A new run that goes on from a checkpoint of another, its newest unless `step` is given. */
export const fork = (lab: Lab, from: string, name: string, step?: number): Promise<RunInfo> => forkRun(lab.home, { from, name, step });

/** Moves the run to the home's trash, for 30 days. */
export const deleteRun = (lab: Lab, run: string): Promise<TrashedRun> => removeRun(lab.home, run);

export const trashOfRuns = (lab: Lab): Promise<TrashedRun[]> => listTrash(lab.home);

/** Takes a run out of the trash, by its id there or its name. @throws LabError 'trash-not-found', 'run-exists' */
export const restore = (lab: Lab, idOrName: string, as?: string): Promise<RunInfo> => restoreRun(lab.home, idOrName, as);

/** Removes a run from the trash for good. @throws LabError 'trash-not-found' */
export const purge = (lab: Lab, id: string): Promise<void> => purgeRun(lab.home, id);

/** Text, tags and pin of a run. */
export const note = (lab: Lab, run: string, patch: Partial<RunNotes>): Promise<RunInfo> => noteRun(lab.home, run, patch);

/** @throws LabError 'run-exists', 'run-locked' */
export const rename = (lab: Lab, run: string, to: string): Promise<RunInfo> => renameRun(lab.home, run, to);

/** Keeps a checkpoint from being thinned out, or lets it go. @throws LabError 'checkpoint-not-found', 'run-locked' */
export async function pinCheckpoint(lab: Lab, run: string, step: number, pinned: boolean): Promise<RunInfo> {
  const writer = await openRunWriter(lab.home, run);
  try {
    await writer.pin(step, pinned);
  } finally {
    await writer.close();
  }
  return readRun(lab.home, run);
}

/** Orders to a training under way, carried out after its step. @throws LabError 'not-training' */
export const pauseTraining = (lab: Lab, run: string, work: Work): Promise<unknown> => lab.call('trainer', 'pause', { run }, work);
export const resumeTraining = (lab: Lab, run: string, work: Work): Promise<unknown> => lab.call('trainer', 'resumeTraining', { run }, work);
export const stopTraining = (lab: Lab, run: string, work: Work): Promise<unknown> => lab.call('trainer', 'stop', { run }, work);
