/** @file The writer under faults (old state or new, never a mix), what it keeps, and who may write. */

import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LabError } from '../../preload/contract/errors';
import { injectFaults, pause, type Fault } from '../platform/file-calls';
import { listCheckpoints, listSnapshots, loadCheckpoint } from './checkpoints';
import { runFields, weightsOf } from './fixtures/known-run';
import { layoutOf } from './layout';
import { createRun, listGraphs, listSamples, readEvents, readGraph, readMetrics, readRun } from './run';
import { openRunWriter, type RunWriter } from './writer';

let home: string;
let writer: RunWriter;
let restore = (): void => {};
const realWait = pause.wait;

beforeEach(async () => {
  home = await fs.mkdtemp(join(tmpdir(), 'genoise-writer-'));
  pause.wait = () => Promise.resolve();
  await createRun(home, runFields('run'));
  writer = await openRunWriter(home, 'run');
});
afterEach(async () => {
  restore();
  pause.wait = realWait;
  await writer.close();
  await fs.rm(home, { recursive: true, force: true });
});

const inject = (fault?: Fault): string[] => {
  const faults = injectFaults(fault);
  restore = faults.restore;
  return faults.seen;
};
const hidden = async (): Promise<string[]> => (await fs.readdir(layoutOf(home, 'run').folder, { recursive: true })).filter((name) => name.includes('genoise-'));
const steps = async (): Promise<number[]> => (await listCheckpoints(home, 'run')).map(({ step }) => step);

test('whichever file call of saving a checkpoint fails, the old state or the new one stands and no metric is lost or doubled', async () => {
  for (const step of [1, 2, 3]) {
    writer.metrics(step, { loss: step });
    await writer.saveCheckpoint(step, weightsOf(step), {});
  }
  let step = 3;
  const seen = inject();
  const save = (): Promise<unknown> => {
    step += 1;
    writer.metrics(step, { loss: step });
    return writer.saveCheckpoint(step, weightsOf(step), {});
  };
  await save();
  restore();
  const renamed = seen.indexOf('rename') + 1;
  expect(seen).toContain('rm');
  let failures = 0;
  for (const code of ['EIO', 'ENOSPC', 'EPERM'] as const) {
    for (const times of [1, Infinity]) {
      for (let at = 1; at <= seen.length; at++) {
        for (const when of ['before', 'half'] as const) {
          const what = `${code} x${times} at ${at} ${when}`;
          inject({ at, code, times, when });
          const caught = await save().catch((error: unknown) => error);
          restore();
          const { step: found, tensors, rejected } = await loadCheckpoint(home, 'run');
          expect(rejected, what).toEqual([]);
          expect([step - 1, step], what).toContain(found);
          expect(tensors, what).toEqual(weightsOf(found));
          if (caught instanceof LabError) {
            failures += 1;
            expect(['disk-full', 'path-not-writable', 'file-call-failed'], what).toContain(caught.code);
          } else expect(found, what).toBe(step);
          if (at > renamed || (at === renamed && times === 1 && code === 'EPERM')) expect(found, what).toBe(step);
          // The trainer tries again once there is room.
          if (found < step) await writer.saveCheckpoint(step, weightsOf(step), {});
        }
      }
    }
  }
  expect(failures).toBeGreaterThan(50);
  await writer.flush();
  const metrics = await readMetrics(home, 'run');
  const all = Array.from({ length: step }, (_, index) => index + 1);
  expect(metrics).toEqual({ steps: all, series: { loss: all } });
  await writer.close();
  writer = await openRunWriter(home, 'run');
  expect(await hidden()).toEqual([]);
  await writer.saveCheckpoint(step + 1, weightsOf(step + 1), {});
  expect(await steps()).toEqual([step - 1, step, step + 1]);
});

test('whichever file call of a status change fails, run.json is the old one or the new one, and info says which', async () => {
  const seen = inject();
  await writer.setStatus({ status: 'running', steps: 0 });
  restore();
  for (const code of ['EIO', 'ENOSPC', 'EPERM'] as const) {
    for (let at = 1; at <= seen.length; at++) {
      inject({ at, code });
      const failed = await writer.setStatus({ steps: at }).then(() => false, () => true);
      restore();
      const { steps: stored } = await readRun(home, 'run');
      if (!failed) expect(stored).toBe(at);
      else expect([writer.info.steps, at]).toContain(stored);
      await writer.setStatus({ steps: 0 });
    }
  }
});

test('metrics reach the file by themselves after a second, and survive a disk that was full meanwhile', async () => {
  const { journal } = layoutOf(home, 'run');
  inject({ at: 1, code: 'ENOSPC', when: 'half', times: Infinity, only: ['write'] });
  for (let step = 1; step <= 3000; step++) writer.metrics(step, { loss: 1 / step, gradNorm: step });
  await expect(writer.flush()).rejects.toMatchObject({ code: 'disk-full', params: { path: journal } });
  restore();
  expect((await fs.stat(journal)).size).toBe(0);
  await writer.flush();
  const { steps: read, series } = await readMetrics(home, 'run');
  expect(read).toEqual(Array.from({ length: 3000 }, (_, index) => index + 1));
  expect(series['loss']).toEqual(read.map((step) => 1 / step));
  await new Promise((resolve) => setTimeout(resolve, 1100));
  writer.metrics(3001, { loss: 0 });
  await expect.poll(async () => (await readMetrics(home, 'run')).steps.at(-1)).toBe(3001);
});

test('the last three checkpoints and the pinned ones stay; a future that was given up goes', async () => {
  for (let step = 10; step <= 60; step += 10) {
    await writer.saveCheckpoint(step, weightsOf(step), {});
    if (step === 20) await writer.pin(20, true);
  }
  expect(await steps()).toEqual([20, 40, 50, 60]);
  await expect(writer.pin(30, true)).rejects.toMatchObject({ code: 'checkpoint-not-found', params: { step: 30, known: '20, 40, 50, 60' } });
  expect(await readRun(home, 'run')).toMatchObject({ pinned: [20] });
  await writer.saveSnapshot(60, weightsOf(60));
  // Resumed from 40, as when the two after it turned out damaged.
  await writer.saveCheckpoint(45, weightsOf(45), {});
  await writer.saveSnapshot(45, weightsOf(45));
  expect(await steps()).toEqual([20, 40, 45]);
  expect((await loadCheckpoint(home, 'run')).step).toBe(45);
  expect((await listSnapshots(home, 'run')).map(({ step }) => step)).toEqual([45]);
  await writer.pin(20, false);
  await writer.saveCheckpoint(50, weightsOf(50), {});
  expect(await steps()).toEqual([40, 45, 50]);
});

test('a checkpoint that can not be deleted does not fail the save, and goes at the next one', async () => {
  for (const step of [1, 2, 3]) await writer.saveCheckpoint(step, weightsOf(step), {});
  inject({ at: 1, code: 'EPERM', only: ['rm'] });
  await writer.saveCheckpoint(4, weightsOf(4), {});
  restore();
  expect(await steps()).toEqual([1, 2, 3, 4]);
  await writer.saveCheckpoint(5, weightsOf(5), {});
  expect(await steps()).toEqual([3, 4, 5]);
  await writer.flush();
  expect(await readEvents(home, 'run')).toMatchObject([{ event: 'not-removed', data: { path: join('checkpoints', 'step-00000001.safetensors'), step: 1 } }]);
});

test('at most 40 snapshots stay, the first and the last among them, and each says its bytes', async () => {
  for (let step = 1; step <= 60; step++) await writer.saveSnapshot(step, weightsOf(step, 2));
  const stored = await listSnapshots(home, 'run');
  expect(stored).toHaveLength(40);
  expect([stored[0].step, stored[39].step]).toEqual([1, 60]);
  for (const { step, bytes } of stored) expect(bytes).toBe((await fs.stat(layoutOf(home, 'run').weights('snapshots', step))).size);
});

test('samples and graphs are saved under their names, and a graph is replaced whole', async () => {
  await writer.saveSample(12, Buffer.from('picture'));
  expect(await fs.readFile(join(layoutOf(home, 'run').samples, 'step-00000012.png'), 'utf8')).toBe('picture');
  await writer.saveSample(30, Buffer.from('later'));
  expect((await listSamples(home, 'run')).map(({ step }) => step)).toEqual([12, 30]);
  await writer.saveGraph('encode', Buffer.from('first'));
  await writer.saveGraph('encode', Buffer.from('second'));
  await writer.saveGraph('decode', Buffer.from('other'));
  expect(await listGraphs(home, 'run')).toEqual(['decode', 'encode']);
  expect(Buffer.from(await readGraph(home, 'run', 'encode')).toString()).toBe('second');
  await expect(readGraph(home, 'run', '../run')).rejects.toMatchObject({ code: 'graph-not-found', params: { known: 'decode, encode' } });
  await expect(writer.saveGraph('../run', Buffer.from('x'))).rejects.toMatchObject({ code: 'name-invalid' });
});

test('at most 60 samples stay, and none of a future that was given up', async () => {
  for (let step = 1; step <= 80; step++) await writer.saveSample(step, Buffer.from(String(step)));
  const stored = (await listSamples(home, 'run')).map(({ step }) => step);
  expect(stored).toHaveLength(60);
  expect([stored[0], stored[59]]).toEqual([1, 80]);
  await writer.saveSample(40, Buffer.from('again'));
  const again = (await listSamples(home, 'run')).map(({ step }) => step);
  expect(again).toEqual([...new Set([...stored.filter((step) => step < 40), 40])]);
});

test('an error is kept in the run and removed again', async () => {
  await writer.setStatus({ status: 'failed', error: new LabError('disk-full', { path: '/x' }).toJSON() });
  expect(await readRun(home, 'run')).toMatchObject({ status: 'failed', error: { code: 'disk-full', params: { path: '/x' } } });
  await writer.setStatus({ status: 'running', error: undefined });
  expect(await readRun(home, 'run')).not.toHaveProperty('error');
  expect((await readRun(home, 'run')).status).toBe('running');
});

test('a run has one writer: the second is refused until the first closes, even if its last flush fails', async () => {
  await expect(openRunWriter(home, 'run')).rejects.toMatchObject({ code: 'run-locked', params: { run: 'run', pid: process.pid } });
  writer.metrics(1, { loss: 1 });
  inject({ at: 1, code: 'EIO', times: Infinity, only: ['write', 'fsync'] });
  await expect(writer.close()).rejects.toMatchObject({ code: 'file-call-failed' });
  restore();
  expect(() => writer.metrics(2, { loss: 1 })).toThrow(/internal/);
  writer = await openRunWriter(home, 'run');
  expect((await readMetrics(home, 'run')).steps).toEqual([]);
});
