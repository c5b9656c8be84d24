/** @file The curves of a run read as they grow: each call reads what the journal gained since the one before. */

import fs from 'node:fs/promises';
import { metricsReader } from './journal-lines';
import { layoutOf } from './layout';
import { readRun } from './run';

/** Where a reader of the curves stands. */
export interface MetricsCursor {
  /** Of the journal read so far: another one under the same name is read from its start. */
  file: string;
  /** Bytes read, all of whole records. */
  offset: number;
  /** The last step read, 0 before the first. */
  lastStep: number;
}

export interface MetricsTail {
  cursor: MetricsCursor;
  /** More can be read at once. */
  more: boolean;
  /**
   * Training went on from an earlier checkpoint, or the journal is another: what is known of this step and later ones belongs to a future that was given up
   * and is to be dropped before `steps` are taken in.
   */
  truncateTo?: number;
  /** Ascending. The first may be the last one known: its values are added to that step's. */
  steps: Float64Array;
  /** By name, one value a step; NaN where a step has none. */
  series: Record<string, Float32Array>;
}

const chunkBytes = 1 << 20;
/** Read in one call, at most: a long run comes in parts, so that it is seen early and no part is large. */
const partBytes = 24 << 20;
/** A line longer than this is damage, not a record. */
const maxLineBytes = 16 << 20;

/**
 * What the curves of a run gained since `cursor` (from the start without one), in time proportional to it; at most 24 MB of the journal a call. Between chunks of 1 MB
 * others have their turn.
 * A record that is being written now is left for the next call.
 * @throws LabError 'run-not-found', 'run-broken'
 */
export async function tailMetrics(home: string, run: string, cursor?: MetricsCursor): Promise<MetricsTail> {
  let handle;
  try {
    handle = await fs.open(layoutOf(home, run).journal, 'r');
  } catch (caught) {
    if ((caught as NodeJS.ErrnoException).code !== 'ENOENT') throw caught;
    await readRun(home, run);
    const rows = columns(0);
    return { cursor: { file: '', offset: 0, lastStep: 0 }, more: false, ...((cursor?.lastStep ?? 0) > 0 && { truncateTo: 0 }), ...rows.taken() };
  }
  try {
    const { ino, birthtimeMs, size } = await handle.stat();
    const file = `${ino}-${birthtimeMs}`;
    const known = cursor && cursor.file === file && cursor.offset <= size ? cursor : undefined;
    const rows = columns(known?.lastStep ?? 0);
    const from = known?.offset ?? 0;
    let to = Math.min(size, from + partBytes);
    let offset = await readLines(handle, from, to, metricsReader(rows.add));
    // A part of damage alone is no end.
    while (offset === from && to < size) {
      to = Math.min(size, to + partBytes);
      offset = await readLines(handle, from, to, metricsReader(rows.add));
    }
    const { truncateTo, ...taken } = rows.taken();
    const restarted = cursor !== undefined && !known && cursor.lastStep > 0;
    return { cursor: { file, offset, lastStep: rows.lastStep() }, more: to < size, ...(restarted ? { truncateTo: 0 } : truncateTo !== undefined && { truncateTo }), ...taken };
  } finally {
    await handle.close();
  }
}

/** Hands `read` each line from `offset` on. -> where the last whole record ends */
async function readLines(handle: fs.FileHandle, offset: number, size: number, read: (bytes: Buffer, start: number, end: number) => boolean): Promise<number> {
  let buffer = Buffer.allocUnsafe(Math.min(chunkBytes, size - offset));
  let position = offset;
  let whole = offset;
  while (position < size) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) break;
    const bytes = buffer.subarray(0, bytesRead);
    let start = 0;
    for (let newline = bytes.indexOf(10); newline >= 0; newline = bytes.indexOf(10, start)) {
      if (read(bytes, start, newline)) whole = position + newline + 1;
      start = newline + 1;
    }
    position += start;
    if (start > 0) continue;
    // A line longer than the buffer, or the file's end.
    if (bytesRead < buffer.length || buffer.length >= maxLineBytes) break;
    buffer = Buffer.allocUnsafe(buffer.length * 2);
  }
  return whole;
}

/** Columns that grow by doubling. `lastKnown`: the step that the reader had last. */
function columns(lastKnown: number) {
  let capacity = 1024;
  let count = 0;
  let steps = new Float64Array(capacity);
  const series = new Map<string, Float32Array>();
  let truncateTo: number | undefined;
  let last = lastKnown;

  const grow = (): void => {
    capacity *= 2;
    const longer = new Float64Array(capacity);
    longer.set(steps);
    steps = longer;
    for (const [name, values] of series) {
      const wider = new Float32Array(capacity).fill(Number.NaN, count);
      wider.set(values.subarray(0, count));
      series.set(name, wider);
    }
  };

  const rewind = (step: number): void => {
    const before = count;
    while (count > 0 && steps[count - 1] >= step) count--;
    for (const values of series.values()) values.fill(Number.NaN, count, before);
    if (count === 0 && step <= lastKnown) truncateTo = Math.min(truncateTo ?? Infinity, step);
  };

  return {
    add(step: number, names: readonly string[], values: Float64Array, width: number): void {
      if (step < last) rewind(step);
      if (count === 0 || steps[count - 1] < step) {
        if (count === capacity) grow();
        steps[count++] = step;
      }
      last = step;
      for (let i = 0; i < width; i++) {
        let column = series.get(names[i]);
        if (!column) series.set(names[i], (column = new Float32Array(capacity).fill(Number.NaN)));
        column[count - 1] = values[i];
      }
    },
    lastStep: () => last,
    taken: () => ({
      ...(truncateTo !== undefined && { truncateTo }),
      steps: steps.slice(0, count),
      series: Object.fromEntries([...series].map(([name, values]) => [name, values.slice(0, count)])),
    }),
  };
}
