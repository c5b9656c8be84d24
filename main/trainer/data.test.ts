/** @file A run's images: the batches it sees, a view made again, a dataset that changed. */

import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { idx, writeTree } from '../../e2e/harness/data-files';
import { labErrorOf, scratchFolder, scriptedWork } from '../../e2e/harness/scratch';
import { viewConfig, type DatasetInfo } from '../../preload/contract/datasets';
import type { RunInfo } from '../../preload/contract/runs';
import { epochOrder } from '../data/batches/epoch-order';
import { openCatalog } from '../data/catalog/catalog';
import { reclaimViews } from '../data/catalog/view';
import { importDataset } from '../data/import/import';
import { randomStream } from '../platform/random';
import { openTrainingData } from './data';

const [count, side] = [20, 3];
function levels(length: number, seed: number): Uint8Array {
  const values = new Int32Array(length);
  randomStream(seed, 'levels', 0).fillIntegers(values, 256);
  return Uint8Array.from(values);
}
const pixels = levels(count * side * side, 4);
const config = viewConfig.parse({ height: side, width: side, channels: 1, fit: 'crop' });
let home: string;
let dataset: DatasetInfo;

async function importImages(body: Uint8Array): Promise<DatasetInfo> {
  const source = scratchFolder();
  writeTree(source, {
    'train-images-idx3-ubyte': idx(8, [body.length / (side * side), side, side], body),
    't10k-images-idx3-ubyte': idx(8, [1, side, side], levels(side * side, 99)),
  });
  return importDataset({ home, path: source, name: 'd', keep: 'copy' }, scriptedWork());
}
beforeEach(async () => {
  home = join(scratchFolder(), 'home');
  dataset = await importImages(pixels);
});
const opened: { close(): void }[] = [];
afterEach(() => opened.splice(0).forEach((data) => data.close()));

const runOn = (hash: string): RunInfo => ({
  name: 'r',
  method: 'scripted',
  config: {},
  dataset: { name: 'd', hash },
  view: config,
  seed: 9,
  device: 'cpu',
  versions: { genoise: '0', onnxruntime: '0', node: '0' },
  createdAt: '2025-01-01T00:00:00.000Z',
  status: 'created',
  steps: 0,
  seconds: 0,
});
async function openData(info = runOn(dataset.hash), work = scriptedWork(), held?: number) {
  const data = await openTrainingData(home, info, work, held);
  opened.push(data);
  return data;
}

test.each([['in memory', undefined], ['in the file', 0]])('step k gets the images that the seeded order of its epoch names, %s', async (_, held) => {
  const data = await openData(undefined, undefined, held);
  expect(data.shape).toEqual({ height: side, width: side, channels: 1 });
  const batchSize = 8;
  const x = new Uint8Array(batchSize * side * side);
  // 20 images, batches of 8: two whole batches an epoch, so step 4 is the second of the second epoch.
  for (const [step, epoch, first] of [[1, 0, 0], [4, 1, 8], [2, 0, 8]] as const) {
    data.source.fill(x, batchSize, 9, step);
    const order = epochOrder(count, 9, epoch);
    const expected = Array.from({ length: batchSize }, (_, i) => order(first + i)).flatMap((item) => [...pixels.subarray(item * 9, item * 9 + 9)]);
    expect([...x]).toEqual(expected);
  }
});

test('a view that was reclaimed is packed again; one that stands serves even if the dataset is gone', async () => {
  const first = scriptedWork();
  await openData(runOn(dataset.hash), first);
  expect(first.reports.some(({ phase, total }) => phase === 'pack' && total === count + 1)).toBe(true);
  const again = scriptedWork();
  await openData(runOn(dataset.hash), again);
  expect(again.reports).toEqual([{ phase: 'pack', done: count, total: count }]);
  expect(await reclaimViews(home, 0)).toBeGreaterThan(0);
  await openData();
  await openCatalog(home).remove('d');
  await openData();
  await reclaimViews(home, 0);
  expect(await labErrorOf(openData())).toMatchObject({ code: 'dataset-not-found' });
});

test('other images under the same name are refused', async () => {
  await openCatalog(home).remove('d');
  await importImages(levels(count * side * side, 5));
  expect(await labErrorOf(openData(runOn(dataset.hash)))).toMatchObject({ code: 'dataset-changed', params: { dataset: 'd', run: 'r' } });
});
