/** @file Calls on datasets, on a real home; what the importing process does is done here, in this one. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { bytesOf, otherSoftware, pictureOf, writeTree } from '../../../e2e/harness/data-files';
import { labErrorOf, scratchFolder, scriptedWork } from '../../../e2e/harness/scratch';
import type { KnownDataset } from '../../../preload/contract/domains/datasets';
import type { Work } from '../../../preload/contract/progress';
import { countClasses, readDatasetImages } from '../../data/catalog/dataset-images';
import { importDataset } from '../../data/import/import';
import { recognise } from '../../data/import/recognise';
import { readSourceImages } from '../../data/import/source-images';
import { openDesk } from '../desk';
import type { Lab } from '../lab';
import { datasetCalls } from './datasets';

const importer: Record<string, (args: never, work: Work) => Promise<unknown>> = { import: importDataset, recognise, sourceImages: readSourceImages, datasetImages: readDatasetImages, classCounts: countClasses };

function openCalls() {
  const scratch = scratchFolder();
  const home = join(scratch, 'home');
  const lab: Lab = { home, call: async <T>(_entry: string, name: string, args: Record<string, unknown>, work: Work) => (await importer[name]({ home, ...args } as never, work)) as T, close: async () => undefined };
  const desk = openDesk({ home, openLab: () => lab });
  onTestFinished(() => desk.close());
  return { desk, home, from: join(scratch, 'from'), calls: datasetCalls(desk), work: scriptedWork() };
}

test('what a page sent is recognised, imported as a job, and used up', async () => {
  const { desk, home, calls, work } = openCalls();
  const upload = await desk.uploads.begin();
  for (const i of [1, 2, 3]) await desk.uploads.receive(upload, `pets/${i === 3 ? 'dog' : 'cat'}/${i}.png`, Readable.from([pictureOf(i)]), undefined);
  const found = await calls.recognise({ from: { upload } }, work);
  expect(found).toMatchObject({ recognition: { code: 'image-folder', params: { images: 3, folders: 2 } }, name: 'pets', canLink: false });
  expect(found.free).toBeGreaterThan(0);
  expect(await calls.sourceImages({ from: { upload }, count: 8 }, work)).toMatchObject({ count: 3, labels: ['cat', 'cat', 'dog'] });
  expect(existsSync(join(home, 'datasets'))).toBe(false);

  // A link makes no sense of files that will be gone.
  const { id } = await calls.import({ from: { upload }, name: 'pets', keep: 'link' }, work);
  expect(await desk.jobs.ended(id)).toMatchObject({ kind: 'import', subject: 'pets', state: 'done', result: { dataset: 'pets', count: 3, skipped: 0 } });
  expect(readdirSync(join(home, 'datasets', 'pets', 'originals', 'cat')).sort()).toEqual(['1.png', '2.png']);
  expect(() => desk.uploads.state(upload)).toThrow();
  expect(readdirSync(join(home, 'quarantine'))).toEqual([]);
  expect((await labErrorOf(async () => calls.import({ from: { upload }, name: 'again', keep: 'copy' }, work))).code).toBe('upload-not-found');
});

test('errors name the files as the page knows them, and what was sent stays to be tried again', async () => {
  const { desk, home, calls, work } = openCalls();
  const upload = await desk.uploads.begin();
  await desk.uploads.receive(upload, 'model.pkl', Readable.from([bytesOf(otherSoftware.pickles['object, protocol 4'])]), undefined);
  const error = await labErrorOf(async () => calls.recognise({ from: { upload } }, work));
  expect(error.toJSON()).toEqual({ code: 'pickle-refused', params: { path: 'model.pkl' } });
  const { id } = await calls.import({ from: { upload }, name: 'model', keep: 'copy' }, work);
  expect(await desk.jobs.ended(id)).toMatchObject({ state: 'failed', error: { code: 'pickle-refused', params: { path: 'model.pkl' } } });
  expect(desk.uploads.state(upload).files).toBe(1);
  await desk.uploads.discard(upload);
  expect(readdirSync(join(home, 'quarantine'))).toEqual([]);
});

test('files of the lab that came together are one dataset; a folder among them is refused and nothing stays', async () => {
  const { home, from, calls, work } = openCalls();
  writeTree(from, { 'a/1.png': pictureOf(1), 'b/2.png': pictureOf(2) });
  const { upload } = await calls.gather({ paths: [join(from, 'a/1.png'), join(from, 'b/2.png')] }, work);
  expect((await calls.recognise({ from: { upload } }, work)).recognition.params).toMatchObject({ images: 2 });
  const before = readdirSync(join(home, 'quarantine')).length;
  expect((await labErrorOf(async () => calls.gather({ paths: [join(from, 'a/1.png'), join(from, 'b')] }, work))).code).toBe('path-not-readable');
  expect((await labErrorOf(async () => calls.gather({ paths: [join(from, 'nowhere')] }, work))).code).toBe('path-not-found');
  expect((await labErrorOf(async () => calls.gather({ paths: [join(from, 'a/1.png'), join(from, 'a/1.png')] }, work))).code).toBe('upload-collision');
  expect(readdirSync(join(home, 'quarantine')).length).toBe(before);
});

test('names are checked before work begins; the list tells each change; what is removed comes back or goes for good', async () => {
  const { from, calls, desk, work } = openCalls();
  writeTree(from, { 'x/1.png': pictureOf(1), 'x/2.png': pictureOf(2), 'x/bad.png': 'no picture' });
  const lists: KnownDataset[][] = [];
  const abort = new AbortController();
  const listing = calls.list({}, { emit: async (item) => void lists.push(item as KnownDataset[]), signal: abort.signal });
  const source = { path: join(from, 'x') };
  expect((await calls.recognise({ from: source }, work)).canLink).toBe(true);
  expect((await labErrorOf(async () => calls.import({ from: source, name: 'a/b', keep: 'copy' }, work))).code).toBe('dataset-name-invalid');
  const { id } = await calls.import({ from: source, name: 'x', keep: 'link' }, work);
  await desk.jobs.ended(id);
  expect((await labErrorOf(async () => calls.checkName({ name: 'x' }, work))).code).toBe('dataset-exists');
  expect((await calls.recognise({ from: source }, work)).name).toBe('x-2');
  await expect.poll(() => lists.at(-1)?.map(({ name, skippedCount, keep }) => ({ name, skippedCount, keep }))).toEqual([{ name: 'x', skippedCount: 1, keep: 'link' }]);
  expect(lists.at(-1)?.[0]).not.toHaveProperty('skipped');
  expect(await calls.skipped({ dataset: 'x', from: 0, count: 10 }, work)).toMatchObject({ total: 1, items: [{ path: 'bad.png', reason: { code: 'not-an-image' } }] });
  const spread = await calls.spread({ dataset: 'x', split: 'train', count: 8, view: { size: 4, channels: 3 } }, work);
  expect(spread).toMatchObject({ count: 1, view: { height: 4, width: 4, channels: 3 } });

  const removed = await calls.remove({ dataset: 'x' }, work);
  await expect.poll(() => lists.at(-1)).toEqual([]);
  const [entry] = await calls.trash({}, work);
  expect(entry).toMatchObject({ id: removed.id, name: 'x' });
  expect(entry.bytes).toBeGreaterThan(0);
  expect(Date.parse(entry.endsAt) - Date.parse(entry.removedAt)).toBe(30 * 86_400_000);
  expect(await calls.restore({ id: removed.id }, work)).toEqual({ dataset: 'x' });
  await expect.poll(() => lists.at(-1)?.length).toBe(1);
  const again = await calls.remove({ dataset: 'x' }, work);
  await calls.discard({ id: again.id }, work);
  expect(await calls.trash({}, work)).toEqual([]);
  expect((await labErrorOf(async () => calls.restore({ id: again.id }, work))).code).toBe('trash-not-found');
  abort.abort();
  await listing;
});
