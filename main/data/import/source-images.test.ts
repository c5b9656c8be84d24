/** @file What is shown before an import: true pixels of folders, records and archives, and nothing left behind. */

import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { flat, idx, noise, pictureOf, png, writeTree } from '../../../e2e/harness/data-files';
import { tar, zip } from '../../../e2e/harness/hostile-archives';
import { labErrorOf, scratchFolder, scriptedWork } from '../../../e2e/harness/scratch';
import { readSourceImages, spread } from './source-images';

function place(files: Record<string, Uint8Array | string>) {
  const scratch = scratchFolder();
  const from = join(scratch, 'from');
  mkdirSync(from);
  writeTree(from, files);
  const home = join(scratch, 'home');
  return { from, home, look: (path = '', count = 4) => readSourceImages({ home, path: join(from, path), count }, scriptedWork()) };
}

const leftBehind = (home: string): string[] => (existsSync(join(home, 'quarantine')) ? readdirSync(join(home, 'quarantine')) : []);

it('evenly spaced', () => {
  expect(spread([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 3)).toEqual([0, 3, 6]);
  expect(spread([1, 2], 5)).toEqual([1, 2]);
});

it('of a folder: from every class, in its default view, without what can not be read', async () => {
  const red = flat(20, 20, [200, 0, 0]);
  const blue = flat(20, 20, [0, 0, 200]);
  const { look } = place({ 'blue/1.png': blue, 'blue/2.png': blue, 'broken/1.png': 'no picture', 'red/1.png': red, 'red/2.png': red });
  const seen = await look('', 5);
  expect(seen).toMatchObject({ count: 4, labels: ['blue', 'blue', 'red', 'red'], view: { height: 20, width: 20, channels: 3, fit: 'crop' } });
  expect([...(seen?.images.subarray(0, 3) ?? [])]).toEqual([0, 0, 200]);
  expect([...(seen?.images.subarray(-3) ?? [])]).toEqual([200, 0, 0]);
});

it('of records: their own pixels, with labels from the file beside', async () => {
  const body = noise(12 * 20);
  const { look } = place({ 'train-images-idx3-ubyte': idx(8, [12, 4, 5], body), 'train-labels-idx1-ubyte': idx(8, [12], Buffer.from([5, 6, 7, 5, 6, 7, 5, 6, 7, 5, 6, 7])) });
  const seen = await look('', 3);
  expect(seen).toMatchObject({ count: 3, labels: ['5', '6', '7'] });
  expect(Buffer.from(seen?.images ?? []).equals(Buffer.concat([0, 4, 8].map((i) => body.subarray(i * 20, i * 20 + 20))))).toBe(true);
});

it.each([
  ['zip', zip],
  ['tar', tar],
] as const)('of a %s: some of its images, whatever else it holds, and nothing stays', async (name, pack) => {
  const entries = [
    { name: '../escape.png', data: pictureOf(8) },
    { name: 'data/a/1.png', data: pictureOf(1) },
    { name: 'data/a/note.txt', data: Buffer.from('words') },
    { name: 'data/b/2.png', data: pictureOf(2) },
  ];
  const { from, home, look } = place({});
  writeFileSync(join(from, `images.${name}`), await pack(entries));
  const seen = await look(`images.${name}`, 8);
  expect(seen).toMatchObject({ count: 2, labels: ['a', 'b'], view: { height: 8, width: 8, channels: 1 } });
  expect(leftBehind(home)).toEqual([]);
  expect(existsSync(join(home, 'datasets'))).toBe(false);
});

it('of an archive without images: nothing to show', async () => {
  const { from, look } = place({});
  writeFileSync(join(from, 'records.zip'), zip([{ name: 'train-images-idx3-ubyte', data: idx(8, [2, 2, 2], noise(8)) }]));
  expect(await look('records.zip')).toBeNull();
});

it('a picture of 900 megapixels is refused by its header, and the others are shown', async () => {
  const { look } = place({ 'bomb.png': png(30_000, 30_000, 3, new Uint8Array(), Buffer.alloc(100)), 'good.png': pictureOf(1) });
  expect(await look()).toMatchObject({ count: 1 });
});

it('a path that holds no data is an error in words', async () => {
  const { look } = place({});
  expect((await labErrorOf(look())).code).toBe('folder-empty');
  expect((await labErrorOf(look('nowhere'))).code).toBe('path-not-found');
});
