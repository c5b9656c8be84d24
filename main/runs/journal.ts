/**
 * @file The journal of a run: append-only JSON lines, `{"crc":"1a2b3c4d",<the record's fields>}`, where crc is the CRC-32 of the bytes after its comma
 * up to the end of the line. A record is whole when its line is ended and its sum is right; a damaged one is skipped and counted.
 */

import fs from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** One step's values, or something that happened (`at`: milliseconds since 1970). */
export type JournalRecord = { step: number; m: Record<string, number> } | JournalEvent;
export interface JournalEvent {
  event: string;
  at: number;
  data: Record<string, unknown>;
}

const crcLength = 8;
const prefix = '{"crc":"';
const bodyStart = prefix.length + crcLength + 2;

/** Numbers that JSON lacks are written as words, so that a loss that overflowed is not a gap. */
const inJson = (value: number): number | string => (Number.isFinite(value) ? value : String(value));

/** The record's line, with its end. */
export function encodeRecord(record: JournalRecord): string {
  const plain = 'm' in record ? { step: record.step, m: Object.fromEntries(Object.entries(record.m).map(([name, value]) => [name, inJson(value)])) } : record;
  const body = JSON.stringify(plain).slice(1);
  return `${prefix}${crc32(body).toString(16).padStart(crcLength, '0')}",${body}\n`;
}

/** @param line without its end -> undefined when the line is damaged */
export function decodeRecord(line: Uint8Array): JournalRecord | undefined {
  if (line.length <= bodyStart) return undefined;
  const bytes = Buffer.from(line.buffer, line.byteOffset, line.byteLength);
  const sum = bytes.toString('latin1', prefix.length, prefix.length + crcLength);
  if (bytes.toString('latin1', 0, prefix.length) !== prefix || bytes.toString('latin1', prefix.length + crcLength, bodyStart) !== '",') return undefined;
  if (crc32(bytes.subarray(bodyStart)).toString(16).padStart(crcLength, '0') !== sum) return undefined;
  try {
    return recordOf(JSON.parse(`{${bytes.toString('utf8', bodyStart)}`));
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const wordedNumbers: Record<string, number> = { NaN: Number.NaN, Infinity: Infinity, '-Infinity': -Infinity };

/** By hand: a schema would take most of the time of reading a long journal. */
function recordOf(json: unknown): JournalRecord | undefined {
  if (!isObject(json)) return undefined;
  const { step, m, event, at, data } = json;
  if (typeof event === 'string') return typeof at === 'number' && isObject(data) ? { event, at, data } : undefined;
  if (typeof step !== 'number' || !isObject(m)) return undefined;
  const values: Record<string, number> = {};
  for (const name of Object.keys(m)) {
    const value = m[name];
    if (typeof value === 'number') values[name] = value;
    else if (typeof value === 'string' && Object.hasOwn(wordedNumbers, value)) values[name] = wordedNumbers[value];
    else return undefined;
  }
  return { step, m: values };
}

export interface JournalEnd {
  /** Bytes up to the end of the last whole record: what lies beyond is a torn tail. */
  whole: number;
  /** Damaged lines before that. */
  damaged: number;
}

const chunkBytes = 1 << 20;
/** A line longer than this is damage, not a record. */
const maxLineBytes = 16 << 20;

/** Hands every whole record to `visit`, in order, holding a chunk of the file at a time. No file is an empty journal. */
export async function scanJournal(path: string, visit: (record: JournalRecord) => void): Promise<JournalEnd> {
  const end: JournalEnd = { whole: 0, damaged: 0 };
  let handle;
  try {
    handle = await fs.open(path, 'r');
  } catch (caught) {
    if ((caught as NodeJS.ErrnoException).code === 'ENOENT') return end;
    throw caught;
  }
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let rest: Buffer = Buffer.alloc(0);
    let offset = 0;
    let pendingDamage = 0;
    for (;;) {
      const { bytesRead } = await handle.read(chunk, 0, chunkBytes, null);
      if (bytesRead === 0) break;
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk.subarray(0, bytesRead)]) : chunk.subarray(0, bytesRead);
      let start = 0;
      for (let newline = bytes.indexOf(10); newline >= 0; newline = bytes.indexOf(10, start)) {
        const record = decodeRecord(bytes.subarray(start, newline));
        start = newline + 1;
        if (record) {
          end.whole = offset + start;
          end.damaged += pendingDamage;
          pendingDamage = 0;
          visit(record);
        } else pendingDamage += 1;
      }
      offset += start;
      rest = Buffer.from(bytes.subarray(start));
      if (rest.length > maxLineBytes) break;
    }
    return end;
  } finally {
    await handle.close();
  }
}

export interface Metrics {
  /** Ascending. */
  steps: number[];
  /** By name, one value a step; NaN where a step has none. */
  series: Record<string, number[]>;
}

/**
 * The curves of a journal. A step below the last one means that training went on from an earlier checkpoint:
 * what was recorded from there on belongs to a future that was given up. The same step again adds values to it.
 */
export async function readJournalMetrics(path: string): Promise<Metrics & JournalEnd> {
  const steps: number[] = [];
  const series = new Map<string, number[]>();
  const end = await scanJournal(path, (record) => {
    if (!('m' in record)) return;
    let row = steps.length - 1;
    if (row >= 0 && record.step < steps[row]) {
      while (row >= 0 && steps[row] >= record.step) row -= 1;
      steps.length = row + 1;
      for (const values of series.values()) values.length = Math.min(values.length, row + 1);
    }
    if (row < 0 || steps[row] < record.step) row = steps.push(record.step) - 1;
    for (const [name, value] of Object.entries(record.m)) {
      let values = series.get(name);
      if (!values) series.set(name, (values = []));
      while (values.length < row) values.push(Number.NaN);
      values[row] = value;
    }
  });
  for (const values of series.values()) while (values.length < steps.length) values.push(Number.NaN);
  return { steps, series: Object.fromEntries(series), ...end };
}
