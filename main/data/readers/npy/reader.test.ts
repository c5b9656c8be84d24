/** @file npy: arrays that NumPy wrote, pairs and splits by name, hostile headers, and what is wrong said in words. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytesOf, flat, writeTree } from '../../../../e2e/harness/data-files';
import { labErrorOf, mutated, outcomeOf, scratchFolder, scriptedWork, seededRandom } from '../../../../e2e/harness/scratch';
import { importDataset } from '../../import/import';
import type { RecordSource } from '../reader';
import { openSource } from '../registry';
import { npyBlocks, npyReader } from './reader';

const signal = new AbortController().signal;
const fixtures = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/npy.json'), 'utf8')) as Record<string, string>;
const made = (name: string): Buffer => bytesOf(fixtures[name]);
/** Byte i is 7 i mod 256, as the script fills its arrays. */
const ramp = (length: number): number[] => Array.from({ length }, (_, i) => (7 * i) % 256);

const folderOf = (files: Record<string, Uint8Array>): string => {
  const folder = scratchFolder();
  writeTree(folder, files);
  return folder;
};
const open = (path: string) => npyReader.open(path, signal) as Promise<RecordSource | null>;

async function contents(source: RecordSource): Promise<{ pixels: number[]; labels: number[] }[]> {
  const parts = [];
  for (const part of source.layout.parts) {
    const pixels: number[] = [];
    const labels: number[] = [];
    for await (const block of npyBlocks(source.root, source.layout, part)) {
      pixels.push(...block.pixels);
      labels.push(...block.labels);
    }
    parts.push({ pixels, labels });
  }
  return parts;
}

async function readAll(path: string): Promise<void> {
  const source = await open(path);
  if (source) await contents(source);
}

/** A version 1 file with this text as its dict. */
function written(dict: string, body: Uint8Array = Buffer.alloc(0), version = 1): Buffer {
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(dict.length);
  else length.writeUInt32LE(dict.length);
  return Buffer.concat([Buffer.from('\x93NUMPY', 'latin1'), Buffer.from([version, 0]), length, Buffer.from(dict, 'latin1'), body]);
}

describe('shapes', () => {
  it.each([
    ['grey', [3, 5, 1], 'N x H x W'],
    ['grey, channels last', [3, 5, 1], 'N x H x W x C'],
    ['grey, channels first', [3, 5, 1], 'N x C x H x W'],
    ['colour', [2, 5, 3], 'N x H x W x C'],
    ['colour, channels first', [2, 5, 3], 'N x C x H x W'],
    ['ambiguous', [3, 5, 3], 'N x H x W x C'],
    ['version 2', [3, 5, 1], 'N x H x W'],
    ['version 3', [3, 5, 1], 'N x H x W'],
  ] as const)('%s', async (name, [height, width, channels], axes) => {
    const source = (await open(join(folderOf({ 'a.npy': made(name) }), 'a.npy'))) as RecordSource;
    expect(source.layout).toEqual({ format: 'npy', height, width, channels, labels: [], parts: [{ split: null, count: 4, images: 'a.npy', labelFile: null }] });
    const bytes = 4 * height * width * channels;
    expect(await contents(source)).toEqual([{ pixels: ramp(bytes), labels: [-1, -1, -1, -1] }]);
    expect(await npyReader.recognise(source, signal)).toEqual({ code: 'npy', params: { images: 4, height, width, bytes, axes } });
  });
});

describe('names', () => {
  it.each([
    ['images.npy', 'labels.npy'],
    ['train_images.npy', 'train_labels.npy'],
    ['x_train.npy', 'y_train.npy'],
    ['mnist-x.npy', 'mnist-y.npy'],
    ['Images.NPY', 'Labels.npy'],
  ])('%s has its labels in %s', async (imageName, labelName) => {
    const folder = folderOf({ [imageName]: made('grey'), [labelName]: made('labels <i8'), 'other.npy': made('poses') });
    for (const path of [folder, join(folder, imageName)]) {
      const source = (await open(path)) as RecordSource;
      expect(source.layout.labels).toEqual(['2', '7', '100']);
      expect((await contents(source))[0].labels).toEqual([1, 0, 1, 2]);
      expect(source.skipped.map(({ path: name, reason }) => [name, reason.code])).toEqual(path === folder ? [['other.npy', 'npy-type']] : []);
    }
  });

  it.each(Object.keys(fixtures).filter((name) => /^(labels .\w\d|column)/.test(name)))('%s', async (name) => {
    const source = (await open(folderOf({ 'x.npy': made('grey'), 'y.npy': made(name) }))) as RecordSource;
    expect(source.layout.labels).toEqual(['2', '7', '100']);
    expect((await contents(source))[0].labels).toEqual([1, 0, 1, 2]);
  });

  it('train, test and val are splits, whatever the order of names', async () => {
    const source = (await open(folderOf({ 'MNIST/t10k_images.npy': made('grey'), 'MNIST/train_images.npy': made('version 2'), 'MNIST/train_labels.npy': made('labels |u1'), 'MNIST/val_images.npy': made('version 3') }))) as RecordSource;
    expect(source.layout.parts.map(({ split, images, labelFile }) => [split, images, labelFile])).toEqual([
      ['train', 'train_images.npy', 'train_labels.npy'], ['test', 't10k_images.npy', null], ['test', 'val_images.npy', null],
    ]);
  });

  it('an npz of images is imported as its arrays', async () => {
    const folder = folderOf({ 'digits.npz': made('npz') });
    const info = await importDataset({ home: join(folder, 'home'), path: join(folder, 'digits.npz'), name: 'digits', keep: 'copy' }, scriptedWork());
    expect(info).toMatchObject({ reader: 'npy', count: 6, splits: { train: 4, test: 2 }, labels: ['2', '7', '100'], channels: 1, sizes: { common: [3, 5] } });
  });

  it('arrays beside pictures leave the pictures to their own reader', async () => {
    const photo = flat(4, 4, [9, 9, 9]);
    const folders: Record<string, Uint8Array>[] = [{ 'a.png': photo, 'masks.npy': made('grey') }, { 'images/a.png': photo, 'poses_bounds.npy': made('poses') }, { 'cat/a.png': photo, 'notes.npy': made('objects') }];
    for (const files of folders) {
      const { source } = await openSource(folderOf(files), signal);
      expect(source.kind).toBe('images');
    }
  });
});

describe('refused', () => {
  const plain = "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2, 2), }";
  const changed = (from: string, to: string) => written(plain.replace(from, to), Buffer.alloc(4));
  const pair = (labels: Buffer) => ({ 'x.npy': made('grey'), 'y.npy': labels });
  it.each([
    ['objects', { 'x.npy': made('objects') }, 'pickle-refused', {}],
    ['objects in fields', { 'x.npy': made('structured with objects') }, 'pickle-refused', {}],
    ['objects behind a long key', { 'x.npy': written(`{'descr': '|O', ${' '.repeat(4000)}'shape': (1,)}`) }, 'pickle-refused', {}],
    ['objects as labels', pair(made('objects')), 'pickle-refused', {}],
    ['Fortran order', { 'x.npy': made('Fortran') }, 'npy-order', {}],
    ['float32', { 'x.npy': made('float32') }, 'npy-type', { type: "'<f4'" }],
    ['int16', { 'x.npy': made('int16') }, 'npy-type', { type: 'i2' }],
    ['bool', { 'x.npy': made('bool') }, 'npy-type', { type: "'|b1'" }],
    ['fields', { 'x.npy': made('structured') }, 'npy-type', {}],
    ['a type named as a property', { 'x.npy': changed('|u1', '|constructor') }, 'npy-type', {}],
    ['one image', { 'x.npy': made('one image') }, 'npy-shape', { shape: '3 x 5' }],
    ['five axes', { 'x.npy': made('five axes') }, 'npy-shape', {}],
    ['two channels', { 'x.npy': made('two channels') }, 'npy-shape', { shape: '2 x 4 x 5 x 2' }],
    ['labels alone', { 'y.npy': made('labels <i8') }, 'npy-shape', { shape: '4' }],
    ['no width', { 'x.npy': written(plain.replace('1, 2, 2', '1, 2, 0')) }, 'npy-shape', { shape: '1 x 2 x 0' }],
    ['other numbers of labels', pair(made('three labels')), 'labels-count', { images: 4, labels: 3 }],
    ['float labels', pair(made('float labels')), 'npy-type', {}],
    ['labels beyond int32', pair(made('labels beyond int32')), 'npy-label', { record: 0, label: 2 ** 40 + 7 }],
    ['several sets', { 'a-images.npy': made('grey'), 'b-images.npy': made('grey') }, 'npy-several', { sets: 'a-images.npy (4 x 3 x 5), b-images.npy (4 x 3 x 5)' }],
    ['splits of different shapes', { 'x_train.npy': made('grey'), 'x_test.npy': made('colour') }, 'npy-several', {}],
    ['a truncated file', { 'x.npy': made('grey').subarray(0, -1) }, 'npy-size', { expected: 188, got: 187 }],
    ['a longer file', { 'x.npy': Buffer.concat([made('grey'), Buffer.alloc(1)]) }, 'npy-size', { expected: 188, got: 189 }],
    ['a lying count', { 'x.npy': changed('1, 2, 2', '999999999999999, 28, 28') }, 'npy-shape', {}],
    ['a lying count that numbers hold', { 'x.npy': changed('1, 2, 2', '9999999999, 28, 28') }, 'npy-size', {}],
    ['an empty file', { 'x.npy': Buffer.alloc(0) }, 'npy-header', { got: '0 bytes' }],
    ['another first byte', { 'x.npy': Buffer.from('hello, not npy') }, 'npy-header', { got: '68656c6c6f2c' }],
    ['version 4', { 'x.npy': written(plain, Buffer.alloc(4), 4) }, 'npy-header', { got: 'version 4.0' }],
    ['a header of 4 GiB', { 'x.npy': Buffer.from('\x93NUMPY\x02\x00\xff\xff\xff\xff{', 'latin1') }, 'npy-header', { got: '4294967307 bytes' }],
    ['a header that goes on', { 'x.npy': changed(', }', ', } or 1') }, 'npy-header', {}],
    ['a call', { 'x.npy': changed('(1, 2, 2)', "__import__('os')") }, 'npy-header', {}],
    ['a key twice', { 'x.npy': changed('False,', "False, 'fortran_order': False,") }, 'npy-header', {}],
    ['a key more', { 'x.npy': changed('False,', "False, 'extra': False,") }, 'npy-header', {}],
    ['a key missing', { 'x.npy': changed("'fortran_order': False, ", '') }, 'npy-header', {}],
    ['an order that is no truth', { 'x.npy': changed('False', "'False'") }, 'npy-header', {}],
    ['a negative size', { 'x.npy': changed('1, 2, 2', '-1, 2, 2') }, 'npy-header', {}],
    ['a shape that is no tuple', { 'x.npy': changed('1, 2, 2', '4') }, 'npy-header', { got: '(4)' }],
    ['a shape without commas', { 'x.npy': changed('1, 2, 2', '1 2, 2') }, 'npy-header', { got: '(1 2, 2)' }],
  ] as const)('%s', async (_name, files, code, params) => {
    expect((await labErrorOf(readAll(folderOf(files)))).toJSON()).toMatchObject({ code, params });
  });

  it('other orders of keys, other quotes and the long numbers of Python 2 are not', async () => {
    const file = written(`{"shape": (1L, 2L, 2L,), 'fortran_order':False , 'descr' : "|u1"}   \n`, Buffer.from([1, 2, 3, 4]));
    expect(await contents((await open(folderOf({ 'x.npy': file }))) as RecordSource)).toEqual([{ pixels: [1, 2, 3, 4], labels: [-1] }]);
  });

  it('other files are none of this reader', async () => {
    const folder = folderOf({ 'a.png': flat(2, 2, [1, 2, 3]), 'b/c.txt': Buffer.from('words') });
    expect(await open(folder)).toBeNull();
    expect(await open(join(folder, 'a.png'))).toBeNull();
  });
});

it('10,000 mutations end in images or in words, each within 2 s and in little memory', async () => {
  const folder = scratchFolder();
  const pairs = [
    { 'x.npy': made('grey'), 'y.npy': made('labels <i8') },
    { 'x.npy': made('colour, channels first'), 'y.npy': made('labels |u1') },
  ];
  const random = seededRandom(3);
  const oneOf = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)];
  /** A header by the grammar, and a body that mostly fits: bytes changed at random rarely leave a dict readable. */
  const generated = (): Buffer => {
    const dims = Array.from({ length: Math.floor(random() * 5) }, () => oneOf([0, 1, 2, 3, 4, 4, 5, 2 ** 30]));
    const [type, bytes] = oneOf([["'|u1'", 1], ["'|u1'", 1], ["'<i8'", 8], ["'>i4'", 4], ["'<f4'", 4], ["'|O'", 8], ["[('a', '|O')]", 8], ["[('a', '<f4')]", 4]] as const);
    const length = dims.reduce((product, dim) => product * dim, bytes) + oneOf([0, 0, 0, 0, 1]);
    return written(`{'descr': ${type}, 'fortran_order': ${oneOf(['False', 'False', 'False', 'True'])}, 'shape': (${dims.map((dim) => `${dim}, `).join('')}), }`, Buffer.alloc(Math.min(length, 4096), Math.floor(random() * 256)));
  };
  const inDict = (file: Buffer): Buffer => {
    const changed = Buffer.from(file);
    changed[10 + Math.floor(random() * 64)] = "0123456789(),L'|<u1iO4 {}"[Math.floor(random() * 25)].charCodeAt(0);
    return changed;
  };
  const outcomes = new Map<string, number>();
  let slowest = 0;
  const before = process.memoryUsage().rss;
  let largest = before;
  for (let i = 0; i < 10_000; i++) {
    const files: Record<string, Buffer> = { ...pairs[i % 2] };
    const target = random() < 0.75 ? 'x.npy' : 'y.npy';
    files[target] = oneOf([generated, () => inDict(files[target]), () => mutated(files[target], random)])();
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
  for (const outcome of ['none', 'npy-header', 'npy-type', 'npy-order', 'npy-size', 'npy-shape', 'pickle-refused', 'labels-count', 'npy-label']) expect(outcomes.get(outcome) ?? 0, `${outcome} of ${[...outcomes].join(' ')}`).toBeGreaterThan(5);
}, 120_000);
