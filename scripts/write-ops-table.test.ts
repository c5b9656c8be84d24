/** @file docs/ops.md says what the rule tables say. */

import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { opsTable } from './write-ops-table';

it('docs/ops.md is up to date: run `node bench/run.mjs scripts/write-ops-table`', async () => {
  expect(opsTable()).toBe(await readFile('docs/ops.md', 'utf8'));
});
