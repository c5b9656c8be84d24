/** @file Starter runs come once, as ordinary runs, and never over a run of the user's. */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { forkRun, installRun } from './copies';
import { createRun, listRuns, type RunFields } from './run';
import { removeRun, renameRun } from './trash';
import { openRunWriter } from './writer';
import { weightsOf } from './fixtures/known-run';
import { installStarters } from './starters';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'genoise-starters-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const fields = (name: string, seed: number): RunFields => ({
  name,
  method: 'vae',
  config: {},
  dataset: { name: 'digits', hash: 'a'.repeat(64) },
  view: { height: 28, width: 28, channels: 1, fit: 'crop' },
  seed,
  device: 'cpu',
  versions: { genoise: '0.1.0', onnxruntime: '1', node: '24' },
});
const names = async (home: string) => (await listRuns(home)).runs.map((run) => run.name).sort();

/** Two starters in a folder as the program ships them: the runs folder of a home. */
async function shipped(): Promise<string> {
  const source = join(root, 'source');
  await createRun(source, fields('starter-a', 1));
  await createRun(source, fields('starter-b', 2));
  return join(source, 'runs');
}

test('they come once; one deleted stays away; one added later comes', async () => {
  const folder = await shipped();
  const home = join(root, 'home');
  expect(await installStarters(home, folder)).toEqual(['starter-a', 'starter-b']);
  expect(await names(home)).toEqual(['starter-a', 'starter-b']);
  await removeRun(home, 'starter-a');
  expect(await installStarters(home, folder)).toEqual([]);
  expect(await names(home)).toEqual(['starter-b']);
  await createRun(join(root, 'source'), fields('starter-c', 3));
  expect(await installStarters(home, folder)).toEqual(['starter-c']);
});

test('they say that they are starters, whatever their name; a fork of one is none', async () => {
  const folder = await shipped();
  const home = join(root, 'home');
  await installStarters(home, folder);
  await renameRun(home, 'starter-a', 'mine');
  expect((await listRuns(home)).runs.map(({ name, starter }) => [name, starter])).toEqual(expect.arrayContaining([['mine', true], ['starter-b', true]]));
  const writer = await openRunWriter(home, 'mine');
  await writer.saveCheckpoint(1, weightsOf(1), {});
  await writer.close();
  expect((await forkRun(home, { from: 'mine', name: 'branch' })).starter).toBeUndefined();
});

test("one that an older program installed is marked, a run of the user's that has its name is not", async () => {
  const folder = await shipped();
  const home = join(root, 'home');
  await installRun(home, join(folder, 'starter-a'), 'starter-a');
  await createRun(home, { ...fields('starter-b', 2), createdAt: '2020-01-01T00:00:00.000Z' });
  await writeFile(join(home, 'starters.json'), '{"installed": ["starter-a", "starter-b"]}');
  expect(await installStarters(home, folder)).toEqual([]);
  expect(Object.fromEntries((await listRuns(home)).runs.map(({ name, starter }) => [name, starter]))).toEqual({ 'starter-a': true, 'starter-b': undefined });
});

test("a run of the user's with a starter's name is left as it is", async () => {
  const folder = await shipped();
  const home = join(root, 'home');
  await createRun(home, fields('starter-a', 99));
  expect(await installStarters(home, folder)).toEqual(['starter-b']);
  expect((await listRuns(home)).runs.find((run) => run.name === 'starter-a')?.seed).toBe(99);
});

test('a damaged record installs nothing twice and is written whole again', async () => {
  const folder = await shipped();
  const home = join(root, 'home');
  await installStarters(home, folder);
  await writeFile(join(home, 'starters.json'), '{"installed": [');
  expect(await installStarters(home, folder)).toEqual([]);
  expect(JSON.parse(await readFile(join(home, 'starters.json'), 'utf8'))).toEqual({ installed: ['starter-a', 'starter-b'] });
});

test('two processes at once end with each starter there', async () => {
  const folder = await shipped();
  const home = join(root, 'home');
  await Promise.all([installStarters(home, folder), installStarters(home, folder)]);
  expect(await names(home)).toEqual(['starter-a', 'starter-b']);
});
