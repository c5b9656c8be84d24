/** @file Where things stand in a run's folder, and which names a run can have. */

import fs from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../../preload/contract/errors';

const namePattern = /^[A-Za-z0-9_-]([A-Za-z0-9._-]{0,78}[A-Za-z0-9_-])?$/;
/** Windows can't make files of these names, whatever their ending. */
const windowsDevices = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** A name that is a folder's name on every system and needs no quotes in a shell. @throws LabError 'name-invalid' */
export function checkName(name: string): void {
  if (!namePattern.test(name) || windowsDevices.test(name)) throw new LabError('name-invalid', { name });
}

export const runsFolder = (home: string): string => join(home, 'runs');
export const trashFolder = (home: string): string => join(home, 'trash', 'runs');

export type WeightsKind = 'checkpoints' | 'snapshots';

/** The paths of one run. */
export function runLayout(folder: string) {
  return {
    folder,
    info: join(folder, 'run.json'),
    notes: join(folder, 'notes.json'),
    evaluation: join(folder, 'evaluation.json'),
    journal: join(folder, 'journal'),
    lock: join(folder, 'lock'),
    checkpoints: join(folder, 'checkpoints'),
    snapshots: join(folder, 'snapshots'),
    samples: join(folder, 'samples'),
    graphs: join(folder, 'graphs'),
    weights: (kind: WeightsKind, step: number): string => join(folder, kind, `${stepName(step)}.safetensors`),
    sample: (step: number): string => join(folder, 'samples', `${stepName(step)}.png`),
    graph: (name: string): string => join(folder, 'graphs', `${name}.onnx`),
  };
}
export type RunLayout = ReturnType<typeof runLayout>;

/** The layout of a run in a home. @throws LabError 'name-invalid' */
export function layoutOf(home: string, run: string): RunLayout {
  checkName(run);
  return runLayout(join(runsFolder(home), run));
}

/** 'step-00001234': eight digits, so that names sort as steps do. */
export const stepName = (step: number): string => `step-${String(step).padStart(8, '0')}`;

/** -> the step, or undefined when `file` is no file of a step with this ending. */
export function stepOf(file: string, ending: string): number | undefined {
  const match = /^step-(\d{8,})(\.[a-z]+)$/.exec(file);
  return match && match[2] === ending ? Number(match[1]) : undefined;
}

/** Names in a folder; a folder that does not stand holds none. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await fs.readdir(folder);
  } catch (caught) {
    if ((caught as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw caught;
  }
}
