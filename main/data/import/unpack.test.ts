/** @file Archives against their attacks: hostile names and kinds, bombs, lies, damage. Nothing may be written outside the folder given. */

import { createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bytesOf, noise, otherSoftware, pictureOf } from '../../../e2e/harness/data-files';
import { hostileEntries, tar, zip, type TarPart, type ZipPart } from '../../../e2e/harness/hostile-archives';
import { labErrorOf, memoryOf, mutated, outcomeOf, scratchFolder, scriptedWork, seededRandom } from '../../../e2e/harness/scratch';
import type { ArchiveKind } from './archive-kind';
import { quotas, unpack } from './unpack';

const good = pictureOf(1);

/** Every file and folder below, relative, sorted. */
function below(folder: string, prefix = ''): string[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? [`${prefix}${entry.name}/`, ...below(folder, `${prefix}${entry.name}/`)] : [`${prefix}${entry.name}`]))
    .sort();
}

interface Place {
  scratch: string;
  archive: string;
  folder: string;
}

function placeFor(content: Uint8Array): Place {
  const scratch = scratchFolder();
  const folder = join(scratch, 'home', 'inside');
  mkdirSync(folder, { recursive: true });
  const archive = join(scratch, 'archive');
  writeFileSync(archive, content);
  return { scratch, archive, folder };
}

const zipOf = (parts: readonly TarPart[]): Buffer =>
  zip(parts.map(({ name, data, type, linkname }): ZipPart => (type === 'symlink' ? { name, data: Buffer.from(linkname ?? ''), mode: 0o120777 } : { name, ...(data && { data }) })));

describe('hostile entries', () => {
  const cases = (['zip', 'tar', 'tar.gz'] as const).flatMap((kind) =>
    hostileEntries.filter(({ only }) => only === undefined || kind.startsWith(only)).map((entry) => ({ kind, ...entry })),
  );
  it.each(cases)('$kind: $what', async ({ kind, parts, codes }) => {
    const scratch = scratchFolder();
    const outside = join(scratch, 'outside');
    const folder = join(scratch, 'home', 'inside');
    mkdirSync(folder, { recursive: true });
    const entries = [{ name: 'good.png', data: good }, ...parts(outside)];
    const content = kind === 'zip' ? zipOf(entries) : kind === 'tar' ? await tar(entries) : gzipSync(await tar(entries));
    const archive = join(scratch, 'archive');
    writeFileSync(archive, content);
    const skipped = await unpack(archive, kind, folder, scriptedWork());
    expect(skipped.map(({ reason }) => reason.code)).toEqual(codes);
    expect(readFileSync(join(folder, 'good.png')).equals(good)).toBe(true);
    expect(below(scratch).filter((path) => !path.startsWith('home/inside/'))).toEqual(['archive', 'home/']);
    // Names are spelled as they came: no link, no device stands for one.
    for (const path of below(folder)) expect(statSync(join(folder, path)).isFile() || path.endsWith('/')).toBe(true);
  });
});

const mib = 2 ** 20;

describe('bombs', () => {
  const zeros = Buffer.alloc(64 * mib);

  it('an entry that grows over a thousand times is stopped early', async () => {
    const { archive, folder } = placeFor(zip([{ name: 'good.png', data: good }, { name: 'bomb.png', data: zeros }]));
    const error = await labErrorOf(unpack(archive, 'zip', folder, scriptedWork()));
    expect(error.toJSON()).toEqual({ code: 'archive-ratio', params: { path: archive, entry: 'bomb.png', limit: 1000 } });
    expect(statSync(join(folder, 'bomb.png')).size).toBeLessThan(4 * mib);
  });

  it.each([
    ['that says it is small', { size: 10 }, 'entry-damaged'],
    ['that says it is huge', { size: 0xfffffff0 }, 'none'],
  ])('an entry %s is judged by its bytes', async (_name, lie, code) => {
    const { archive, folder } = placeFor(zip([{ name: 'good.png', data: good }, { name: 'liar.png', data: noise(100_000), ...lie }]));
    const skipped = await unpack(archive, 'zip', folder, scriptedWork());
    expect(skipped.map(({ path, reason }) => [path, reason.code])).toEqual([['liar.png', 'entry-damaged']]);
    expect(code).toMatch(/none|entry-damaged/);
    expect(below(folder)).toEqual(['good.png']);
  });

  it('a small header before a bomb stops at the size it states', async () => {
    const { archive, folder } = placeFor(zip([{ name: 'bomb.png', data: zeros, size: 100 }]));
    let skipped: unknown[] = [];
    expect(await memoryOf(async () => (skipped = await unpack(archive, 'zip', folder, scriptedWork())))).toBeLessThan(64);
    expect(skipped).toMatchObject([{ reason: { code: 'entry-damaged', params: { detail: '> 100 bytes' } } }]);
  });

  it('entries that all point to one kernel are refused before anything is written', async () => {
    const kernel = noise(1000);
    const parts: ZipPart[] = [{ name: '0.png', data: kernel }, ...Array.from({ length: 500 }, (_, i): ZipPart => ({ name: `${i + 1}.png`, data: kernel, offset: 0 }))];
    const { archive, folder } = placeFor(zip(parts));
    expect((await labErrorOf(unpack(archive, 'zip', folder, scriptedWork()))).code).toBe('archive-overlap');
    expect(below(folder)).toEqual([]);
  });

  it('so are entries that swallow the headers of those after them, and the directory', async () => {
    const parts = (last: number): ZipPart[] => [
      { name: 'a.png', data: noise(500), method: 0, compressedSize: 900, size: 900 },
      { name: 'b.png', data: noise(500), method: 0, compressedSize: last, size: last },
    ];
    for (const content of [zip(parts(500)), zip([{ name: 'b.png', data: noise(500), method: 0, compressedSize: 540, size: 540 }])]) {
      const { archive, folder } = placeFor(content);
      expect((await labErrorOf(unpack(archive, 'zip', folder, scriptedWork()))).code).toBe('archive-overlap');
    }
  });

  it('a tar.gz that grows over a thousand times is stopped early, also inside an entry that is left out', async () => {
    for (const name of ['bomb.png', '../bomb.png']) {
      const { archive, folder } = placeFor(gzipSync(await tar([{ name, data: zeros }])));
      expect((await labErrorOf(unpack(archive, 'tar.gz', folder, scriptedWork()))).code).toBe('archive-ratio');
      expect(below(folder).reduce((sum, path) => sum + statSync(join(folder, path)).size, 0)).toBeLessThan(4 * mib);
    }
  });

  it('quotas of an entry and of the disk hold for what is really written', async () => {
    for (const kind of ['zip', 'tar'] as const) {
      const entries = [{ name: 'a.png', data: noise(900) }, { name: 'b.png', data: noise(1001) }];
      const { archive, folder } = placeFor(kind === 'zip' ? zipOf(entries) : await tar(entries));
      expect((await labErrorOf(unpack(archive, kind, folder, scriptedWork(), { ...quotas, entryBytes: 1000 }))).toJSON()).toMatchObject({ code: 'archive-entry-too-large', params: { entry: 'b.png' } });
    }
    const { archive, folder } = placeFor(zipOf([{ name: 'a.png', data: noise(1000) }]));
    expect((await labErrorOf(unpack(archive, 'zip', folder, scriptedWork(), { ...quotas, spareBytes: 2 ** 60 }))).toJSON()).toMatchObject({ code: 'archive-fills-disk', params: { free: 0 } });
    expect(quotas).toEqual({ ratio: 1000, entryBytes: 2 ** 32, spareBytes: 2 ** 28 });
  });

  it('300 MiB from a tar.gz of 1 MiB pass through little memory', async () => {
    const scratch = scratchFolder();
    const folder = join(scratch, 'inside');
    mkdirSync(folder);
    const archive = join(scratch, 'large.tar.gz');
    const block = noise(4096);
    // Repeats of one block: a ratio of some 200, under the limit.
    const header = (await tar([{ name: 'large.bin', data: new Uint8Array() }])).subarray(0, 512);
    const size = 300 * mib;
    header.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
    header.fill(0x20, 148, 156);
    header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    const bytes = function* (): Generator<Buffer> {
      yield header;
      for (let done = 0; done < size; done += block.length) yield block;
      yield Buffer.alloc(1024);
    };
    await pipeline(Readable.from(bytes()), createGzip(), createWriteStream(archive));
    const reports = scriptedWork();
    expect(await memoryOf(() => unpack(archive, 'tar.gz', folder, reports))).toBeLessThan(256);
    expect(statSync(join(folder, 'large.bin')).size).toBe(size);
    expect(reports.reports.at(-1)).toMatchObject({ phase: 'unpack', done: 1, bytes: size });
  });

  it('archives in archives stay as they are', async () => {
    const inner = zipOf([{ name: 'a.png', data: good }]);
    const { archive, folder } = placeFor(zip([{ name: 'inner.zip', data: inner, method: 0 }]));
    expect(await unpack(archive, 'zip', folder, scriptedWork())).toEqual([]);
    expect(below(folder)).toEqual(['inner.zip']);
  });
});

describe('damage', () => {
  it.each([
    ['a wrong checksum', { crc: 1 }, 'entry-damaged'],
    ['a longer size', { size: good.length + 5 }, 'entry-damaged'],
    ['encryption', { flags: 0x801 }, 'entry-encrypted'],
    ['bzip2', { method: 12 }, 'entry-method'],
    ['a deflate that is none', { method: 0, data: Buffer.alloc(30, 0xff) }, 'none'],
  ])('%s leaves out that entry alone', async (_name, part, code) => {
    const { archive, folder } = placeFor(zip([{ name: 'bad.png', data: good, ...part }, { name: 'good.png', data: good }]));
    const skipped = await unpack(archive, 'zip', folder, scriptedWork());
    expect(skipped.map(({ path, reason }) => [path, reason.code])).toEqual(code === 'none' ? [] : [['bad.png', code]]);
    expect(below(folder)).toEqual(code === 'none' ? ['bad.png', 'good.png'] : ['good.png']);
  });

  it('archives cut at any place are refused, never half taken', async () => {
    const entries = [{ name: 'a.png', data: good }, { name: 'b.png', data: pictureOf(2) }];
    const kinds: [ArchiveKind, Buffer][] = [['zip', zipOf(entries)], ['tar', await tar(entries)], ['tar.gz', gzipSync(await tar(entries))]];
    for (const [kind, whole] of kinds) {
      // A tar may end anywhere after its last entry: the zeros that follow say nothing.
      const end = kind === 'tar' ? whole.length - 1024 - (512 - (pictureOf(2).length % 512)) : whole.length;
      for (let length = 1; length < end; length += kind === 'tar' ? 97 : 13) {
        const { archive, folder } = placeFor(whole.subarray(0, length));
        if (kind === 'tar' && length % 512 === 0 && length <= 512) continue;
        expect(await outcomeOf(unpack(archive, kind, folder, scriptedWork())), `${kind} of ${length} bytes`).toBe('archive-damaged');
      }
    }
  });

  it('5,000 mutations of a zip and 5,000 of a tar.gz end in words and inside the folder', async () => {
    const entries = [{ name: 'cat/a.png', data: good }, { name: 'dog/b.png', data: pictureOf(2) }, { name: 'c.txt', data: Buffer.from('words '.repeat(50)) }];
    const { scratch, archive, folder } = placeFor(new Uint8Array());
    const kinds: [ArchiveKind, Buffer][] = [['zip', zipOf(entries)], ['tar.gz', gzipSync(await tar(entries))], ['tar', await tar(entries)]];
    const random = seededRandom(9);
    let slowest = 0;
    let refused = 0;
    for (let i = 0; i < 10_000; i++) {
      const [kind, whole] = kinds[i % 10 === 0 ? 1 : i % 2 === 0 ? 2 : 0];
      writeFileSync(archive, mutated(whole, random));
      const start = performance.now();
      const inside = join(folder, String(i));
      mkdirSync(inside);
      if ((await outcomeOf(unpack(archive, kind, inside, scriptedWork()))) !== 'none') refused++;
      slowest = Math.max(slowest, performance.now() - start);
    }
    expect(slowest).toBeLessThan(2000);
    expect(refused).toBeGreaterThan(100);
    expect(readdirSync(scratch).sort()).toEqual(['archive', 'home']);
    expect(readdirSync(join(scratch, 'home'))).toEqual(['inside']);
    expect(readdirSync(folder).every((name) => /^\d+$/.test(name))).toBe(true);
  }, 120_000);
});

it('an archive of Python, as tarfile writes it', async () => {
  const { archive, folder } = placeFor(bytesOf(otherSoftware.pythonCifar));
  expect(await unpack(archive, 'tar.gz', folder, scriptedWork())).toEqual([]);
  expect(below(folder)).toEqual(['cifar-10-batches-py/', 'cifar-10-batches-py/batches.meta', 'cifar-10-batches-py/data_batch_1', 'cifar-10-batches-py/test_batch']);
});

it('a cancel ends the unpacking with what it was', async () => {
  const { archive, folder } = placeFor(zipOf(Array.from({ length: 50 }, (_, i) => ({ name: `${i}.png`, data: good }))));
  const work = scriptedWork(() => true);
  expect((await labErrorOf(unpack(archive, 'zip', folder, work))).code).toBe('cancelled');
  expect(existsSync(join(folder, '49.png'))).toBe(false);
});
