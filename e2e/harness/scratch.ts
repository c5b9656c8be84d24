/** @file Folders and quiet work for tests that read and write data. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { LabError, type ErrorCode } from '../../preload/contract/errors';
import type { Progress, Work } from '../../preload/contract/progress';

/** A folder of the test's own, gone after it. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'genoise-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Work whose progress is kept, and that aborts when `until` says so of a report. */
export function scriptedWork(until: (report: Progress) => boolean = () => false): Work & { reports: Progress[] } {
  const abort = new AbortController();
  const reports: Progress[] = [];
  return {
    reports,
    signal: abort.signal,
    progress(report) {
      reports.push(report);
      if (until(report)) abort.abort();
    },
  };
}

/** The LabError that `work` ends in; anything else fails the test. */
export async function labErrorOf(work: Promise<unknown> | (() => unknown)): Promise<LabError> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (caught) {
    if (caught instanceof LabError) return caught;
    throw caught;
  }
  throw new Error('expected a LabError, but all went well');
}

/** The code of the error, or 'none' where all went well. */
export async function outcomeOf(work: Promise<unknown>): Promise<ErrorCode | 'none'> {
  try {
    await work;
    return 'none';
  } catch (caught) {
    if (caught instanceof LabError) return caught.code;
    throw caught;
  }
}

/** mulberry32: small, seeded, good enough to choose mutations. -> [0, 1) */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x = (x + Math.imul(x ^ (x >>> 7), x | 61)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The file with one to four of: a byte changed, bytes cut off, bytes added, a run zeroed or copied elsewhere. */
export function mutated(file: Uint8Array, random: () => number): Buffer {
  let bytes: Buffer = Buffer.from(file);
  const below = (n: number) => Math.floor(random() * n);
  // Headers matter most.
  const place = () => (random() < 0.5 ? below(Math.min(24, bytes.length || 1)) : below(bytes.length || 1));
  for (let left = 1 + below(4); left > 0; left--) {
    const kind = below(6);
    if (kind <= 2 && bytes.length > 0) bytes[place()] = kind === 0 ? below(256) : kind === 1 ? 0xff : 0;
    else if (kind === 3) bytes = bytes.subarray(0, below(bytes.length + 1));
    else if (kind === 4) bytes = Buffer.concat([bytes, Buffer.alloc(1 + below(64), below(256))]);
    else if (bytes.length > 0) bytes.copyWithin(place(), place(), bytes.length);
  }
  return bytes;
}

/** -> the highest resident memory while `work` goes on, above where it began, in MiB. */
export async function memoryOf(work: () => Promise<unknown>): Promise<number> {
  global.gc?.();
  const before = process.memoryUsage().rss;
  let highest = before;
  const timer = setInterval(() => (highest = Math.max(highest, process.memoryUsage().rss)), 5);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return (Math.max(highest, process.memoryUsage().rss) - before) / 2 ** 20;
}
