/** @file Models of Gaussian data in closed form, with the interface of compiled graphs: what the tests of sampling and evaluation hold to. */

import type { LearntGraph } from '../signatures';

/** Ho et al. 2020, section 4: beta from 1e-4 to 0.02. */
export function linearAlphaBar(steps: number, first = 1e-4, last = 0.02): number[] {
  let product = 1;
  return Array.from({ length: steps }, (_, t) => (product *= 1 - (first + ((last - first) * t) / (steps - 1))));
}

/** Nichol and Dhariwal 2021, eq. 17, with betas of at most 0.999. */
export function cosineAlphaBar(steps: number): number[] {
  const f = (t: number) => Math.cos(((t / steps + 0.008) / 1.008) * (Math.PI / 2)) ** 2;
  let product = 1;
  return Array.from({ length: steps }, (_, t) => (product *= 1 - Math.min(0.999, 1 - f(t + 1) / f(t))));
}

export interface Gaussian {
  mean: number;
  std: number;
}

/**
 * The best possible denoiser of data N(mean, std^2 I): x_0 = mean + sqrt(abar) std^2 / (abar std^2 + 1 - abar) (x_t - sqrt(abar) mean).
 * `seen` notes the batches.
 */
export function gaussianDenoiser({ mean, std }: Gaussian, alphaBar: number[], image: [number, number, number], seen: number[] = []): LearntGraph {
  return {
    inputs: [
      { name: 'x_t', shape: ['batch', ...image], dtype: 'float32' },
      { name: 't', shape: ['batch'], dtype: 'int32' },
    ],
    outputs: [{ name: 'eps', shape: ['batch', ...image], dtype: 'float32' }],
    metadata: {
      'genoise.signature': 'denoise(x_t,t)->eps',
      'genoise.schedule': JSON.stringify({ kind: 'linear', steps: alphaBar.length, alphaBar }),
    },
    async run({ x_t, t }) {
      seen.push(t.data.length);
      const size = x_t.data.length / t.data.length;
      const eps = new Float32Array(x_t.data.length);
      for (let image = 0, i = 0; image < t.data.length; image++) {
        const abar = alphaBar[t.data[image]];
        const centre = Math.sqrt(abar) * mean;
        const gain = (Math.sqrt(abar) * std * std) / (abar * std * std + 1 - abar);
        for (; i < (image + 1) * size; i++) {
          const x = x_t.data[i];
          eps[i] = (x - Math.sqrt(abar) * (mean + gain * (x - centre))) / Math.sqrt(1 - abar);
        }
      }
      return { eps: { data: eps, shape: x_t.shape } };
    },
  };
}

export const noWork = { progress: () => undefined, signal: new AbortController().signal };
