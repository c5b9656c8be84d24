/** @file The calls on denoising graphs, on real run folders, packed datasets, snapshots and ONNX files of closed-form models. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DrawResult, NoisedResult, ScheduleResult, TrainingStepResult, TrajectoriesResult, WalkResult } from '../../preload/contract/diffusion';
import type { SampleResult } from '../../preload/contract/inference';
import { encodeModel } from '../compiler/emit/onnx';
import { openRunWriter } from '../runs/writer';
import { firstNoise } from '../sampling/samplers';
import { linearAlphaBar, noWork } from '../sampling/scripted/gaussians';
import { denoiserOnnx, encoderOnnx } from '../sampling/scripted/onnx-models';
import { inferenceHandlers } from './calls';
import { openModels, type Models } from './models';
import { addDataset, addRun, type SmallDataset } from './scripted/home';

const image = [2, 2, 1];
const alphaBar = linearAlphaBar(200, 1e-3, 0.06);
const std = 0.6;
const split = (count: number) => ({ pixels: Uint8Array.from({ length: count * 4 }, (_, i) => (i * 37) % 256), labels: Uint8Array.from({ length: count }, (_, i) => i % 10) });
const data: SmallDataset = { train: split(60), test: split(20), side: 2 };
const float = (name: string, dims: number[], values: number[]) => ({ name, dims, dtype: 'float32' as const, bytes: new Uint8Array(Float32Array.from(values).buffer) });

/** eps = scale x_t: its one parameter is what a snapshot changes. */
const scalingOnnx = (scale: number) =>
  encodeModel({
    nodes: [{ opType: 'Mul', inputs: ['x_t', 'param/scale'], outputs: ['eps'], attributes: {} }],
    initializers: [float('param/scale', [1], [scale])],
    inputs: [{ name: 'x_t', dtype: 'float32', shape: ['batch', ...image] }, { name: 't', dtype: 'int32', shape: ['batch'] }],
    outputs: [{ name: 'eps', dtype: 'float32', shape: ['batch', ...image] }],
    metadata: { 'genoise.signature': 'denoise(x_t,t)->eps', 'genoise.schedule': JSON.stringify({ kind: 'linear', steps: alphaBar.length, alphaBar }) },
  });

let home: string;
let models: Models;
const call = async <T>(name: string, args: object): Promise<T> => (await inferenceHandlers(models)[name]({ home, device: 'cpu', run: 'diffusion', ...args }, noWork)) as T;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'genoise-diffusion-'));
  models = openModels();
  const greys = { name: 'greys', side: 2, hash: await addDataset(home, 'greys', data) };
  await addRun(home, 'diffusion', greys, { denoise: denoiserOnnx(std, alphaBar, image) });
  await addRun(home, 'scaling', greys, { denoise: scalingOnnx(0.5) });
  await addRun(home, 'latent', greys, { encode: encoderOnnx(1, image) });
  const writer = await openRunWriter(home, 'scaling');
  await writer.saveSnapshot(10, new Map([['ema/scale', { shape: [1], data: Float32Array.of(0.25) }]]));
  await writer.saveSnapshot(20, new Map([['param/scale', { shape: [1], data: Float32Array.of(0.75) }]]));
  await writer.saveSnapshot(30, new Map([['ema/other', { shape: [1], data: Float32Array.of(1) }]]));
  await writer.close();
}, 60_000);

afterAll(async () => {
  await models.dispose();
  rmSync(home, { recursive: true, force: true });
});

it('the schedule is that of the graph, with the snapshots of the run', async () => {
  const found = await call<ScheduleResult>('schedule', {});
  expect(found).toMatchObject({ kind: 'linear', steps: 200, shape: image, snapshots: [], device: 'cpu' });
  expect([...found.alphaBar]).toEqual(alphaBar);
  expect((await call<ScheduleResult>('schedule', { run: 'scaling' })).snapshots).toEqual([10, 20, 30]);
});

it('an image is noised with the noise of the seed', async () => {
  const found = await call<NoisedResult>('noised', { split: 'test', index: 7, seed: 5, t: [0, 120] });
  expect([...found.x0]).toEqual([...data.test.pixels.subarray(28, 32)]);
  expect(found).toMatchObject({ label: 7, count: 20 });
  expect(found.eps).toEqual(firstNoise(5, [0], 4));
  for (let i = 0; i < 4; i++) {
    const xt = Math.sqrt(alphaBar[120]) * (found.x0[i] / 127.5 - 1) + Math.sqrt(1 - alphaBar[120]) * found.eps[i];
    expect(Math.abs(found.xt[4 + i] - Math.min(255, Math.max(0, (xt + 1) * 127.5)))).toBeLessThan(0.51);
  }
  expect((await call<NoisedResult>('noised', { dataset: 'greys', split: 'test', index: 7, seed: 5, t: [] })).x0).toEqual(found.x0);
  await expect(call('noised', { split: 'test', index: 20, seed: 5, t: [] })).rejects.toMatchObject({ code: 'image-index-outside' });
  await expect(call('noised', { split: 'test', index: 7, seed: 5, t: [200] })).rejects.toMatchObject({ code: 'timestep-outside' });
});

it('a training step has the loss of the best denoiser', async () => {
  const found = await call<TrainingStepResult>('trainingStep', { split: 'train', index: 3, seed: 5, t: 90 });
  const abar = alphaBar[90];
  const loss = [0, 1, 2, 3].reduce((sum, i) => {
    const xt = Math.sqrt(abar) * (found.x0[i] / 127.5 - 1) + Math.sqrt(1 - abar) * found.eps[i];
    return sum + (found.eps[i] - (Math.sqrt(1 - abar) * xt) / (abar * std * std + 1 - abar)) ** 2 / 4;
  }, 0);
  expect(found.loss).toBeCloseTo(loss, 5);
});

describe('walks', () => {
  const asked = { sampler: 'ddim', steps: 20, seed: 3, n: 2 };

  it('end in the images that sampling gives, in parts or drawn at once', async () => {
    const { images } = await call<SampleResult>('sample', asked);
    let part = await call<WalkResult>('walk', asked);
    expect(part).toMatchObject({ first: 0, count: 1, total: 20, shape: [1, 2, ...image] });
    while (part.first + part.count < part.total) part = await call<WalkResult>('walk', { ...asked, first: part.first + part.count, x: part.x });
    expect(part.x.map((x) => Math.min(255, Math.max(0, Math.round((x + 1) * 127.5))))).toEqual(Float32Array.from(images));
    expect((await call<DrawResult>('draw', asked)).images).toEqual(images);
  });

  it('may begin from an image of the run\'s dataset', async () => {
    const part = await call<WalkResult>('walk', { ...asked, n: 1, from: { split: 'train', index: 2, t: 40 } });
    const { xt } = await call<NoisedResult>('noised', { split: 'train', index: 2, seed: 3, t: [40] });
    expect(part.noisy).toEqual(xt);
    expect(part.timesteps[0]).toBe(40);
  });

  it('refuse a state without its step, and a step without its state', async () => {
    await expect(call('walk', { ...asked, first: 3 })).rejects.toMatchObject({ code: 'usage' });
    await expect(call('walk', { ...asked, x: new Float32Array(8) })).rejects.toMatchObject({ code: 'usage' });
    await expect(call('walk', { ...asked, run: 'latent' })).rejects.toMatchObject({ code: 'graph-missing' });
  });
});

it('trajectories end where drawing ends', async () => {
  const found = await call<TrajectoriesResult>('trajectories', { sampler: 'ddpm', steps: 15, seed: 3, n: 4, points: 30, plane: 'data' });
  expect(found.images).toEqual((await call<DrawResult>('draw', { sampler: 'ddpm', steps: 15, seed: 3, n: 4 })).images);
  expect(found.paths.length).toBe(4 * 16 * 2);
});

describe('snapshots', () => {
  const guess = async (at?: number) => {
    const { guess, xt } = await call<TrainingStepResult>('trainingStep', { run: 'scaling', split: 'train', index: 3, seed: 5, t: 0, at });
    // At t = 0 hardly anything is clipped: x_t as a byte tells x_t to 1 / 255.
    const inside = xt.findIndex((byte) => byte > 20 && byte < 110);
    return guess[inside] / (xt[inside] / 127.5 - 1);
  };

  it('give the graph the weights of their training step, averaged ones first', async () => {
    expect(await guess()).toBeCloseTo(0.5, 1);
    expect(await guess(10)).toBeCloseTo(0.25, 1);
    expect(await guess(20)).toBeCloseTo(0.75, 1);
    expect(await guess()).toBeCloseTo(0.5, 1);
  });

  it('that are not there, or of another network, are refused', async () => {
    await expect(guess(11)).rejects.toMatchObject({ code: 'checkpoint-not-found', params: { known: '10, 20, 30' } });
    await expect(guess(30)).rejects.toMatchObject({ code: 'checkpoint-mismatch', params: { name: 'param/scale', expected: '[1]', got: '-' } });
  });
});
