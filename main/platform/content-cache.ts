/** @file A folder of results that can be computed again: each under its key, checked when read, the longest unused removed when it grows too large. */

import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureFolder, removeLeftovers, removeTree, touch, writeFileAtomic } from './files';

export interface ContentCache {
  /** What was put under the key; undefined where there is nothing, or where it is damaged. Keys are hexadecimal. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** @throws LabError as `writeFileAtomic` */
  put(key: string, content: Uint8Array): Promise<void>;
}

/** Of the SHA-256 that stands before the content. */
const sumBytes = 32;
/** Another process may be about to name what it writes. */
const leftoverMs = 3_600_000;

/** Nothing is made before the first `put`. Several processes may use the folder at once. */
export function openContentCache(folder: string, mostBytes: number): ContentCache {
  const pathOf = (key: string) => join(folder, key);
  return {
    async get(key) {
      const entry = await readFile(pathOf(key)).catch(() => undefined);
      if (!entry || entry.length < sumBytes) return undefined;
      const content = entry.subarray(sumBytes);
      if (!createHash('sha256').update(content).digest().equals(entry.subarray(0, sumBytes))) return undefined;
      // The time of last use decides what goes first; on a disk that can't be written to the entry serves all the same.
      await touch(pathOf(key)).catch(() => undefined);
      return content;
    },
    async put(key, content) {
      await ensureFolder(folder);
      await writeFileAtomic(pathOf(key), Buffer.concat([createHash('sha256').update(content).digest(), content]));
      await thin(folder, mostBytes);
      await removeLeftovers(folder, leftoverMs);
    },
  };
}

/** @throws LabError where something can't be removed */
export const emptyContentCache = (folder: string): Promise<void> => removeTree(folder);

async function thin(folder: string, mostBytes: number): Promise<void> {
  const entries = await Promise.all((await readdir(folder)).map(async (name) => ({ path: join(folder, name), ...(await stat(join(folder, name)).then(({ size, mtimeMs }) => ({ size, mtimeMs }), () => ({ size: 0, mtimeMs: 0 }))) })));
  let kept = 0;
  for (const { path, size } of entries.toSorted((a, b) => b.mtimeMs - a.mtimeMs)) {
    kept += size;
    if (kept > mostBytes) await removeTree(path);
  }
}
