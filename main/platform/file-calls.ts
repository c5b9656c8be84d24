/** @file The raw file calls under every write of the project, in one table, so that tests can make the Nth one fail or kill the process there. */

import { constants, type Stats } from 'node:fs';
import fs, { type FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export interface FileCalls {
  open(path: string, flags: string): Promise<FileHandle>;
  /** -> bytes written, at the file's position (at its end when opened with 'a'). */
  write(handle: FileHandle, bytes: Uint8Array): Promise<number>;
  truncate(handle: FileHandle, length: number): Promise<void>;
  fsync(handle: FileHandle): Promise<void>;
  close(handle: FileHandle): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  link(from: string, to: string): Promise<void>;
  copy(from: string, to: string): Promise<void>;
  mkdir(path: string): Promise<void>;
  rm(path: string): Promise<void>;
  touch(path: string): Promise<void>;
}

const realCalls: FileCalls = {
  open: (path, flags) => fs.open(path, flags),
  write: async (handle, bytes) => (await handle.write(bytes, 0, bytes.length, null)).bytesWritten,
  truncate: (handle, length) => handle.truncate(length),
  fsync: (handle) => handle.sync(),
  close: (handle) => handle.close(),
  rename: (from, to) => fs.rename(from, to),
  link: (from, to) => fs.link(from, to),
  copy: (from, to) => fs.copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE),
  mkdir: async (path) => {
    await fs.mkdir(path, { recursive: true });
  },
  rm: (path) => fs.rm(path, { recursive: true, force: true, maxRetries: 5 }),
  touch: (path) => fs.utimes(path, new Date(), new Date()),
};

/** The table in use. */
export const calls: FileCalls = { ...realCalls };

/** All of `bytes`, at the file's position. */
export async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    // Chunks of at most 1 GiB: one write of 2 GiB or more fails on several platforms.
    done += await calls.write(handle, bytes.subarray(done, done + 2 ** 30));
  }
}

/** A close that fails is an error (some file systems only then say that a write was lost), and must not leak the descriptor. */
export async function close(handle: FileHandle): Promise<void> {
  try {
    await calls.close(handle);
  } catch (caught) {
    await handle.close().catch(() => {});
    throw caught;
  }
}

/** Where another error is already under way, or nothing was written. */
export const closeQuietly = (handle: FileHandle | undefined): Promise<void> => (handle ? close(handle).catch(() => {}) : Promise.resolve());

/** Waits between retries; tests make it short. */
export const pause = { wait: async (ms: number): Promise<void> => void (await sleep(ms)) };

export type CallName = keyof FileCalls;

export interface Fault {
  /** Which call fails, counted from 1 over all calls (or over those named in `only`). */
  at: number;
  /** An errno code, or KILL: the process ends at once, as by `kill -9` or a power cut of the process. */
  code: 'EIO' | 'ENOSPC' | 'EPERM' | 'EACCES' | 'EBUSY' | 'KILL';
  /** How many calls in a row fail from there on; 1 when absent. */
  times?: number;
  only?: readonly CallName[];
  /**
   * before: nothing happened yet, what errors do when absent. after: it happened all the same, what KILL does when absent.
   * half: of a write, half of the bytes stand.
   */
  when?: 'before' | 'half' | 'after';
}

function errno(code: string, call: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: injected, ${call} '${path}'`), { code, syscall: call, path });
}

async function kill(): Promise<never> {
  process.kill(process.pid, 'SIGKILL');
  return new Promise<never>(() => {});
}

/**
 * For tests: makes calls fail as `fault` says, or only counts and names them when `fault` is absent.
 * @returns `restore` puts the real calls back; `seen` lists the calls so far.
 */
export function injectFaults(fault?: Fault): { restore(): void; seen: CallName[] } {
  const seen: CallName[] = [];
  let counted = 0;
  const due = (name: CallName): boolean => {
    seen.push(name);
    if (!fault || (fault.only && !fault.only.includes(name))) return false;
    counted += 1;
    return counted >= fault.at && counted < fault.at + (fault.times ?? 1);
  };
  const when = fault?.when ?? (fault?.code === 'KILL' ? 'after' : 'before');
  const strike = (name: CallName, at: unknown): Promise<never> => {
    if (fault?.code === 'KILL') return kill();
    return Promise.reject(errno(fault?.code ?? 'EIO', name, typeof at === 'string' ? at : ''));
  };
  const wrap = <A extends unknown[], R>(name: CallName, real: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (!due(name)) return real(...args);
      if (when === 'after') await real(...args);
      return strike(name, args[0]);
    };
  const names = Object.keys(realCalls) as CallName[];
  for (const name of names) Object.assign(calls, { [name]: wrap(name, realCalls[name] as (...args: unknown[]) => Promise<unknown>) });
  if (when === 'half') {
    calls.write = async (handle, bytes) => {
      if (!due('write')) return realCalls.write(handle, bytes);
      await realCalls.write(handle, bytes.subarray(0, bytes.length >> 1));
      return strike('write', undefined);
    };
  }
  return { restore: () => void Object.assign(calls, realCalls), seen };
}

/** -> null where nothing stands at `path`. Links are not followed. */
export async function statOrNull(path: string): Promise<Stats | null> {
  try {
    return await fs.lstat(path);
  } catch (caught) {
    const code = (caught as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw caught;
  }
}
