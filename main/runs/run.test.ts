/** @file Runs as a whole: made whole or not at all, listed whatever stands there, removed, forked, installed. */

import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { injectFaults, pause } from '../platform/file-calls';
import { listCheckpoints, loadCheckpoint } from './checkpoints';
import { forkRun, installRun } from './copies';
import { runFields, weightsOf } from './fixtures/known-run';
import { layoutOf, runsFolder } from './layout';
import { createRun, keepEvaluation, listRuns, listSamples, readGraph, readMetrics, readRun } from './run';
import { removeRun, renameRun } from './trash';
import { openRunWriter } from './writer';

let home: string;
const realWait = pause.wait;
beforeEach(async () => {
  home = await fs.mkdtemp(join(tmpdir(), 'genoise-runs-'));
  pause.wait = () => Promise.resolve();
});
afterEach(async () => {
  pause.wait = realWait;
  await fs.rm(home, { recursive: true, force: true });
});

async function trainedRun(name: string): Promise<void> {
  await createRun(home, runFields(name));
  const writer = await openRunWriter(home, name);
  for (const step of [10, 20, 30]) {
    for (let at = step - 9; at <= step; at++) writer.metrics(at, { loss: 1 / at });
    await writer.saveCheckpoint(step, weightsOf(step), { seconds: String(step / 10) });
  }
  for (const step of [5, 20, 25]) await writer.saveSample(step, Buffer.from(`samples ${step}`));
  await writer.saveGraph('decode', Buffer.from('graph'));
  await writer.pin(10, true);
  await writer.setStatus({ status: 'completed', steps: 30, seconds: 3, parameters: 127 });
  await writer.close();
}

test('a run is made with what its maker says, and reads back the same', async () => {
  const made = await createRun(home, runFields('first'));
  expect(made).toMatchObject({ ...runFields('first'), status: 'created', steps: 0, seconds: 0 });
  expect(Math.abs(Date.parse(made.createdAt) - Date.now())).toBeLessThan(60_000);
  expect(await readRun(home, 'first')).toEqual(made);
  await expect(createRun(home, runFields('first'))).rejects.toMatchObject({ code: 'run-exists', params: { run: 'first' } });
  await expect(readRun(home, 'second')).rejects.toMatchObject({ code: 'run-not-found', params: { run: 'second', known: 'first' } });
});

test('names that are no folder names everywhere are refused before anything is written', async () => {
  for (const name of ['', '.', '..', '.hidden', 'dot.', 'a/b', 'a\\b', '../x', 'C:', 'con', 'NUL.txt', 'com1', 'space ', 'é', 'a'.repeat(81), 'line\nbreak', 'a\0']) {
    await expect(createRun(home, runFields(name)), JSON.stringify(name)).rejects.toMatchObject({ code: 'name-invalid', params: { name } });
    await expect(readRun(home, name)).rejects.toMatchObject({ code: 'name-invalid' });
  }
  for (const name of ['a', '7', '-', 'a'.repeat(80), 'VAE_2-beta.4', 'console']) await createRun(home, runFields(name));
  expect((await listRuns(home)).runs).toHaveLength(6);
});

test('whichever file call of making a run fails, the run stands whole or not at all', async () => {
  const { seen, restore } = injectFaults();
  await createRun(home, runFields('run'));
  restore();
  let made = 0;
  for (const code of ['EIO', 'ENOSPC', 'EPERM'] as const) {
    for (let at = 1; at <= seen.length; at++) {
      await fs.rm(runsFolder(home), { recursive: true, force: true });
      const faults = injectFaults({ at, code });
      const failed = await createRun(home, runFields('run')).then(() => false, () => true);
      faults.restore();
      const { runs, broken } = await listRuns(home);
      expect(broken, `${code} at ${at}`).toEqual([]);
      expect(await fs.readdir(runsFolder(home)).catch(() => []), `${code} at ${at}`).toEqual(runs.map(({ name }) => name));
      if (!failed) expect(runs).toHaveLength(1);
      if (runs.length === 1) {
        made += 1;
        await (await openRunWriter(home, 'run')).close();
      } else await createRun(home, runFields('run'));
    }
  }
  expect(made).toBeGreaterThan(0);
  expect(made).toBeLessThan(3 * seen.length);
});

test('broken folders are listed with their reasons beside the sound ones', async () => {
  await createRun(home, { ...runFields('old'), createdAt: '2020-01-01T00:00:00.000Z' });
  await createRun(home, runFields('new'));
  const put = async (name: string, text?: string): Promise<void> => {
    await fs.mkdir(join(runsFolder(home), name));
    if (text !== undefined) await fs.writeFile(layoutOf(home, name).info, text);
  };
  await put('empty');
  await put('torn', '{"format":1,"name":');
  await put('newer', '{"format":99}');
  await put('lacking', '{"format":1,"name":"lacking"}');
  await fs.mkdir(join(runsFolder(home), 'My run'));
  await fs.writeFile(join(runsFolder(home), 'notes.txt'), 'a file of the user');
  const { runs, broken } = await listRuns(home);
  expect(runs.map(({ name }) => name)).toEqual(['new', 'old']);
  expect(broken.map(({ name, reason }) => [name, reason.code])).toEqual([
    ['empty', 'run-broken'],
    ['lacking', 'run-broken'],
    ['My run', 'name-invalid'],
    ['newer', 'run-too-new'],
    ['torn', 'run-broken'],
  ]);
  expect(broken[1].reason.params['detail']).toContain('method');
  expect(await listRuns(join(home, 'nowhere'))).toEqual({ runs: [], broken: [] });
});

test('a removed run lies whole in the trash, a locked one stays', async () => {
  await trainedRun('run');
  const writer = await openRunWriter(home, 'run');
  await expect(removeRun(home, 'run')).rejects.toMatchObject({ code: 'run-locked' });
  await writer.close();
  const { path: to } = await removeRun(home, 'run');
  expect((await listRuns(home)).runs).toEqual([]);
  expect((await fs.readdir(to)).sort()).toEqual(['checkpoints', 'graphs', 'journal', 'run.json', 'samples', 'snapshots']);
  await expect(removeRun(home, 'run')).rejects.toMatchObject({ code: 'run-not-found' });
  expect(await installRun(home, to, 'back')).toMatchObject({ name: 'back', steps: 30 });
});

test('a fork goes on from the step it is given, with the curve up to there, and stays whole without its parent', async () => {
  await trainedRun('parent');
  const forked = await forkRun(home, { from: 'parent', step: 20, name: 'child', config: { learningRate: 0.1 } });
  expect(forked).toMatchObject({ status: 'created', steps: 20, seconds: 2, parameters: 127, seed: 7, config: { latent: 2, learningRate: 0.1 }, parent: { run: 'parent', step: 20 } });
  expect(forked).not.toHaveProperty('pinned');
  await removeRun(home, 'parent');
  expect((await listCheckpoints(home, 'child')).map(({ step }) => step)).toEqual([20]);
  expect(await loadCheckpoint(home, 'child')).toMatchObject({ step: 20, tensors: weightsOf(20), meta: { seconds: '2' } });
  expect((await listSamples(home, 'child')).map(({ step }) => step)).toEqual([5, 20]);
  const { steps, series } = await readMetrics(home, 'child');
  expect(steps).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  expect(series['loss']).toEqual(steps.map((at) => 1 / at));
});

test('a fork without a step starts from the newest whole checkpoint, and without any there is none', async () => {
  await trainedRun('parent');
  await fs.truncate(layoutOf(home, 'parent').weights('checkpoints', 30), 100);
  expect(await forkRun(home, { from: 'parent', name: 'child' })).toMatchObject({ steps: 20 });
  await expect(forkRun(home, { from: 'parent', name: 'child' })).rejects.toMatchObject({ code: 'run-exists' });
  await createRun(home, runFields('untrained'));
  await expect(forkRun(home, { from: 'untrained', name: 'other' })).rejects.toMatchObject({ code: 'checkpoint-missing', params: { rejected: 0 } });
  expect((await listRuns(home)).runs.map(({ name }) => name).sort()).toEqual(['child', 'parent', 'untrained']);
});

test('an installed run is an ordinary run under its new name, without locks, links and foreign files', async () => {
  await trainedRun('starter');
  const folder = layoutOf(home, 'starter').folder;
  await fs.writeFile(join(folder, 'lock-000001'), 'x');
  await fs.writeFile(join(folder, 'foreign'), 'x');
  await fs.symlink('/etc/passwd', join(folder, 'graphs', 'stolen.onnx'));
  const other = join(home, 'other');
  expect(await installRun(other, folder, 'copy')).toMatchObject({ name: 'copy', status: 'completed', steps: 30 });
  expect(await readRun(other, 'copy')).toMatchObject({ name: 'copy' });
  expect((await loadCheckpoint(other, 'copy')).tensors).toEqual(weightsOf(30));
  expect(Buffer.from(await readGraph(other, 'copy', 'decode')).toString()).toBe('graph');
  expect((await readMetrics(other, 'copy')).steps).toHaveLength(30);
  const files = await fs.readdir(layoutOf(other, 'copy').folder, { recursive: true });
  expect(files.filter((name) => /lock|foreign|stolen/.test(name))).toEqual([]);
  await (await openRunWriter(other, 'copy')).close();
  await expect(installRun(other, folder, 'copy')).rejects.toMatchObject({ code: 'run-exists' });
  await expect(installRun(other, join(home, 'nowhere'), 'copy2')).rejects.toMatchObject({ code: 'path-not-found' });
});

test('a run folder that was renamed or copied by hand goes by its folder\'s name', async () => {
  await trainedRun('before');
  await fs.rename(layoutOf(home, 'before').folder, layoutOf(home, 'after').folder);
  expect((await readRun(home, 'after')).name).toBe('after');
  const writer = await openRunWriter(home, 'after');
  await writer.setStatus({ steps: 31 });
  await writer.close();
  expect(await readRun(home, 'after')).toMatchObject({ name: 'after', steps: 31 });
});

test('what an evaluation found is kept with the run, while it is trained and through renames; a damaged file counts as none', async () => {
  await trainedRun('a');
  expect((await readRun(home, 'a')).evaluation).toBeUndefined();
  const writer = await openRunWriter(home, 'a');
  const found = { at: '2026-01-02T03:04:05.000Z', step: 30, device: 'cpu', figures: { negElbo: 103.52, images: 10_000 } };
  await keepEvaluation(home, 'a', found);
  // The writer's own file doesn't take it along, nor does it lose it.
  await writer.setStatus({ status: 'stopped', steps: 40, seconds: 4 });
  await writer.close();
  expect(await readRun(home, 'a')).toMatchObject({ steps: 40, evaluation: found });
  expect(await fs.readFile(layoutOf(home, 'a').info, 'utf8')).not.toContain('103.52');
  await renameRun(home, 'a', 'b');
  expect((await listRuns(home)).runs[0].evaluation).toEqual(found);
  // Of other weights than the fork will have.
  expect((await forkRun(home, { from: 'b', name: 'c' })).evaluation).toBeUndefined();
  expect((await readRun(home, 'c')).evaluation).toBeUndefined();
  await keepEvaluation(home, 'b', { ...found, figures: { negElbo: 99 } });
  expect((await readRun(home, 'b')).evaluation?.figures).toEqual({ negElbo: 99 });
  expect((await installRun(home, layoutOf(home, 'b').folder, 'd')).name).toBe('d');
  expect((await readRun(home, 'd')).evaluation?.figures).toEqual({ negElbo: 99 });
  for (const torn of ['{"at":', '{}', '']) {
    await fs.writeFile(layoutOf(home, 'b').evaluation, torn);
    expect((await readRun(home, 'b')).evaluation).toBeUndefined();
  }
});

test('whichever file call of keeping an evaluation fails, the one before stands or the new one', async () => {
  await trainedRun('a');
  const found = { at: '2026-01-02T03:04:05.000Z', step: 30, device: 'cpu', figures: { loss: 1 } };
  await keepEvaluation(home, 'a', found);
  const next = { ...found, figures: { loss: 2 } };
  const { seen, restore } = injectFaults();
  await keepEvaluation(home, 'a', next);
  restore();
  let old = 0;
  for (const code of ['EIO', 'ENOSPC', 'EPERM'] as const) {
    for (let at = 1; at <= seen.length; at++) {
      await keepEvaluation(home, 'a', found);
      const faults = injectFaults({ at, code });
      const failed = await keepEvaluation(home, 'a', next).then(() => false, () => true);
      faults.restore();
      const { loss } = (await readRun(home, 'a')).evaluation?.figures ?? {};
      expect(failed ? [1, 2] : [2], `${code} at ${at}`).toContain(loss);
      if (loss === 1) old += 1;
    }
  }
  expect(old).toBeGreaterThan(0);
});
