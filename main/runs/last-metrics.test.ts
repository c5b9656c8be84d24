/** @file The newest metrics are found at the journal's end, whatever stands around them. */

import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { scratchFolder } from '../../e2e/harness/scratch';
import { encodeRecord } from './journal';
import { lastMetrics } from './last-metrics';
import { layoutOf } from './layout';

function journal(text: string): string {
  const home = scratchFolder();
  const path = layoutOf(home, 'run').journal;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return home;
}
const line = (step: number, loss: number): string => encodeRecord({ step, m: { loss, kl: step / 8 } });

test('the last whole record of metrics counts: not a torn one, not an event', async () => {
  const home = journal(line(1, 0.5) + line(2, 0.25) + encodeRecord({ event: 'paused', at: 1, data: {} }) + line(3, 0.125).slice(0, -9));
  expect(await lastMetrics(home, 'run')).toEqual({ step: 2, values: { loss: 0.25, kl: 0.25 } });
  appendFileSync(layoutOf(home, 'run').journal, `\n${line(4, 0.0625)}`);
  expect(await lastMetrics(home, 'run')).toEqual({ step: 4, values: { loss: 0.0625, kl: 0.5 } });
});

test('of a long journal only the end is read, cut in the middle of a record', async () => {
  const home = journal(Array.from({ length: 5000 }, (_, step) => line(step, step / 4)).join(''));
  expect(await lastMetrics(home, 'run')).toEqual({ step: 4999, values: { loss: 1249.75, kl: 624.875 } });
});

test('none: no journal, an empty one, one of events', async () => {
  expect(await lastMetrics(scratchFolder(), 'run')).toBeUndefined();
  expect(await lastMetrics(journal(''), 'run')).toBeUndefined();
  expect(await lastMetrics(journal(encodeRecord({ event: 'started', at: 1, data: {} })), 'run')).toBeUndefined();
  expect(await lastMetrics(journal('no journal at all'), 'run')).toBeUndefined();
});
