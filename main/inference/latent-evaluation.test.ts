/** @file The evaluation of latent variable models on a linear Gaussian one, where log p(x), the posterior and every KL are known. */

import { describe, expect, it } from 'vitest';
import { logMeanExp, mean } from '../analysis/statistics';
import type { LabelledImages } from '../sampling/batches';
import { evaluateLatent } from './latent-evaluation';
import { noWork } from '../sampling/scripted/gaussians';
import { klNormal, linearGaussian, logNormal } from '../sampling/scripted/linear-gaussian';

/** 2 x 2 images of the given bytes. */
function imagesOf(pixels: Uint8Array): LabelledImages {
  return {
    count: (split) => (split === 'test' ? pixels.length / 4 : 0),
    labels: () => new Int32Array(pixels.length / 4).fill(-1),
    read: (_split, indices, into) => Array.from(indices).forEach((index, i) => into.set(pixels.subarray(index * 4, index * 4 + 4), i * 4)),
  };
}

const pixels = Uint8Array.from({ length: 4 * 300 }, (_, i) => (i * 7919) % 256);
const values = Array.from(pixels, (k) => k / 255);
/** Mean over images of a sum over the four pixels. */
const perImage = (f: (x: number) => number) => 4 * mean(values.map(f));

const noise = 0.5;
const posterior = { gain: 1 / (1 + noise * noise), std: noise / Math.sqrt(1 + noise * noise) };
const negLogLikelihood = perImage((x) => -logNormal(x, 0, 1 + noise * noise));

describe('with the exact posterior', () => {
  it('IW-NLL is -log p(x), whatever the number of samples and draws a pass', async () => {
    for (const [draws, samples] of [[10, 500], [7, 20], [5, 1]]) {
      const found = await evaluateLatent(linearGaussian({ noise, ...posterior, draws }), imagesOf(pixels), { samples }, noWork);
      expect(found.iwNll).toBeCloseTo(negLogLikelihood, 4);
      expect(found).toMatchObject({ samples, images: 300, iwImages: 300 });
    }
  });

  it('-ELBO is -log p(x) too, and its parts are the closed forms', async () => {
    const found = await evaluateLatent(linearGaussian({ noise, ...posterior, draws: 400 }), imagesOf(pixels), { samples: 1 }, noWork);
    const { gain, std } = posterior;
    expect(found.kl).toBeCloseTo(perImage((x) => klNormal(gain * x, std * std, 0, 1)), 4);
    const recon = perImage((x) => 0.5 * Math.log(2 * Math.PI * noise * noise) + ((x - gain * x) ** 2 + std * std) / (2 * noise * noise));
    // 300 x 400 draws of four squares: a standard error of about 0.004.
    expect(Math.abs(found.recon - recon)).toBeLessThan(0.02);
    expect(Math.abs(found.negElbo - negLogLikelihood)).toBeLessThan(0.02);
    expect(found.negElbo).toBeCloseTo(found.recon + found.kl, 10);
  });
});

describe('with another q', () => {
  it('-ELBO is larger by KL(q || posterior), and IW-NLL lies between', async () => {
    const [gain, std] = [0.3, 0.7];
    const model = linearGaussian({ noise, gain, std, draws: 100 });
    const found = await evaluateLatent(model, imagesOf(pixels), { samples: 500 }, noWork);
    const gap = perImage((x) => klNormal(gain * x, std * std, posterior.gain * x, posterior.std ** 2));
    expect(Math.abs(found.negElbo - (negLogLikelihood + gap))).toBeLessThan(0.05);
    expect(found.iwNll - negLogLikelihood).toBeLessThan(gap / 20);
    const few = await evaluateLatent(model, imagesOf(pixels), { samples: 5 }, noWork);
    expect(few.iwNll).toBeGreaterThan(found.iwNll + 0.02);
    expect(few.iwNll).toBeLessThan(found.negElbo - 0.02);
  });

  it('the weights of all passes are averaged, the surplus of the last left out', async () => {
    const seen: { x: Float32Array; logWeight: Float32Array }[] = [];
    // Weights of e^-4000 and less: a plain sum would be 0.
    const model = linearGaussian({ noise: 0.01, gain: 0.1, std: 0.05, draws: 4 }, seen);
    const { iwNll } = await evaluateLatent(model, imagesOf(pixels.subarray(0, 12)), { samples: 10 }, noWork);
    const passes = seen.slice(1).map(({ logWeight }) => logWeight);
    expect(passes).toHaveLength(3);
    const expected = [0, 1, 2].map((i) => -logMeanExp(passes.flatMap((pass) => [...pass.subarray(i * 4, i * 4 + 4)]).slice(0, 10)));
    expect(expected[0]).toBeGreaterThan(1000);
    expect(iwNll / mean(expected)).toBeCloseTo(1, 10);
    expect(new Set(passes.map((pass) => pass[0])).size).toBe(3);
  });
});

it('axes are active where the posterior mean varies by more than 0.01', async () => {
  // Variance of the bytes' values: 1/12 each; gains of 0.3 and 0.4 put it at 0.0075 and 0.0133.
  for (const [gain, active] of [[0.3, 0], [0.4, 4]]) {
    const found = await evaluateLatent(linearGaussian({ noise, gain, std: 1, draws: 1 }), imagesOf(pixels), { samples: 1 }, noWork);
    expect(found).toMatchObject({ activeUnits: active, latentSize: 4 });
  }
});

describe('binary models', () => {
  const metadata = { 'genoise.binarise': 'bernoulli' };
  const grey = Uint8Array.from({ length: 4 * 500 }, (_, i) => [0, 64, 191, 255][i % 4]);

  async function seenImages(options: { images?: number; seed?: number }, draws = 1) {
    const seen: { x: Float32Array; logWeight: Float32Array }[] = [];
    await evaluateLatent(linearGaussian({ noise, gain: 1, std: 1, draws, metadata }, seen), imagesOf(grey), { samples: draws, ...options }, noWork);
    const all = seen.flatMap(({ x }) => [...x]);
    // The ELBO's passes over all images, then the importance-weighted ones.
    expect(all.slice(0, all.length / 2)).toEqual(all.slice(all.length / 2));
    return all.slice(0, all.length / 2);
  }

  it('see each pixel as one Bernoulli draw of its value', async () => {
    const x = await seenImages({});
    expect(new Set(x)).toEqual(new Set([0, 1]));
    [0, 64 / 255, 191 / 255, 1].forEach((p, pixel) => {
      const rate = mean(x.filter((_, i) => i % 4 === pixel));
      expect(Math.abs(rate - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / 500) + 1e-9);
    });
  });

  it('see the same draw whatever the seed and the batch', async () => {
    const x = await seenImages({});
    expect(await seenImages({ seed: 9 })).toEqual(x);
    expect(await seenImages({}, 8000)).toEqual(x);
    const strided = await seenImages({ images: 250 });
    for (let i = 0; i < 250; i++) expect(strided.slice(i * 4, i * 4 + 4)).toEqual(x.slice(i * 8, i * 8 + 4));
  });
});

describe('work', () => {
  it('is refused without test images', async () => {
    await expect(evaluateLatent(linearGaussian({ noise, gain: 1, std: 1, draws: 1 }), imagesOf(new Uint8Array()), {}, noWork)).rejects.toMatchObject({ code: 'split-too-small' });
  });

  it('reports to the end, and stops between passes', async () => {
    const reports: number[] = [];
    const progress = ({ done, total }: { done: number; total: number }) => reports.push(done / total);
    await evaluateLatent(linearGaussian({ noise, gain: 1, std: 1, draws: 10 }), imagesOf(pixels), { samples: 100 }, { ...noWork, progress });
    expect(reports[0]).toBe(0);
    expect(reports.at(-1)).toBe(1);
    const work = { progress: () => undefined, signal: AbortSignal.timeout(0) };
    await expect(evaluateLatent(linearGaussian({ noise, gain: 1, std: 1, draws: 1 }), imagesOf(pixels), { samples: 10_000 }, work)).rejects.toMatchObject({ code: 'cancelled' });
  });
});
