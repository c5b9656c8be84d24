/** @file Import by real processes: killed at each file call, and several at once in one home. */

import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleEntries } from '../../../e2e/harness/bundle';
import { pictureOf, writeTree } from '../../../e2e/harness/data-files';
import { zip } from '../../../e2e/harness/hostile-archives';
import { outcomeOf, scratchFolder, scriptedWork } from '../../../e2e/harness/scratch';
import type { ImportRequest } from '../../../preload/contract/datasets';
import type { Fault } from '../../platform/file-calls';
import { openCatalog } from '../catalog/catalog';
import { importDataset } from './import';

let bundle: Awaited<ReturnType<typeof bundleEntries<'once'>>>;
beforeAll(async () => {
  bundle = await bundleEntries({ once: 'main/data/import/scripted/import-once.ts' });
});
afterAll(() => bundle.remove());

interface Outcome {
  hash?: string;
  error?: { code: string };
  calls: number;
}

/** -> null when it was killed. */
const importOnce = (request: ImportRequest, fault?: Fault): Promise<Outcome | null> =>
  new Promise((resolve, reject) => {
    execFile(process.execPath, [bundle.paths.once, JSON.stringify({ request, fault })], (error, stdout) => {
      if (error?.signal === 'SIGKILL') resolve(null);
      else if (error) reject(error);
      else resolve(JSON.parse(stdout) as Outcome);
    });
  });

it('a kill at any file call leaves all or nothing, and the next import clears up', async () => {
  const scratch = scratchFolder();
  const path = join(scratch, 'a.zip');
  writeTree(scratch, { 'a.zip': zip([1, 2, 3].map((i) => ({ name: `cat/${i}.png`, data: pictureOf(i) }))) });
  const whole = await importOnce({ home: join(scratch, 'whole'), path, name: 'data', keep: 'copy' });
  expect(whole?.hash).toMatch(/^[0-9a-f]{64}$/);
  const total = whole?.calls ?? 0;
  expect(total).toBeGreaterThan(20);
  let stood = 0;
  for (let at = 1; at <= total; at++) {
    const home = join(scratch, String(at));
    expect(await importOnce({ home, path, name: 'data', keep: 'copy' }, { at, code: 'KILL' })).toBeNull();
    const datasets = join(home, 'datasets');
    const stands = existsSync(join(datasets, 'data'));
    expect(existsSync(datasets) ? readdirSync(datasets) : []).toEqual(stands ? ['data'] : []);
    if (stands) stood++;
    const again = importDataset({ home, path, name: 'data', keep: 'copy' }, scriptedWork());
    if (stands) expect(await outcomeOf(again)).toBe('dataset-exists');
    else expect((await again).hash).toBe(whole?.hash);
    expect((await importDataset({ home, path, name: 'other', keep: 'copy' }, scriptedWork())).hash).toBe(whole?.hash);
    expect(readdirSync(join(home, 'quarantine'))).toEqual([]);
    const catalog = openCatalog(home);
    expect(catalog.datasets().map(({ name, hash }) => [name, hash])).toEqual([['data', whole?.hash], ['other', whole?.hash]]);
    catalog.close();
  }
  // The rename came before the last calls.
  expect(stood).toBeGreaterThan(0);
  expect(stood).toBeLessThan(total / 2);
}, 240_000);

it('six processes at once share one home: each name once, all in the catalog', async () => {
  const scratch = scratchFolder();
  writeTree(scratch, { 'from/a.png': pictureOf(1), 'from/b.png': pictureOf(2) });
  const home = join(scratch, 'home');
  const outcomes = await Promise.all(['a', 'a', 'b', 'c', 'd', 'e'].map((name) => importOnce({ home, path: join(scratch, 'from'), name, keep: 'copy' })));
  expect(outcomes.filter((outcome) => outcome?.error).map((outcome) => outcome?.error?.code)).toEqual(['dataset-exists']);
  const catalog = openCatalog(home);
  expect(catalog.datasets().map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e']);
  catalog.close();
}, 60_000);
