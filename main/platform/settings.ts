/** @file The settings of a home, in its settings.json. */

import fs from 'node:fs/promises';
import { join } from 'node:path';
import { settings, type Settings } from '../../preload/contract/settings';
import { ensureFolder, writeFileAtomic } from './files';

const pathOf = (home: string): string => join(home, 'settings.json');

async function readAll(home: string): Promise<Record<string, unknown>> {
  try {
    const all: unknown = JSON.parse(await fs.readFile(pathOf(home), 'utf8'));
    return all !== null && typeof all === 'object' && !Array.isArray(all) ? { ...all } : {};
  } catch (caught) {
    if (caught instanceof SyntaxError || (caught as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw caught;
  }
}

/** What was set. A field that is not what it should be counts as not set. */
export async function readSettings(home: string): Promise<Settings> {
  const all = await readAll(home);
  const known = Object.entries(settings.shape).map(([field, schema]) => [field, schema.safeParse(all[field]).data]);
  return Object.fromEntries(known.filter(([, value]) => value !== undefined)) as Settings;
}

/** Sets the fields of `patch`; undefined takes one back. Fields of a newer Genoise are kept. -> all that is set now */
export async function changeSettings(home: string, patch: Partial<Settings>): Promise<Settings> {
  const all = { ...(await readAll(home)), ...patch };
  await ensureFolder(home);
  await writeFileAtomic(pathOf(home), `${JSON.stringify(all, null, 2)}\n`);
  return readSettings(home);
}
