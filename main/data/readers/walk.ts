/** @file Files below a folder in natural order, links followed, without what file managers leave behind. */

import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorToJson, LabError } from '../../../preload/contract/errors';
import type { SkippedItem } from '../../../preload/contract/datasets';
import { naturalOrder } from './natural-order';
import { readingError } from './reading';

/** Thumbnails, folder settings and resource forks: nobody's data. */
const leftovers = /^(\.DS_Store|Thumbs\.db|desktop\.ini|__MACOSX|\._.*)$/i;

export interface FolderEntry {
  name: string;
  isFolder: boolean;
}

/** Entries of one folder in natural order. Those that can't be followed (broken links, sockets) are handed to `skip` by name. */
export async function listFolder(path: string, skip: (name: string, error: LabError) => void = () => undefined): Promise<FolderEntry[]> {
  let entries;
  try {
    entries = await readdir(path, { withFileTypes: true });
  } catch (caught) {
    throw readingError(caught, path);
  }
  const found: FolderEntry[] = [];
  for (const entry of entries) {
    if (leftovers.test(entry.name)) continue;
    if (entry.isFile()) found.push({ name: entry.name, isFolder: false });
    else if (entry.isDirectory()) found.push({ name: entry.name, isFolder: true });
    else {
      const at = join(path, entry.name);
      const target = await stat(at).catch((caught: unknown) => readingError(caught, at));
      if (target instanceof LabError) skip(entry.name, target);
      else if (target instanceof Error) throw target;
      else if ((target as { isFile(): boolean }).isFile()) found.push({ name: entry.name, isFolder: false });
      else if ((target as { isDirectory(): boolean }).isDirectory()) found.push({ name: entry.name, isFolder: true });
      else skip(entry.name, new LabError('file-not-used', { path: at }));
    }
  }
  return found.sort((a, b) => naturalOrder(a.name, b.name));
}

/** The same for whoever looks for something in folders: nothing is found in one that can't be read, and whoever walks it later says why. */
export async function listIfReadable(path: string): Promise<FolderEntry[]> {
  try {
    return await listFolder(path);
  } catch (caught) {
    if (caught instanceof LabError && caught.code === 'path-not-readable') return [];
    throw caught;
  }
}

export type Walked = { kind: 'file'; path: string } | { kind: 'skipped'; item: SkippedItem };

/** Every file below `root`; paths are relative to it, with '/' between names. A folder that can't be read is one skipped item. */
export async function* walk(root: string): AsyncGenerator<Walked> {
  yield* walkFolder(root, '', [await realpath(root)]);
}

async function* walkFolder(folder: string, prefix: string, above: readonly string[]): AsyncGenerator<Walked> {
  const skipped: Walked[] = [];
  const skip = (path: string, error: unknown) => skipped.push({ kind: 'skipped', item: { path, reason: errorToJson(error) } });
  const entries = await listFolder(folder, (name, error) => skip(prefix + name, error));
  yield* skipped;
  for (const { name, isFolder } of entries) {
    const path = prefix + name;
    if (!isFolder) {
      yield { kind: 'file', path };
      continue;
    }
    const below = join(folder, name);
    try {
      const real = await realpath(below);
      // A link to a folder above would lead round for ever.
      if (above.includes(real)) throw new LabError('folder-loop', { path: below });
      yield* walkFolder(below, `${path}/`, [...above, real]);
    } catch (caught) {
      const error = readingError(caught, below);
      if (!(error instanceof LabError)) throw error;
      yield { kind: 'skipped', item: { path, reason: error.toJSON() } };
    }
  }
}
