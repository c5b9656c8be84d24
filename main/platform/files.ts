/** @file Every write of the project: atomic files and folders, appends, moves, copies, removals. Nothing partial ever stands under a final name. */

import { randomBytes } from 'node:crypto';
import fs, { type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { calls, close, closeQuietly, pause, statOrNull, writeAll } from './file-calls';
import { codeOf, naming } from './file-errors';

const isWindows = process.platform === 'win32';

/** A name for what is being written; `removeLeftovers` knows it again. */
export const temporaryName = (): string => `.genoise-${process.pid}-${randomBytes(6).toString('hex')}.tmp`;
const temporaryPattern = /^\.genoise-\d+-[0-9a-f]{12}\.tmp$/;

const renameRetries = 10;
const refusedForAMoment = new Set(['EPERM', 'EBUSY', 'EACCES']);

/** Virus scanners and indexers on Windows hold a file open for a moment: the rename is tried again, for about 3 s in all. */
async function rename(from: string, to: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await calls.rename(from, to);
    } catch (caught) {
      if (!refusedForAMoment.has(codeOf(caught)) || attempt >= renameRetries) throw caught;
      await pause.wait(Math.min(10 * 2 ** attempt, 500));
    }
  }
}

/** After a rename the entry itself must reach the disk. Windows can't open folders and some file systems can't sync them. */
async function syncFolder(path: string): Promise<void> {
  if (isWindows) return;
  const handle = await calls.open(path, 'r');
  try {
    await calls.fsync(handle);
  } catch (caught) {
    if (codeOf(caught) !== 'EINVAL' && codeOf(caught) !== 'ENOTSUP') throw caught;
  } finally {
    await closeQuietly(handle);
  }
}

export interface FileInMaking {
  write(chunk: Uint8Array): Promise<void>;
  /** Flushed to the disk and renamed to the final name, which it replaces. */
  commit(): Promise<void>;
  /** Leaves nothing behind; harmless after `commit` and when called twice. */
  abort(): Promise<void>;
}

/**
 * A file that appears under `path` only when committed, whole. A write or commit that fails has already cleaned up behind itself.
 * @throws LabError 'disk-full', 'path-not-writable', 'file-call-failed'
 */
export async function createFileAtomic(path: string): Promise<FileInMaking> {
  const temporary = join(dirname(path), temporaryName());
  let handle: FileHandle | undefined = await naming(path, () => calls.open(temporary, 'wx'));
  let open = true;
  const abort = async (): Promise<void> => {
    if (!open) return;
    open = false;
    await closeQuietly(handle);
    handle = undefined;
    await calls.rm(temporary).catch(() => {});
  };
  const orAbort = async (work: () => Promise<void>): Promise<void> => {
    try {
      await naming(path, work);
    } catch (caught) {
      await abort();
      throw caught;
    }
  };
  return {
    write: (chunk) =>
      orAbort(async () => {
        if (!handle) throw new Error(`internal: write to ${path} after its end`);
        await writeAll(handle, chunk);
      }),
    commit: () =>
      orAbort(async () => {
        if (!handle) throw new Error(`internal: commit of ${path} after its end`);
        await calls.fsync(handle);
        const closing = handle;
        handle = undefined;
        await close(closing);
        await rename(temporary, path);
        open = false;
        await syncFolder(dirname(path));
      }),
    abort,
  };
}

/** The whole file or, on failure, what stood before. Folders above must stand. @throws as `createFileAtomic` */
export async function writeFileAtomic(path: string, content: Uint8Array | string): Promise<void> {
  const file = await createFileAtomic(path);
  await file.write(typeof content === 'string' ? Buffer.from(content, 'utf8') : content);
  await file.commit();
}

export interface FolderInMaking {
  /** Where to write meanwhile: a hidden sibling of the final folder. */
  readonly path: string;
  /** Everything below is flushed to the disk, then the folder gets its final name. Rejects with code EEXIST where something stands there. */
  commit(): Promise<void>;
  abort(): Promise<void>;
}

/** A folder that appears under `finalPath` only when committed, with all that was written into it; folders above are made. */
export async function createFolderAtomic(finalPath: string): Promise<FolderInMaking> {
  const parent = dirname(finalPath);
  const path = join(parent, temporaryName());
  await naming(finalPath, () => calls.mkdir(path));
  let open = true;
  const abort = async (): Promise<void> => {
    if (!open) return;
    open = false;
    await calls.rm(path).catch(() => {});
  };
  const commit = async (): Promise<void> => {
    if (!open) throw new Error(`internal: commit of ${finalPath} after its end`);
    try {
      await naming(finalPath, async () => {
        await syncTree(path);
        await renameToNew(path, finalPath);
        open = false;
        await syncFolder(parent);
      });
    } catch (caught) {
      await abort();
      throw caught;
    }
  };
  return { path, commit, abort };
}

const exists = (path: string): NodeJS.ErrnoException => Object.assign(new Error(`EEXIST: file already exists, '${path}'`), { code: 'EEXIST', path });

async function renameToNew(from: string, to: string): Promise<void> {
  if (await statOrNull(to)) throw exists(to);
  try {
    await rename(from, to);
  } catch (caught) {
    // Another process was faster: POSIX says ENOTEMPTY or EEXIST, Windows EPERM.
    if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EPERM', 'EACCES'].includes(codeOf(caught)) && (await statOrNull(to))) throw exists(to);
    throw caught;
  }
}

async function syncTree(folder: string): Promise<void> {
  const entries = await fs.readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  // A few at once: the file system then commits them together.
  for (let first = 0; first < files.length; first += 8) {
    await Promise.all(files.slice(first, first + 8).map((entry) => syncFile(join(folder, entry.name))));
  }
  for (const entry of entries) if (entry.isDirectory()) await syncTree(join(folder, entry.name));
  await syncFolder(folder);
}

async function syncFile(path: string): Promise<void> {
  const handle = await calls.open(path, isWindows ? 'r+' : 'r');
  try {
    await calls.fsync(handle);
  } finally {
    await closeQuietly(handle);
  }
}

export interface AppendFile {
  /** Bytes in the file. */
  readonly length: number;
  /** All of `bytes`, or an error and the file as it was before. */
  append(bytes: Uint8Array): Promise<void>;
  /** What was appended reaches the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens or makes a file to append to. What stands beyond `keep` bytes (a torn tail) is cut off first.
 * @throws LabError as `createFileAtomic`
 */
export async function openAppend(path: string, keep?: number): Promise<AppendFile> {
  return naming(path, async () => {
    const handle = await calls.open(path, 'a');
    try {
      let length = (await handle.stat()).size;
      if (keep !== undefined && keep < length) {
        await calls.truncate(handle, keep);
        await calls.fsync(handle);
        length = keep;
      }
      /** A tail that a failed write left and a failed truncation could not cut. */
      let torn = false;
      const cut = async (): Promise<void> => {
        await calls.truncate(handle, length);
        torn = false;
      };
      return {
        get length() {
          return length;
        },
        append: (bytes) =>
          naming(path, async () => {
            if (torn) await cut();
            try {
              await writeAll(handle, bytes);
              length += bytes.length;
            } catch (caught) {
              torn = true;
              await cut().catch(() => {});
              throw caught;
            }
          }),
        sync: () => naming(path, () => calls.fsync(handle)),
        close: () => closeQuietly(handle),
      };
    } catch (caught) {
      await closeQuietly(handle);
      throw caught;
    }
  });
}

/** Makes the folder and those above it; one that stands is left alone. @throws LabError as `createFileAtomic` */
export async function ensureFolder(path: string): Promise<void> {
  await naming(path, () => calls.mkdir(path));
}

/** Removes a file or a folder with all below; nothing there is no error. @throws LabError as `createFileAtomic` */
export async function removeTree(path: string): Promise<void> {
  await naming(path, () => calls.rm(path));
}

/** Moves a file or folder to a name that is free, within one file system. @throws an error with code EEXIST or ENOENT; LabError */
export async function moveTree(from: string, to: string): Promise<void> {
  await naming(to, async () => {
    await renameToNew(from, to);
    await syncFolder(dirname(to));
  });
}

/** Copies one file to a name that is free, by reference where the file system can. @throws an error with code EEXIST or ENOENT; LabError */
export async function copyFile(from: string, to: string): Promise<void> {
  await naming(to, () => calls.copy(from, to));
}

/** Gives a file a second name on the same file system. @throws an error with code EEXIST, ENOENT or EXDEV; LabError */
export async function linkFile(from: string, to: string): Promise<void> {
  await naming(to, () => calls.link(from, to));
}

/** Sets a file's time to now. @throws an error with code ENOENT; LabError */
export async function touch(path: string): Promise<void> {
  await naming(path, () => calls.touch(path));
}

/**
 * Removes what writers that died left half-made in `folder`. Call it where no other writer can be at work,
 * or give the age in milliseconds from which a leftover counts as dead.
 */
export async function removeLeftovers(folder: string, olderThanMs = 0): Promise<void> {
  const names = await fs.readdir(folder).catch((): string[] => []);
  for (const name of names) {
    if (!temporaryPattern.test(name)) continue;
    const path = join(folder, name);
    const stat = await statOrNull(path);
    if (stat && Date.now() - stat.mtimeMs >= olderThanMs) await removeTree(path);
  }
}
