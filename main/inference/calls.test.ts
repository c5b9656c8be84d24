/** @file The calls of the inference process on real run folders, packed datasets and ONNX files of closed-form models. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DecodeGridResult, DenoiseStripResult, DiffusionEvaluation, EncodeResult, InterpolateResult, LatentEvaluation, ReconstructResult, SampleResult } from '../../preload/contract/inference';
import type { Work } from '../../preload/contract/progress';
import { mean } from '../analysis/statistics';
import { randomStream } from '../platform/random';
import { openRunWriter } from '../runs/writer';
import { inferenceHandlers } from './calls';
import { openModels, type Models } from './models';
import { linearAlphaBar, noWork } from '../sampling/scripted/gaussians';
import { addDataset, addRun, type SmallDataset } from './scripted/home';
import { logNormal } from '../sampling/scripted/linear-gaussian';
import { decoderOnnx, denoiserOnnx, elboOnnx, encoderOnnx } from '../sampling/scripted/onnx-models';

const image = [2, 2, 1];
const noise = 0.5;
const posterior = { gain: 1 / (1 + noise * noise), std: noise / Math.sqrt(1 + noise * noise) };
const randomBytes = (count: number, seed: number) => {
  const draws = new Int32Array(count);
  randomStream(seed, 'pixels', 0).fillIntegers(draws, 256);
  return Uint8Array.from(draws);
};
const split = (count: number, from: number) => ({
  pixels: randomBytes(count * 4, from),
  labels: Uint8Array.from({ length: count }, (_, i) => (i + from) % 10),
});
const data: SmallDataset = { train: split(700, 0), test: split(300, 3000), side: 2 };

let home: string;
let models: Models;
const call = async <T>(name: string, args: object, work: Work = noWork): Promise<T> => (await inferenceHandlers(models)[name]({ home, device: 'cpu', ...args }, work)) as T;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'genoise-inference-'));
  models = openModels();
  const digits = { name: 'digits', side: 2, hash: await addDataset(home, 'digits', data) };
  // The file of one graph is named after another ability: only signatures count.
  await addRun(home, 'latent', digits, { encode: encoderOnnx(posterior.gain, image), other: decoderOnnx(image), elbo: elboOnnx({ noise, ...posterior, draws: 10, image }) });
  await addRun(home, 'diffusion', digits, { denoise: denoiserOnnx(0.6, linearAlphaBar(200, 1e-3, 0.06), image) });
  await addRun(home, 'exact', digits, { encode: encoderOnnx(1, image), decode: decoderOnnx(image) });
  await addRun(home, 'wide', digits, { encode: encoderOnnx(1, [4, 4, 1]), decode: decoderOnnx([4, 4, 1]) });
  await addRun(home, 'young', digits, {});
  await addRun(home, 'torn', digits, { encode: encoderOnnx(1, image).subarray(0, 90) });
}, 60_000);

afterAll(async () => {
  await models.dispose();
  rmSync(home, { recursive: true, force: true });
});

describe('encode', () => {
  it('gives every image in the dataset\'s order with its label', async () => {
    const reports: number[] = [];
    const work = { ...noWork, progress: ({ done, total }: { done: number; total: number }) => reports.push(done / total) };
    const { z, shape, labels, splits } = await call<EncodeResult>('encode', { run: 'latent', dataset: 'digits' }, work);
    expect(shape).toEqual([1000, 4]);
    expect(splits).toEqual({ train: 700, test: 300 });
    const pixels = [...data.train.pixels, ...data.test.pixels];
    pixels.forEach((pixel, i) => expect(z[i]).toBeCloseTo((posterior.gain * pixel) / 255, 6));
    expect([...labels]).toEqual([...data.train.labels, ...data.test.labels]);
    expect(reports).toEqual([...reports].sort((a, b) => a - b));
    expect(reports.at(-1)).toBe(1);
  });
});

describe('reconstruct', () => {
  it('shows strided images above their way through the latent space', async () => {
    const { originals, reconstructions, shape, indices, labels } = await call<ReconstructResult>('reconstruct', { run: 'latent', dataset: 'digits', n: 30, split: 'test' });
    expect(shape).toEqual([30, 2, 2, 1]);
    expect([...indices]).toEqual(Array.from({ length: 30 }, (_, i) => i * 10));
    for (let i = 0; i < 30; i++) {
      expect(labels[i]).toBe(data.test.labels[i * 10]);
      for (let k = 0; k < 4; k++) {
        expect(originals[i * 4 + k]).toBe(data.test.pixels[i * 40 + k]);
        expect(Math.abs(reconstructions[i * 4 + k] - posterior.gain * originals[i * 4 + k])).toBeLessThan(0.51);
      }
    }
  });

  it('loses nothing where the model loses nothing', async () => {
    const { originals, reconstructions } = await call<ReconstructResult>('reconstruct', { run: 'exact', dataset: 'digits', n: 300, split: 'test' });
    expect(reconstructions).toEqual(originals);
  });

  it('refuses more images than there are', async () => {
    await expect(call('reconstruct', { run: 'exact', dataset: 'digits', n: 301, split: 'test' })).rejects.toMatchObject({ code: 'split-too-small', params: { count: 300, asked: 301 } });
  });
});

describe('interpolate', () => {
  const way = { run: 'exact', dataset: 'digits', from: 5, to: 40, steps: 11 };

  it('goes from one test image to the other along the chord', async () => {
    const { images, shape, originals } = await call<InterpolateResult>('interpolate', { ...way, method: 'linear' });
    expect(shape).toEqual([11, 2, 2, 1]);
    expect([...originals]).toEqual([...data.test.pixels.subarray(20, 24), ...data.test.pixels.subarray(160, 164)]);
    for (let s = 0; s <= 10; s++) for (let k = 0; k < 4; k++) expect(Math.abs(images[s * 4 + k] - (originals[k] * (10 - s) + originals[4 + k] * s) / 10)).toBeLessThan(0.51);
  });

  it('goes along the great circle when asked', async () => {
    const { z } = await call<InterpolateResult>('interpolate', { ...way, method: 'slerp' });
    const at = (s: number) => Array.from(z.subarray(s * 4, s * 4 + 4));
    const angle = (a: number[], b: number[]) => Math.acos(a.reduce((sum, x, k) => sum + x * b[k], 0) / Math.hypot(...a) / Math.hypot(...b));
    const total = angle(at(0), at(10));
    for (let s = 0; s <= 10; s++) {
      const [a, b] = [Math.sin((1 - s / 10) * total) / Math.sin(total), Math.sin((s / 10) * total) / Math.sin(total)];
      at(s).forEach((value, k) => expect(value).toBeCloseTo(a * at(0)[k] + b * at(10)[k], 5));
    }
    expect(total).toBeGreaterThan(0.3);
  });

  it('names the image that is not there', async () => {
    await expect(call('interpolate', { ...way, to: 300, method: 'linear' })).rejects.toMatchObject({ code: 'image-index-outside', params: { index: 300, count: 300 } });
  });
});

describe('sample', () => {
  it('decodes N(0, I) where the run can decode', async () => {
    const { images, shape, settings } = await call<SampleResult>('sample', { run: 'exact', n: 2000, seed: 3 });
    expect(shape).toEqual([2000, 2, 2, 1]);
    expect(settings).toBeUndefined();
    // P(z < 0) = 1/2, P(z > 1) = 0.1587: black and white after clipping.
    expect(Math.abs(images.filter((x) => x === 0).length / 8000 - 0.5)).toBeLessThan(0.03);
    expect(Math.abs(images.filter((x) => x === 255).length / 8000 - 0.1587)).toBeLessThan(0.02);
    const few = await call<SampleResult>('sample', { run: 'exact', n: 3, seed: 3 });
    expect(few.images).toEqual(images.subarray(0, 12));
  });

  it('denoises where the run can denoise, by DDIM in 50 steps unless told otherwise', async () => {
    const { images, settings, device } = await call<SampleResult>('sample', { run: 'diffusion', n: 2000, seed: 3 });
    expect(settings).toEqual({ sampler: 'ddim', steps: 50, eta: 0 });
    expect(device).toBe('cpu');
    expect(Math.abs(mean(images) - 127.5)).toBeLessThan(4);
    const all = await call<SampleResult>('sample', { run: 'diffusion', n: 10, seed: 3, sampler: 'ddpm' });
    expect(all.settings).toEqual({ sampler: 'ddpm', steps: 200 });
  });

  it('says how many steps there are', async () => {
    await expect(call('sample', { run: 'diffusion', n: 1, seed: 0, steps: 201 })).rejects.toMatchObject({ code: 'sampler-steps', params: { steps: 201, most: 200 } });
  });

  it('refuses words that make no sense', async () => {
    await expect(call('sample', { run: 'diffusion', n: 0, seed: 0 })).rejects.toMatchObject({ code: 'usage', params: { detail: expect.stringContaining('n:') } });
    await expect(call('sample', { run: 'diffusion', n: 1, seed: 0, device: 'abacus' })).rejects.toMatchObject({ code: 'device-missing' });
  });
});

it('a strip ends in the image that sampling gives', async () => {
  const settings = { run: 'diffusion', n: 2, seed: 3, steps: 20 };
  const strip = await call<DenoiseStripResult>('denoiseStrip', { ...settings, frames: 5 });
  expect(strip.shape).toEqual([2, 5, 2, 2, 1]);
  expect([...strip.timesteps]).toEqual([199, 147, 94, 42, -1]);
  const { images } = await call<SampleResult>('sample', settings);
  for (const frames of [strip.noisy, strip.predicted]) expect([...frames.subarray(16, 20), ...frames.subarray(36, 40)]).toEqual([...images]);
});

it('a grid spans two latent axes around its origin', async () => {
  const { images, shape } = await call<DecodeGridResult>('decodeGrid', { run: 'exact', axes: [0, 3], columns: 3, rows: 5, spread: 0.4, origin: [0.5, 0.25, 0.25, 0.5] });
  expect(shape).toEqual([5, 3, 2, 2, 1]);
  for (let row = 0; row < 5; row++) {
    for (let column = 0; column < 3; column++) {
      const expected = [0.5 + 0.4 * (column - 1), 0.25, 0.25, 0.5 + 0.2 * (row - 2)];
      expected.forEach((value, k) => expect(Math.abs(images[(row * 3 + column) * 4 + k] - value * 255)).toBeLessThan(0.51));
    }
  }
  await expect(call('decodeGrid', { run: 'exact', axes: [0, 4], columns: 3, rows: 5, spread: 1 })).rejects.toMatchObject({ code: 'latent-axis-outside', params: { axis: 4, size: 4 } });
  await expect(call('decodeGrid', { run: 'exact', axes: [0, 3], columns: 3, rows: 5, spread: 1, origin: [0, 0] })).rejects.toMatchObject({ code: 'latent-size', params: { expected: 4, got: 2 } });
});

describe('evaluate', () => {
  it('gives the closed form of a latent variable model', async () => {
    const found = await call<LatentEvaluation>('evaluate', { run: 'latent' });
    const expected = 4 * mean(Array.from(data.test.pixels, (pixel) => -logNormal(pixel / 255, 0, 1 + noise * noise)));
    expect(found.iwNll).toBeCloseTo(expected, 3);
    expect(Math.abs(found.negElbo - expected)).toBeLessThan(0.1);
    expect(found).toMatchObject({ images: 300, iwImages: 300, samples: 500 });
  });

  it('takes the bound of a diffusion model', async () => {
    const found = await call<DiffusionEvaluation>('evaluate', { run: 'diffusion', images: 200 });
    // The entropy of uniform bytes is 8 bits: no model is below, and one of Gaussians is above.
    expect(found.bound).toBeGreaterThan(7.9);
    expect(found.bound).toBeLessThan(12);
    expect(found.images).toBe(200);
  });

  it('names what it looked for where the run has neither', async () => {
    await expect(call('evaluate', { run: 'exact' })).rejects.toMatchObject({
      code: 'graph-missing',
      params: { run: 'exact', signature: 'elbo(x,eps)->recon,kl,logWeight | denoise(x_t,t)->eps', has: 'decode(z)->x | encode(x)->z' },
    });
  });
});

describe('graphs', () => {
  it('that a run lacks are named, with those it has', async () => {
    await expect(call('encode', { run: 'diffusion', dataset: 'digits' })).rejects.toMatchObject({ code: 'graph-missing', params: { signature: 'encode(x)->z', has: 'denoise(x_t,t)->eps' } });
    await expect(call('sample', { run: 'young', n: 1, seed: 0 })).rejects.toMatchObject({ code: 'graph-missing', params: { has: '-' } });
    await expect(call('sample', { run: 'nobody', n: 1, seed: 0 })).rejects.toMatchObject({ code: 'run-not-found' });
  });

  it('that are torn end in an error with the name of the file', async () => {
    await expect(call('encode', { run: 'torn', dataset: 'digits' })).rejects.toMatchObject({ code: 'graph-unreadable', params: { graph: 'encode' } });
  });

  it('of another image size are refused', async () => {
    await expect(call('encode', { run: 'wide', dataset: 'digits' })).rejects.toMatchObject({ code: 'images-do-not-fit', params: { expected: '4 x 4 x 1', got: '2 x 2 x 1' } });
  });

  it('stay open while they run, however many others are opened meanwhile', async () => {
    const digits = { name: 'digits', side: 2, hash: 'b'.repeat(64) };
    const long = await models.graph(home, 'exact', 'encode', 'cpu');
    for (let gain = 2; gain < 12; gain++) {
      await addRun(home, `other-${gain}`, digits, { encode: encoderOnnx(gain, image) });
      await models.graph(home, `other-${gain}`, 'encode', 'cpu');
      const { z } = await long.run({ x: { data: Float32Array.of(1, 2, 3, 4), shape: [1, ...image] } });
      expect([...z.data]).toEqual([1, 2, 3, 4]);
    }
  });

  it('are opened once, and again when the run has written others', async () => {
    const first = await models.graph(home, 'exact', 'decode', 'cpu');
    expect(await models.graph(home, 'exact', 'decode', 'cpu')).toBe(first);
    const digits = { name: 'digits', side: 2, hash: 'a'.repeat(64) };
    await addRun(home, 'growing', digits, { encode: encoderOnnx(1, image) });
    const before = await models.graph(home, 'growing', 'encode', 'cpu');
    const writer = await openRunWriter(home, 'growing');
    await writer.saveGraph('encode', encoderOnnx(3, image));
    await writer.close();
    const after = await models.graph(home, 'growing', 'encode', 'cpu');
    expect(after).not.toBe(before);
    const { z } = await after.run({ x: { data: Float32Array.of(1, 2, 3, 4), shape: [1, ...image] } });
    expect([...z.data]).toEqual([3, 6, 9, 12]);
  });
});
