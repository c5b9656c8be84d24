/** @file What the log tells of jobs: that they began, how they ended, and why they failed. */

import { expect, test } from 'vitest';
import { LabError } from '../../preload/contract/errors';
import type { Log } from '../platform/log';
import { openJobs } from './jobs';

test('begin and end of each job are in the log, a failure with its reason and as a warning; a cancel is none', async () => {
  const lines: [level: string, message: string, fields: Record<string, unknown> | undefined][] = [];
  const log: Log = { write: (level, message, fields) => void lines.push([level, message, fields]), flush: () => Promise.resolve(), close: () => Promise.resolve() };
  const jobs = openJobs(() => undefined, log);
  const good = jobs.start('import', 'digits', () => Promise.resolve());
  await jobs.ended(good.id);
  const reason = new LabError('run-not-found', { run: 'gone', known: '' });
  const bad = jobs.start('train', 'gone', () => Promise.reject(reason));
  await jobs.ended(bad.id);
  const stopped = jobs.start('export', 'digits', () => Promise.reject(new LabError('cancelled', { what: 'x' })));
  await jobs.ended(stopped.id);
  expect(lines).toEqual([
    ['info', 'a job began', { kind: 'import', subject: 'digits' }],
    ['info', 'a job ended', { kind: 'import', subject: 'digits', state: 'done' }],
    ['info', 'a job began', { kind: 'train', subject: 'gone' }],
    ['warn', 'a job ended', { kind: 'train', subject: 'gone', state: 'failed', error: reason.toJSON() }],
    ['info', 'a job began', { kind: 'export', subject: 'digits' }],
    ['info', 'a job ended', { kind: 'export', subject: 'digits', state: 'cancelled' }],
  ]);
});
