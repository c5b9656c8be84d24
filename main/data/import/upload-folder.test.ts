/** @file Files that a page sends: only safe paths are written, nothing stands half, the disk is spared, and what broke off can come again. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { labErrorOf, outcomeOf, scratchFolder } from '../../../e2e/harness/scratch';
import { openUploadFolder, uploadLimits } from './upload-folder';

const never = new AbortController().signal;
async function* chunks(...parts: (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    await sleep(0);
    if (part instanceof Error) throw part;
    yield Buffer.from(part);
  }
}
const listed = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

test('files and their folders stand as they were sent, byte for byte', async () => {
  const home = scratchFolder();
  const upload = await openUploadFolder(home);
  await Promise.all([
    upload.receive('digits/0/a.png', chunks('ab', 'c'), 3, never),
    upload.receive('digits/1/été.png', chunks('xyz'), undefined, never),
    upload.receive('digits/empty', chunks(), 0, never),
  ]);
  const source = await upload.source();
  expect(source).toBe(join(home, 'images', 'digits'));
  expect(listed(source)).toEqual(['0/a.png', '1/été.png', 'empty']);
  expect(readFileSync(join(source, '0', 'a.png'), 'utf8')).toBe('abc');
  expect([upload.files, upload.bytes]).toEqual([3, 6]);
});

test('one file is pointed at itself, several without a folder by the folder of all, nothing by an error', async () => {
  const upload = await openUploadFolder(scratchFolder());
  expect(await outcomeOf(upload.source())).toBe('folder-empty');
  await upload.receive('a.zip', chunks('a'), 1, never);
  expect((await upload.source()).endsWith('a.zip')).toBe(true);
  await upload.receive('b.zip', chunks('b'), 1, never);
  const all = await upload.source();
  expect(statSync(all).isDirectory()).toBe(true);
  expect(listed(all)).toEqual(['a.zip', 'b.zip']);
});

describe('refused, and nothing is written outside or at all', () => {
  test.each([
    ['../x', 'parent'],
    ['a/../../x', 'parent'],
    ['a\\..\\..\\x', 'parent'],
    ['/etc/x', 'absolute'],
    ['\\\\server\\x', 'absolute'],
    ['C:/x', 'drive'],
    ['c:x', 'drive'],
    ['a/con.png', 'reserved'],
    ['a/x.', 'trailing'],
    ['a/x:stream', 'character'],
    ['a\0b', 'character'],
    ['', 'empty'],
    ['././', 'empty'],
    [Array.from({ length: 80 }, () => 'd').join('/'), 'depth'],
    ['n'.repeat(300), 'length'],
  ])('%j breaks the rule %s', async (path, rule) => {
    const home = scratchFolder();
    const upload = await openUploadFolder(home);
    const error = await labErrorOf(upload.receive(path, chunks('evil'), 4, never));
    expect(error.toJSON()).toMatchObject({ code: 'upload-path-refused', params: { rule } });
    expect(listed(home)).toEqual([]);
    expect(upload.files).toBe(0);
  });

  test.each([
    ['digits/A.png', 'digits/a.png'],
    ['digits/A/x.png', 'digits/a/y.png'],
    ['x', 'x/y'],
    ['x/y', 'x'],
    ['é.png', 'é.png'],
    ['a.png', 'a.png'],
  ])('%j, then %j: one path on some system', async (first, second) => {
    const upload = await openUploadFolder(scratchFolder());
    await upload.receive(first, chunks('first'), 5, never);
    const error = await labErrorOf(upload.receive(second, chunks('second'), 6, never));
    expect(error.code).toBe('upload-collision');
    const source = await upload.source();
    expect(statSync(source).isFile() ? readFileSync(source, 'utf8') : listed(source).length).toBe(statSync(source).isFile() ? 'first' : 1);
  });
});

test('a file that breaks off leaves nothing, says what came, and can be sent again', async () => {
  const home = scratchFolder();
  const upload = await openUploadFolder(home);
  const broken = await labErrorOf(upload.receive('a.png', chunks('ab', new Error('ECONNRESET')), 4, never));
  expect(broken.toJSON()).toEqual({ code: 'upload-cut', params: { path: 'a.png', expected: 4, got: 2 } });
  const short = await labErrorOf(upload.receive('a.png', chunks('abc'), 4, never));
  expect(short.toJSON()).toEqual({ code: 'upload-cut', params: { path: 'a.png', expected: 4, got: 3 } });
  expect(listed(home)).toEqual([]);
  expect([upload.files, upload.bytes]).toEqual([0, 0]);
  await upload.receive('a.png', chunks('abcd'), 4, never);
  expect(readFileSync(await upload.source(), 'utf8')).toBe('abcd');
  expect([upload.files, upload.bytes]).toEqual([1, 4]);
});

test('a cancel stops in the middle and leaves nothing', async () => {
  const home = scratchFolder();
  const upload = await openUploadFolder(home);
  const abort = new AbortController();
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (let i = 0; ; i++) {
      if (i === 5) abort.abort();
      yield Buffer.alloc(1000);
      await sleep(0);
    }
  }
  expect(await outcomeOf(upload.receive('a', endless(), undefined, abort.signal))).toBe('cancelled');
  expect(listed(home)).toEqual([]);
});

test('the disk is spared: by the size that is said, and by the bytes that come', async () => {
  const home = scratchFolder();
  const { bavail, bsize } = await import('node:fs/promises').then(({ statfs }) => statfs(home));
  const upload = await openUploadFolder(home, undefined, { files: 10, spareBytes: bavail * bsize - 1_000_000 });
  const said = await labErrorOf(upload.receive('said', chunks('a'), 2 ** 50, never));
  expect(said.code).toBe('upload-fills-disk');
  async function* lots(): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < 4_000; i++) {
      await sleep(0);
      yield Buffer.alloc(1_000_000);
    }
  }
  expect(await outcomeOf(upload.receive('unsaid', lots(), undefined, never))).toBe('upload-fills-disk');
  expect(listed(home)).toEqual([]);
});

test('at most so many files', async () => {
  const upload = await openUploadFolder(scratchFolder(), undefined, { ...uploadLimits, files: 2 });
  await upload.receive('1', chunks('1'), 1, never);
  await upload.receive('2', chunks('2'), 1, never);
  expect(await outcomeOf(upload.receive('3', chunks('3'), 1, never))).toBe('upload-too-many');
});

test('what will come is refused before it comes', async () => {
  expect(await outcomeOf(openUploadFolder(scratchFolder(), { files: 1, bytes: 2 ** 60 }))).toBe('upload-fills-disk');
  expect(await outcomeOf(openUploadFolder(scratchFolder(), { files: 3, bytes: 3 }, { ...uploadLimits, files: 2 }))).toBe('upload-too-many');
  expect(await outcomeOf(openUploadFolder(scratchFolder(), { files: 2, bytes: 3 }, { ...uploadLimits, files: 2 }))).toBe('none');
});
