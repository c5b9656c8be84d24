/**
 * @file One writer a run folder. Lock files carry a generation, lock-000001 and so on, each made exclusively and whole: a dead holder's lock
 * is never taken from under a live one, as it would be by removing and making one file.
 */

import fs from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { LabError } from '../../preload/contract/errors';
import { clock } from '../platform/clock';
import { createFileExclusive } from '../platform/exclusive';
import { removeTree, touch } from '../platform/files';

const holderSchema = z.object({
  pid: z.int(),
  host: z.string(),
  /** When the holding process started, in the system's own count; a reused pid has another. Absent where the system doesn't tell. */
  started: z.string().optional(),
  /** Milliseconds since 1970. */
  at: z.number(),
});
export type LockHolder = z.infer<typeof holderSchema>;

/** A holder on another machine is asked for a sign of life: its lock's time, which it renews. */
const heartbeatMs = 30_000;
const silentMs = 10 * 60_000;
/** A lock that can't be read: being written just now, or left by a crash. */
const unreadableMs = 10_000;

export interface RunLock {
  readonly path: string;
  release(): Promise<void>;
}

interface LockFile {
  generation: number;
  path: string;
}

const lockName = (base: string, generation: number): string => `${base}-${String(generation).padStart(6, '0')}`;

/** Newest first. */
async function lockFiles(base: string): Promise<LockFile[]> {
  const folder = dirname(base);
  const start = `${base.slice(folder.length + 1)}-`;
  const found: LockFile[] = [];
  for (const name of await fs.readdir(folder)) {
    const digits = name.startsWith(start) ? name.slice(start.length) : '';
    if (/^\d{6,}$/.test(digits)) found.push({ generation: Number(digits), path: join(folder, name) });
  }
  return found.sort((a, b) => b.generation - a.generation);
}

/** Linux: the 22nd field of /proc/<pid>/stat, clock ticks since boot. */
async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  try {
    const stat = await fs.readFile(`/proc/${pid}/stat`, 'latin1');
    // The second field is a name in brackets that may itself hold spaces and brackets.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (caught) {
    return (caught as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function isAlive(holder: LockHolder, lastSignMs: number): Promise<boolean> {
  if (holder.host !== hostname()) return clock.nowMs() - lastSignMs < silentMs;
  const bootedMs = clock.nowMs() - uptime() * 1000;
  // A minute of slack: clocks are set after boot.
  if (holder.at < bootedMs - 60_000 || !runs(holder.pid)) return false;
  return holder.started === undefined || holder.started === (await startOf(holder.pid));
}

/** -> who holds this lock file now; undefined when its holder is dead or it is gone. */
async function liveHolder(path: string): Promise<LockHolder | undefined> {
  try {
    const [text, stat] = await Promise.all([fs.readFile(path, 'utf8'), fs.stat(path)]);
    const parsed = holderSchema.safeParse(parseOrNull(text));
    if (parsed.success) return (await isAlive(parsed.data, stat.mtimeMs)) ? parsed.data : undefined;
    return clock.nowMs() - stat.mtimeMs < unreadableMs ? { pid: 0, host: '?', at: stat.mtimeMs } : undefined;
  } catch (caught) {
    if ((caught as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw caught;
  }
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function liveAmong(files: readonly LockFile[]): Promise<LockHolder | undefined> {
  for (const { path } of files) {
    const holder = await liveHolder(path);
    if (holder) return holder;
  }
  return undefined;
}

/** @param base path of the lock without its generation -> its live holder, if any */
export const lockHolder = async (base: string): Promise<LockHolder | undefined> => liveAmong(await lockFiles(base));

/**
 * Takes the lock, from a dead holder too.
 * @param base path of the lock without its generation @param run its name, for the error
 * @throws LabError 'run-locked' when a live process, this one too, holds it
 */
export async function takeLock(base: string, run: string): Promise<RunLock> {
  const me: LockHolder = { pid: process.pid, host: hostname(), started: await startOf(process.pid), at: clock.nowMs() };
  for (;;) {
    const before = await lockFiles(base);
    const holder = await liveAmong(before);
    if (holder) throw new LabError('run-locked', { run, pid: holder.pid, host: holder.host });
    const path = lockName(base, (before[0]?.generation ?? 0) + 1);
    try {
      await createFileExclusive(path, JSON.stringify(me));
    } catch (caught) {
      if ((caught as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw caught;
    }
    const others = (await lockFiles(base)).filter((file) => file.path !== path);
    // Slow between looking and making: meanwhile others took later generations, or left and began anew. Both then look again.
    if (await liveAmong(others)) {
      await removeTree(path);
      continue;
    }
    for (const dead of others) await removeTree(dead.path);
    const beat = setInterval(() => void touch(path).catch(() => {}), heartbeatMs);
    beat.unref();
    return {
      path,
      release: async () => {
        clearInterval(beat);
        await removeTree(path);
      },
    };
  }
}
