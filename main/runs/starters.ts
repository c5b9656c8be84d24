/** @file Starter runs: trained models that come with the program. From a home's first use on they are ordinary runs of it; one that was deleted stays away. */

import { existsSync } from 'node:fs';
import fs from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LabError } from '../../preload/contract/errors';
import { ensureFolder, writeFileAtomic } from '../platform/files';
import { unpacked } from '../platform/unpacked';
import { installRun } from './copies';
import { layoutOf } from './layout';
import { lockHolder } from './lock';
import { encodeRunInfo, readRunInfo } from './run';

const given = z.object({ installed: z.array(z.string()) });

/** resources/starters beside the program's code; undefined in a program built without. */
export function starterFolder(): string | undefined {
  const here = import.meta.dirname;
  const places = [join(here, '..', '..'), join(here, '..', '..', '..')];
  return places.map((place) => unpacked(join(place, 'resources', 'starters'))).find((place) => existsSync(place));
}

/** Installs the starters that this home was never given. A name taken by the user's own run is left alone. -> the names installed now */
export async function installStarters(home: string, folder = starterFolder()): Promise<string[]> {
  if (!folder) return [];
  const record = join(home, 'starters.json');
  const known = await readGiven(record);
  const shipped = (await fs.readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  for (const name of shipped.filter((one) => known.includes(one))) await markOlder(home, join(folder, name), name);
  const fresh = shipped.filter((name) => !known.includes(name));
  if (fresh.length === 0) return [];
  await ensureFolder(home);
  const installed: string[] = [];
  for (const name of fresh) {
    try {
      await installRun(home, join(folder, name), name, { starter: true });
      installed.push(name);
    } catch (caught) {
      if (!(caught instanceof LabError && caught.code === 'run-exists')) throw caught;
    }
  }
  await writeFileAtomic(record, `${JSON.stringify({ installed: [...known, ...fresh] }, null, 2)}\n`);
  return installed;
}

/** A starter that an older program installed doesn't say that it is one. A run of the user's that took its name was made at another time. */
async function markOlder(home: string, shipped: string, name: string): Promise<void> {
  const { folder, info: path, lock } = layoutOf(home, name);
  const info = await readRunInfo(folder, name).catch(() => undefined);
  if (!info || info.starter || (await lockHolder(lock))) return;
  const { createdAt, seed } = await readRunInfo(shipped, name);
  if (info.createdAt === createdAt && info.seed === seed) await writeFileAtomic(path, encodeRunInfo({ ...info, starter: true }));
}

/** A record that can't be read is one of an empty home: names that are taken are left alone all the same. */
async function readGiven(path: string): Promise<string[]> {
  try {
    return given.parse(JSON.parse(await fs.readFile(path, 'utf8'))).installed;
  } catch (caught) {
    if (caught instanceof SyntaxError || caught instanceof z.ZodError || (caught as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw caught;
  }
}
