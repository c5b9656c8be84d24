/** @file Writes under faults: whatever call fails, the old content or the new stands, and nothing half-made. */

import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LabError } from '../../preload/contract/errors';
import { createFileExclusive } from './exclusive';
import { injectFaults, pause } from './file-calls';
import {
  copyFile,
  createFileAtomic,
  createFolderAtomic,
  ensureFolder,
  moveTree,
  openAppend,
  removeLeftovers,
  writeFileAtomic,
} from './files';
import { freeBytes } from './free-space';

let folder: string;
const realWait = pause.wait;
let restore = (): void => {};

beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'genoise-files-'));
  pause.wait = () => Promise.resolve();
});
afterEach(async () => {
  restore();
  pause.wait = realWait;
  await fs.rm(folder, { recursive: true, force: true });
});

const inject = (...args: Parameters<typeof injectFaults>): string[] => {
  const faults = injectFaults(...args);
  restore = faults.restore;
  return faults.seen;
};
const names = async (path = folder): Promise<string[]> => (await fs.readdir(path)).sort();
const codes = ['EIO', 'ENOSPC', 'EPERM'] as const;
const codeOf = { EIO: 'file-call-failed', ENOSPC: 'disk-full', EPERM: 'path-not-writable' } as const;
const big = Buffer.alloc(100_000, 'new');

test('whichever call of an atomic write fails, the file is the old one or the new one', async () => {
  const path = join(folder, 'file');
  await writeFileAtomic(path, 'old');
  const seen = inject();
  await writeFileAtomic(path, big);
  restore();
  expect(seen).toEqual(['open', 'write', 'fsync', 'close', 'rename', 'open', 'fsync', 'close']);
  const replaced = seen.indexOf('rename') + 1;
  for (const code of codes) {
    for (const when of ['before', 'half'] as const) {
      for (let at = 1; at <= seen.length; at++) {
        await fs.writeFile(path, 'old');
        inject({ at, code, when });
        const caught = await writeFileAtomic(path, big).catch((error: unknown) => error);
        restore();
        const content = await fs.readFile(path);
        // A rename refused once is tried again; EIO and ENOSPC are final.
        const saved = at > replaced || (at === replaced && code === 'EPERM');
        expect(content.equals(saved ? big : Buffer.from('old')), `${code} ${when} at ${at}`).toBe(true);
        // Nor does it matter whether a folder that was only read is closed.
        if (!(at === replaced && code === 'EPERM') && at < seen.length) {
          expect(caught, `${code} at ${at}`).toBeInstanceOf(LabError);
          expect((caught as LabError).code).toBe(codeOf[code]);
          expect((caught as LabError).params).toMatchObject({ path });
        }
        expect(await names(), `${code} ${when} at ${at}`).toEqual(['file']);
      }
    }
  }
});

test('a rename refused five times in a row still saves; refused for ever it is an error and the old file stands', async () => {
  const path = join(folder, 'file');
  await writeFileAtomic(path, 'old');
  for (const code of ['EPERM', 'EBUSY', 'EACCES'] as const) {
    const seen = inject({ at: 1, code, times: 5, only: ['rename'] });
    await writeFileAtomic(path, code);
    restore();
    expect(seen.filter((name) => name === 'rename')).toHaveLength(6);
    expect(await fs.readFile(path, 'utf8')).toBe(code);
  }
  const waits: number[] = [];
  pause.wait = (ms) => Promise.resolve(void waits.push(ms));
  inject({ at: 1, code: 'EPERM', times: Infinity, only: ['rename'] });
  await expect(writeFileAtomic(path, 'new')).rejects.toMatchObject({ code: 'path-not-writable', params: { path, reason: 'EPERM' } });
  restore();
  const total = waits.reduce((sum, ms) => sum + ms, 0);
  expect(total).toBeGreaterThan(2000);
  expect(total).toBeLessThan(5000);
  expect(await fs.readFile(path, 'utf8')).toBe('EACCES');
  expect(await names()).toEqual(['file']);
});

test('a file in making is unseen until it is committed and leaves nothing when aborted', async () => {
  const path = join(folder, 'file');
  const file = await createFileAtomic(path);
  await file.write(Buffer.from('one '));
  await file.write(Buffer.from('two'));
  expect(await fs.stat(path).catch(() => 'absent')).toBe('absent');
  await file.commit();
  await file.abort();
  expect(await fs.readFile(path, 'utf8')).toBe('one two');
  const other = await createFileAtomic(path);
  await other.write(Buffer.from('three'));
  await other.abort();
  await other.abort();
  expect(await fs.readFile(path, 'utf8')).toBe('one two');
  expect(await names()).toEqual(['file']);
});

test('whichever call of making a folder fails, it stands whole or not at all', async () => {
  const make = async (): Promise<void> => {
    const made = await createFolderAtomic(join(folder, 'set'));
    try {
      await ensureFolder(join(made.path, 'inner'));
      await writeFileAtomic(join(made.path, 'inner', 'a'), 'A');
      await writeFileAtomic(join(made.path, 'b'), 'B');
      await made.commit();
    } catch (caught) {
      await made.abort();
      throw caught;
    }
  };
  const seen = inject();
  await make();
  restore();
  // Every file and folder below is flushed before the folder is renamed, and the parent after.
  const renamed = seen.lastIndexOf('rename');
  expect(seen.slice(renamed)).toEqual(['rename', 'open', 'fsync', 'close']);
  expect(seen.slice(0, renamed).filter((name) => name === 'fsync')).toHaveLength(2 + 2 + 2 + 2);
  for (const code of codes) {
    for (let at = 1; at <= seen.length; at++) {
      await fs.rm(join(folder, 'set'), { recursive: true, force: true });
      inject({ at, code });
      await make().catch(() => {});
      restore();
      const found = await names();
      if (found.length > 0) {
        expect(found, `${code} at ${at}`).toEqual(['set']);
        expect(await fs.readFile(join(folder, 'set', 'inner', 'a'), 'utf8')).toBe('A');
        expect(await fs.readFile(join(folder, 'set', 'b'), 'utf8')).toBe('B');
      } else expect(at, code).toBeLessThanOrEqual(renamed + 1);
    }
  }
});

test('of two folders for one name one wins, and the other is refused with EEXIST and gone', async () => {
  const path = join(folder, 'set');
  const [one, two] = await Promise.all([createFolderAtomic(path), createFolderAtomic(path)]);
  await writeFileAtomic(join(one.path, 'who'), 'one');
  await writeFileAtomic(join(two.path, 'who'), 'two');
  const results = await Promise.allSettled([one.commit(), two.commit()]);
  const lost = results.filter((result) => result.status === 'rejected');
  expect(lost).toHaveLength(1);
  expect(lost[0].reason).toMatchObject({ code: 'EEXIST' });
  expect(await fs.readFile(join(path, 'who'), 'utf8')).toBe(results[0].status === 'fulfilled' ? 'one' : 'two');
  expect(await names()).toEqual(['set']);
});

test('an append that fails half-way leaves the file as it was, and the next one goes on from there', async () => {
  const path = join(folder, 'journal');
  const file = await openAppend(path);
  await file.append(Buffer.from('first\n'));
  inject({ at: 1, code: 'ENOSPC', when: 'half', only: ['write'] });
  await expect(file.append(Buffer.from('second\n'))).rejects.toMatchObject({ code: 'disk-full' });
  restore();
  expect(await fs.readFile(path, 'utf8')).toBe('first\n');
  // Not even the cut succeeds: it is made up for before the next append.
  const faults = injectFaults({ at: 1, code: 'ENOSPC', when: 'half', times: 2, only: ['write', 'truncate'] });
  await expect(file.append(Buffer.from('second\n'))).rejects.toMatchObject({ code: 'disk-full' });
  faults.restore();
  expect(await fs.readFile(path, 'utf8')).toBe('first\nsec');
  await file.append(Buffer.from('third\n'));
  await file.sync();
  expect(file.length).toBe(12);
  await file.close();
  expect(await fs.readFile(path, 'utf8')).toBe('first\nthird\n');
  const cut = await openAppend(path, 6);
  await cut.append(Buffer.from('fourth\n'));
  await cut.close();
  expect(await fs.readFile(path, 'utf8')).toBe('first\nfourth\n');
});

test('an exclusive file is made once, whole, with and without hard links', async () => {
  for (const [name, fault] of [['linked', undefined], ['unlinked', { at: 1, code: 'EPERM', times: Infinity, only: ['link'] }]] as const) {
    const path = join(folder, name);
    inject(fault);
    const results = await Promise.allSettled(['a', 'b', 'c'].map((content) => createFileExclusive(path, content)));
    restore();
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'EEXIST' });
    const winner = 'abc'[results.findIndex((result) => result.status === 'fulfilled')];
    expect(await fs.readFile(path, 'utf8')).toBe(winner);
  }
  expect(await names()).toEqual(['linked', 'unlinked']);
});

test('moves and copies refuse a name that is taken', async () => {
  await fs.writeFile(join(folder, 'a'), 'A');
  await fs.writeFile(join(folder, 'b'), 'B');
  await expect(moveTree(join(folder, 'a'), join(folder, 'b'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(copyFile(join(folder, 'a'), join(folder, 'b'))).rejects.toMatchObject({ code: 'EEXIST' });
  await moveTree(join(folder, 'a'), join(folder, 'c'));
  await copyFile(join(folder, 'c'), join(folder, 'd'));
  expect(await names()).toEqual(['b', 'c', 'd']);
  expect(await fs.readFile(join(folder, 'd'), 'utf8')).toBe('A');
});

test('leftovers of dead writers go, young ones and other files stay', async () => {
  const abandoned = await createFileAtomic(join(folder, 'file'));
  await abandoned.write(Buffer.from('half'));
  await createFolderAtomic(join(folder, 'set'));
  await fs.writeFile(join(folder, '.genoise-notes.tmp'), 'a user wrote this');
  await removeLeftovers(folder, 60_000);
  expect(await names()).toHaveLength(3);
  await removeLeftovers(folder);
  expect(await names()).toEqual(['.genoise-notes.tmp']);
  await abandoned.abort();
});

test('free bytes are those of the file system, for a path that does not stand yet too', async () => {
  const { bavail, bsize } = await fs.statfs(folder);
  const free = await freeBytes(join(folder, 'not', 'yet'));
  expect(Math.abs(free - bavail * bsize)).toBeLessThan(2 ** 30);
});
