/** @file Training as windows plan and watch it: plans checked field by field, names that are free, jobs, curves and samples as they grow. */

import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { TrainingPlan } from '../../preload/contract/domains/training';
import { errorFromJson, errorToJson, LabError, type ErrorJson } from '../../preload/contract/errors';
import type { Work } from '../../preload/contract/progress';
import type { TrainResult } from '../../preload/contract/training';
import { readStamp } from '../exports/png';
import { readSettings } from '../platform/settings';
import { listCheckpoints } from '../runs/checkpoints';
import { checkName } from '../runs/layout';
import { listSamples } from '../runs/run';
import { nameFromPath, readDataset, viewOf, type ViewOptions } from './datasets';
import type { Lab } from './lab';
import { checkFit, configOf, settingErrors } from './methods';
import { resume, runOf, runsOf, train, type Limits } from './runs';

export interface PlanProblem {
  /** A field of the method's form, 'run' or 'dataset'; '' is the whole. */
  field: string;
  reason: ErrorJson;
}

const problemOf = (field: string, caught: unknown): PlanProblem => {
  if (!(caught instanceof LabError)) throw caught;
  return { field, reason: errorToJson(caught) };
};

/** What keeps a plan from being trained, each at its field; nothing where all is well. @throws LabError 'method-not-found' */
export async function planProblems(
  lab: Lab,
  { method, config, dataset, view, run }: { method: string; config: Record<string, unknown>; dataset?: string; view?: ViewOptions; run?: string },
): Promise<PlanProblem[]> {
  const problems: PlanProblem[] = settingErrors(method, config);
  if (run !== undefined) {
    try {
      await checkFree(lab, run);
    } catch (caught) {
      problems.push(problemOf('run', caught));
    }
  }
  if (dataset !== undefined) {
    try {
      const info = readDataset(lab, dataset);
      if (problems.every(({ field }) => field === 'run')) checkFit(method, configOf(method, config), viewOf(info, view ?? {}));
    } catch (caught) {
      problems.push(problemOf(caught instanceof LabError && caught.code === 'setting-divides' ? '' : 'dataset', caught));
    }
  }
  return problems;
}

/** @throws LabError 'name-invalid', 'run-exists' */
async function checkFree(lab: Lab, run: string): Promise<void> {
  checkName(run);
  try {
    await runOf(lab, run);
  } catch (caught) {
    if (caught instanceof LabError && caught.code === 'run-not-found') return;
  }
  throw new LabError('run-exists', { run });
}

/** 'vae-digits', 'vae-digits-2'... */
export async function freeRunName(lab: Lab, method: string, dataset: string): Promise<string> {
  const { runs, broken } = await runsOf(lab);
  const taken = new Set([...runs, ...broken].map(({ name }) => name.toLowerCase()));
  const base = `${method}-${nameFromPath(dataset).toLowerCase()}`.slice(0, 70).replace(/[.-]+$/, '');
  for (let k = 1; ; k++) {
    const name = k === 1 ? base : `${base}-${k}`;
    if (!taken.has(name)) return name;
  }
}

/** What is said of a training that ended well. A failed one is thrown, so that its job has failed; a cancelled one likewise. */
function endOf({ status, steps, seconds, device, error, run }: TrainResult): Record<string, unknown> {
  if (error) throw errorFromJson(error);
  if (status === 'cancelled') throw new LabError('cancelled', { what: run });
  return { status, steps, seconds, device };
}

export type StartPlan = TrainingPlan & { run: string; seed: number };

/** Checks a plan before it becomes a job. -> the work of that job @throws what keeps it from starting */
export async function plannedTraining(lab: Lab, plan: StartPlan): Promise<(work: Work) => Promise<Record<string, unknown>>> {
  await checkFree(lab, plan.run);
  const config = configOf(plan.method, plan.config);
  checkFit(plan.method, config, viewOf(readDataset(lab, plan.dataset), plan.view ?? {}));
  const device = await deviceFor(lab, plan.device);
  return async (work) => endOf(await train(lab, { ...plan, config, device, endless: true }, work));
}

/** The same for a run that trains on. Without a limit it trains until it is stopped. @throws LabError 'run-not-found', 'limit-reached' */
export async function plannedResume(lab: Lab, run: string, limits: Limits & { device?: string }): Promise<(work: Work) => Promise<Record<string, unknown>>> {
  await runOf(lab, run);
  return async (work) => endOf(await resume(lab, run, { ...limits, endless: true }, work));
}

/** The device of a plan, else the one that the user set. */
export const deviceFor = async (lab: Lab, wanted?: string): Promise<string | undefined> => wanted ?? (await readSettings(lab.home)).device;

/** The same in the arguments of a call. */
export const onDevice = async <T extends { device?: string }>(lab: Lab, args: T): Promise<T> => ({ ...args, device: await deviceFor(lab, args.device) });

/** Bytes that a training may take, where the user set a limit. */
export async function memoryLimitOf(lab: Lab): Promise<number | undefined> {
  const { memoryLimitMb } = await readSettings(lab.home);
  return memoryLimitMb === undefined ? undefined : memoryLimitMb * 2 ** 20;
}

/** Steps of which a run keeps samples and checkpoints, ascending. @throws LabError 'run-not-found' */
export async function keptSteps(lab: Lab, run: string): Promise<{ samples: number[]; checkpoints: number[] }> {
  const [samples, checkpoints] = await Promise.all([listSamples(lab.home, run), listCheckpoints(lab.home, run)]);
  return { samples: samples.map(({ step }) => step), checkpoints: checkpoints.map(({ step }) => step) };
}

/**
 * The samples that were drawn at a step while training. -> uint8 [N, H, W, C]
 * @throws LabError 'run-not-found', 'sample-not-found', 'png-malformed'
 */
export async function samplesAt(lab: Lab, run: string, step: number): Promise<{ images: Uint8Array; shape: number[] }> {
  const samples = await listSamples(lab.home, run);
  const found = samples.find((sample) => sample.step === step);
  if (!found) throw new LabError('sample-not-found', { run, step, known: samples.map((sample) => sample.step).join(', ') || '-' });
  const png = await readFile(found.path);
  const settings = readStamp(png)?.settings ?? {};
  const { channels } = await sharp(png).metadata();
  // sharp reads grey as RGB unless told.
  const { data, info } = await sharp(png).toColourspace(channels === 1 ? 'b-w' : 'srgb').raw().toBuffer({ resolveWithObject: true });
  const n = Number(settings['n'] ?? 1);
  const columns = Number(settings['columns'] ?? 1);
  return { images: cells(data, info.width, info.channels, n, columns), shape: [n, Math.round(info.height / Math.ceil(n / columns)), info.width / columns, info.channels] };
}

/** Cuts a sheet without gaps into its images, row by row. */
function cells(sheet: Uint8Array, sheetWidth: number, channels: number, n: number, columns: number): Uint8Array {
  const rowBytes = (sheetWidth / columns) * channels;
  const height = sheet.length / (sheetWidth * channels * Math.ceil(n / columns));
  const images = new Uint8Array(n * height * rowBytes);
  for (let image = 0, to = 0; image < n; image++) {
    for (let y = 0; y < height; y++, to += rowBytes) {
      const from = ((Math.floor(image / columns) * height + y) * columns + (image % columns)) * rowBytes;
      images.set(sheet.subarray(from, from + rowBytes), to);
    }
  }
  return images;
}
