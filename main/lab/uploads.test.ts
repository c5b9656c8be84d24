/** @file The life of an upload: held, used, let go, given up, and what a killed server leaves. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { outcomeOf, scratchFolder } from '../../e2e/harness/scratch';
import { openUploads } from './uploads';

const body = (text: string) => Readable.from([Buffer.from(text)]);
const left = (home: string): string[] => (existsSync(join(home, 'quarantine')) ? readdirSync(join(home, 'quarantine')) : []);
const until = async (holds: () => boolean): Promise<void> => {
  for (let i = 0; i < 200 && !holds(); i++) await sleep(10);
  expect(holds()).toBe(true);
};

test('one that nobody holds is removed when its time of grace is over; a held one stays', async () => {
  const home = scratchFolder();
  const uploads = openUploads(home, 150);
  const dropped = await uploads.begin();
  const kept = await uploads.begin();
  const release = uploads.hold(kept);
  await uploads.receive(kept, 'a.txt', body('abc'), 3);
  await sleep(400);
  expect(await outcomeOf(uploads.receive(dropped, 'a.txt', body('abc'), 3))).toBe('upload-not-found');
  expect(uploads.state(kept)).toEqual({ files: 1, bytes: 3 });
  expect(left(home)).toHaveLength(1);
  release();
  release();
  await until(() => left(home).length === 0);
});

test('a page that comes back within its time of grace finds its files', async () => {
  const uploads = openUploads(scratchFolder(), 400);
  const id = await uploads.begin();
  for (let i = 0; i < 5; i++) {
    const release = uploads.hold(id);
    await uploads.receive(id, `${i}`, body('x'), 1);
    release();
    await sleep(150);
  }
  expect(uploads.state(id).files).toBe(5);
  await uploads.close();
});

test('files stay while they are used, even when the page lets go; then they are removed', async () => {
  const home = scratchFolder();
  const uploads = openUploads(home);
  const id = await uploads.begin();
  await uploads.receive(id, 'a.txt', body('abc'), 3);
  let discarded: Promise<void> = Promise.resolve();
  const read = await uploads.use(id, async (path) => {
    discarded = uploads.discard(id);
    await sleep(50);
    return readFileSync(path, 'utf8');
  });
  expect(read).toBe('abc');
  await discarded;
  expect(left(home)).toEqual([]);
});

test('used up: gone after success, there to be tried again after a failure', async () => {
  const home = scratchFolder();
  const uploads = openUploads(home);
  const id = await uploads.begin();
  await uploads.receive(id, 'a.txt', body('abc'), 3);
  await expect(uploads.useUp(id, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await uploads.useUp(id, async (path) => readFileSync(path, 'utf8'))).toBe('abc');
  expect(await outcomeOf(uploads.use(id, async () => 1))).toBe('upload-not-found');
  expect(left(home)).toEqual([]);
});

test('giving up cuts off a file that is still coming, even one that is silent', async () => {
  const home = scratchFolder();
  const uploads = openUploads(home);
  const id = await uploads.begin();
  const silent = new Readable({ read: () => undefined });
  silent.push(Buffer.from('begun'));
  const coming = outcomeOf(uploads.receive(id, 'a.txt', silent, 100));
  await sleep(30);
  await uploads.discard(id);
  expect(await coming).toBe('cancelled');
  expect(silent.destroyed).toBe(true);
  expect(left(home)).toEqual([]);
});

test('closing removes everything; what a killed server left goes when the next one opens', async () => {
  const home = scratchFolder();
  const uploads = openUploads(home);
  await uploads.receive(await uploads.begin(), 'a', body('a'), 1);
  await uploads.close();
  expect(left(home)).toEqual([]);
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  const dead = join(home, 'quarantine', `${createHash('sha256').update(hostname()).digest('hex').slice(0, 8)}-${pid}-0123456789ab`);
  mkdirSync(dead, { recursive: true });
  writeFileSync(join(dead, 'file'), 'left');
  openUploads(home);
  await until(() => left(home).length === 0);
});
