/** @file The bound and the loss of the best denoiser of Gaussian images, against their integrals. */

import { beforeAll, describe, expect, it } from 'vitest';
import type { DiffusionEvaluation } from '../../preload/contract/inference';
import { mean, variance as varianceOf } from '../analysis/statistics';
import { randomStream } from '../platform/random';
import type { LabelledImages } from '../sampling/batches';
import { evaluateDiffusion } from './diffusion-evaluation';
import { logNormalInterval } from './discretised-gaussian';
import { gaussianDenoiser, linearAlphaBar, noWork } from '../sampling/scripted/gaussians';

const standardDeviation = (values: number[]) => Math.sqrt(varianceOf(values));

/** `count` images whose bytes are N(mean, std^2) in [-1, 1] units, rounded. */
function gaussianImages(count: number, size: number, mean: number, std: number): LabelledImages {
  const pixels = new Uint8Array(count * size);
  const draws = new Float32Array(count * size);
  randomStream(3, 'images', 0).fillNormal(draws);
  draws.forEach((z, i) => (pixels[i] = Math.min(255, Math.max(0, Math.round((mean + std * z + 1) * 127.5)))));
  return {
    count: (split) => (split === 'test' ? count : 0),
    labels: () => new Int32Array(count).fill(-1),
    read: (_split, indices, into) => Array.from(indices).forEach((index, i) => into.set(pixels.subarray(index * size, (index + 1) * size), i * size)),
  };
}

describe('of N(0.1, 0.2^2) in 8 bits', () => {
  const [mu, s] = [0.1, 0.2];
  const steps = 300;
  const alphaBar = linearAlphaBar(steps, 1e-3, 0.06);
  const count = 3000;
  const image: [number, number, number] = [8, 8, 1];
  // Rounding to 2/255 adds the variance of a uniform number.
  const variance = s * s + (2 / 255) ** 2 / 12;
  /** Var(x_0 | x_t) of the best denoiser. */
  const left = (abar: number) => (variance * (1 - abar)) / (abar * variance + 1 - abar);
  const bits = 1 / Math.LN2;
  let found: DiffusionEvaluation;

  beforeAll(async () => {
    found = await evaluateDiffusion(gaussianDenoiser({ mean: mu, std: Math.sqrt(variance) }, alphaBar, image), gaussianImages(count, 64, mu, s), { seed: 5, images: count }, noWork);
  });

  it('the loss is the mean of Var(eps | x_t)', () => {
    // eps = (x_t - sqrt(abar) x_0) / sqrt(1 - abar), so Var(eps | x_t) = abar / (1 - abar) Var(x_0 | x_t).
    const expected = alphaBar.reduce((sum, abar) => sum + (abar / (1 - abar)) * left(abar), 0) / steps;
    expect(Math.abs(found.loss - expected)).toBeLessThan(4 * found.lossError);
    expect(found.lossError / expected).toBeLessThan(0.01);
  });

  it('the prior is the KL of two Gaussians', () => {
    const abar = alphaBar[steps - 1];
    const expected = 0.5 * (abar * (mu * mu + variance) + (1 - abar) - 1 - Math.log(1 - abar)) * bits;
    expect(found.parts.prior / expected).toBeCloseTo(1, 1);
  });

  it('the steps sum to 1/2 sum (SNR(t-1) - SNR(t)) Var(x_0 | x_t)', () => {
    let expected = 0;
    for (let t = 1; t < steps; t++) {
      const snr = (abar: number) => abar / (1 - abar);
      expected += 0.5 * (snr(alphaBar[t - 1]) - snr(alphaBar[t])) * left(alphaBar[t]) * bits;
    }
    expect(Math.abs(found.parts.steps - expected)).toBeLessThan(4 * found.boundError);
  });

  it('the decoder is the mean of -log of the bin under N(E[x_0 | x_1], beta tilde_2)', () => {
    const abar = alphaBar[0];
    const beta2 = 1 - alphaBar[1] / abar;
    const sigma = Math.sqrt((beta2 * (1 - abar)) / (1 - alphaBar[1]));
    const spread = Math.sqrt(left(abar));
    let expected = 0;
    const h = 0.01;
    for (let z = -6; z <= 6; z += h) {
      const weight = (Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI)) * h;
      expected -= weight * logNormalInterval((spread * z - 1 / 255) / sigma, (spread * z + 1 / 255) / sigma) * bits;
    }
    expect(Math.abs(found.parts.decoder - expected)).toBeLessThan(4 * found.boundError);
  });

  it('the bound is the sum of its parts, above the entropy of the images', () => {
    const entropy = 0.5 * Math.log2(2 * Math.PI * Math.E * variance) - Math.log2(2 / 255);
    expect(found.bound).toBeCloseTo(found.parts.prior + found.parts.steps + found.parts.decoder, 6);
    expect(found.bound).toBeGreaterThan(entropy - 3 * found.boundError);
    expect(found.boundError).toBeLessThan(0.03);
  });

  it('standard errors are what estimates differ by', async () => {
    const graph = gaussianDenoiser({ mean: mu, std: Math.sqrt(variance) }, alphaBar, image);
    const data = gaussianImages(200, 64, mu, s);
    const runs: DiffusionEvaluation[] = [];
    for (let seed = 0; seed < 100; seed++) runs.push(await evaluateDiffusion(graph, data, { seed }, noWork));
    for (const [value, error] of [['loss', 'lossError'], ['bound', 'boundError']] as const) {
      const spread = standardDeviation(runs.map((run) => run[value]));
      const told = Math.sqrt(mean(runs.map((run) => run[error] ** 2)));
      // 100 estimates know their spread to 7 %; the told error counts the choice of images too, which is the same in all of them.
      expect(told / spread).toBeGreaterThan(0.8);
      expect(told / spread).toBeLessThan(1.6);
    }
  });

  it('a worse denoiser has a larger bound and a larger loss', async () => {
    const worse = await evaluateDiffusion(gaussianDenoiser({ mean: mu, std: 3 * s }, alphaBar, image), gaussianImages(count, 64, mu, s), { seed: 5, images: count }, noWork);
    expect(worse.loss).toBeGreaterThan(found.loss);
    expect(worse.bound).toBeGreaterThan(found.bound + 0.05);
  });
});

describe('images', () => {
  const graph = gaussianDenoiser({ mean: 0, std: 0.2 }, linearAlphaBar(50), [8, 8, 1]);

  it('are at most those of the split, and their number is told', async () => {
    expect(await evaluateDiffusion(graph, gaussianImages(20, 64, 0, 0.2), {}, noWork)).toMatchObject({ images: 20, drawsPerImage: 2 });
  });

  it('give the same figures for the same seed', async () => {
    const data = gaussianImages(100, 64, 0, 0.2);
    const [a, b, c] = [await evaluateDiffusion(graph, data, { seed: 1 }, noWork), await evaluateDiffusion(graph, data, { seed: 1 }, noWork), await evaluateDiffusion(graph, data, { seed: 2 }, noWork)];
    expect(a).toEqual(b);
    expect(a.loss).not.toBe(c.loss);
  });

  it('at the ends of the scale have the open bins', async () => {
    // All white: the clipped prediction of a model of white images is 1, and the decoder's open bin holds at least half of the mass.
    const white: LabelledImages = { ...gaussianImages(10, 64, 5, 0.1) };
    const found = await evaluateDiffusion(gaussianDenoiser({ mean: 1, std: 0.001 }, linearAlphaBar(50), [8, 8, 1]), white, {}, noWork);
    expect(found.parts.decoder).toBeGreaterThan(0);
    expect(found.parts.decoder).toBeLessThan(1);
  });
});
