/** @file The training loop over a scripted model and a real run folder: resume, limits, pauses, cadence, and what ends a run. */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LabError } from '../../preload/contract/errors';
import type { Progress, Work } from '../../preload/contract/progress';
import { randomStream } from '../platform/random';
import { listCheckpoints, listSnapshots, loadCheckpoint } from '../runs/checkpoints';
import { layoutOf } from '../runs/layout';
import { createRun, listSamples, readGraph, readMetrics, readRun } from '../runs/run';
import { openRunWriter } from '../runs/writer';
import { controlBuffer, giveOrder, readControl, type Order } from './control';
import { trainLoop, type TrainingParts } from './loop';
import { noiseSource } from './noise';
import type { TrainingWriter } from './saving';
import { linearModel, type Faults } from './scripted/linear-model';

let home: string;
beforeAll(async () => (home = await mkdtemp(join(tmpdir(), 'genoise-loop-'))));
afterAll(() => rm(home, { recursive: true, force: true }));

const batchSize = 8;
const seed = 5;
let made = 0;

async function newRun() {
  const name = `run-${++made}`;
  const versions = { genoise: '0', onnxruntime: '0', node: '0' };
  await createRun(home, { name, method: 'scripted', config: {}, dataset: { name: 'd', hash: '0' }, view: {}, seed, device: 'scripted', versions });
  return name;
}

interface Script extends Faults {
  /** Stands between the loop and the run's writer. */
  writer?(real: TrainingWriter): TrainingWriter;
  /** Milliseconds that a step takes on the scripted clock. */
  stepMs?: number;
}

/** One training of `name`, from its last checkpoint if it has one. */
async function train(name: string, limits: TrainingParts['limits'], script: Script = {}, changes: Partial<TrainingParts> = {}) {
  let nowMs = 0;
  const prepared = linearModel(batchSize, {
    ...script,
    async beforeStep(k) {
      nowMs += script.stepMs ?? 10;
      await script.beforeStep?.(k);
    },
  });
  const writer = await openRunWriter(home, name);
  const resumed = (await listCheckpoints(home, name)).length > 0 ? await loadCheckpoint(home, name) : undefined;
  await prepared.runner.load(resumed ? new Map([...resumed.tensors].map(([key, { data }]) => [key, data])) : prepared.initialState);
  const noise = noiseSource(prepared.compiled.noise, seed);
  const x = new Float32Array(batchSize * 4);
  const buffer = controlBuffer();
  const reports: Progress[] = [];
  try {
    const end = await trainLoop({
      prepared,
      config: { batchSize, learningRate: 0.05, schedule: 'constant', warmupSteps: 0 },
      feeds: (step, rate) => {
        randomStream(seed, 'x', step).fillUniform(x);
        return { x, noise: noise(step), scalars: { step, learningRate: rate } };
      },
      writer: script.writer ? script.writer(writer) : writer,
      clock: { monotonicMs: () => nowMs },
      control: readControl(buffer),
      limits,
      start: { step: resumed?.step ?? 0, seconds: Number(resumed?.meta.seconds ?? 0) },
      progress: (report) => reports.push(report),
      ...changes,
    });
    return { end, reports, prepared, buffer };
  } finally {
    await writer.close();
  }
}
const bits = (values: Float32Array) => [...new Uint32Array(values.slice().buffer)];

test('50 steps equal 25 and 25, bit by bit, in state and in curve', async () => {
  const whole = await newRun();
  const halves = await newRun();
  const { prepared } = await train(whole, { steps: 50 });
  expect((await train(halves, { steps: 25 })).end).toMatchObject({ status: 'completed', steps: 25 });
  const second = await train(halves, { steps: 50 });
  expect(second.end).toMatchObject({ status: 'completed', steps: 50 });
  expect(second.prepared.steps).toBe(25);
  for (const [name, values] of prepared.state) expect(bits(second.prepared.state.get(name) as Float32Array)).toEqual(bits(values));
  expect(await readMetrics(home, halves)).toEqual(await readMetrics(home, whole));
  const { tensors } = await loadCheckpoint(home, whole);
  expect(bits(tensors.get('param/w')!.data)).toEqual(bits(prepared.state.get('param/w') as Float32Array));
});

test('it learns: the closed form is w = 1/4 each', async () => {
  const { prepared, end } = await train(await newRun(), { steps: 1_500 });
  for (const w of prepared.state.get('param/w') as Float32Array) expect(Math.abs(w - 0.25)).toBeLessThan(0.03);
  // What is left is the noise's own 0.1^2.
  expect(end.metrics.loss).toBeCloseTo(0.01, 2);
});

test('limits are totals: steps, minutes of training, and nothing left to do', async () => {
  const name = await newRun();
  expect((await train(name, { steps: 12 })).end).toMatchObject({ steps: 12, seconds: 0.12 });
  const byTime = await train(name, { minutes: 0.01 });
  expect(byTime.end.steps).toBe(60);
  expect(byTime.end.seconds).toBeCloseTo(0.6, 9);
  const again = await train(name, { minutes: 0.01 });
  expect(again.end).toMatchObject({ status: 'completed', steps: 60 });
  expect(again.prepared.steps).toBe(0);
  expect(await readRun(home, name)).toMatchObject({ status: 'completed', steps: 60 });
});

test('checkpoints come each 30 s of training; snapshots and the graphs of the last state are kept', async () => {
  const name = await newRun();
  const saved: number[] = [];
  const { prepared } = await train(name, { steps: 100 }, { stepMs: 1_000, beforeStep: async () => void saved.push((await listCheckpoints(home, name)).at(-1)?.step ?? 0) });
  expect([...new Set(saved)]).toEqual([0, 30, 60, 90]);
  expect((await listCheckpoints(home, name)).map(({ step }) => step)).toEqual([60, 90, 100]);
  expect((await listSnapshots(home, name)).map(({ step }) => step)).toEqual([1, 2, 3, 4, 6, 8, 11, 15, 20, 26, 34, 45, 59, 77, 100]);
  expect(await readGraph(home, name, 'features')).toEqual(Buffer.from((prepared.state.get('ema/w') as Float32Array).slice().buffer));
});

test.each([
  ['NaN', { nanAt: 40 }, 'loss, gradNorm, param/w'],
  ['an infinite loss with finite weights', { infiniteLossAt: 40 }, 'loss'],
] as const)('%s stops the run, names step and tensor, and keeps the last finite checkpoint', async (_what, faults, named) => {
  const name = await newRun();
  const { end } = await train(name, { steps: 100 }, { stepMs: 1_000, ...faults });
  const error = { code: 'loss-not-finite', params: { step: 40, name: named } };
  expect(end).toMatchObject({ status: 'failed', steps: 40, error });
  expect(await readRun(home, name)).toMatchObject({ status: 'failed', error });
  const { step, tensors } = await loadCheckpoint(home, name);
  expect(step).toBe(30);
  expect(tensors.get('param/w')!.data.every(Number.isFinite)).toBe(true);
  const { steps, series } = await readMetrics(home, name);
  expect(steps.at(-1)).toBe(40);
  expect(Number.isFinite(series.loss.at(-1))).toBe(false);
  expect((await train(name, { steps: 39 })).end).toMatchObject({ status: 'completed', steps: 39 });
});

test('weights that broke while the loss is finite are never saved', async () => {
  const name = await newRun();
  const prepared: ReturnType<typeof linearModel> = linearModel(batchSize, {
    beforeStep(k) {
      if (k === 11) prepared.state.get('v/w')?.fill(Infinity);
    },
  });
  await prepared.runner.load(prepared.initialState);
  const { end } = await train(name, { steps: 11 }, {}, { prepared });
  expect(end).toMatchObject({ status: 'failed', error: { code: 'loss-not-finite', params: { step: 11, name: 'v/w' } } });
  expect(await listCheckpoints(home, name)).toEqual([]);
});

test('a device out of memory keeps the last checkpoint and names a smaller batch', async () => {
  const name = await newRun();
  const beforeStep = (k: number) => {
    if (k === 35) throw new Error('CUDA failure 2: out of memory ; GPU=0 ; expr=cudaMalloc');
  };
  const { end } = await train(name, { steps: 100 }, { stepMs: 1_000, beforeStep });
  expect(end).toMatchObject({ status: 'failed', steps: 34, error: { code: 'device-out-of-memory', params: { device: 'scripted', batchSize: 8, smaller: 4 } } });
  expect((await loadCheckpoint(home, name)).step).toBe(30);
});

test.each(['stop', 'cancel'] as const)('%s ends after the step under way, and what is done is saved', async (order) => {
  const name = await newRun();
  const buffer = controlBuffer();
  const { end, prepared } = await train(name, { steps: 100 }, { beforeStep: (k) => (k === 17 ? giveOrder(buffer, order) : undefined) }, { control: readControl(buffer) });
  const status = order === 'stop' ? 'stopped' : 'cancelled';
  expect(end).toMatchObject({ status, steps: 17 });
  expect(await readRun(home, name)).toMatchObject({ status, steps: 17 });
  const { step, tensors } = await loadCheckpoint(home, name);
  expect(step).toBe(17);
  expect(bits(tensors.get('param/w')!.data)).toEqual(bits(prepared.state.get('param/w') as Float32Array));
});

test('a pause saves, says so, holds the clock, and goes on where it was', async () => {
  const name = await newRun();
  const plain = await train(await newRun(), { steps: 30 });
  const buffer = controlBuffer();
  const reports: Progress[] = [];
  let status = '';
  let nowMs = 0;
  const clock = { monotonicMs: () => nowMs };
  const beforeStep = (k: number) => {
    nowMs += 10;
    if (k === 10) giveOrder(buffer, 'pause');
  };
  const progress = (report: Progress) => {
    reports.push(report);
    if (report.phase !== 'paused') return;
    nowMs += 60_000;
    if (status) return;
    void (async () => {
      status = (await readRun(home, name)).status;
      expect((await loadCheckpoint(home, name)).step).toBe(10);
      giveOrder(buffer, 'run');
    })();
  };
  const { end, prepared } = await train(name, { steps: 30 }, { beforeStep }, { control: readControl(buffer), progress, clock });
  expect(status).toBe('paused');
  expect(end).toMatchObject({ status: 'completed', steps: 30 });
  expect(end.seconds).toBeCloseTo(0.3, 9);
  expect(bits(prepared.state.get('param/w') as Float32Array)).toEqual(bits(plain.prepared.state.get('param/w') as Float32Array));
});

/** Refuses every save that takes room, as a full disk does, from `refuse()` on. */
const onFullDisk = (real: TrainingWriter, refuse: () => boolean): TrainingWriter => ({
  ...real,
  saveCheckpoint: async (...args) => {
    if (refuse()) throw new LabError('disk-full', { path: '/full' });
    return real.saveCheckpoint(...args);
  },
});

test('a full disk pauses the run and says so; with room again it goes on and loses nothing', async () => {
  const name = await newRun();
  let refusals = 3;
  const waits: number[] = [];
  const control: TrainingParts['control'] = { order: () => 'run', changed: async (_from, limitMs) => void waits.push(limitMs) };
  const { end, reports } = await train(name, { steps: 40 }, { stepMs: 1_000, writer: (real) => onFullDisk(real, () => refusals-- > 0) }, { control });
  expect(end).toEqual({ status: 'completed', steps: 40, seconds: 40, metrics: end.metrics });
  const said = reports.filter(({ phase }) => phase === 'paused');
  expect(said).toHaveLength(3);
  expect(said[0]).toMatchObject({ done: 30, error: { code: 'disk-full', params: { path: '/full' } } });
  expect(waits).toEqual([5_000, 5_000, 5_000]);
  expect((await listCheckpoints(home, name)).map(({ step }) => step)).toEqual([30, 40]);
});

test('a cancel on a full disk ends the run and says that its last state is not saved', async () => {
  const name = await newRun();
  await train(name, { steps: 20 });
  const buffer = controlBuffer();
  const beforeStep = (k: number) => (k === 25 ? giveOrder(buffer, 'cancel') : undefined);
  const { end } = await train(name, { steps: 40 }, { beforeStep, writer: (real) => onFullDisk(real, () => true) }, { control: readControl(buffer) });
  expect(end).toMatchObject({ status: 'cancelled', steps: 25, error: { code: 'disk-full' } });
  expect((await loadCheckpoint(home, name)).step).toBe(20);
});

test('another error of saving fails the run, with its words in the run', async () => {
  const name = await newRun();
  const writer = (real: TrainingWriter): TrainingWriter => ({
    ...real,
    saveGraph: async () => {
      throw new LabError('path-not-writable', { path: '/ro', reason: 'EROFS' });
    },
  });
  const { end } = await train(name, { steps: 5 }, { writer });
  expect(end).toMatchObject({ status: 'failed', error: { code: 'path-not-writable' } });
  expect(await readRun(home, name)).toMatchObject({ status: 'failed', error: { code: 'path-not-writable', params: { path: '/ro' } } });
});

test('progress comes at most 10 times a second and tells speed, time left and every metric', async () => {
  const { reports } = await train(await newRun(), { steps: 100 });
  const training = reports.filter(({ phase }) => phase === 'train');
  expect(training).toHaveLength(10);
  expect(training[5]).toMatchObject({ done: 51, total: 100, seconds: 0.51, learningRate: 0.05 });
  expect(training[5].stepsPerSecond).toBeCloseTo(100, 9);
  expect(training[5].secondsLeft).toBeCloseTo(0.49, 9);
  expect(training[5].gradNorm).toBeGreaterThan(0);
});

/** A training whose steps take 0.1 s each and whose previews are `draw`'s. */
async function trainDrawn(name: string, steps: number, draw: (step: number, work: Work, order: (order: Order) => void) => Promise<Uint8Array>, firstMs = 100) {
  const prepared = linearModel(batchSize);
  await prepared.runner.load(prepared.initialState);
  const buffer = controlBuffer();
  let nowMs = 0;
  const shown: { step: number; state: string }[] = [];
  prepared.preview = (state, step, work) => {
    shown.push({ step, state: [...state.keys()].join() });
    return draw(step, work, (order) => giveOrder(buffer, order));
  };
  const step = prepared.runner.step;
  prepared.runner.step = (feeds) => ((nowMs += feeds.scalars.step === 1 ? firstMs : 100), step(feeds));
  const { end, reports } = await train(name, { steps }, {}, { prepared, clock: { monotonicMs: () => nowMs }, control: readControl(buffer) });
  const saved = (await listSamples(home, name)).map((sample) => sample.step);
  return { end, shown, saved, announced: reports.filter(({ phase, saved: at }) => phase === 'preview' && at !== undefined).map((report) => report.saved) };
}

test('previews of the averaged weights come rarer and rarer, at last of the last step, and each is announced once it stands', async () => {
  const name = await newRun();
  const { end, shown, saved, announced } = await trainDrawn(name, 100, async (step) => Uint8Array.of(step));
  expect(end.status).toBe('completed');
  expect(new Set(shown.map(({ state }) => state))).toEqual(new Set(['ema/w']));
  // The first is due when 10 times its guessed cost, 4 steps, have passed.
  expect(saved).toEqual([40, 52, 68, 89, 100]);
  expect(announced).toEqual(saved);
  expect(await readFile((await listSamples(home, name))[0].path)).toEqual(Buffer.from([40]));
});

test('a first step that compiles for long puts no preview off', async () => {
  const { saved } = await trainDrawn(await newRun(), 10, async () => Uint8Array.of(1), 30_000);
  expect(saved[0]).toBe(2);
});

test('a preview that fails is told in the journal, ends nothing and is not tried again', async () => {
  const name = await newRun();
  const { end, shown, saved } = await trainDrawn(name, 90, async (step) => {
    if (step > 40) throw new Error('no picture today');
    return Uint8Array.of(step);
  });
  expect(end.status).toBe('completed');
  expect(saved).toEqual([40]);
  expect(shown.map(({ step }) => step)).toEqual([40, 52]);
  expect(await readFile(layoutOf(home, name).journal, 'utf8')).toContain('no picture today');
});

test('an order that comes in the middle of a preview ends it', async () => {
  const { end, shown, saved } = await trainDrawn(await newRun(), 100, async (step, work, order) => {
    if (step === 52) order('cancel');
    work.progress({ phase: 'decode', done: 0, total: 1 });
    if (work.signal.aborted) throw new LabError('cancelled', { what: 'decode' });
    return Uint8Array.of(step);
  });
  expect(end).toMatchObject({ status: 'cancelled', steps: 52 });
  expect(shown.map(({ step }) => step)).toEqual([40, 52]);
  expect(saved).toEqual([40]);
});
