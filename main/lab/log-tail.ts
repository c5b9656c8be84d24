/** @file The newest lines of the lab's log, for whoever looks for a fault in the window. */

import fs from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { LogLine, logTail as logTailSchema } from '../../preload/contract/domains/app';

/** At most so much is read from the end of a file; a line is some 200 bytes. */
const tailBytes = 1_000_000;
const levels = ['debug', 'info', 'warn', 'error'] as const;

/** The last `count` lines of HOME/logs/lab.log, going on in the file before it when it was put aside lately. */
export async function logTail(home: string, count: number): Promise<z.infer<typeof logTailSchema>> {
  const folder = join(home, 'logs');
  const newest = await tailOf(join(folder, 'lab.log'));
  const lines = newest.length < count ? [...(await tailOf(join(folder, 'lab.1.log'))), ...newest] : newest;
  return { folder, lines: lines.slice(-count).map(parsed) };
}

/** Whole lines from the end of a file; none if it isn't there. */
async function tailOf(path: string): Promise<string[]> {
  const file = await fs.open(path, 'r').catch((caught: NodeJS.ErrnoException) => {
    if (caught.code === 'ENOENT') return undefined;
    throw caught;
  });
  if (!file) return [];
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - tailBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    const lines = buffer.subarray(0, bytesRead).toString('utf8').split('\n');
    return (from > 0 ? lines.slice(1) : lines).filter((line) => line !== '');
  } finally {
    await file.close();
  }
}

/** A line that was torn or written by something else is shown as it is. */
function parsed(line: string): LogLine {
  try {
    const { at, level, message, pid: _pid, ...fields } = JSON.parse(line) as Record<string, unknown>;
    const known = levels.find((one) => one === level);
    if (typeof at === 'string' && known && typeof message === 'string') return { at, level: known, message, fields: Object.keys(fields).length > 0 ? JSON.stringify(fields) : '' };
  } catch (caught) {
    if (!(caught instanceof SyntaxError)) throw caught;
  }
  return { at: '', level: 'info', message: line, fields: '' };
}
