/** @file Runs made from others: forked from a checkpoint, or installed from a folder that came with the program. */

import fs from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../../preload/contract/errors';
import type { RunInfo } from '../../preload/contract/runs';
import { clock } from '../platform/clock';
import { copyFile, ensureFolder, writeFileAtomic } from '../platform/files';
import { loadCheckpoint, stepKey } from './checkpoints';
import { encodeRecord, scanJournal } from './journal';
import { layoutOf, runLayout } from './layout';
import { createRun, listSamples, readRun, readRunInfo } from './run';
import { writeWeights } from './weights';

/** The metadata field in which a checkpoint says how long training had taken, in seconds. */
export const secondsKey = 'seconds';

export interface Fork {
  /** The run to start from. */
  from: string;
  /** Its checkpoint; the newest whole one when absent. */
  step?: number;
  name: string;
  /** Fields that differ. */
  config?: RunInfo['config'];
  seed?: number;
}

/**
 * A new run that goes on from another's checkpoint, with the curves and samples up to there. It stays whole when the other is deleted.
 * @throws LabError 'run-not-found', 'run-exists', 'checkpoint-missing', 'checkpoint-not-found'
 */
export async function forkRun(home: string, { from, step, name, config, seed }: Fork): Promise<RunInfo> {
  const parent = await readRun(home, from);
  const checkpoint = await loadCheckpoint(home, from, step);
  const source = layoutOf(home, from);
  const seconds = Number(checkpoint.meta[secondsKey]);
  const { pinned: _pins, notes: _notes, evaluation: _evaluation, starter: _starter, limits: _limits, error: _error, createdAt: _createdAt, ...kept } = parent;
  const fields = {
    ...kept,
    name,
    config: { ...parent.config, ...config },
    seed: seed ?? parent.seed,
    status: 'created' as const,
    steps: checkpoint.step,
    seconds: Number.isFinite(seconds) ? seconds : 0,
    parent: { run: from, step: checkpoint.step },
  };
  return createRun(home, fields, async (folder) => {
    const target = runLayout(folder);
    // From memory: the parent may be training and thinning out its checkpoints right now.
    await writeWeights(target.weights('checkpoints', checkpoint.step), checkpoint.tensors, { ...checkpoint.meta, [stepKey]: String(checkpoint.step) });
    for (const { step: drawn, path } of await listSamples(home, from)) {
      if (drawn <= checkpoint.step) await copyFile(path, target.sample(drawn));
    }
    const lines: string[] = [];
    await scanJournal(source.journal, (record) => {
      if ('m' in record && record.step <= checkpoint.step) lines.push(encodeRecord(record));
    });
    lines.push(encodeRecord({ event: 'forked', at: clock.nowMs(), data: { run: from, step: checkpoint.step } }));
    await writeFileAtomic(target.journal, lines.join(''));
  });
}

/** What a run's folder is made of; anything else that stands in one is left behind. */
const parts = ['evaluation.json', 'journal', 'checkpoints', 'snapshots', 'samples', 'graphs'];

/**
 * Copies a run's folder from anywhere into the home, under a name of its own.
 * @param more fields that differ there
 * @throws LabError 'run-exists', 'name-invalid', 'run-broken', 'path-not-found'
 */
export async function installRun(home: string, folder: string, name: string, more: Pick<RunInfo, 'starter'> = {}): Promise<RunInfo> {
  let info: RunInfo;
  try {
    info = await readRunInfo(folder, name);
  } catch (caught) {
    if ((caught as NodeJS.ErrnoException).code === 'ENOENT') throw new LabError('path-not-found', { path: folder }, { cause: caught });
    throw caught;
  }
  return createRun(home, { ...info, ...more, name }, async (target) => {
    for (const part of parts) await copyTree(join(folder, part), join(target, part));
  });
}

/** Plain files and folders only: a link could point anywhere. */
async function copyTree(from: string, to: string): Promise<void> {
  const stat = await fs.lstat(from).catch((caught: NodeJS.ErrnoException) => {
    if (caught.code === 'ENOENT') return undefined;
    throw caught;
  });
  if (stat?.isFile()) await copyFile(from, to);
  if (!stat?.isDirectory()) return;
  await ensureFolder(to);
  for (const name of await fs.readdir(from)) if (!name.startsWith('.')) await copyTree(join(from, name), join(to, name));
}
