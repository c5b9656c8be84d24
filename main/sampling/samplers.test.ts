/** @file The samplers on Gaussian data, where the best denoiser and what must come out of it are known. */

import { describe, expect, it } from 'vitest';
import { mean, variance } from '../analysis/statistics';
import { signedToBytes } from './batches';
import { ancestralTransition, ddimTransition, denoiseStrip, sampleDiffusion, strideTimesteps, type DiffusionSampling } from './samplers';
import { cosineAlphaBar, gaussianDenoiser, linearAlphaBar, noWork } from './scripted/gaussians';

const abar1000 = linearAlphaBar(1000);
const image: [number, number, number] = [4, 4, 2];
const free = (options: Partial<DiffusionSampling>): DiffusionSampling => ({ n: 1000, seed: 1, sampler: 'ddpm', clip: false, ...options });

describe('timesteps', () => {
  it('are strided evenly, with the first and the last', () => {
    expect([...strideTimesteps(1000, 5)]).toEqual([999, 749, 500, 250, 0]);
    expect([...strideTimesteps(4, 4)]).toEqual([3, 2, 1, 0]);
    expect([...strideTimesteps(1000, 1)]).toEqual([999]);
  });

  it('never come twice', () => {
    for (let steps = 1; steps <= 97; steps++) expect(new Set(strideTimesteps(97, steps)).size).toBe(steps);
  });

  it('refuse more steps than the schedule has', () => {
    expect(() => strideTimesteps(100, 101)).toThrow('"most":100');
    expect(() => strideTimesteps(100, 0)).toThrow('sampler-steps');
  });
});

describe('transitions', () => {
  it('keep the marginals q(x_prev | x_0) of the forward process', () => {
    // x_t = sqrt(abar) x_0 + sqrt(1 - abar) eps has to become sqrt(abar_prev) x_0 + sqrt(1 - abar_prev) eps'.
    for (const [t, prev] of [[999, 998], [999, 500], [300, 100], [20, 0]]) {
      const [abar, abarPrev] = [abar1000[t], abar1000[prev]];
      const all = [ancestralTransition(abar, abarPrev, 'small'), ddimTransition(abar, abarPrev, 0), ddimTransition(abar, abarPrev, 0.5), ddimTransition(abar, abarPrev, 1)];
      for (const { fromX0, fromXt, sigma } of all) {
        expect(fromX0 + fromXt * Math.sqrt(abar)).toBeCloseTo(Math.sqrt(abarPrev), 10);
        expect(fromXt ** 2 * (1 - abar) + sigma ** 2).toBeCloseTo(1 - abarPrev, 10);
      }
    }
  });

  it('of Alg. 2: mu = (x_t - beta / sqrt(1 - abar) eps) / sqrt(alpha)', () => {
    const [t, xt, eps] = [400, 0.7, -0.3];
    const [abar, abarPrev] = [abar1000[t], abar1000[t - 1]];
    const beta = 1e-4 + ((0.02 - 1e-4) * t) / 999;
    const { fromX0, fromXt, sigma } = ancestralTransition(abar, abarPrev, 'large');
    const x0 = (xt - Math.sqrt(1 - abar) * eps) / Math.sqrt(abar);
    expect(fromX0 * x0 + fromXt * xt).toBeCloseTo((xt - (beta / Math.sqrt(1 - abar)) * eps) / Math.sqrt(1 - beta), 10);
    expect(sigma).toBeCloseTo(Math.sqrt(beta), 10);
  });
});

describe('samples of N(mu, s^2 I)', () => {
  const large: [number, number, number] = [64, 64, 2];
  const n = 6;
  const numbers = n * 64 * 64 * 2;
  const within = (sample: Float32Array, mu: number, s: number, bias: number) => {
    // Five standard errors, and the bias that a finite number of steps leaves.
    expect(Math.abs(mean(sample) - mu)).toBeLessThan((5 * s) / Math.sqrt(numbers) + bias);
    expect(Math.abs(variance(sample) / (s * s) - 1)).toBeLessThan(5 * Math.sqrt(2 / numbers) + bias);
  };

  it('by DDPM with the large variance, exact for N(0, I)', async () => {
    const graph = gaussianDenoiser({ mean: 0, std: 1 }, abar1000, large);
    const { data } = await sampleDiffusion(graph, free({ n, variance: 'large' }), noWork);
    within(data, 0, 1, 2e-4);
  });

  it('by DDPM with either variance, nearly exact in 1,000 steps', async () => {
    const graph = gaussianDenoiser({ mean: 0.3, std: 0.5 }, abar1000, large);
    for (const kind of ['small', 'large'] as const) {
      const { data } = await sampleDiffusion(graph, free({ n, variance: kind }), noWork);
      within(data, 0.3, 0.5, 0.02);
    }
  });

  it('by DDIM in 1,000 steps, for each eta', async () => {
    const graph = gaussianDenoiser({ mean: -0.4, std: 0.25 }, abar1000, large);
    for (const eta of [0, 0.5, 1]) {
      const { data } = await sampleDiffusion(graph, free({ n, sampler: 'ddim', eta }), noWork);
      within(data, -0.4, 0.25, 0.02);
    }
  });

  it('by DDPM with the small variance, exact for one point, in few steps too', async () => {
    const graph = gaussianDenoiser({ mean: 0.3, std: 0 }, abar1000, image);
    for (const sampler of ['ddpm', 'ddim'] as const) {
      const { data } = await sampleDiffusion(graph, free({ n: 50, sampler, steps: 7 }), noWork);
      for (const x of data) expect(x).toBeCloseTo(0.3, 4);
    }
  });

  it('by DDIM of N(0, I): x_0 = x_T prod cos(theta_t - theta_prev), cos theta = sqrt(abar)', async () => {
    // The optimal step turns (x_0, eps) by the difference of two angles and projects: closed form for any number of steps.
    for (const alphaBar of [abar1000, cosineAlphaBar(1000)]) {
      const graph = gaussianDenoiser({ mean: 0, std: 1 }, alphaBar, image);
      // The cosine schedule starts at abar = 2e-9, where float32 holds few digits of x_0 beside eps.
      const digits = alphaBar === abar1000 ? 4 : 3;
      for (const steps of [1, 3, 10, 50]) {
        const angles = [...strideTimesteps(1000, steps)].map((t) => Math.acos(Math.sqrt(alphaBar[t]))).concat(0);
        const shrink = angles.slice(1).reduce((product, angle, i) => product * Math.cos(angles[i] - angle), 1);
        const { data } = await sampleDiffusion(graph, free({ n: 20, sampler: 'ddim', steps }), noWork);
        // The first noise is shown by the strip.
        const { xt } = await denoiseStrip(graph, { ...free({ n: 20, sampler: 'ddim', steps }), frames: 2 }, noWork);
        for (let i = 0; i < 20; i++) for (let k = 0; k < 32; k++) expect(data[i * 32 + k]).toBeCloseTo(shrink * xt[i * 64 + k], digits);
      }
    }
  });

  it('by DDIM with eta 1 are those of DDPM with the small variance', async () => {
    const graph = gaussianDenoiser({ mean: 0.1, std: 0.3 }, abar1000, image);
    for (const steps of [1000, 20]) {
      const ddpm = await sampleDiffusion(graph, free({ n: 10, steps }), noWork);
      const ddim = await sampleDiffusion(graph, free({ n: 10, steps, sampler: 'ddim', eta: 1 }), noWork);
      ddpm.data.forEach((x, i) => expect(ddim.data[i]).toBeCloseTo(x, 4));
    }
  });

  it('clipped stay in [-1, 1], and a strip of clipped predictions too', async () => {
    const graph = gaussianDenoiser({ mean: 0.9, std: 1 }, abar1000, image);
    const { data } = await sampleDiffusion(graph, { n: 200, seed: 1, sampler: 'ddim', steps: 10 }, noWork);
    expect(Math.max(...data)).toBeCloseTo(1, 5);
    expect(data.filter((x) => Math.abs(x) > 1 + 1e-6)).toHaveLength(0);
    const strip = await denoiseStrip(graph, { n: 3, seed: 1, sampler: 'ddpm', steps: 10, frames: 4 }, noWork);
    expect(strip.x0.filter((x) => Math.abs(x) > 1 + 1e-6)).toHaveLength(0);
  });
});

describe('seeds', () => {
  const graph = gaussianDenoiser({ mean: 0, std: 0.5 }, linearAlphaBar(20), [16, 16, 1]);
  const sample = async (options: Partial<DiffusionSampling>) => (await sampleDiffusion(graph, free({ n: 3, ...options }), noWork)).data;

  it('give the same images again, whatever their number', async () => {
    const three = await sample({});
    const many = await sample({ n: 600 });
    expect(many.subarray(0, three.length)).toEqual(three);
    expect(await sample({ seed: 2 })).not.toEqual(three);
  });

  it('start each sampler from the same noise', async () => {
    const strips = await Promise.all((['ddpm', 'ddim'] as const).map((sampler) => denoiseStrip(graph, { ...free({ n: 2, sampler }), frames: 2 }, noWork)));
    const firsts = strips.map(({ xt }) => xt.slice(0, 256));
    expect(firsts[0]).toEqual(firsts[1]);
    expect(Math.abs(variance(firsts[0]) - 1)).toBeLessThan(0.5);
  });

  it('give different noise in each step', async () => {
    // For one point as data, DDPM's x_t is that point and noise of its own: neighbours in time are correlated by the process, far ones are not.
    const point = gaussianDenoiser({ mean: 0, std: 0 }, linearAlphaBar(1000), [32, 32, 4]);
    const { xt } = await denoiseStrip(point, { ...free({ n: 1 }), frames: 3 }, noWork);
    const correlation = Array.from({ length: 4096 }, (_, i) => xt[i] * xt[4096 + i]).reduce((a, b) => a + b) / 4096;
    expect(Math.abs(correlation)).toBeLessThan(5 / Math.sqrt(4096));
  });
});

describe('a strip', () => {
  it('shows evenly strided moments, the first noise and the finished image', async () => {
    const graph = gaussianDenoiser({ mean: 0, std: 0.5 }, abar1000, image);
    const options = free({ n: 3, sampler: 'ddim', steps: 20 });
    const strip = await denoiseStrip(graph, { ...options, frames: 5 }, noWork);
    expect([...strip.t]).toEqual([...[0, 5, 10, 15].map((step) => strideTimesteps(1000, 20)[step]), -1]);
    const { data } = await sampleDiffusion(graph, options, noWork);
    for (let i = 0; i < 3; i++) expect(strip.x0.slice((i * 5 + 4) * 32, (i * 5 + 5) * 32)).toEqual(data.slice(i * 32, (i + 1) * 32));
    // x_0 predicted from the noise by the optimal denoiser: sqrt(abar) s^2 / (abar s^2 + 1 - abar) x_T
    const abar = abar1000[999];
    const gain = (Math.sqrt(abar) * 0.25) / (abar * 0.25 + 1 - abar);
    for (let k = 0; k < 32; k++) expect(strip.x0[k]).toBeCloseTo(gain * strip.xt[k], 4);
  });

  it('refuses more frames than there are moments', async () => {
    const graph = gaussianDenoiser({ mean: 0, std: 0.5 }, linearAlphaBar(10), image);
    await expect(denoiseStrip(graph, { ...free({ n: 1 }), frames: 12 }, noWork)).rejects.toMatchObject({ code: 'sampler-frames' });
  });
});

describe('work', () => {
  it('reports each step and stops between two of them', async () => {
    const seen: number[] = [];
    const graph = gaussianDenoiser({ mean: 0, std: 0.5 }, linearAlphaBar(20), [64, 64, 1], seen);
    const abort = new AbortController();
    const reports: number[] = [];
    const work = {
      signal: abort.signal,
      progress: ({ done, total }: { done: number; total: number }) => {
        expect(total).toBe(40);
        reports.push(done);
        // Comes as a message would, in a later turn of the event loop.
        if (done === 23) setTimeout(() => abort.abort(), 0);
      },
    };
    await expect(sampleDiffusion(graph, free({ n: 100 }), work)).rejects.toMatchObject({ code: 'cancelled' });
    expect(reports.slice(0, 24)).toEqual(Array.from({ length: 24 }, (_, i) => i));
    expect(reports.length).toBeLessThan(30);
    expect([...new Set(seen)]).toEqual([64, 36]);
  });

  it('names what a model computes that is no number', async () => {
    const graph = gaussianDenoiser({ mean: NaN, std: 0.5 }, linearAlphaBar(20), image);
    await expect(sampleDiffusion(graph, free({ n: 1 }), noWork)).rejects.toMatchObject({ code: 'model-not-finite', params: { output: 'eps' } });
  });

  it('names a schedule that is none', async () => {
    const graph = gaussianDenoiser({ mean: 0, std: 0.5 }, [0.5, 0.6], image);
    await expect(sampleDiffusion(graph, free({ n: 1 }), noWork)).rejects.toMatchObject({ code: 'graph-metadata', params: { key: 'genoise.schedule' } });
  });
});

it('images become bytes: -1 to 0, 1 to 255, beyond clipped', () => {
  expect([...signedToBytes(Float32Array.of(-1.2, -1, 0.004, 1, 7))]).toEqual([0, 0, 128, 255, 255]);
});
