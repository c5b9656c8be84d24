/** @file The threads that a user sets reach the processes that compute. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changeSettings } from '../platform/settings';
import type { Forker, ForkOptions } from '../supervisor/fork';
import { openLab } from './lab';

test('a process starts with the threads that are set then, and without any when none are', async () => {
  const home = mkdtempSync(join(tmpdir(), 'genoise-threads-'));
  const started: ForkOptions[] = [];
  /** Dies at once, so that each call starts anew. */
  const fork: Forker = (_path, { env }) => {
    started.push({ env });
    return { pid: 1, send: () => undefined, onMessage: () => undefined, onExit: (listener) => void setTimeout(listener, 1, { code: 1, signal: null, stderr: '' }), kill: () => undefined, hold: () => undefined };
  };
  const lab = openLab({ home, fork });
  const work = { progress: () => undefined, signal: new AbortController().signal };
  try {
    await expect(lab.call('inference', 'devices', {}, work)).rejects.toMatchObject({ code: 'process-died' });
    await changeSettings(home, { threads: 3 });
    await expect(lab.call('inference', 'devices', {}, work)).rejects.toMatchObject({ code: 'process-died' });
    expect(started).toEqual([{ env: undefined }, { env: { GENOISE_THREADS: '3' } }]);
  } finally {
    await lab.close();
    rmSync(home, { recursive: true, force: true });
  }
});
