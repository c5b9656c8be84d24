/** @file Walks taken part by part on Gaussian data, held against the samplers and the closed forms. */

import { describe, expect, it } from 'vitest';
import { noiseByte, noiseOfByte } from '../../preload/contract/diffusion';
import { signedToBytes } from '../sampling/batches';
import { ancestralTransition, ddimTransition, firstNoise, sampleDiffusion, strideTimesteps } from '../sampling/samplers';
import { gaussianDenoiser, linearAlphaBar, noWork } from '../sampling/scripted/gaussians';
import type { LearntGraph } from '../sampling/signatures';
import { draw, walkPart, type WalkSettings } from './diffusion-walk';
import { greyImages } from './scripted/grey-images';

const alphaBar = linearAlphaBar(200, 1e-3, 0.06);
const image: [number, number, number] = [3, 2, 2];
const size = 12;
const graph = gaussianDenoiser({ mean: 0.3, std: 0.4 }, alphaBar, image);
const point = gaussianDenoiser({ mean: 0.3, std: 0 }, alphaBar, image);
const settings = (other: Partial<WalkSettings>): WalkSettings => ({ n: 3, seed: 7, sampler: 'ddpm', steps: 40, eta: 0, ...other });

/** All parts of a walk, and how many steps each had. */
async function walk(model: LearntGraph, asked: WalkSettings, budgetMs: number) {
  const cuts: number[] = [];
  const noisy: number[] = [];
  const predicted: number[] = [];
  const noise: number[] = [];
  const timesteps: number[] = [];
  const states: Float32Array[] = [];
  let x: Float32Array | undefined;
  for (let first = 0, total = 1; first < total; ) {
    const part = await walkPart(model, { ...asked, first, x }, noWork, budgetMs);
    expect(part.shape).toEqual([part.count, asked.n, ...image]);
    cuts.push(part.count);
    noisy.push(...part.noisy);
    predicted.push(...part.predicted);
    noise.push(...part.noise);
    timesteps.push(...part.timesteps);
    states.push(part.x.slice());
    ({ x, total } = part);
    first += part.count;
  }
  return { cuts, noisy, predicted, noise, timesteps, states, x: x! };
}

describe('noise as a byte', () => {
  it('has 0 in the middle, ends at 3 and comes back to within half a step', () => {
    expect([-9, -3, 0, 3, 9].map(noiseByte)).toEqual([0, 0, 127, 254, 254]);
    for (let eps = -3; eps <= 3; eps += 0.01) expect(Math.abs(noiseOfByte(noiseByte(eps)) - eps)).toBeLessThanOrEqual(3 / 254 + 1e-12);
  });
});

describe('a walk in parts', () => {
  it('is the same however it is cut, and ends where sampling ends', async () => {
    for (const asked of [settings({}), settings({ sampler: 'ddim', eta: 0.7 }), settings({ sampler: 'ddim', steps: 200 })]) {
      const single = await walk(graph, asked, 0);
      const long = await walk(graph, asked, 60_000);
      expect(single.cuts).toEqual(Array.from({ length: asked.steps }, () => 1));
      expect(long.cuts).toEqual([1, asked.steps - 1]);
      for (const key of ['noisy', 'predicted', 'noise', 'timesteps'] as const) expect(long[key]).toEqual(single[key]);
      const { data } = await sampleDiffusion(graph, asked, noWork);
      expect(single.x).toEqual(data);
      expect(long.x).toEqual(data);
      expect((await draw(graph, asked, noWork)).images).toEqual(signedToBytes(data));
      expect(single.timesteps).toEqual([...strideTimesteps(200, asked.steps)]);
    }
  });

  it('keeps what each step was taken from: x_prev = transition(x_t, x_0), eps = (x_t - sqrt(abar) x_0) / sqrt(1 - abar)', async () => {
    const asked = settings({ sampler: 'ddim', steps: 25 });
    const { noisy, predicted, noise, timesteps, states } = await walk(graph, asked, 0);
    let xt = firstNoise(7, [0, 1, 2], size);
    const width = 3 * size;
    let checked = 0;
    for (let step = 0; step < 25; step++) {
      expect([...signedToBytes(xt)]).toEqual(noisy.slice(step * width, (step + 1) * width));
      const abar = alphaBar[timesteps[step]];
      const abarPrev = step < 24 ? alphaBar[timesteps[step + 1]] : 1;
      const { fromX0, fromXt } = ddimTransition(abar, abarPrev, 0);
      for (let i = 0; i < width; i++) {
        const byte = predicted[step * width + i];
        const x0 = byte / 127.5 - 1;
        // Bytes hold x_0 to within 1 / 255.
        expect(Math.abs(fromX0 * x0 + fromXt * xt[i] - states[step][i])).toBeLessThanOrEqual(fromX0 / 255 + 1e-5);
        const eps = noiseOfByte(noise[step * width + i]);
        // Where x_0 was clipped, the model's eps is another.
        if (byte === 0 || byte === 255 || Math.abs(eps) >= 3) continue;
        checked++;
        expect(Math.abs((xt[i] - Math.sqrt(1 - abar) * eps) / Math.sqrt(abar) - x0)).toBeLessThanOrEqual(1 / 255 + (Math.sqrt((1 - abar) / abar) * 3) / 254 + 1e-5);
      }
      xt = states[step];
    }
    expect(checked).toBeGreaterThan(500);
  });

  it('to data that is one point predicts that point at every step, and ends there', async () => {
    for (const sampler of ['ddpm', 'ddim'] as const) {
      const { predicted, x } = await walk(point, settings({ sampler, eta: 0.5 }), 0);
      expect(new Set(predicted)).toEqual(new Set(signedToBytes(Float32Array.of(0.3))));
      for (const value of x) expect(value).toBeCloseTo(0.3, 4);
    }
  });

  it('adds the noise of DDPM: x_prev - mu has variance beta tilde', async () => {
    const wide = gaussianDenoiser({ mean: 0, std: 0.4 }, alphaBar, [40, 40, 1]);
    const first = await walkPart(wide, { ...settings({ n: 2, steps: 200 }), first: 0 }, noWork, 0);
    const { fromX0, fromXt, sigma } = ancestralTransition(alphaBar[199], alphaBar[198], 'small');
    const xt = firstNoise(7, [0, 1], 1600);
    const gain = (Math.sqrt(alphaBar[199]) * 0.16) / (alphaBar[199] * 0.16 + 1 - alphaBar[199]);
    let squares = 0;
    for (let i = 0; i < 3200; i++) squares += ((first.x[i] - (fromX0 * gain * xt[i] + fromXt * xt[i])) / sigma) ** 2 / 3200;
    expect(Math.abs(squares - 1)).toBeLessThan(5 * Math.sqrt(2 / 3200));
  });

  it('starts every sampler from the same noise, image by image', async () => {
    const starts = await Promise.all(
      [settings({}), settings({ sampler: 'ddim', steps: 10 }), settings({ n: 1 })].map((asked) => walkPart(graph, { ...asked, first: 0 }, noWork)),
    );
    expect(starts[1].noisy).toEqual(starts[0].noisy);
    expect(starts[2].noisy).toEqual(starts[0].noisy.subarray(0, size));
  });

  it('refuses what is no part of it', async () => {
    const refused = { code: 'walk-part', params: { total: 40, expected: 36 } };
    await expect(walkPart(graph, { ...settings({}), first: 40, x: new Float32Array(36) }, noWork)).rejects.toMatchObject(refused);
    await expect(walkPart(graph, { ...settings({}), first: 3, x: new Float32Array(35) }, noWork)).rejects.toMatchObject(refused);
    await expect(walkPart(graph, { ...settings({ steps: 201 }), first: 0 }, noWork)).rejects.toMatchObject({ code: 'sampler-steps' });
  });

  it('stops between two steps when cancelled', async () => {
    const abort = new AbortController();
    const seen: number[] = [];
    const slow = gaussianDenoiser({ mean: 0, std: 1 }, alphaBar, image, seen);
    setTimeout(() => abort.abort(), 0);
    await expect(walkPart(slow, { ...settings({}), first: 1, x: new Float32Array(36) }, { ...noWork, signal: abort.signal }, 60_000)).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen.length).toBeLessThan(30);
  });
});

describe('a walk from an image', () => {
  const images = greyImages({ train: [40, 200], test: [] }, size);
  const from = { split: 'train' as const, index: 1, images };

  it('begins with the image noised to t, and takes the steps that are left', async () => {
    const asked = settings({ n: 1, steps: 30, from: { ...from, t: 49 } });
    const { timesteps, noisy } = await walk(graph, asked, 0);
    expect(timesteps).toEqual([...strideTimesteps(50, 30)]);
    const eps = firstNoise(7, [0], size);
    const x0 = 200 / 127.5 - 1;
    const xt = Float32Array.from(eps, (e) => Math.sqrt(alphaBar[49]) * x0 + Math.sqrt(1 - alphaBar[49]) * e);
    noisy.slice(0, size).forEach((byte, i) => expect(Math.abs(byte - signedToBytes(xt)[i])).toBeLessThanOrEqual(1));
    expect((await walk(graph, settings({ n: 1, steps: 30, from: { ...from, t: 4 } }), 0)).timesteps).toEqual([4, 3, 2, 1, 0]);
  });

  it('comes back to the image from the first timestep, where hardly any noise is', async () => {
    const uniform = gaussianDenoiser({ mean: 200 / 127.5 - 1, std: 0 }, alphaBar, image);
    const { images: found, steps } = await draw(uniform, settings({ n: 2, from: { ...from, t: 0 } }), noWork);
    expect(steps).toBe(1);
    expect(new Set(found)).toEqual(new Set([200]));
  });

  it('refuses images and timesteps that are not there', async () => {
    await expect(draw(graph, settings({ from: { ...from, t: 200 } }), noWork)).rejects.toMatchObject({ code: 'timestep-outside', params: { t: 200, most: 199 } });
    await expect(draw(graph, settings({ from: { ...from, index: 2, t: 9 } }), noWork)).rejects.toMatchObject({ code: 'image-index-outside', params: { count: 2 } });
  });
});
