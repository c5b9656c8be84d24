/** @file A latent variable model in closed form: z ~ N(0, I), x | z ~ N(z, noise^2 I), with q(z | x) = N(gain x, std^2 I) of one's choice. */

import type { LearntGraph } from '../signatures';

export interface LinearGaussian {
  noise: number;
  gain: number;
  std: number;
  /** K, draws a pass. */
  draws: number;
  metadata?: Record<string, string>;
}

const image = [2, 2, 1];
const D = 4;

export const logNormal = (x: number, mean: number, variance: number): number => -0.5 * (Math.log(2 * Math.PI * variance) + (x - mean) ** 2 / variance);

/** KL(N(m, v) || N(m2, v2)) */
export const klNormal = (m: number, v: number, m2: number, v2: number): number => 0.5 * (Math.log(v2 / v) + (v + (m - m2) ** 2) / v2 - 1);

/** The graphs elbo and encode; `seen` notes the images and log weights of each run of elbo. */
export function linearGaussian({ noise, gain, std, draws, metadata = {} }: LinearGaussian, seen: { x: Float32Array; logWeight: Float32Array }[] = []) {
  const x = { name: 'x', shape: ['batch', ...image], dtype: 'float32' };
  const elbo: LearntGraph = {
    inputs: [x, { name: 'eps', shape: ['batch', draws, D], dtype: 'float32' }],
    outputs: [],
    metadata: { 'genoise.signature': 'elbo(x,eps)->recon,kl,logWeight', ...metadata },
    async run(inputs) {
      const batch = inputs.x.shape[0];
      const recon = new Float32Array(batch * draws);
      const logWeight = new Float32Array(batch * draws);
      const kl = new Float32Array(batch * D);
      for (let i = 0; i < batch; i++) {
        for (let d = 0; d < D; d++) {
          const value = inputs.x.data[i * D + d];
          kl[i * D + d] = klNormal(gain * value, std * std, 0, 1);
          for (let k = 0; k < draws; k++) {
            const z = gain * value + std * inputs.eps.data[(i * draws + k) * D + d];
            const likelihood = logNormal(value, z, noise * noise);
            recon[i * draws + k] += likelihood;
            logWeight[i * draws + k] += likelihood + logNormal(z, 0, 1) - logNormal(z, gain * value, std * std);
          }
        }
      }
      seen.push({ x: (inputs.x.data as Float32Array).slice(), logWeight: logWeight.slice() });
      return { recon: { data: recon, shape: [batch, draws] }, kl: { data: kl, shape: [batch, D] }, logWeight: { data: logWeight, shape: [batch, draws] } };
    },
  };
  const encode: LearntGraph = {
    inputs: [x],
    outputs: [],
    metadata: { 'genoise.signature': 'encode(x)->z' },
    run: async (inputs) => ({ z: { data: Float32Array.from(inputs.x.data, (value) => gain * value), shape: [inputs.x.shape[0], D] } }),
  };
  const decode: LearntGraph = {
    inputs: [{ name: 'z', shape: ['batch', D], dtype: 'float32' }],
    outputs: [],
    metadata: { 'genoise.signature': 'decode(z)->x' },
    run: async ({ z }) => ({ x: { data: Float32Array.from(z.data), shape: [z.shape[0], ...image] } }),
  };
  return { elbo, encode, decode };
}
