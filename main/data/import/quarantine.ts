/** @file The folder where whatever is unfinished or not yet trusted stands, inside the home and apart from everything kept. */

import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ensureFolder, removeTree } from '../../platform/files';

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

async function removeDead(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, onHost, pid] = namePattern.exec(name) ?? [];
    if (onHost !== host || ours.has(name)) continue;
    if (Number(pid) === process.pid || !isAlive(Number(pid))) await removeTree(join(folder, name));
  }
}

/**
 * Runs `work` with a fresh folder that is gone afterwards, whatever happened. What a process left that died is removed first.
 * @throws LabError 'disk-full', 'path-not-writable', and what `work` throws
 */
export async function inQuarantine<T>(home: string, work: (folder: string) => Promise<T>): Promise<T> {
  const all = join(home, 'quarantine');
  await ensureFolder(all);
  await removeDead(all);
  const name = `${host}-${process.pid}-${randomBytes(6).toString('hex')}`;
  const folder = join(all, name);
  ours.add(name);
  try {
    await ensureFolder(folder);
    return await work(folder);
  } finally {
    ours.delete(name);
    // What `work` came to matters more than a folder that can't be removed now: the next import tries again.
    await removeTree(folder).catch(() => undefined);
  }
}
