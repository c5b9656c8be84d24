/** @file Training as windows see it, on real steps of a tiny model: plans checked, jobs, orders, curves that grow, samples, forks. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { labErrorOf, scratchFolder, scriptedWork } from '../../e2e/harness/scratch';
import type { HandlersOf } from '../../preload/contract/contract';
import type { MetricsTail, training } from '../../preload/contract/domains/training';
import type { JobInfo } from '../../preload/contract/jobs';
import type { Work } from '../../preload/contract/progress';
import { packView } from '../data/catalog/pack-view';
import { addDataset } from '../inference/scripted/home';
import { listSamples, readMetrics } from '../runs/run';
import { controlBuffer, giveOrder, readControl, type Order } from '../trainer/control';
import { openTrainingData } from '../trainer/data';
import { prepareTraining } from '../trainer/prepare';
import { trainRun } from '../trainer/session';
import { openChanges } from './changes';
import { renameDataset } from './datasets';
import { trainingCalls } from './calls/training';
import type { Desk } from './desk';
import { openJobs, type Jobs } from './jobs';
import type { Lab } from './lab';
import { runOf, runsOf } from './runs';

let home: string;
let lab: Lab;
let jobs: Jobs;
let calls: HandlersOf<typeof training>;
let ends: AbortController;

/** 40 images of 4 x 4, each one grey. */
const split = { pixels: Uint8Array.from({ length: 40 * 16 }, (_, i) => (i >> 4) * 6), labels: new Uint8Array(40) };
const tiny = { latentDim: 2, hidden: [4], batchSize: 8, warmupSteps: 0 };
const plan = { method: 'vae', config: tiny, dataset: 'greys', run: 'first', seed: 3, device: 'cpu' };

beforeEach(async () => {
  home = join(scratchFolder(), 'home');
  ends = new AbortController();
  await addDataset(home, 'greys', { train: split, test: split, side: 4 });
  const controls = new Map<string, SharedArrayBuffer>();
  const orders: Record<string, Order> = { pause: 'pause', resumeTraining: 'run', stop: 'stop' };
  const call = async (entry: string, name: string, args: Record<string, unknown>, work: Work): Promise<unknown> => {
    const request = { home, ...args };
    if (entry === 'importer') return packView(request as unknown as Parameters<typeof packView>[0], work);
    const run = String(args['run']);
    if (name in orders) return giveOrder(controls.get(run) as SharedArrayBuffer, orders[name]);
    const control = controlBuffer();
    controls.set(run, control);
    work.signal.addEventListener('abort', () => giveOrder(control, 'cancel'));
    return trainRun(request as unknown as Parameters<typeof trainRun>[0], { openData: openTrainingData, prepare: prepareTraining }, readControl(control), work);
  };
  lab = { home, call: call as Lab['call'], close: async () => undefined };
  const changes = openChanges();
  jobs = openJobs(() => undefined);
  calls = trainingCalls({ lab, jobs, changes } as Desk);
});
afterEach(async () => {
  ends.abort();
  await jobs.close();
  rmSync(home, { recursive: true, force: true });
});

const work = scriptedWork();
const ended = async (job: JobInfo | Promise<JobInfo>) => jobs.ended((await job).id);
/** Resolves once the job's progress is as wanted. */
const reached = async (job: JobInfo, is: (info: JobInfo) => boolean) => expect.poll(() => jobs.list().some((info) => info.id === job.id && is(info)), { timeout: 20_000, interval: 5 }).toBe(true);

test('a plan is checked field by field', async () => {
  const check = (changes: Partial<Parameters<typeof calls.check>[0]>) => calls.check({ method: 'vae', config: {}, dataset: 'greys', run: 'new', ...changes }, work);
  expect(await check({})).toEqual([]);
  expect(await check({ config: { latentDim: 0, beta: -1, typo: 1 } })).toMatchObject([{ field: 'typo' }, { field: 'latentDim', reason: { code: 'setting-value' } }, { field: 'beta' }]);
  expect(await check({ run: 'a/b' })).toMatchObject([{ field: 'run', reason: { code: 'name-invalid' } }]);
  expect(await check({ dataset: 'gone' })).toMatchObject([{ field: 'dataset', reason: { code: 'dataset-not-found' } }]);
  // 4 pixels can't be halved into patches of 3.
  expect(await check({ method: 'ddpm', config: { patchSize: 3 } })).toMatchObject([{ field: '', reason: { code: 'setting-divides' } }]);
  await ended(calls.start({ ...plan, steps: 2 }, work));
  expect(await check({ run: 'first' })).toMatchObject([{ field: 'run', reason: { code: 'run-exists' } }]);
  expect(await labErrorOf(Promise.resolve(calls.start({ ...plan, steps: 2 }, work)))).toMatchObject({ code: 'run-exists' });
  expect(await labErrorOf(Promise.resolve(calls.start({ ...plan, run: 'other', config: { ...tiny, beta: 'much' } }, work)))).toMatchObject({ code: 'setting-value', params: { setting: 'beta' } });
  expect(await calls.freeName({ method: 'vae', dataset: 'Grey Faces' }, work)).toBe('vae-grey-faces');
  await ended(calls.start({ ...plan, run: 'vae-greys', steps: 2 }, work));
  expect(await calls.freeName({ method: 'vae', dataset: 'greys' }, work)).toBe('vae-greys-2');
});

test('without a limit it trains until it is stopped; it pauses and goes on; then its job says how far it came', async () => {
  const job = await calls.start(plan, work);
  expect(job).toMatchObject({ kind: 'train', subject: 'first', state: 'running' });
  await reached(job, ({ progress }) => progress?.phase === 'train' && progress.done > 20);
  expect(jobs.list()[0].progress).not.toHaveProperty('secondsLeft');
  await calls.pause({ run: 'first' }, work);
  await reached(job, ({ progress }) => progress?.phase === 'paused');
  const at = jobs.list()[0].progress?.done as number;
  await calls.resume({ run: 'first' }, work);
  await reached(job, ({ progress }) => progress?.phase === 'train' && progress.done > at + 20);
  await calls.stop({ run: 'first' }, work);
  const end = await jobs.ended(job.id);
  expect(end).toMatchObject({ state: 'done', result: { status: 'stopped', device: 'cpu' } });
  expect(end.result?.['steps']).toBeGreaterThan(at + 20);
});

test('curves are told from the start, then as they grow, and a fork has them up to its step', async () => {
  const tails: MetricsTail[] = [];
  void calls.metrics({ run: 'first' }, { emit: async (tail) => void tails.push(tail), signal: ends.signal }).catch(() => undefined);
  await ended(calls.start({ ...plan, steps: 30 }, work));
  // The run was not there when the watch began.
  await ended(calls.goOn({ run: 'first', steps: 60 }, work));
  void calls.metrics({ run: 'first' }, { emit: async (tail) => void tails.push(tail), signal: ends.signal });
  await expect.poll(() => tails.reduce((sum, tail) => sum + tail.steps.length, 0)).toBe(60);
  await ended(calls.goOn({ run: 'first', steps: 90 }, work));
  await expect.poll(() => tails.reduce((sum, tail) => sum + tail.steps.length, 0)).toBe(90);
  const losses = tails.flatMap((tail) => [...tail.series['loss']]);
  expect(losses).toEqual((await readMetrics(home, 'first')).series['loss'].map(Math.fround));

  const kept: { samples: number[]; checkpoints: number[] }[] = [];
  void calls.kept({ run: 'first' }, { emit: async (state) => void kept.push(state), signal: ends.signal });
  await expect.poll(() => kept.length).toBe(1);
  expect(kept[0]).toEqual({ samples: [30, 60, 90], checkpoints: [30, 60, 90] });
  const fork = await calls.fork({ from: 'first', name: 'second', step: 60 }, work);
  expect(fork).toMatchObject({ name: 'second', steps: 60, parent: { run: 'first', step: 60 } });
  expect((await readMetrics(home, 'second')).steps).toHaveLength(60);
});

test('samples of a step come as images, row by row as they stand in the sheet', async () => {
  await ended(calls.start({ ...plan, steps: 5 }, work));
  const { images, shape } = await calls.sample({ run: 'first', step: 5 }, work);
  expect(shape).toEqual([36, 4, 4, 1]);
  const [{ path }] = await listSamples(home, 'first');
  const sheet = await sharp(path).toColourspace('b-w').raw().toBuffer();
  // Image 8 is the third of the second row.
  expect([...images.subarray(8 * 16, 8 * 16 + 4)]).toEqual([...sheet.subarray(4 * 24 + 8, 4 * 24 + 12)]);
  expect([...images.subarray(9 * 16 - 4, 9 * 16)]).toEqual([...sheet.subarray(7 * 24 + 8, 7 * 24 + 12)]);
  expect(await labErrorOf(Promise.resolve(calls.sample({ run: 'first', step: 4 }, work)))).toMatchObject({ code: 'sample-not-found', params: { known: '5' } });
});

test('a training that fails is a job that failed, for its reason', async () => {
  const missing = await ended(calls.start({ ...plan, device: 'abacus', run: 'nowhere' }, work));
  expect(missing).toMatchObject({ state: 'failed', error: { code: 'device-missing' } });
  expect(await calls.check({ method: 'vae', config: {}, run: 'nowhere' }, work)).toEqual([]);
  const job = await calls.start(plan, work);
  await reached(job, ({ progress }) => progress?.phase === 'train');
  jobs.cancel(job.id);
  expect(await jobs.ended(job.id)).toMatchObject({ state: 'cancelled' });
});

test('a run goes on with its dataset under the name that it has now, and says so', async () => {
  await ended(calls.start({ ...plan, steps: 5 }, work));
  await renameDataset(lab, 'greys', 'renamed');
  expect((await runOf(lab, 'first')).dataset.name).toBe('renamed');
  expect((await runsOf(lab)).runs.map(({ dataset }) => dataset.name)).toEqual(['renamed']);
  // Not even the packed view stands: the images themselves are looked for.
  rmSync(join(home, 'views'), { recursive: true });
  expect(await ended(calls.goOn({ run: 'first', steps: 9 }, work))).toMatchObject({ state: 'done', result: { steps: 9 } });
  await calls.fork({ from: 'first', name: 'branch' }, work);
  expect((await runOf(lab, 'branch')).dataset.name).toBe('renamed');
  await renameDataset(lab, 'renamed', 'greys');
  expect((await runOf(lab, 'branch')).dataset.name).toBe('greys');
});
