/** @file CIFAR in its binary version, on files made by its page's words: planes, labels, names, splits, and what is wrong with a file. */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytesOf, cifar, otherSoftware, writeTree } from '../../../../e2e/harness/data-files';
import { labErrorOf, mutated, outcomeOf, scratchFolder, seededRandom } from '../../../../e2e/harness/scratch';
import type { RecordSource } from '../reader';
import { cifarBlocks, cifarReader } from './reader';

const signal = new AbortController().signal;
const open = (path: string) => cifarReader.open(path, signal) as Promise<RecordSource | null>;
const folderOf = (files: Record<string, Uint8Array | string>): string => {
  const folder = scratchFolder();
  writeTree(folder, files);
  return folder;
};
async function labelsOf(source: RecordSource): Promise<number[]> {
  const labels: number[] = [];
  for (const part of source.layout.parts) for await (const block of cifarBlocks(source.root, source.layout, part)) labels.push(...block.labels);
  return labels;
}
async function readAll(path: string): Promise<RecordSource | null> {
  const source = await open(path);
  if (source) await labelsOf(source);
  return source;
}

const names10 = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];

describe('CIFAR-10', () => {
  it('planes become pixels: red, green and blue of each place', async () => {
    const record = Buffer.concat([Buffer.from([6]), Buffer.alloc(1024, 10), Buffer.alloc(1024, 20), Buffer.alloc(1024, 30)]);
    record[1] = 1; // Red of the top left pixel,
    record[1 + 1024 + 31] = 2; // green of the top right one,
    record[1 + 2048 + 32] = 3; // blue of the first in the second row.
    const source = (await open(folderOf({ 'data_batch_1.bin': record }))) as RecordSource;
    for await (const { pixels, labels, count } of cifarBlocks(source.root, source.layout, source.layout.parts[0])) {
      expect(count).toBe(1);
      expect([...labels]).toEqual([6]);
      const at = (x: number, y: number) => [...pixels.subarray((y * 32 + x) * 3, (y * 32 + x) * 3 + 3)];
      expect([at(0, 0), at(31, 0), at(0, 1), at(5, 5)]).toEqual([[1, 20, 30], [10, 2, 30], [10, 20, 3], [10, 20, 30]]);
    }
  });

  it('batches in order, test apart, names from batches.meta.txt', async () => {
    const files: Record<string, Uint8Array | string> = { 'batches.meta.txt': `${names10.join('\n')}\n\n`, 'readme.html': '<p>', 'test_batch.bin': cifar([[9], [8]]) };
    for (let batch = 1; batch <= 10; batch++) files[`data_batch_${batch}.bin`] = cifar([[batch - 1]], batch);
    const source = (await open(folderOf(Object.fromEntries(Object.entries(files).map(([name, file]) => [`cifar-10-batches-bin/${name}`, file]))))) as RecordSource;
    expect(source.layout).toMatchObject({ format: 'cifar-10', height: 32, width: 32, channels: 3, labels: names10 });
    expect(source.layout.parts.map(({ split, count }) => `${split} ${count}`)).toEqual([...Array.from({ length: 10 }, () => 'train 1'), 'test 2']);
    expect(await labelsOf(source)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 8]);
    expect(source.skipped.map(({ path }) => path)).toEqual(['readme.html']);
  });

  it('without names labels are numbers; one file alone has no splits', async () => {
    const folder = folderOf({ 'data_batch_1.bin': cifar([[3], [1]]), 'test_batch.bin': cifar([[2]]) });
    const source = (await open(join(folder, 'data_batch_1.bin'))) as RecordSource;
    expect(source.layout.labels).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(source.layout.parts).toEqual([{ split: null, count: 2, images: 'data_batch_1.bin', labelFile: null }]);
  });
});

describe('CIFAR-100', () => {
  it('the fine label counts; train.bin and test.bin are splits', async () => {
    const fine = Array.from({ length: 100 }, (_, i) => `class ${i}`);
    const source = (await open(folderOf({
      'train.bin': cifar([[0, 99], [19, 7]]), 'test.bin': cifar([[4, 31]]), 'fine_label_names.txt': fine.join('\n'), 'coarse_label_names.txt': 'a\nb',
    }))) as RecordSource;
    expect(source.layout).toMatchObject({ format: 'cifar-100', labels: fine });
    expect(source.layout.parts.map(({ split }) => split)).toEqual(['train', 'test']);
    expect(await labelsOf(source)).toEqual([99, 7, 31]);
    expect(source.skipped).toEqual([]);
  });

  it('3,073 of its records are as long as 3,074 of CIFAR-10: labels tell them apart', async () => {
    const hundred = cifar(Array.from({ length: 3073 }, (_, i) => [i % 20, i % 100]));
    const ten = cifar(Array.from({ length: 3074 }, (_, i) => [i % 10]));
    expect(hundred.length).toBe(ten.length);
    expect((await open(folderOf({ 'a.bin': hundred })))?.layout).toMatchObject({ format: 'cifar-100', parts: [{ count: 3073 }] });
    expect((await open(folderOf({ 'a.bin': ten })))?.layout).toMatchObject({ format: 'cifar-10', parts: [{ count: 3074 }] });
  });
});

describe('damage', () => {
  it.each([
    ['a truncated batch', { 'data_batch_1.bin': cifar([[1], [2]]).subarray(0, 5000) }, 'cifar-size', { bytes: 5000 }],
    ['an empty batch', { 'test_batch.bin': Buffer.alloc(0), 'data_batch_1.bin': cifar([[1]]) }, 'cifar-size', { bytes: 0 }],
    ['a label too high', { 'data_batch_1.bin': cifar([[1], [10]]) }, 'cifar-label', { record: 1, label: 10, classes: 10 }],
    ['a coarse label too high', { 'train.bin': cifar([[20, 3]]) }, 'cifar-label', { record: 0, label: 20, classes: 20 }],
    ['both formats', { 'data_batch_1.bin': cifar([[1]]), 'train.bin': cifar([[1, 2]]) }, 'cifar-mixed', {}],
    ['a pickle under its name', { 'data_batch_1.bin': bytesOf(otherSoftware.pickles['cifar batch, protocol 2']) }, 'pickle-refused', {}],
  ] as const)('%s', async (_name, files, code, params) => {
    expect((await labErrorOf(readAll(folderOf(files)))).toJSON()).toMatchObject({ code, params });
  });

  it('other .bin files are none of this reader', async () => {
    expect(await open(folderOf({ 'weights.bin': Buffer.alloc(5000) }))).toBeNull();
    expect(await open(folderOf({ 'weights.bin': Buffer.alloc(3073, 0xee) }))).toBeNull();
    expect(await open(folderOf({ 'a.txt': 'hello' }))).toBeNull();
  });
});

it('10,000 mutations end in images or in words, each within 2 s and in little memory', async () => {
  const folder = scratchFolder();
  const files = { 'data_batch_1.bin': cifar([[1], [2], [3]]), 'train.bin': cifar([[1, 50], [19, 99]]) };
  const random = seededRandom(4);
  const outcomes = new Map<string, number>();
  let slowest = 0;
  let largest = 0;
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 10_000; i++) {
    const name = i % 2 === 0 ? 'data_batch_1.bin' : 'train.bin';
    writeTree(folder, { [name]: mutated(files[name], random) });
    const start = performance.now();
    const outcome = await outcomeOf(readAll(join(folder, name)));
    slowest = Math.max(slowest, performance.now() - start);
    largest = Math.max(largest, process.memoryUsage().rss);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  expect(slowest).toBeLessThan(2000);
  expect((largest - before) / 2 ** 20).toBeLessThan(256);
  for (const outcome of ['none', 'cifar-size', 'cifar-label']) expect(outcomes.get(outcome) ?? 0, outcome).toBeGreaterThan(5);
}, 120_000);
