/** @file Calls about latent spaces on real run folders, packed datasets and ONNX files of closed-form models. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Decoded, LatentLoss, LatentMap, LatentStats, PlacedImage, Thumbnails, Traversal, Walk } from '../../preload/contract/latents';
import type { Work } from '../../preload/contract/progress';
import { randomStream } from '../platform/random';
import { openRunWriter } from '../runs/writer';
import { klNormal, logNormal } from '../sampling/scripted/linear-gaussian';
import { noWork } from '../sampling/scripted/gaussians';
import { decoderOnnx, elboOnnx, encoderOnnx } from '../sampling/scripted/onnx-models';
import type { Handlers } from '../supervisor/protocol';
import { inferenceHandlers } from './calls';
import { openModels, type Models } from './models';
import { addDataset, addRun, type SmallDataset } from './scripted/home';

const image = [2, 2, 1];
const [noise, gain, std, draws] = [0.5, 0.8, 0.45, 40];
const randomBytes = (count: number, seed: number) => {
  const values = new Int32Array(count);
  randomStream(seed, 'pixels', 0).fillIntegers(values, 256);
  return Uint8Array.from(values);
};
const split = (count: number, from: number) => ({ pixels: randomBytes(count * 4, from), labels: Uint8Array.from({ length: count }, (_, i) => (i + from) % 10) });
const data: SmallDataset = { train: split(700, 0), test: split(300, 3000), side: 2 };
const pixels = Float32Array.from([...data.train.pixels, ...data.test.pixels], (pixel) => pixel / 255);

let home: string;
let models: Models;
let hash: string;
let handlers: Handlers;
const call = async <T>(name: string, args: object, work: Work = noWork): Promise<T> => (await handlers[name]({ home, device: 'cpu', dataset: 'digits', hash, ...args }, work)) as T;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'genoise-latents-'));
  models = openModels();
  handlers = inferenceHandlers(models);
  hash = await addDataset(home, 'digits', data);
  const digits = { name: 'digits', side: 2, hash };
  await addRun(home, 'latent', digits, { encode: encoderOnnx(gain, image), decode: decoderOnnx(image), elbo: elboOnnx({ noise, gain, std, draws, image }) });
  await addRun(home, 'plain', digits, { encode: encoderOnnx(0.5, image), decode: decoderOnnx(image) });
  await addRun(home, 'encoder', digits, { encode: encoderOnnx(0.25, image) });
}, 60_000);

afterAll(async () => {
  await models.dispose();
  rmSync(home, { recursive: true, force: true });
});

describe('a map', () => {
  it('has every image in the dataset\'s order, and leads back to its vector as far as it goes', async () => {
    const reports: { phase: string; done: number }[] = [];
    const map = await call<LatentMap>('latentMap', { run: 'latent' }, { ...noWork, progress: (report) => void reports.push(report) });
    expect(map).toMatchObject({ kind: 'pca', rank: 3, latentSize: 4, splits: { train: 700, test: 300 }, fitted: 1000, losses: ['negElbo', 'squaredError'], device: 'cpu' });
    expect([...map.labels]).toEqual([...data.train.labels, ...data.test.labels]);
    // What three of four directions leave out of z = gain x is orthogonal to them.
    for (const n of [0, 699, 700, 999]) {
      const rest = Array.from({ length: 4 }, (_, d) => gain * pixels[n * 4 + d] - map.mean[d] - [0, 1, 2].reduce((sum, k) => sum + map.points[n * 3 + k] * map.directions[k * 4 + d], 0));
      for (let k = 0; k < 3; k++) expect(Math.abs(rest.reduce((sum, value, d) => sum + value * map.directions[k * 4 + d], 0))).toBeLessThan(1e-5);
    }
    for (const trust of [map.trustworthiness.flat, map.trustworthiness.deep]) expect(trust).toMatchObject({ neighbours: 12, sampled: 1000, count: 1000 });
    expect(map.trustworthiness.deep?.value).toBeGreaterThan(map.trustworthiness.flat?.value ?? 1);
    expect(new Set(reports.map(({ phase }) => phase))).toEqual(new Set(['encode', 'map']));
    expect(reports.at(-1)).toEqual({ phase: 'map', done: 4, total: 4 });
  });

  it('costs nothing the second time, and is made again when the run has written another encoder', async () => {
    const map = await call<LatentMap>('latentMap', { run: 'plain' });
    const reports: unknown[] = [];
    expect(await call('latentMap', { run: 'plain' }, { ...noWork, progress: (report) => void reports.push(report) })).toBe(map);
    expect(reports).toEqual([]);
    const writer = await openRunWriter(home, 'plain');
    await writer.saveGraph('encode', encoderOnnx(1, image));
    await writer.close();
    const after = await call<LatentMap>('latentMap', { run: 'plain' });
    after.points.forEach((value, i) => expect(value).toBeCloseTo(2 * map.points[i], 4));
  });

  it('is cancelled while it encodes', async () => {
    const abort = new AbortController();
    const work = { signal: abort.signal, progress: ({ phase, done }: { phase: string; done: number }) => phase === 'encode' && done > 0 && abort.abort() };
    await expect(call('latentMap', { run: 'encoder' }, work)).rejects.toMatchObject({ code: 'cancelled' });
    expect(await call<LatentMap>('latentMap', { run: 'encoder' })).toMatchObject({ losses: [] });
  });
});

describe('loss', () => {
  it('is -ELBO of each image where the run can tell', async () => {
    const { loss, draws: told } = await call<LatentLoss>('latentLoss', { run: 'latent', measure: 'negElbo' });
    expect(told).toBe(draws);
    // E_q -log N(x; z, noise^2) = 1/2 log(2 pi noise^2) + ((x - gain x)^2 + std^2) / (2 noise^2), and the KL of the posterior, four times.
    const one = (x: number) => -logNormal(x, gain * x, noise * noise) + (std * std) / (2 * noise * noise) + klNormal(gain * x, std * std, 0, 1);
    const expected = Array.from({ length: 1000 }, (_, n) => [0, 1, 2, 3].reduce((sum, d) => sum + one(pixels[n * 4 + d]), 0));
    // The spread of an estimate from 40 draws, over a thousand images.
    const errors = expected.map((value, n) => loss[n] - value);
    const meanError = errors.reduce((a, b) => a + b) / 1000;
    const spread = Math.sqrt(errors.reduce((a, b) => a + b * b, 0) / 1000);
    // Var = 4 (2 std^4 / (4 noise^4) + (1 - gain)^2 x^2 std^2 / noise^4) / 40, with E x^2 = 1/3.
    const deviation = Math.sqrt((4 * (std ** 4 / (2 * noise ** 4) + ((1 - gain) ** 2 * std ** 2) / 3 / noise ** 4)) / draws);
    expect(Math.abs(meanError)).toBeLessThan((4 * deviation) / Math.sqrt(1000));
    expect(spread / deviation).toBeCloseTo(1, 1);
  });

  it('grows: a random sample first, then more, and what was reached stays', async () => {
    const other = openModels();
    const fresh = inferenceHandlers(other);
    const ask = async (upTo: number, work: Work = noWork) =>
      (await fresh.latentLoss({ home, hash, dataset: 'digits', device: 'cpu', run: 'latent', measure: 'negElbo', upTo }, work)) as LatentLoss;
    const reached = ({ loss }: LatentLoss) => [...loss.keys()].filter((n) => !Number.isNaN(loss[n]));
    const first = await ask(200);
    const some = reached(first);
    const values = first.loss.slice();
    expect([first.done, some.length]).toEqual([200, 200]);
    // From all over the dataset: of 700 training and 300 test images about 140 and 60, 26 being four deviations.
    expect(Math.abs(some.filter((n) => n < 700).length - 140)).toBeLessThan(26);
    const abort = new AbortController();
    await expect(ask(1000, { signal: abort.signal, progress: ({ done }) => done > 400 && abort.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    const reports: number[] = [];
    const all = await ask(5000, { ...noWork, progress: ({ done }) => void reports.push(done) });
    expect(reports[0]).toBeGreaterThan(400);
    expect([all.done, reached(all).length]).toEqual([1000, 1000]);
    for (const n of some) expect(all.loss[n]).toBe(values[n]);
    // In whatever order and batch: the same as all in one go.
    expect(all.loss).toEqual((await call<LatentLoss>('latentLoss', { run: 'latent', measure: 'negElbo' })).loss);
    await other.dispose();
  });

  it('is the error of the reconstruction for any run that encodes and decodes', async () => {
    const { loss, draws: told } = await call<LatentLoss>('latentLoss', { run: 'latent', measure: 'squaredError' });
    expect(told).toBeNull();
    for (let n = 0; n < 1000; n++) expect(loss[n]).toBeCloseTo([0, 1, 2, 3].reduce((sum, d) => sum + ((1 - gain) * pixels[n * 4 + d]) ** 2, 0), 5);
  });

  it('names the graph that is missing', async () => {
    await expect(call('latentLoss', { run: 'plain', measure: 'negElbo' })).rejects.toMatchObject({ code: 'graph-missing', params: { signature: 'elbo(x,eps)->recon,kl,logWeight' } });
  });
});

describe('statistics of axes', () => {
  it('give the mean KL where the run can tell it, and sort by it', async () => {
    const stats = await call<LatentStats>('latentStats', { run: 'latent' });
    expect(stats).toMatchObject({ measure: 'kl', images: 1000, count: 1000, latentSize: 4 });
    for (let d = 0; d < 4; d++) {
      let sum = 0;
      for (let n = 0; n < 1000; n++) sum += klNormal(gain * pixels[n * 4 + d], std * std, 0, 1);
      expect(stats.information[d]).toBeCloseTo(sum / 1000, 4);
    }
    const sorted = [...stats.order].map((d) => stats.information[d]);
    expect(sorted).toEqual([...sorted].sort((a, b) => b - a));
    expect([...stats.order].sort((a, b) => a - b)).toEqual([0, 1, 2, 3]);
    expect(stats.histogram.reduce((a, b) => a + b)).toBeGreaterThanOrEqual(4 * 980);
    expect(stats.percentiles[99 * 2 + 49]).toBeCloseTo(gain * [...pixels].filter((_, i) => i % 4 === 2).sort((a, b) => a - b).slice(499, 501).reduce((a, b) => a + b) / 2, 5);
  });

  it('give the variance where it can\'t', async () => {
    const stats = await call<LatentStats>('latentStats', { run: 'encoder' });
    expect(stats.measure).toBe('variance');
    const column = [...pixels].filter((_, i) => i % 4 === 1).map((value) => 0.25 * value);
    const middle = column.reduce((a, b) => a + b) / 1000;
    expect(stats.information[1]).toBeCloseTo(column.reduce((sum, value) => sum + (value - middle) ** 2, 0) / 999, 6);
  });
});

describe('vectors', () => {
  const places = [
    { split: 'test', index: 299 },
    { split: 'train', index: 3 },
    { split: 'test', index: 0 },
  ];

  it('of images are those of the encoder, mapped or not', async () => {
    const other = openModels();
    const fresh = inferenceHandlers(other);
    const cold = (await fresh.latentsAt({ home, hash, dataset: 'digits', run: 'latent', device: 'cpu', places }, noWork)) as { z: Float32Array };
    await other.dispose();
    await call('latentMap', { run: 'latent' });
    const warm = await call<{ z: Float32Array; latentSize: number }>('latentsAt', { run: 'latent', places });
    expect(warm.latentSize).toBe(4);
    [999, 3, 700].forEach((row, i) => [0, 1, 2, 3].forEach((d) => expect(warm.z[i * 4 + d]).toBeCloseTo(gain * pixels[row * 4 + d], 6)));
    expect(cold.z).toEqual(warm.z);
    await expect(call('latentsAt', { run: 'latent', places: [{ split: 'test', index: 300 }] })).rejects.toMatchObject({ code: 'image-index-outside', params: { index: 300, count: 300 } });
  });

  it('are decoded, with their distance from the data', async () => {
    await call('latentMap', { run: 'latent' });
    const z = Float32Array.from([...pixels.subarray(20, 24)].map((x) => gain * x).concat([-10, -10, -10, -10]));
    const { images, shape, distances } = await call<Decoded>('decode', { run: 'latent', z, latentSize: 4 });
    expect(shape).toEqual([2, 2, 2, 1]);
    [...images].forEach((value, i) => expect(Math.abs(value - Math.max(0, z[i] * 255))).toBeLessThan(0.51));
    expect(distances?.[0]).toMatchObject({ nearest: { split: 'train', index: 5 }, percentile: 0, sampled: 500, count: 1000 });
    expect(distances?.[0].value).toBeLessThan(1e-6);
    const far = Math.min(...Array.from({ length: 1000 }, (_, n) => Math.hypot(...[0, 1, 2, 3].map((d) => gain * pixels[n * 4 + d] + 10))));
    expect(distances?.[1].value).toBeCloseTo(far, 3);
    expect(distances?.[1].percentile).toBe(100);
  });

  it('are refused in another size, or not finite', async () => {
    await expect(call('decode', { run: 'latent', z: new Float32Array(3), latentSize: 3 })).rejects.toMatchObject({ code: 'latent-size', params: { expected: 4, got: 3 } });
    await expect(call('decode', { run: 'latent', z: new Float32Array(6), latentSize: 4 })).rejects.toMatchObject({ code: 'latent-size', params: { got: 6 } });
    await expect(call('decode', { run: 'latent', z: Float32Array.of(0, 0, NaN, 0), latentSize: 4 })).rejects.toMatchObject({ code: 'usage' });
  });

  it('of a dataset that was not mapped have no distance', async () => {
    const other = openModels();
    const decoded = (await inferenceHandlers(other).decode({ home, hash, dataset: 'digits', run: 'latent', device: 'cpu', z: new Float32Array(4), latentSize: 4 }, noWork)) as Decoded;
    expect(decoded.distances).toBeNull();
    await other.dispose();
  });
});

it('a walk goes between images of any split and vectors, along the chord or the great circle', async () => {
  const to = Float32Array.of(0.1, 0.9, 0.2, 0.4);
  const linear = await call<Walk>('latentWalk', { run: 'latent', from: { split: 'train', index: 8 }, to: { z: to }, method: 'linear', steps: 5 });
  for (let s = 0; s < 5; s++) for (let d = 0; d < 4; d++) expect(linear.z[s * 4 + d]).toBeCloseTo(gain * pixels[32 + d] * (1 - s / 4) + (to[d] * s) / 4, 5);
  [...linear.images].forEach((value, i) => expect(Math.abs(value - linear.z[i] * 255)).toBeLessThan(0.51));
  const round = await call<Walk>('latentWalk', { run: 'latent', from: { z: Float32Array.of(1, 0, 0, 0) }, to: { z: Float32Array.of(0, 1, 0, 0) }, method: 'slerp', steps: 3 });
  expect(round.z[4]).toBeCloseTo(Math.SQRT1_2, 6);
  expect(round.z[5]).toBeCloseTo(Math.SQRT1_2, 6);
  await expect(call('latentWalk', { run: 'latent', from: { z: new Float32Array(5) }, to: { z: to }, method: 'linear', steps: 5 })).rejects.toMatchObject({ code: 'latent-size' });
});

it('a traversal spans any two directions around any point', async () => {
  const plane = { columns: 3, rows: 2, across: [-0.2, 0.4], down: [0, 0.1] };
  const directions = Float32Array.of(1, 0, 0, 0, 0, 0.5, 0.5, 0);
  const { images, shape, z } = await call<Traversal>('traverse', { run: 'latent', anchor: { split: 'test', index: 2 }, directions, ...plane });
  expect(shape).toEqual([2, 3, 2, 2, 1]);
  const x = pixels.subarray(702 * 4, 703 * 4);
  for (let row = 0; row < 2; row++) {
    for (let column = 0; column < 3; column++) {
      const expected = [gain * x[0] - 0.2 + 0.3 * column, gain * x[1] + 0.05 * row, gain * x[2] + 0.05 * row, gain * x[3]];
      expected.forEach((value, d) => {
        expect(z[(row * 3 + column) * 4 + d]).toBeCloseTo(value, 5);
        expect(Math.abs(images[(row * 3 + column) * 4 + d] - Math.min(255, Math.max(0, value * 255)))).toBeLessThan(0.51);
      });
    }
  }
  const middle = await call<Traversal>('traverse', { run: 'latent', anchor: { z: new Float32Array(4) }, directions, ...plane, columns: 1, rows: 1 });
  [0.1, 0.025, 0.025, 0].forEach((value, d) => expect(middle.z[d]).toBeCloseTo(value, 6));
});

it('an image of one\'s own is encoded and placed where the map would have it', async () => {
  const map = await call<LatentMap>('latentMap', { run: 'latent' });
  const placed = await call<PlacedImage>('placeImage', { run: 'latent', pixels: data.test.pixels.slice(40, 44) });
  expect(placed.point?.map((value, k) => Math.abs(value - map.points[710 * 3 + k])).every((difference) => difference < 1e-5)).toBe(true);
  expect(placed.distance).toMatchObject({ nearest: { split: 'test', index: 10 } });
  placed.reconstruction.forEach((value, d) => expect(Math.abs(value - gain * data.test.pixels[40 + d])).toBeLessThan(0.51));
  await expect(call('placeImage', { run: 'latent', pixels: new Uint8Array(5) })).rejects.toMatchObject({ code: 'images-do-not-fit' });
});

it('images of a view come by their places, in the order asked for', async () => {
  const view = { height: 2, width: 2, channels: 1, fit: 'crop' };
  const { images, shape, labels } = await call<Thumbnails>('thumbnails', { view, places: [{ split: 'test', index: 7 }, { split: 'train', index: 699 }, { split: 'test', index: 0 }] });
  expect(shape).toEqual([3, 2, 2, 1]);
  expect([...images]).toEqual([...data.test.pixels.subarray(28, 32), ...data.train.pixels.subarray(2796), ...data.test.pixels.subarray(0, 4)]);
  expect([...labels]).toEqual([data.test.labels[7], data.train.labels[699], data.test.labels[0]]);
  await expect(call('thumbnails', { view, places: [{ split: 'test', index: 300 }] })).rejects.toMatchObject({ code: 'image-index-outside' });
});

it('a decode is answered while a long call goes on', async () => {
  let ended = false;
  let passes = 0;
  const evaluation = call('evaluate', { run: 'latent', samples: 40_000 }, { ...noWork, progress: () => void passes++ }).then(() => (ended = true));
  while (passes < 3) await new Promise((resolve) => setTimeout(resolve, 1));
  for (let i = 0; i < 5; i++) {
    const before = passes;
    await call('decode', { run: 'latent', z: new Float32Array(4), latentSize: 4 });
    // It waits for the pass under way, and perhaps the next that began while its files were looked at.
    expect(passes - before).toBeLessThanOrEqual(3);
    expect(ended).toBe(false);
  }
  await evaluation;
}, 60_000);
