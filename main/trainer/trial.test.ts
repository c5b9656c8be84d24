/** @file Trials: what they measure, that they leave nothing behind, and that they are bounded and cancelled. */

import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleEntries } from '../../e2e/harness/bundle';
import { labErrorOf, scratchFolder, scriptedWork } from '../../e2e/harness/scratch';
import type { TrialRequest, TrialResult } from '../../preload/contract/training';
import { changeSettings } from '../platform/settings';
import { startProcess } from '../supervisor/process';
import { restartBudget } from '../supervisor/restarts';
import { controlBuffer, readControl } from './control';
import type { PrepareRequest } from './prepared';
import { scriptedData } from './scripted/data';
import { linearModel, type Faults } from './scripted/linear-model';
import { createScriptedRun, scriptedBatch } from './scripted/runs';
import { trainRun } from './session';
import { tryTraining } from './trial';

const request = (home: string, more: Record<string, number> = {}): TrialRequest => ({
  home,
  method: 'scripted',
  config: { batchSize: scriptedBatch, learningRate: 0.05, schedule: 'constant', warmupSteps: 0, beta1: 0.9, beta2: 0.999, weightDecay: 0, clipNorm: 0, emaDecay: 0.9, ...more },
  dataset: { name: 'scripted', hash: '0' },
  view: {},
  seed: 5,
  versions: { genoise: '0', onnxruntime: '0', node: '0' },
});

/** A trial on a clock of which step k takes `secs(k)`. */
async function tried(secs: (k: number) => number, faults: Faults = {}, work = scriptedWork()) {
  let nowMs = 0;
  let closed = 0;
  let disposed = 0;
  const pieces = {
    openData: async () => ({ ...scriptedData(), close: () => void closed++ }),
    prepare: async () => {
      nowMs += 700;
      const model = linearModel(scriptedBatch, {
        ...faults,
        async beforeStep(k) {
          nowMs += 1_000 * secs(k);
          await faults.beforeStep?.(k);
        },
      });
      model.runner.dispose = async () => void disposed++;
      return model;
    },
  };
  const times = tryTraining(request('/nowhere'), pieces, { monotonicMs: () => nowMs }, work);
  return { times, closed: () => closed, disposed: () => disposed, work };
}

test('twenty steps: the median of those after the warm-up, and the time before the first', async () => {
  // The first two are slow, and every fifth is.
  const { times, closed, disposed, work } = await tried((k) => (k <= 2 ? 5 : k % 5 === 0 ? 0.9 : 0.1));
  expect(await times).toEqual({ device: 'scripted', parameters: 4, steps: 20, stepSecs: expect.closeTo(0.1, 9) as number, compileSecs: expect.closeTo(0.7, 9) as number, readSecs: 0 });
  expect([closed(), disposed()]).toEqual([1, 1]);
  expect(work.reports.at(-1)).toEqual({ phase: 'trial', done: 20, total: 20 });
});

test('the threads that the user set hold for it', async () => {
  const home = join(scratchFolder(), 'home');
  await changeSettings(home, { threads: 3 });
  const threads: (number | undefined)[] = [];
  const pieces = {
    openData: async () => scriptedData(),
    prepare: async (asked: PrepareRequest) => {
      threads.push(asked.threads);
      return linearModel(scriptedBatch);
    },
  };
  await tryTraining(request(home), pieces, { monotonicMs: () => 0 }, scriptedWork());
  await createScriptedRun(home, 'r');
  await trainRun({ home, run: 'r', steps: 1 }, pieces, readControl(controlBuffer()), scriptedWork());
  expect(threads).toEqual([3, 3]);
});

test('slow steps are not tried for longer than needed, but three times at least', async () => {
  expect(await (await tried(() => 4)).times).toMatchObject({ steps: 4, stepSecs: expect.closeTo(4, 9) as number });
  expect(await (await tried(() => 60)).times).toMatchObject({ steps: 3, stepSecs: expect.closeTo(60, 9) as number });
});

test('a cancel ends it after the step under way, and memory that runs out has its word', async () => {
  const cancelled = await tried(() => 0.1, {}, scriptedWork(({ phase, done }) => phase === 'trial' && done === 3));
  expect(await labErrorOf(cancelled.times)).toMatchObject({ code: 'cancelled' });
  expect([cancelled.closed(), cancelled.disposed(), cancelled.work.reports.at(-1)?.done]).toEqual([1, 1, 3]);
  const full = await tried(() => 0.1, { beforeStep: (k) => { if (k === 2) throw new Error('Failed to allocate memory for requested buffer of size 4294967296'); } });
  expect(await labErrorOf(full.times)).toMatchObject({ code: 'device-out-of-memory', params: { batchSize: scriptedBatch } });
  expect([full.closed(), full.disposed()]).toEqual([1, 1]);
});

let bundle: Awaited<ReturnType<typeof bundleEntries<'index' | 'worker'>>>;
beforeAll(async () => (bundle = await bundleEntries({ index: 'main/trainer/scripted/index.ts', worker: 'main/trainer/scripted/worker.ts' })));
afterAll(() => bundle.remove());

test('in its process: nothing is left in the home, memory is that of the process, and other trainings are counted', async () => {
  const home = join(scratchFolder(), 'home');
  await mkdir(home, { recursive: true });
  const trainer = startProcess('trainer', { path: bundle.paths.index, restarts: restartBudget(() => performance.now()) });
  try {
    const alone = await trainer.call<TrialResult>('trial', request(home));
    expect(alone).toMatchObject({ device: 'scripted', steps: 20, others: 0 });
    expect(alone.memoryBytes).toBeGreaterThan(30e6);
    expect(alone.memoryBytes).toBeLessThan(1e9);
    expect(await readdir(home)).toEqual([]);

    // A step that holds 200 MB for a while is seen.
    const large = await trainer.call<TrialResult>('trial', request(home, { holdMb: 200, stepMs: 10 }));
    expect(large.memoryBytes - alone.memoryBytes).toBeGreaterThan(150e6);

    await createScriptedRun(home, 'r', { stepMs: 5 });
    let started: () => void;
    const under = new Promise<void>((resolve) => (started = resolve));
    const training = trainer.call('train', { home, run: 'r', steps: 100_000, device: 'cpu' }, { onProgress: ({ phase }) => phase === 'train' && started() });
    await under;
    expect(await trainer.call<TrialResult>('trial', request(home))).toMatchObject({ others: 1 });
    await trainer.call('stop', { run: 'r' });
    expect(await training).toMatchObject({ status: 'stopped' });
  } finally {
    await trainer.dispose();
    await rm(home, { recursive: true, force: true });
  }
});
