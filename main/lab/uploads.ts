/** @file Files that pages send to be imported. An upload lives while a page holds it, a file of it comes or a call uses it, and a minute longer: time to come back. Calls on datasets take the path from `use` and `useUp`. */

import { randomBytes } from 'node:crypto';
import { LabError } from '../../preload/contract/errors';
import type { UploadState } from '../../preload/contract/domains/uploads';
import { openQuarantine, sweepQuarantine } from '../data/import/quarantine';
import { openUploadFolder, type UploadFolder } from '../data/import/upload-folder';

/** The body of a request: read in order, or given up. */
export type UploadBody = AsyncIterable<Uint8Array> & { destroy(error?: Error): unknown };

export interface Uploads {
  /** -> the id of an empty upload. @param expected all that will come, where that is known. @throws LabError 'upload-fills-disk', 'upload-too-many', 'disk-full', 'path-not-writable' */
  begin(expected?: UploadState): Promise<string>;
  /** Takes one file. @throws LabError 'upload-not-found', and those of UploadFolder.receive */
  receive(id: string, path: string, body: UploadBody, size: number | undefined): Promise<void>;
  /** @throws LabError 'upload-not-found' */
  state(id: string): UploadState;
  /** Lends the path of what was sent, which stays while `work` goes on. @throws LabError 'upload-not-found', 'folder-empty', and what `work` throws */
  use<T>(id: string, work: (path: string) => Promise<T>): Promise<T>;
  /** The same; where all went well the upload is gone afterwards. */
  useUp<T>(id: string, work: (path: string) => Promise<T>): Promise<T>;
  /** Keeps the upload until the function that it returns is called. @throws LabError 'upload-not-found' */
  hold(id: string): () => void;
  /** Ends an upload: what comes of it is cut off, and once nobody uses them its files are removed. Nothing there is no error. */
  discard(id: string): Promise<void>;
  close(): Promise<void>;
}

interface Entry {
  folder: UploadFolder;
  remove(): Promise<void>;
  abort: AbortController;
  holders: number;
  leaving?: NodeJS.Timeout;
  /** What reads or writes its files now. */
  busy: Set<Promise<unknown>>;
}

export function openUploads(home: string, graceMs = 60_000): Uploads {
  const entries = new Map<string, Entry>();
  // What a server left that was killed. A home that can't be written says so when something is to be written.
  const swept = sweepQuarantine(home).catch(() => undefined);

  const find = (id: string): Entry => {
    const entry = entries.get(id);
    if (!entry) throw new LabError('upload-not-found', { id });
    return entry;
  };

  const discard = async (id: string): Promise<void> => {
    const entry = entries.get(id);
    if (!entry) return;
    entries.delete(id);
    clearTimeout(entry.leaving);
    entry.abort.abort();
    await Promise.allSettled(entry.busy);
    await entry.remove();
  };

  const leaveLater = (id: string, entry: Entry): void => {
    entry.leaving = setTimeout(() => void discard(id), graceMs);
    entry.leaving.unref();
  };

  const hold = (id: string): (() => void) => {
    const entry = find(id);
    entry.holders += 1;
    clearTimeout(entry.leaving);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      entry.holders -= 1;
      if (entry.holders === 0 && entries.get(id) === entry) leaveLater(id, entry);
    };
  };

  const whileHeld = async <T>(id: string, work: (entry: Entry) => Promise<T>): Promise<T> => {
    const entry = find(id);
    const release = hold(id);
    const going = work(entry);
    entry.busy.add(going);
    try {
      return await going;
    } finally {
      entry.busy.delete(going);
      release();
    }
  };

  const use = <T>(id: string, work: (path: string) => Promise<T>): Promise<T> => whileHeld(id, async ({ folder }) => work(await folder.source()));

  return {
    hold,
    discard,
    use,
    async begin(expected) {
      await swept;
      const { path, remove } = await openQuarantine(home);
      const id = randomBytes(16).toString('hex');
      try {
        const entry: Entry = { folder: await openUploadFolder(path, expected), remove, abort: new AbortController(), holders: 0, busy: new Set() };
        entries.set(id, entry);
        leaveLater(id, entry);
      } catch (caught) {
        await remove();
        throw caught;
      }
      return id;
    },
    receive: (id, path, body, size) =>
      whileHeld(id, async ({ folder, abort: { signal } }) => {
        const stop = (): void => void body.destroy();
        signal.addEventListener('abort', stop, { once: true });
        try {
          await folder.receive(path, body, size, signal);
        } finally {
          signal.removeEventListener('abort', stop);
        }
      }),
    state(id) {
      const { files, bytes } = find(id).folder;
      return { files, bytes };
    },
    async useUp(id, work) {
      const result = await use(id, work);
      await discard(id);
      return result;
    },
    async close() {
      await Promise.all([...entries.keys()].map(discard));
    },
  };
}
