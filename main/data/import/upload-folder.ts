/** @file Files that a page sends, one by one, into a folder in quarantine: under the rules of archives, and no more than the disk has room for. */

import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LabError } from '../../../preload/contract/errors';
import { ensureFolder, openAppend, removeTree } from '../../platform/files';
import { freeBytes } from '../../platform/free-space';
import { entryPath, TakenPaths } from './entry-path';
import { quotas } from './unpack';

export interface UploadLimits {
  files: number;
  /** Of the disk, left alone. */
  spareBytes: number;
}

export const uploadLimits: UploadLimits = { files: 2_000_000, spareBytes: quotas.spareBytes };

export interface UploadFolder {
  /** Whole files so far, and bytes, those of files under way included. */
  readonly files: number;
  readonly bytes: number;
  /**
   * Takes one file, from a relative path with '/' between names. A file that broke off can be sent again; one that stands can't be replaced.
   * @param size in bytes, where the sender said it
   * @throws LabError 'upload-path-refused', 'upload-collision', 'upload-too-many', 'upload-fills-disk', 'upload-cut', 'cancelled', 'disk-full', 'path-not-writable'
   */
  receive(path: string, content: AsyncIterable<Uint8Array>, size: number | undefined, signal: AbortSignal): Promise<void>;
  /** What was sent, as a person would point at it: the one file, the one folder, or the folder of all. @throws LabError 'folder-empty' */
  source(): Promise<string>;
}

/**
 * @param folder stands and is empty
 * @param expected all that will come, where that is known
 * @throws LabError 'upload-fills-disk', 'upload-too-many' when that is too much, 'path-not-writable'
 */
export async function openUploadFolder(folder: string, expected = { files: 0, bytes: 0 }, limits: UploadLimits = uploadLimits): Promise<UploadFolder> {
  const room = Math.max(0, (await freeBytes(folder)) - limits.spareBytes);
  if (expected.files > limits.files) throw new LabError('upload-too-many', { limit: limits.files });
  if (expected.bytes > room) throw new LabError('upload-fills-disk', { path: '', free: room });
  const root = join(folder, 'images');
  await ensureFolder(root);
  const taken = new TakenPaths();
  /** Paths that are taken, but whose file broke off. */
  const broken = new Set<string>();
  let started = 0;
  let files = 0;
  let bytes = 0;

  const claim = (raw: string): string => {
    const place = entryPath(raw);
    if ('rule' in place) throw new LabError('upload-path-refused', { path: raw, rule: place.rule });
    if (broken.delete(place.path)) return place.path;
    if (started >= limits.files) throw new LabError('upload-too-many', { limit: limits.files });
    const other = taken.take(place.path, false);
    if (other !== null) throw new LabError('upload-collision', { path: place.path, other });
    started += 1;
    return place.path;
  };

  return {
    get files() {
      return files;
    },
    get bytes() {
      return bytes;
    },
    async receive(raw, content, size, signal) {
      const path = claim(raw);
      const target = join(root, ...path.split('/'));
      let own = 0;
      const count = (more: number): void => {
        own += more;
        bytes += more;
        if (bytes > room) throw new LabError('upload-fills-disk', { path, free: room });
      };
      try {
        if (size !== undefined && bytes + size > room) throw new LabError('upload-fills-disk', { path, free: room });
        await ensureFolder(dirname(target));
        const file = await openAppend(target, 0);
        try {
          for await (const chunk of content) {
            if (signal.aborted) throw new LabError('cancelled', { what: path });
            count(chunk.length);
            await file.append(chunk);
          }
        } finally {
          await file.close();
        }
        if (signal.aborted) throw new LabError('cancelled', { what: path });
        if (size !== undefined && own !== size) throw new LabError('upload-cut', { path, expected: size, got: own });
        files += 1;
      } catch (caught) {
        bytes -= own;
        broken.add(path);
        await removeTree(target).catch(() => undefined);
        if (caught instanceof LabError) throw caught;
        if (signal.aborted) throw new LabError('cancelled', { what: path }, { cause: caught });
        // The sender went away in the middle.
        throw new LabError('upload-cut', { path, expected: size ?? '', got: own }, { cause: caught });
      }
    },
    async source() {
      const [first, ...more] = await readdir(root);
      if (first === undefined) throw new LabError('folder-empty', { path: root });
      return more.length === 0 ? join(root, first) : root;
    },
  };
}
