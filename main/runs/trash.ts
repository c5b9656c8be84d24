/** @file Runs on their way out: moved to the trash, kept there for 30 days, taken back. */

import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LabError } from '../../preload/contract/errors';
import type { RunInfo, TrashedRun } from '../../preload/contract/runs';
import { clock } from '../platform/clock';
import { ensureFolder, moveTree, removeTree } from '../platform/files';
import { layoutOf, namesIn, runsFolder, trashFolder } from './layout';
import { takeLock } from './lock';
import { readRun } from './run';

const keptMs = 30 * 86_400_000;
/** TIME-RANDOM-NAME: the time in milliseconds since 1970. */
const idPattern = /^(\d+)-[0-9a-f]{6}-(.+)$/;

export const trashId = (name: string, removedMs: number): string => `${removedMs}-${randomBytes(3).toString('hex')}-${name}`;

function trashed(home: string, id: string): TrashedRun | undefined {
  const [, removedMs, name] = idPattern.exec(id) ?? [];
  return name === undefined ? undefined : { id, name, removedAt: new Date(Number(removedMs)).toISOString(), path: join(trashFolder(home), id) };
}

/** Moves a folder of a run that this process has locked. */
async function moveLocked(from: string, name: string, to: string): Promise<void> {
  const lock = await takeLock(join(from, 'lock'), name);
  try {
    await moveTree(from, to);
    await removeTree(join(to, basename(lock.path)));
  } finally {
    await lock.release();
  }
}

/**
 * Moves a run to the trash, a broken one too. What is older than 30 days there goes for good.
 * @throws LabError 'run-not-found', 'run-locked'
 */
export async function removeRun(home: string, name: string): Promise<TrashedRun> {
  const layout = layoutOf(home, name);
  if (!(await namesIn(runsFolder(home))).includes(name)) await readRun(home, name);
  await emptyTrash(home);
  await ensureFolder(trashFolder(home));
  const id = trashId(name, clock.nowMs());
  await moveLocked(layout.folder, name, join(trashFolder(home), id));
  return trashed(home, id) as TrashedRun;
}

/** The last removed first. */
export async function listTrash(home: string): Promise<TrashedRun[]> {
  const all = (await namesIn(trashFolder(home))).map((id) => trashed(home, id)).filter((each) => each !== undefined);
  return all.sort((a, b) => b.removedAt.localeCompare(a.removedAt) || b.id.localeCompare(a.id));
}

/**
 * Takes a run out of the trash, by its id there or its name (the one removed last), under its old name or another.
 * @throws LabError 'trash-not-found', 'run-exists', 'name-invalid'
 */
export async function restoreRun(home: string, idOrName: string, as?: string): Promise<RunInfo> {
  const all = await listTrash(home);
  const found = all.find(({ id }) => id === idOrName) ?? all.find(({ name }) => name === idOrName);
  if (!found) throw new LabError('trash-not-found', { id: idOrName, known: all.map(({ name }) => name).join(', ') || '-' });
  const name = as ?? found.name;
  const { folder } = layoutOf(home, name);
  await ensureFolder(runsFolder(home));
  await moveToFree(found.path, folder, name, moveTree);
  return readRun(home, name);
}

/** Gives a run another name. Runs forked from it go on naming the old one: it is where they came from. @throws LabError 'run-not-found', 'run-locked', 'run-exists', 'name-invalid' */
export async function renameRun(home: string, from: string, to: string): Promise<RunInfo> {
  const target = layoutOf(home, to);
  await readRun(home, from);
  await moveToFree(layoutOf(home, from).folder, target.folder, to, (old, next) => moveLocked(old, from, next));
  return readRun(home, to);
}

async function moveToFree(from: string, to: string, name: string, move: (from: string, to: string) => Promise<void>): Promise<void> {
  try {
    await move(from, to);
  } catch (caught) {
    if ((caught as NodeJS.ErrnoException).code === 'EEXIST') throw new LabError('run-exists', { run: name }, { cause: caught });
    throw caught;
  }
}

/** Removes for good what was moved to the trash more than 30 days ago. */
export async function emptyTrash(home: string): Promise<void> {
  for (const { path, removedAt } of await listTrash(home)) {
    if (clock.nowMs() - Date.parse(removedAt) > keptMs) await removeTree(path);
  }
}

/** Removes one run from the trash for good. @throws LabError 'trash-not-found' */
export async function purgeRun(home: string, id: string): Promise<void> {
  const all = await listTrash(home);
  const found = all.find((each) => each.id === id);
  if (!found) throw new LabError('trash-not-found', { id, known: all.map(({ name }) => name).join(', ') || '-' });
  await removeTree(found.path);
}

/** Home format 0 kept deleted runs as trash/NAME-TIME; since 1 each kind has a folder of its own. May be cut off anywhere and done again. */
export async function sortTrash(home: string): Promise<void> {
  const trash = join(home, 'trash');
  const old = /^(.+)-(\d{13})$/;
  for (const entry of await fs.readdir(trash, { withFileTypes: true }).catch(() => [])) {
    const [, name, removedMs] = old.exec(entry.name) ?? [];
    if (name === undefined || !entry.isDirectory()) continue;
    await ensureFolder(trashFolder(home));
    await moveTree(join(trash, entry.name), join(trashFolder(home), trashId(name, Number(removedMs))));
  }
}
