/** @file Trainings in real processes: killed, cancelled in a long step, hanging, paused from outside, out of memory. */

import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { bundleEntries } from '../../e2e/harness/bundle';
import type { LabError } from '../../preload/contract/errors';
import type { Progress } from '../../preload/contract/progress';
import type { TrainResult } from '../../preload/contract/training';
import { randomStream } from '../platform/random';
import { listCheckpoints, loadCheckpoint } from '../runs/checkpoints';
import { layoutOf } from '../runs/layout';
import { readMetrics, readRun } from '../runs/run';
import { startProcess, type WorkerProcess } from '../supervisor/process';
import type { CallOptions } from '../supervisor/calls';
import { restartBudget } from '../supervisor/restarts';
import { createScriptedRun } from './scripted/runs';

let home: string;
let bundle: Awaited<ReturnType<typeof bundleEntries<'index' | 'worker'>>>;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'genoise-trainer-'));
  bundle = await bundleEntries({ index: 'main/trainer/scripted/index.ts', worker: 'main/trainer/scripted/worker.ts' });
});
afterAll(async () => {
  await bundle.remove();
  await rm(home, { recursive: true, force: true });
});

const started: WorkerProcess[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((trainer) => trainer.dispose()));
});
function startTrainer(): WorkerProcess {
  const trainer = startProcess('trainer', { path: bundle.paths.index, restarts: restartBudget(() => performance.now()) });
  started.push(trainer);
  return trainer;
}
const train = (trainer: WorkerProcess, run: string, steps: number, options?: CallOptions) => trainer.call<TrainResult>('train', { home, run, steps, device: 'cpu' }, options);
const caught = (promise: Promise<unknown>) => promise.then(() => undefined, (error: unknown) => error as LabError);
const weights = async (run: string) => {
  const { tensors } = await loadCheckpoint(home, run);
  return [...tensors].map(([name, { data }]) => [name, ...new Uint32Array(data.slice().buffer)]);
};
/** Resolves with the first report that `is` accepts; all reports go to `seen`. */
function watching(is: (report: Progress) => boolean) {
  const seen: Progress[] = [];
  let found: (report: Progress) => void;
  const first = new Promise<Progress>((resolve) => (found = resolve));
  const onProgress = (report: Progress) => {
    seen.push(report);
    if (is(report)) found(report);
  };
  return { seen, first, onProgress };
}

test('killed at 20 random steps: a typed failure within 2 s, nothing older than the last checkpoint lost, and the same end as uninterrupted', { timeout: 180_000 }, async () => {
  const total = 4_000;
  await createScriptedRun(home, 'killed', { stepMs: 1 });
  await createScriptedRun(home, 'whole');
  await train(startTrainer(), 'whole', total);
  const random = randomStream(1, 'kills', 0);
  let resumedFrom = 0;
  for (let kill = 0; kill < 20; kill++) {
    const trainer = startTrainer();
    const target = resumedFrom + 1 + Math.floor(random.uniform() * 300);
    const { seen, first, onProgress } = watching(({ phase, done }) => phase === 'train' && done >= target);
    const failure = caught(train(trainer, 'killed', total, { onProgress }));
    await first;
    const killedAt = performance.now();
    process.kill(trainer.pid as number, 'SIGKILL');
    expect(await failure).toMatchObject({ code: 'process-died', params: { entry: 'trainer', how: 'SIGKILL' } });
    expect(performance.now() - killedAt).toBeLessThan(2_000);
    expect(await readRun(home, 'killed')).toMatchObject({ status: 'failed', error: { code: 'run-interrupted' } });
    // A save is over once a step after it has been reported.
    const savedAt = seen.filter(({ phase }, i) => phase === 'save' && seen.slice(i).some((later) => later.phase === 'train')).at(-1)?.done ?? resumedFrom;
    const checkpoints = await listCheckpoints(home, 'killed');
    const latest = checkpoints.length > 0 ? (await loadCheckpoint(home, 'killed')).step : 0;
    expect(latest).toBeGreaterThanOrEqual(savedAt);
    resumedFrom = latest;
  }
  expect(resumedFrom).toBeGreaterThan(0);
  expect(await train(startTrainer(), 'killed', total)).toMatchObject({ status: 'completed', steps: total });
  expect(await weights('killed')).toEqual(await weights('whole'));
  const [curve, wholeCurve] = [await readMetrics(home, 'killed'), await readMetrics(home, 'whole')];
  expect(curve.steps).toEqual(wholeCurve.steps);
  expect(curve.series.loss).toEqual(wholeCurve.series.loss);
});

test('a cancel in a step of 60 s is acknowledged within 100 ms and enforced after 10 s; the run resumes', async () => {
  await createScriptedRun(home, 'stuck', { hangAt: 400, hangMs: 60_000, stepMs: 1 });
  const trainer = startTrainer();
  const abort = new AbortController();
  const { first, onProgress } = watching(({ phase }) => phase === 'hangs');
  let acknowledgedAt = NaN;
  const startedAt = performance.now();
  const failure = caught(train(trainer, 'stuck', 1_000, { onProgress, signal: abort.signal, onCancelling: () => (acknowledgedAt = performance.now()) }));
  const alarm = await first;
  expect(alarm.done).toBeLessThanOrEqual(5);
  expect(performance.now() - startedAt).toBeLessThan(30_000);
  expect(alarm.step).toBeGreaterThan(0);
  const abortedAt = performance.now();
  abort.abort();
  expect(await failure).toMatchObject({ code: 'cancelled' });
  expect(acknowledgedAt - abortedAt).toBeLessThan(100);
  expect(performance.now() - abortedAt).toBeGreaterThan(9_900);
  expect(performance.now() - abortedAt).toBeLessThan(11_500);
  expect(await readRun(home, 'stuck')).toMatchObject({ status: 'failed', error: { code: 'run-interrupted' } });
  const { step } = await loadCheckpoint(home, 'stuck');
  expect(step).toBeGreaterThan(0);
  expect(await train(startTrainer(), 'stuck', 399)).toMatchObject({ status: 'completed', steps: 399 });
});

test('a cancel in a step of 2 s ends after it, with a checkpoint', async () => {
  await createScriptedRun(home, 'slow', { hangAt: 5, hangMs: 2_000 });
  const trainer = startTrainer();
  const abort = new AbortController();
  const { first, onProgress } = watching(({ phase }) => phase === 'train');
  const result = train(trainer, 'slow', 1_000_000, { onProgress, signal: abort.signal });
  await first;
  await new Promise((resolve) => setTimeout(resolve, 300));
  abort.abort();
  const { status, steps } = await result;
  expect(status).toBe('cancelled');
  expect(steps).toBe(5);
  expect((await loadCheckpoint(home, 'slow')).step).toBe(5);
  expect(await readRun(home, 'slow')).toMatchObject({ status: 'cancelled', steps: 5 });
});

test('two trainings in one process: a stop, a pause and a go reach the named run alone', async () => {
  await createScriptedRun(home, 'one', { stepMs: 1 });
  await createScriptedRun(home, 'two', { stepMs: 1 });
  const trainer = startTrainer();
  const [one, two] = [watching(({ phase }) => phase === 'train'), watching(({ phase }) => phase === 'train')];
  const first = train(trainer, 'one', 1_000_000, { onProgress: one.onProgress });
  const second = train(trainer, 'two', 1_000_000, { onProgress: two.onProgress });
  await Promise.all([one.first, two.first]);
  expect(await caught(train(trainer, 'one', 10))).toMatchObject({ code: 'run-locked', params: { run: 'one' } });
  expect(await caught(trainer.call('stop', { run: 'three' }))).toMatchObject({ code: 'not-training', params: { run: 'three' } });
  await trainer.call('pause', { run: 'one' });
  while (one.seen.at(-1)?.phase !== 'paused') await new Promise((resolve) => setTimeout(resolve, 20));
  const [pausedAt, otherAt] = [one.seen.at(-1)?.done, two.seen.at(-1)?.done as number];
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(one.seen.at(-1)).toMatchObject({ phase: 'paused', done: pausedAt });
  expect(two.seen.at(-1)?.done).toBeGreaterThan(otherAt);
  await trainer.call('stop', { run: 'two' });
  expect(await second).toMatchObject({ run: 'two', status: 'stopped' });
  await trainer.call('resumeTraining', { run: 'one' });
  while (one.seen.at(-1)?.phase !== 'train') await new Promise((resolve) => setTimeout(resolve, 20));
  await trainer.call('stop', { run: 'one' });
  const end = await first;
  expect(end.status).toBe('stopped');
  expect(end.steps).toBeGreaterThan(pausedAt as number);
  expect(await caught(trainer.call('pause', { run: 'one' }))).toMatchObject({ code: 'not-training' });
});

test('a cancel while the step is being compiled ends the run before its first step', async () => {
  await createScriptedRun(home, 'early', { prepareMs: 500 });
  const abort = new AbortController();
  const { first, onProgress } = watching(({ phase }) => phase === 'compile');
  const result = train(startTrainer(), 'early', 10, { onProgress, signal: abort.signal });
  await first;
  abort.abort();
  expect(await result).toEqual({ run: 'early', status: 'cancelled', steps: 0, seconds: expect.closeTo(0, 1), metrics: {}, device: 'scripted' });
});

test('a cancel while the data is being packed ends the run at once', async () => {
  await createScriptedRun(home, 'packing', { packMs: 30_000 });
  const abort = new AbortController();
  const { first, onProgress } = watching(({ phase }) => phase === 'pack');
  const result = train(startTrainer(), 'packing', 10, { onProgress, signal: abort.signal });
  await first;
  const at = performance.now();
  abort.abort();
  expect(await result).toMatchObject({ status: 'cancelled', steps: 0 });
  expect(performance.now() - at).toBeLessThan(2_000);
  expect((await readRun(home, 'packing')).status).toBe('cancelled');
});

test('a device out of memory is told in words, with a batch that may fit', async () => {
  await createScriptedRun(home, 'large', { memoryAt: 3 });
  const result = await train(startTrainer(), 'large', 10);
  expect(result).toMatchObject({ status: 'failed', steps: 2, error: { code: 'device-out-of-memory', params: { batchSize: 8, smaller: 4 } } });
  expect((await readRun(home, 'large')).error).toEqual(result.error);
});

test('a damaged newest checkpoint is named and the one before is used', async () => {
  await createScriptedRun(home, 'damaged');
  const trainer = startTrainer();
  await train(trainer, 'damaged', 20);
  await train(trainer, 'damaged', 40);
  const file = await open(layoutOf(home, 'damaged').weights('checkpoints', 40), 'r+');
  await file.truncate(100);
  await file.close();
  const { seen, onProgress } = watching(() => false);
  expect(await train(trainer, 'damaged', 40, { onProgress })).toMatchObject({ status: 'completed', steps: 40 });
  expect(seen.find(({ phase }) => phase === 'recover')).toMatchObject({ done: 20, rejected: [{ step: 40, reason: { code: 'safetensors-truncated' } }] });
  expect((await loadCheckpoint(home, 'damaged')).step).toBe(40);
});
