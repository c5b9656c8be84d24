/** @file Curves read as they grow: in any pieces the same as the journal read whole, while it is written, torn, damaged, and after a training went back. */

import fs from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { scratchFolder } from '../../e2e/harness/scratch';
import { randomStream } from '../platform/random';
import { encodeRecord, readJournalMetrics, type JournalRecord } from './journal';
import { layoutOf } from './layout';
import { tailMetrics, type MetricsCursor, type MetricsTail } from './metrics-tail';
import { createRun } from './run';
import { openRunWriter } from './writer';

let home: string;
let journal: string;
const versions = { genoise: '0', onnxruntime: '0', node: '0' };
const make = (name: string) => createRun(home, { name, method: 'vae', config: {}, dataset: { name: 'd', hash: '0' }, view: {}, seed: 1, device: 'cpu', versions });

beforeEach(async () => {
  home = join(scratchFolder(), 'home');
  await make('r');
  journal = layoutOf(home, 'r').journal;
});
afterEach(() => fs.rm(home, { recursive: true, force: true }));

/** What a reader of tails knows. */
function curves() {
  const steps: number[] = [];
  const series: Record<string, number[]> = {};
  let cursor: MetricsCursor | undefined;
  const take = (tail: MetricsTail): void => {
    cursor = tail.cursor;
    const { truncateTo } = tail;
    if (truncateTo !== undefined) {
      const kept = steps.filter((step) => step < truncateTo).length;
      steps.length = kept;
      for (const values of Object.values(series)) values.length = kept;
    }
    tail.steps.forEach((step, i) => {
      if (steps.at(-1) !== step) steps.push(step);
      for (const [name, values] of Object.entries(tail.series)) {
        series[name] ??= [];
        while (series[name].length < steps.length) series[name].push(NaN);
        if (!Number.isNaN(values[i])) series[name][steps.length - 1] = values[i];
      }
    });
    for (const values of Object.values(series)) while (values.length < steps.length) values.push(NaN);
  };
  return { steps, series, read: async () => take(await tailMetrics(home, 'r', cursor)) };
}

/** The journal read whole, as float32 tells it. */
async function whole() {
  const { steps, series } = await readJournalMetrics(journal);
  return { steps, series: Object.fromEntries(Object.entries(series).map(([name, values]) => [name, values.map(Math.fround)])) };
}

/** Steps that go on, go back, come twice, with values of all sizes, in words, and events between. */
function anyRecords(seed: number, count: number): JournalRecord[] {
  const draws = new Float32Array(6 * count);
  randomStream(seed, 'records', 0).fillUniform(draws);
  let step = 0;
  return Array.from({ length: count }, (_, i): JournalRecord => {
    const [what, a, b, c] = draws.subarray(6 * i);
    step = what < 0.05 ? Math.max(1, step - Math.floor(20 * a)) : what < 0.1 ? Math.max(1, step) : step + 1;
    if (what > 0.95) return { event: 'noted', at: i, data: { text: 'a "quoted" word', step } };
    const size = 10 ** Math.floor(-30 + 60 * b);
    const value = what > 0.9 ? [NaN, Infinity, -Infinity][i % 3] : Math.fround((a - 0.5) * size);
    if (what > 0.8) return { step, m: { loss: value } };
    if (what > 0.75) return { step, m: { 'kl "per dim"': c, loss: value } };
    return { step, m: { loss: value, gradNorm: Math.fround(c * 3), learningRate: 1e-3, count: i - 50 } };
  });
}

test('whatever is recorded, and however it is cut into pieces, the tails add up to the whole', async () => {
  for (let seed = 1; seed <= 30; seed++) {
    const text = Buffer.from(anyRecords(seed, 200).map(encodeRecord).join(''));
    await fs.writeFile(journal, '');
    const known = curves();
    const cuts = new Float32Array(20);
    randomStream(seed, 'cuts', 0).fillUniform(cuts);
    let from = 0;
    for (const to of [...cuts].map((cut) => Math.floor(cut * text.length)).sort((a, b) => a - b).concat(text.length)) {
      await fs.appendFile(journal, text.subarray(from, to));
      from = to;
      await known.read();
      expect({ steps: known.steps, series: known.series }, `seed ${seed}, ${to} bytes`).toEqual(await whole());
    }
    expect(known.steps.length).toBeGreaterThan(20);
  }
});

test('a tail reads what is new and no more', async () => {
  const line = (step: number) => encodeRecord({ step, m: { loss: 1 / step } });
  await fs.writeFile(journal, Array.from({ length: 1_000 }, (_, i) => line(i + 1)).join(''));
  const { cursor, steps } = await tailMetrics(home, 'r');
  expect(steps).toHaveLength(1_000);
  expect(await tailMetrics(home, 'r', cursor)).toEqual({ cursor, more: false, steps: new Float64Array(0), series: {} });
  // What was read is not looked at again, even where it changed.
  const handle = await fs.open(journal, 'r+');
  await handle.write(Buffer.alloc(cursor.offset, 'x'), 0, cursor.offset, 0);
  await handle.close();
  await fs.appendFile(journal, line(1_001));
  const next = await tailMetrics(home, 'r', cursor);
  expect(next.steps).toEqual(Float64Array.of(1_001));
  expect(next.series).toEqual({ loss: Float32Array.of(1 / 1_001) });
});

test('a training that went back gives up what came after', async () => {
  const lines = (from: number, to: number, loss: number) => Array.from({ length: to - from + 1 }, (_, i) => encodeRecord({ step: from + i, m: { loss } })).join('');
  await fs.writeFile(journal, lines(1, 10, 1));
  const { cursor } = await tailMetrics(home, 'r');
  await fs.appendFile(journal, lines(6, 8, 2) + lines(7, 7, 3));
  expect(await tailMetrics(home, 'r', cursor)).toMatchObject({ truncateTo: 6, steps: Float64Array.of(6, 7), series: { loss: Float32Array.of(2, 3) }, cursor: { lastStep: 7 } });
  await fs.appendFile(journal, lines(8, 9, 4));
  const onward = await tailMetrics(home, 'r', cursor);
  await fs.appendFile(journal, lines(3, 3, 5));
  expect(await tailMetrics(home, 'r', onward.cursor)).toMatchObject({ truncateTo: 3, steps: Float64Array.of(3), cursor: { lastStep: 3 } });
});

test('a flipped byte is the same loss to both readers', async () => {
  const text = Buffer.from([1, 2, 3, 4, 5].map((step) => encodeRecord({ step, m: { loss: step / 7, kl: 12.5 } })).join(''));
  for (let at = 0; at < text.length; at++) {
    const bytes = Buffer.from(text);
    bytes[at] ^= 0x04;
    await fs.writeFile(journal, bytes);
    const known = curves();
    await known.read();
    expect({ steps: known.steps, series: known.series }, `byte ${at}`).toEqual(await whole());
  }
});

test('another journal under the same name is read from its start', async () => {
  await fs.writeFile(journal, [1, 2, 3].map((step) => encodeRecord({ step, m: { loss: 1 } })).join(''));
  const { cursor } = await tailMetrics(home, 'r');
  await fs.rename(journal, `${journal}-old`);
  await fs.writeFile(journal, [1, 2, 3, 4].map((step) => encodeRecord({ step, m: { loss: 2 } })).join(''));
  expect(await tailMetrics(home, 'r', cursor)).toMatchObject({ truncateTo: 0, series: { loss: Float32Array.of(2, 2, 2, 2) } });
  await fs.rm(journal);
  expect(await tailMetrics(home, 'r', cursor)).toMatchObject({ truncateTo: 0, steps: new Float64Array(0) });
});

test('a run without a journal has no curve, and no run is no journal', async () => {
  expect(await tailMetrics(home, 'r')).toMatchObject({ steps: new Float64Array(0), series: {} });
  await expect(tailMetrics(home, 'gone')).rejects.toMatchObject({ code: 'run-not-found' });
});

test('a long journal comes in parts, none of them large', async () => {
  const line = encodeRecord({ event: 'long', at: 1, data: { text: 'x'.repeat(1 << 20) } });
  const parts = Array.from({ length: 60 }, (_, i) => encodeRecord({ step: i + 1, m: { loss: i } }) + line);
  await fs.writeFile(journal, parts.join(''));
  const seen: number[][] = [];
  let tail = await tailMetrics(home, 'r');
  for (seen.push([...tail.steps]); tail.more; seen.push([...tail.steps])) tail = await tailMetrics(home, 'r', tail.cursor);
  expect(seen.map((steps) => steps.length)).toEqual([25, 24, 11]);
  expect(seen.flat()).toEqual(parts.map((_, i) => i + 1));
  // 30 MB of damage between records are passed over.
  await fs.writeFile(journal, parts[0] + `${'x'.repeat(1 << 20)}\n`.repeat(30) + parts[1]);
  expect([...(await tailMetrics(home, 'r', (await tailMetrics(home, 'r')).cursor)).steps]).toEqual([2]);
});

test('a damaged end that the next writer cuts off is not passed over', async () => {
  const line = (step: number) => encodeRecord({ step, m: { loss: step } });
  await fs.writeFile(journal, `${line(1)}${line(2).slice(0, 20)}\n`);
  const { cursor } = await tailMetrics(home, 'r');
  expect(cursor.offset).toBe(line(1).length);
  const writer = await openRunWriter(home, 'r');
  writer.metrics(2, { loss: 2 });
  await writer.close();
  expect([...(await tailMetrics(home, 'r', cursor)).steps]).toEqual([2]);
});

test('a line longer than what is read at once', async () => {
  const text = 'x'.repeat(3 << 20);
  await fs.writeFile(journal, encodeRecord({ event: 'long', at: 1, data: { text } }) + encodeRecord({ step: 1, m: { loss: 2 } }));
  expect((await tailMetrics(home, 'r')).steps).toEqual(Float64Array.of(1));
});
