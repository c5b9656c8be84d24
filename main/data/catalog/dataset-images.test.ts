/** @file Images that a page looks at: the same pixels, labels and order as a packed view has, whether it is packed or not. */

import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { idx, noise, pictureOf, png, writeTree } from '../../../e2e/harness/data-files';
import { labErrorOf, scratchFolder, scriptedWork } from '../../../e2e/harness/scratch';
import type { KeepOriginals, Split, ViewConfig } from '../../../preload/contract/datasets';
import { importDataset } from '../import/import';
import { countClasses, readDatasetImages } from './dataset-images';
import { packView } from './pack-view';
import { openView, viewBytes } from './view';

async function imported(files: Record<string, Uint8Array>, keep: KeepOriginals = 'copy') {
  const scratch = scratchFolder();
  const home = join(scratch, 'home');
  const from = join(scratch, 'from');
  writeTree(from, files);
  const info = await importDataset({ home, path: from, name: 'data', keep }, scriptedWork());
  return { home, from, info };
}

const view: ViewConfig = { height: 6, width: 5, channels: 3, fit: 'pad' };

/** Every image of a split, from a view packed in a home of its own. */
async function packedImages(files: Record<string, Uint8Array>, config: ViewConfig, split: Split) {
  const { home } = await imported(files);
  await packView({ home, dataset: 'data', view: config }, scriptedWork());
  const opened = openView(home, 'data', config);
  const count = opened.count(split);
  const images = new Uint8Array(count * config.height * config.width * config.channels);
  opened.read(split, Array.from({ length: count }, (_, i) => i), images);
  const labels = [...opened.labels(split)];
  opened.close();
  return { images, labels, count };
}

const pictures = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${i % 3 === 0 ? 'zebra' : 'ant é'}/${i}.png`, png(7, 9, 3, noise(7 * 9 * 3, i))]));

describe('of image files', () => {
  it.each(['train', 'test'] as const)('are those of the packed view, %s', async (split) => {
    const { home } = await imported(pictures);
    const packed = await packedImages(pictures, view, split);
    expect(packed.count).toBeGreaterThan(0);
    // Backwards, and one beyond the end.
    const indices = Array.from({ length: packed.count + 1 }, (_, i) => packed.count - i);
    const read = await readDatasetImages({ home, dataset: 'data', view, split, indices }, scriptedWork());
    expect(existsSync(join(home, 'views'))).toBe(false);
    const size = 6 * 5 * 3;
    const backwards = Buffer.concat(Array.from({ length: packed.count }, (_, i) => packed.images.subarray((packed.count - 1 - i) * size, (packed.count - i) * size)));
    expect(read.count).toBe(packed.count);
    expect(Buffer.from(read.images).equals(backwards)).toBe(true);
    expect([...read.labels]).toEqual([...packed.labels].reverse());
    expect(read.failed).toEqual([]);
  });

  it('that went away are black and named, the others stand', async () => {
    const white = (i: number) => png(8, 8, 1, Buffer.alloc(64, 255 - i));
    const { home, from } = await imported(Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`a/${i}.png`, white(i)])), 'link');
    for (const i of [3, 7]) rmSync(join(from, `a/${i}.png`));
    writeFileSync(join(from, 'a/9.png'), 'no picture');
    const grey: ViewConfig = { height: 8, width: 8, channels: 1, fit: 'crop' };
    const indices = Array.from({ length: 12 }, (_, i) => i);
    const codes: string[] = [];
    for (const split of ['train', 'test'] as const) {
      const { images, count, failed } = await readDatasetImages({ home, dataset: 'data', view: grey, split, indices }, scriptedWork());
      const black = Array.from({ length: count }, (_, at) => at).filter((at) => Math.max(...images.subarray(at * 64, at * 64 + 64)) === 0);
      expect(failed.map(({ at }) => at)).toEqual(black);
      codes.push(...failed.map(({ reason }) => reason.code));
    }
    expect(codes.sort()).toEqual(['original-changed', 'original-missing', 'original-missing']);
  });

  it('are found by their place in an index of any length', async () => {
    // 1,500 lines of 270 bytes: more than is read at once.
    const name = (i: number) => `${'x'.repeat(180)}-${String(i).padStart(5, '0')}.png`;
    const { home } = await imported(Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [name(i), png(1, 2, 1, Buffer.from([i & 255, i >> 8]))])), 'link');
    const tiny: ViewConfig = { height: 2, width: 1, channels: 1, fit: 'crop' };
    const seen: number[] = [];
    for (const split of ['train', 'test'] as const) {
      for (let from = 0; from < 1500; from += 500) {
        const { images, count } = await readDatasetImages({ home, dataset: 'data', view: tiny, split, indices: Array.from({ length: 500 }, (_, i) => from + i) }, scriptedWork());
        for (let at = 0; at < count; at++) seen.push(images[at * 2] + 256 * images[at * 2 + 1]);
      }
    }
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 1500 }, (_, i) => i));
  });

  it('have their classes counted by split, with the unlabelled last', async () => {
    const { home, info } = await imported({ ...pictures, 'top.png': pictureOf(200) });
    expect(info.labels).toEqual(['ant é', 'zebra']);
    const { train, test } = await countClasses({ home, dataset: 'data' }, scriptedWork());
    expect(Array.from(train, (count, i) => count + test[i])).toEqual([26, 14, 1]);
    expect(test.reduce((sum, count) => sum + count, 0)).toBe(info.splits.test);
  });

  it('a removed and newly imported dataset of the same name is read anew', async () => {
    const { home, from } = await imported({ 'a.png': pictureOf(1), 'b.png': pictureOf(2) });
    const all = async () => {
      const both = [await readDatasetImages({ home, dataset: 'data', view, split: 'train', indices: [0, 1, 2, 3] }, scriptedWork()), await readDatasetImages({ home, dataset: 'data', view, split: 'test', indices: [0, 1, 2, 3] }, scriptedWork())];
      return both.reduce((sum, { count }) => sum + count, 0);
    };
    expect(await all()).toBe(2);
    rmSync(join(home, 'datasets', 'data'), { recursive: true });
    writeTree(from, { 'c.png': pictureOf(3) });
    await importDataset({ home, path: from, name: 'data', keep: 'copy' }, scriptedWork());
    expect(await all()).toBe(3);
  });
});

describe('of records', () => {
  const files = { 'train-images-idx3-ubyte': idx(8, [50, 7, 9], noise(50 * 63)), 'train-labels-idx1-ubyte': idx(8, [50], Buffer.from(Array.from({ length: 50 }, (_, i) => i % 4))) };

  it.each([{ height: 7, width: 9, channels: 1, fit: 'crop' }, view, { height: 14, width: 3, channels: 1, fit: 'stretch' }] as ViewConfig[])('are those of the packed view %j', async (config) => {
    const { home, info } = await imported(files);
    const packed = await packedImages(files, config, 'train');
    const read = await readDatasetImages({ home, dataset: 'data', view: config, split: 'train', indices: [3, 0, 44] }, scriptedWork());
    const size = config.height * config.width * config.channels;
    expect(Buffer.from(read.images).equals(Buffer.concat([3, 0, 44].map((i) => packed.images.subarray(i * size, (i + 1) * size))))).toBe(true);
    expect([...read.labels]).toEqual([3, 0, 44].map((i) => packed.labels[i]));
    // One packed view, the default one, whatever was asked for.
    expect(readdirSync(join(home, 'views')).length).toBe(1);
    expect(await viewBytes(home, info.hash)).toBe(50 * (63 + 4));
    expect(await viewBytes(home, 'another')).toBe(0);
    const { train, test } = await countClasses({ home, dataset: 'data' }, scriptedWork());
    expect(Array.from(train, (count, i) => count + test[i])).toEqual([13, 13, 12, 12, 0]);
  });
});

it('an unknown dataset is an error', async () => {
  expect((await labErrorOf(readDatasetImages({ home: scratchFolder(), dataset: 'nothing', view, split: 'train', indices: [0] }, scriptedWork()))).code).toBe('dataset-not-found');
});
