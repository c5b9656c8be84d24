/** @file The format of a home: home.json holds its number. An older home is brought up to date in steps, a newer one is left alone. */

import fs from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { LabError } from '../../preload/contract/errors';
import { ensureFolder, removeLeftovers, writeFileAtomic } from '../platform/files';
import { lockHolder, takeLock } from './lock';
import { sortTrash } from './trash';

/** Brings a home from one format to the next. It may be killed anywhere and is then done again from its start. */
export type Migration = (home: string) => Promise<void>;

/** The one at place k leads from format k to k + 1. A new format is a new line. */
export const migrations: readonly Migration[] = [sortTrash];

const homeFile = z.looseObject({ format: z.int().min(0) });
const pathOf = (home: string): string => join(home, 'home.json');
const lookMs = 100;

/** home.json as it stands; a home that has none is of format 0. @throws LabError 'home-broken' */
async function readHome(home: string): Promise<z.infer<typeof homeFile>> {
  const path = pathOf(home);
  let text: string;
  try {
    text = await fs.readFile(path, 'utf8');
  } catch (caught) {
    if ((caught as NodeJS.ErrnoException).code === 'ENOENT') return { format: 0 };
    throw caught;
  }
  try {
    return homeFile.parse(JSON.parse(text));
  } catch (caught) {
    throw new LabError('home-broken', { path, got: text.slice(0, 80) }, { cause: caught });
  }
}

/**
 * To be called before a home is used. A new one gets its home.json, an older one is migrated while other processes wait; each step is written down once it is
 * whole, so that a process that is killed in the middle leaves a home that the next one goes on with.
 * @throws LabError 'home-too-new' (nothing was touched), 'home-broken', 'disk-full', 'path-not-writable'
 */
export async function openHome(home: string, steps: readonly Migration[] = migrations): Promise<void> {
  const known = steps.length;
  const refuse = (format: number): void => {
    if (format > known) throw new LabError('home-too-new', { path: home, format, known });
  };
  const { format } = await readHome(home);
  refuse(format);
  if (format === known) return;
  await ensureFolder(home);
  const lock = await lockHome(home);
  try {
    let now = await readHome(home);
    refuse(now.format);
    await removeLeftovers(home);
    while (now.format < known) {
      await steps[now.format](home);
      now = { ...now, format: now.format + 1 };
      await writeFileAtomic(pathOf(home), `${JSON.stringify(now, null, 2)}\n`);
    }
  } finally {
    await lock.release();
  }
}

async function lockHome(home: string): ReturnType<typeof takeLock> {
  const base = join(home, 'lock');
  for (;;) {
    try {
      return await takeLock(base, home);
    } catch (caught) {
      if (!(caught instanceof LabError && caught.code === 'run-locked')) throw caught;
      while (await lockHolder(base)) await sleep(lookMs);
    }
  }
}
