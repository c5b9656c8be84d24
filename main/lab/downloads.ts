/** @file Files made for pages to save: each stands in a passing folder of the home until it was fetched, once, or its time is over. */

import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Offered } from '../../preload/contract/downloads';
import { openPassingFolder, removeDeadFolders, type PassingFolder } from '../platform/passing-folder';
import { safeFileName } from './file-names';

export interface Fetched extends Offered {
  path: string;
  /** To be called once: whether the file went out whole. One that didn't may be fetched again. */
  done(whole: boolean): Promise<void>;
}

export interface Downloads {
  /** `write` makes the file at the path it is given, whose folder stands. @throws what `write` throws; nothing is left then */
  offer(name: string, write: (path: string) => Promise<void>): Promise<Offered>;
  /** -> the file, taken out of the list; undefined when there is none of this id (any more) */
  take(id: string): Fetched | undefined;
  close(): Promise<void>;
}

interface Entry {
  offered: Offered;
  path: string;
  folder: PassingFolder;
  expiry: NodeJS.Timeout;
}

export function openDownloads(home: string, keptMs = 600_000): Downloads {
  const all = join(home, 'exports-tmp');
  const entries = new Map<string, Entry>();
  const folders = new Set<PassingFolder>();
  // What a program left that was killed. A home that can't be written says so when something is to be written.
  const swept = removeDeadFolders(all).catch(() => undefined);

  const remove = async (folder: PassingFolder): Promise<void> => {
    await folder.remove();
    folders.delete(folder);
  };

  const list = (offered: Offered, path: string, folder: PassingFolder): void => {
    const expiry = setTimeout(() => {
      entries.delete(offered.download);
      void remove(folder);
    }, keptMs);
    expiry.unref();
    entries.set(offered.download, { offered, path, folder, expiry });
  };

  return {
    async offer(given, write) {
      await swept;
      const folder = await openPassingFolder(all);
      folders.add(folder);
      try {
        const name = safeFileName(given);
        const path = join(folder.path, name);
        await write(path);
        const offered: Offered = { download: randomBytes(16).toString('hex'), name, bytes: (await stat(path)).size };
        list(offered, path, folder);
        return offered;
      } catch (caught) {
        await remove(folder);
        throw caught;
      }
    },
    take(id) {
      const entry = entries.get(id);
      if (!entry) return undefined;
      entries.delete(id);
      clearTimeout(entry.expiry);
      const { offered, path, folder } = entry;
      return { ...offered, path, done: async (whole) => (whole ? remove(folder) : list(offered, path, folder)) };
    },
    async close() {
      for (const { expiry } of entries.values()) clearTimeout(expiry);
      entries.clear();
      await Promise.all([...folders].map(remove));
    },
  };
}
