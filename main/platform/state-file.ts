/** @file Small states of the program, a window's place say: one JSON file each, read leniently, written whole. */

import fs from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { ensureFolder, removeTree, writeFileAtomic } from './files';

/** What the file holds, or undefined where it is missing, damaged or of another form. @throws LabError when it can't be read for another reason */
export async function readState<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    return schema.safeParse(JSON.parse(await fs.readFile(path, 'utf8'))).data;
  } catch (caught) {
    if (caught instanceof SyntaxError || (caught as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw caught;
  }
}

/** @throws LabError 'disk-full', 'path-not-writable', 'file-call-failed' */
export async function writeState(path: string, value: unknown): Promise<void> {
  await ensureFolder(dirname(path));
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** Nothing there is no error. @throws LabError as `writeState` */
export async function removeState(path: string): Promise<void> {
  await removeTree(path);
}

/** Makes the folder where it is missing. -> `path` @throws LabError as `writeState` */
export async function stateFolder(path: string): Promise<string> {
  await ensureFolder(path);
  return path;
}
