/** @file The journal: torn at every offset, flipped in every byte, rewound; whole records are kept. */

import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runFields } from './fixtures/known-run';
import { decodeRecord, encodeRecord, readJournalMetrics, scanJournal, type JournalRecord } from './journal';
import { layoutOf } from './layout';
import { createRun, readMetrics } from './run';
import { openRunWriter } from './writer';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'genoise-journal-'));
  path = join(folder, 'journal');
});
afterEach(() => fs.rm(folder, { recursive: true, force: true }));

const lossAt = (step: number): number => Math.fround(Math.exp(-step / 9));
const lines = Array.from({ length: 12 }, (_, index) => encodeRecord({ step: index + 1, m: { loss: lossAt(index + 1), kl: index / 7 } }));
lines.splice(6, 0, encodeRecord({ event: 'note', at: 5, data: { text: 'é\n"}{' } }));
const whole = Buffer.from(lines.join(''));
/** Ends of the lines in bytes. */
const ends = lines.reduce<number[]>((sums, line) => [...sums, (sums.at(-1) ?? 0) + Buffer.byteLength(line)], []);

async function read(): Promise<{ records: JournalRecord[]; whole: number; damaged: number }> {
  const records: JournalRecord[] = [];
  return { ...(await scanJournal(path, (record) => records.push(record))), records };
}

test('each line is JSON, and its sum is the CRC-32 of IEEE 802.3', () => {
  const line = encodeRecord({ step: 1, m: { loss: 0.5 } });
  // The sum was computed apart: python3 -c "import zlib; print('%08x' % zlib.crc32(b'\"step\":1,\"m\":{\"loss\":0.5}}'))"
  expect(line).toBe('{"crc":"b62bbb6c","step":1,"m":{"loss":0.5}}\n');
  expect(JSON.parse(line)).toMatchObject({ step: 1, m: { loss: 0.5 } });
});

test('cut at every offset, all whole records are read', async () => {
  const all = lines.map((line) => decodeRecord(Buffer.from(line.slice(0, -1))));
  expect(all).not.toContain(undefined);
  for (let length = 0; length <= whole.length; length++) {
    await fs.writeFile(path, whole.subarray(0, length));
    const count = ends.filter((end) => end <= length).length;
    expect(await read(), `cut at ${length}`).toEqual({ records: all.slice(0, count), whole: ends[count - 1] ?? 0, damaged: 0 });
  }
});

test('cut at every offset, the next writer takes the torn tail away and its records follow the whole ones', async () => {
  await createRun(folder, runFields('run'));
  const { journal } = layoutOf(folder, 'run');
  for (let length = 0; length <= whole.length; length += length > whole.length - 200 ? 1 : 7) {
    await fs.writeFile(journal, whole.subarray(0, length));
    const writer = await openRunWriter(folder, 'run');
    writer.metrics(99, { loss: 9 });
    await writer.close();
    const kept = lines.filter((line, index) => ends[index] <= length && line.includes('"step"')).length;
    const steps = Array.from({ length: kept }, (_, index) => index + 1);
    const metrics = await readMetrics(folder, 'run');
    expect(metrics.steps, `cut at ${length}`).toEqual([...steps, 99]);
    expect(metrics.series['loss']).toEqual([...steps.map(lossAt), 9]);
    expect((await scanJournal(journal, () => {})).damaged).toBe(0);
  }
});

test('a flipped byte loses its own record and no other', async () => {
  for (let at = 0; at < whole.length; at++) {
    const bytes = Buffer.from(whole);
    bytes[at] ^= 0x04;
    await fs.writeFile(path, bytes);
    const hit = ends.findIndex((end) => at < end);
    const { steps, damaged } = await readJournalMetrics(path);
    // A line's end that is lost joins it to the next.
    const lost = new Set(at === ends[hit] - 1 ? [hit, hit + 1] : [hit]);
    const expected = lines.flatMap((line, index) => (lost.has(index) || !line.includes('"step"') ? [] : [index < 6 ? index + 1 : index]));
    expect(steps, `byte ${at}`).toEqual(expected);
    expect(damaged).toBe(hit === lines.length - 1 || (hit === lines.length - 2 && lost.size === 2) ? 0 : 1);
  }
});

test('numbers that JSON lacks come back as they were, and a step can have some of the values', async () => {
  const records: JournalRecord[] = [
    { step: 1, m: { loss: Number.NaN } },
    { step: 2, m: { loss: Infinity, kl: -Infinity } },
    { step: 2, m: { test: 3 } },
    { step: 5, m: { kl: -0.25 } },
  ];
  await fs.writeFile(path, records.map(encodeRecord).join(''));
  expect(await readJournalMetrics(path)).toMatchObject({
    steps: [1, 2, 5],
    series: { loss: [Number.NaN, Infinity, Number.NaN], kl: [Number.NaN, -Infinity, -0.25], test: [Number.NaN, 3, Number.NaN] },
  });
});

test('training that goes on from an earlier step replaces the curve from there', async () => {
  const records = [...[1, 2, 3, 4, 5].map((step) => ({ step, m: { loss: step, old: 1 } })), ...[3, 4].map((step) => ({ step, m: { loss: 10 * step } }))];
  await fs.writeFile(path, records.map(encodeRecord).join(''));
  expect(await readJournalMetrics(path)).toMatchObject({ steps: [1, 2, 3, 4], series: { loss: [1, 2, 30, 40], old: [1, 1, Number.NaN, Number.NaN] } });
});

test('records that straddle the chunks of reading are whole, and a file without lines takes no memory', async () => {
  const many = Array.from({ length: 30_000 }, (_, index) => encodeRecord({ step: index, m: { loss: index / 3, gradNorm: index } }));
  await fs.writeFile(path, many.join(''));
  const { steps, series, damaged } = await readJournalMetrics(path);
  expect(damaged).toBe(0);
  expect(steps).toHaveLength(30_000);
  expect(series['loss'].every((loss, index) => loss === index / 3)).toBe(true);
  await fs.writeFile(path, Buffer.alloc(64 << 20, 'x'));
  expect(await scanJournal(path, () => {})).toEqual({ whole: 0, damaged: 0 });
});
