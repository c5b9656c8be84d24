/** @file What the end of a child process means, in words that a user can act on. */

import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { LabError, type ErrorJson } from '../../preload/contract/errors';

export interface Exit {
  code: number | null;
  signal: string | null;
  stderr: string;
}

/** V8's heap, the C++ allocator, Chromium's allocator and the ArrayBuffer's, as they word it. */
const memoryWords = /heap out of memory|out of memory|std::bad_alloc|bad allocation|allocation failed|cannot allocate memory/i;
/** Chromium's allocator ends a Windows process with this code (0xE0000008). */
const windowsOutOfMemory = [0xe0000008, 0xe0000008 | 0];

/** An error of our own code that says the memory was refused, an array of 2 GiB say, in words of its own; others as they are. */
export function worded(entry: string, error: ErrorJson): ErrorJson {
  const memory = error.code === 'internal' && memoryWords.test(String(error.params.detail));
  return memory ? new LabError('out-of-memory', { entry }).toJSON() : error;
}

/** How many processes the kernel has killed for memory since it started; undefined where it doesn't say. */
export function kernelMemoryKills(): number | undefined {
  try {
    const found = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'));
    return found ? Number(found[1]) : undefined;
  } catch {
    return undefined;
  }
}

/** The error for calls that were pending in `entry` when it ended. `killsBefore`: kernelMemoryKills() when it started. */
export function deathOf(entry: string, exit: Exit, killsBefore?: number): LabError {
  const killedByKernel = exit.signal === 'SIGKILL' && killsBefore !== undefined && (kernelMemoryKills() ?? 0) > killsBefore;
  const memory = killedByKernel || memoryWords.test(exit.stderr) || (exit.code !== null && windowsOutOfMemory.includes(exit.code));
  if (memory) return new LabError('out-of-memory', { entry });
  // Who is killed has no last words: what stands there is of before, a device that was looked for say.
  if (exit.signal === 'SIGKILL') return new LabError('process-died', { entry, how: exit.signal, detail: '' });
  // Native libraries colour their lines, and end them with a line that only takes the colour back.
  const lastLine = stripVTControlCharacters(exit.stderr).trim().split('\n').at(-1)?.trim() ?? '';
  return new LabError('process-died', { entry, how: exit.signal ?? (exit.code === null ? 'no start' : `exit ${exit.code}`), detail: lastLine });
}
