/** @file Folders that go when the work in them is done, and, should its process die, when another looks. */

import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ensureFolder, removeTree } from './files';

/** Homes can be shared between machines: a process's number means something on its own machine alone. */
const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
const namePattern = /^([0-9a-f]{8})-(\d+)-[0-9a-f]{12}$/;

/** Names in use by this process: its number may have been another's before. */
const ours = new Set<string>();

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (caught) {
    // EPERM: it lives, as another user's.
    return (caught as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Removes below `all` what processes of this machine left that died. @throws LabError as removeTree */
export async function removeDeadFolders(all: string): Promise<void> {
  for (const name of await readdir(all).catch((): string[] => [])) {
    const [, onHost, pid] = namePattern.exec(name) ?? [];
    if (onHost !== host || ours.has(name)) continue;
    if (Number(pid) === process.pid || !isAlive(Number(pid))) await removeTree(join(all, name));
  }
}

export interface PassingFolder {
  readonly path: string;
  /** Harmless when called twice. What stands in the way of the removal matters to nobody: the next folder's maker tries again. */
  remove(): Promise<void>;
}

/** A fresh folder below `all`. What a process left that died is removed first. @throws LabError 'disk-full', 'path-not-writable' */
export async function openPassingFolder(all: string): Promise<PassingFolder> {
  await ensureFolder(all);
  await removeDeadFolders(all);
  const name = `${host}-${process.pid}-${randomBytes(6).toString('hex')}`;
  const path = join(all, name);
  ours.add(name);
  const remove = async (): Promise<void> => {
    ours.delete(name);
    await removeTree(path).catch(() => undefined);
  };
  try {
    await ensureFolder(path);
  } catch (caught) {
    await remove();
    throw caught;
  }
  return { path, remove };
}

/** Runs `work` with a folder that is gone afterwards, whatever happened. @throws LabError as openPassingFolder, and what `work` throws */
export async function inPassingFolder<T>(all: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await openPassingFolder(all);
  try {
    return await work(folder.path);
  } finally {
    await folder.remove();
  }
}
