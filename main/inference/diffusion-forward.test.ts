/** @file The forward process by its closed form, and one training step on data whose best denoiser is known. */

import { describe, expect, it } from 'vitest';
import { mean, variance } from '../analysis/statistics';
import { firstNoise } from '../sampling/samplers';
import { gaussianDenoiser, linearAlphaBar } from '../sampling/scripted/gaussians';
import { noised, trainingStep } from './diffusion-forward';
import { greyImages } from './scripted/grey-images';

const alphaBar = linearAlphaBar(1000);
const size = 32 * 32;
const grey = 150;
const x0 = grey / 127.5 - 1;
const images = greyImages({ train: [10, grey], test: [60] }, size);
const graph = (std: number, centre = x0) => gaussianDenoiser({ mean: centre, std }, alphaBar, [32, 32, 1]);
const place = { split: 'train' as const, index: 1 };

describe('an image noised', () => {
  it('is sqrt(abar) x_0 + sqrt(1 - abar) eps, clipped to the data\'s range, with one eps for every t', () => {
    const t = [0, 250, 500, 999];
    const found = noised(graph(1), images, { ...place, seed: 4, t });
    expect(found).toMatchObject({ shape: [32, 32, 1], label: 1, count: 2 });
    expect(new Set(found.x0)).toEqual(new Set([grey]));
    expect(Math.abs(mean(found.eps))).toBeLessThan(5 / Math.sqrt(size));
    expect(Math.abs(variance(found.eps) - 1)).toBeLessThan(5 * Math.sqrt(2 / size));
    t.forEach((each, k) => {
      for (let i = 0; i < size; i++) {
        const xt = Math.sqrt(alphaBar[each]) * x0 + Math.sqrt(1 - alphaBar[each]) * found.eps[i];
        const byte = Math.min(255, Math.max(0, (xt + 1) * 127.5));
        expect(Math.abs(found.xt[k * size + i] - byte)).toBeLessThan(0.51);
      }
    });
  });

  it('has the noise with which walks of the seed begin', () => {
    expect(noised(graph(1), images, { ...place, seed: 4, t: [] }).eps).toEqual(firstNoise(4, [0], size));
  });

  it('is refused where image or timestep are not there', () => {
    expect(() => noised(graph(1), images, { ...place, seed: 4, t: [3, 1000] })).toThrow('timestep-outside');
    expect(() => noised(graph(1), images, { split: 'test', index: 1, seed: 4, t: [3] })).toThrow('image-index-outside');
  });
});

describe('one training step', () => {
  it('has no loss where the data is one point, and predicts that point', async () => {
    const step = await trainingStep(graph(0), images, { ...place, seed: 1, t: 700 });
    expect(step.loss).toBeLessThan(1e-8);
    expect(new Set(step.predicted)).toEqual(new Set([grey]));
    step.guess.forEach((eps, i) => expect(eps).toBeCloseTo(step.eps[i], 4));
    expect(step.alphaBar).toBe(alphaBar[700]);
  });

  it('has the loss of the best denoiser of N(mean, s^2): (eps - eps_theta)^2 with eps_theta = sqrt(1 - abar) (x_t - sqrt(abar) mean) / (abar s^2 + 1 - abar)', async () => {
    const [std, t] = [0.5, 300];
    const step = await trainingStep(graph(std, 0.1), images, { ...place, seed: 1, t });
    const abar = alphaBar[t];
    let loss = 0;
    for (let i = 0; i < size; i++) {
      const xt = Math.sqrt(abar) * x0 + Math.sqrt(1 - abar) * step.eps[i];
      const guess = (Math.sqrt(1 - abar) * (xt - Math.sqrt(abar) * 0.1)) / (abar * std * std + 1 - abar);
      expect(step.guess[i]).toBeCloseTo(guess, 4);
      loss += (step.eps[i] - guess) ** 2 / size;
    }
    expect(step.loss).toBeCloseTo(loss, 5);
    expect(step.loss).toBeGreaterThan(0.01);
  });

  it('draws t by the seed, uniformly', async () => {
    const small = gaussianDenoiser({ mean: 0, std: 1 }, alphaBar, [1, 1, 1]);
    const dots = greyImages({ train: [10], test: [] }, 1);
    const drawn = await Promise.all(Array.from({ length: 400 }, async (_, seed) => (await trainingStep(small, dots, { split: 'train', index: 0, seed })).t));
    expect(Math.abs(mean(drawn) - 499.5)).toBeLessThan((5 * 1000) / Math.sqrt(12 * 400));
    expect(Math.min(...drawn)).toBeLessThan(25);
    expect(Math.max(...drawn)).toBeGreaterThan(975);
    expect((await trainingStep(small, dots, { split: 'train', index: 0, seed: 7 })).t).toBe(drawn[7]);
  });
});
