/** @file What uses the disk, by what it is; and the cache emptied, nothing else with it. */

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { scratchFolder } from '../../e2e/harness/scratch';
import { diskUse, emptyCache } from './disk';

test('bytes are counted by what they are, and emptying the cache frees its own alone', async () => {
  const home = join(scratchFolder(), 'home');
  expect(await emptyCache(home)).toBe(0);
  const sizes = { 'datasets/d/a': 10, 'views/v/train.u8': 20, 'runs/r/run.json': 30, 'trash/runs/r/x': 40, 'cache/steps/00ff': 50, 'cache/steps/11ff': 5, 'settings.json': 7 };
  for (const [name, size] of Object.entries(sizes)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), new Uint8Array(size));
  }
  expect(await diskUse(home)).toMatchObject({ datasets: 10, views: 20, runs: 30, trash: 40, cache: 55, other: 7 });
  expect(await emptyCache(home)).toBe(55);
  expect(await diskUse(home)).toMatchObject({ datasets: 10, views: 20, runs: 30, trash: 40, cache: 0, other: 7 });
  expect(existsSync(join(home, 'cache'))).toBe(false);
});
