/** @file Denoising diffusion. Ho, Jain & Abbeel, "Denoising Diffusion Probabilistic Models", 2020, arXiv:2006.11239.
 *
 * Departures from the paper: v prediction (Salimans & Ho 2022) and the cosine schedule (Nichol & Dhariwal 2021) by default, which give whole images much sooner;
 * eps, x0, the linear schedule and Min-SNR weights (Hang et al. 2023) beside them;
 * smaller networks by default, on patches of 2 x 2 pixels (Luhman & Luhman 2022), so that a processor trains them; no dropout (the default runs are too short to overfit). */

import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Params } from '../../nn/params';
import { trainingFields } from '../../nn/training';
import { defineMethod, type ImageShape } from '../method';
import { alphaBars } from './schedule';
import { sideDivisor, unet } from './unet';
import words from './words.json';

const config = z.object({
  timesteps: z.int().min(10).max(4000).default(1000),
  noiseSchedule: z.enum(['linear', 'cosine']).default('cosine'),
  prediction: z.enum(['eps', 'x0', 'v']).default('v'),
  lossWeighting: z.enum(['uniform', 'minSnr']).default('uniform'),
  baseChannels: z.int().min(8).max(512).multipleOf(8).default(24),
  channelMultipliers: z.array(z.int().min(1).max(16)).min(1).max(6).default([1, 2]),
  patchSize: z.int().min(1).max(8).default(2),
  blocksPerSize: z.int().min(1).max(4).default(1),
  attentionSize: z.int().min(0).max(64).default(8),
  attentionHeads: z.int().min(1).max(16).default(1),
  normGroups: z.int().min(1).max(64).default(8),
  batchSize: trainingFields.batchSize.default(64),
  learningRate: trainingFields.learningRate.default(2e-3),
  schedule: trainingFields.schedule.default('constant'),
  warmupSteps: trainingFields.warmupSteps.default(200),
  beta1: trainingFields.beta1.default(0.9),
  beta2: trainingFields.beta2.default(0.999),
  weightDecay: trainingFields.weightDecay.default(0),
  clipNorm: trainingFields.clipNorm.default(1),
  emaDecay: trainingFields.emaDecay.default(0.999),
  precision: trainingFields.precision.default('float32'),
});
type Config = z.infer<typeof config>;

/** The paper's choice for images. */
const minSnrGamma = 5;

/** Signal and noise at each image's time: sqrt(alphaBar_t), sqrt(1 - alphaBar_t). t [B] int32 -> [B, 1, 1, 1] */
function rates(t: tf.Tensor1D, c: Config) {
  const bars = alphaBars(c.noiseSchedule, c.timesteps);
  const table = (f: (bar: number) => number) => tf.reshape(tf.gather(tf.tensor1d(Float32Array.from(bars, f)), t), [t.shape[0], 1, 1, 1]);
  return { signal: table(Math.sqrt), noise: table((bar) => Math.sqrt(1 - bar)) };
}

/** What the network is asked for, at x_t = signal x0 + noise eps. v = signal eps - noise x0 (Salimans & Ho 2022, section 4). */
function target(x0: tf.Tensor, eps: tf.Tensor, { signal, noise }: ReturnType<typeof rates>, prediction: Config['prediction']): tf.Tensor {
  if (prediction === 'eps') return eps;
  return prediction === 'x0' ? x0 : tf.sub(tf.mul(signal, eps), tf.mul(noise, x0));
}

/** Each image's weight by its time t [B] -> [B, 1, 1, 1]: Min-SNR-gamma (Hang et al. 2023, section 3.4), min(SNR, gamma) on the error of x0, as it reads for what is predicted. */
function minSnrWeights(t: tf.Tensor1D, c: Config): tf.Tensor {
  const table = Float32Array.from(alphaBars(c.noiseSchedule, c.timesteps), (bar) => {
    const snr = bar / (1 - bar);
    return Math.min(snr, minSnrGamma) / { eps: snr, x0: 1, v: snr + 1 }[c.prediction];
  });
  return tf.reshape(tf.gather(tf.tensor1d(table), t), [t.shape[0], 1, 1, 1]);
}

/** eps from whatever the network predicts, so that every sampler sees eps. */
function toEps(predicted: tf.Tensor, xt: tf.Tensor, { signal, noise }: ReturnType<typeof rates>, prediction: Config['prediction']): tf.Tensor {
  if (prediction === 'eps') return predicted;
  if (prediction === 'x0') return tf.div(tf.sub(xt, tf.mul(signal, predicted)), noise);
  return tf.add(tf.mul(signal, predicted), tf.mul(noise, xt));
}

const network = (p: Params, xt: tf.Tensor4D, t: tf.Tensor1D, c: Config) => unet(p, xt, tf.mul(tf.cast(t, 'float32'), 1000 / c.timesteps), c);

export const ddpm = defineMethod<typeof config>({
  id: 'ddpm',
  family: 'diffusion',
  paper: 'arXiv:2006.11239',
  needs: { images: true },
  config,
  tiny: { timesteps: 10, baseChannels: 8, channelMultipliers: [1, 1], normGroups: 4, batchSize: 2, attentionSize: 0 },
  words,
  main: ['timesteps', 'noiseSchedule', 'prediction', 'baseChannels', 'batchSize', 'learningRate'],
  // Strokes become digits at some 1,500 steps. Attention at the bottom should see the whole image on at most 8 x 8 places.
  suits: (c) => ({ steps: 1500, side: 8 * c.patchSize * 2 ** (c.channelMultipliers.length - 1) }),
  noise: (c, data, batch) => ({
    eps: { shape: [batch, data.height, data.width, data.channels], dist: 'normal' },
    t: { shape: [batch], dist: 'integers', below: c.timesteps },
  }),
  /** Eq. 14: L_simple = E ||eps - eps_theta(sqrt(alphaBar_t) x0 + sqrt(1 - alphaBar_t) eps, t)||^2, the mean over pixels, x0 in [-1, 1]; of x0 or v in the place of eps where those are predicted; weighted by time if asked. */
  loss: (p, { x }, { eps, t }, c) => {
    const x0 = tf.sub(tf.mul(x, 2), 1) as tf.Tensor4D;
    const at = rates(t as tf.Tensor1D, c);
    const xt = tf.add(tf.mul(at.signal, x0), tf.mul(at.noise, eps)) as tf.Tensor4D;
    const predicted = network(p, xt, t as tf.Tensor1D, c);
    const errors = tf.squaredDifference(predicted, target(x0, eps, at, c.prediction));
    return { loss: tf.mean(c.lossWeighting === 'minSnr' ? tf.mul(errors, minSnrWeights(t as tf.Tensor1D, c)) : errors), metrics: {} };
  },
  graphs: (c, data: ImageShape) => ({
    denoise: {
      signature: 'denoise(x_t,t)->eps',
      inputs: { x_t: { shape: [data.height, data.width, data.channels] }, t: { shape: [], dtype: 'int32' } },
      metadata: { range: '-1..1', schedule: JSON.stringify({ kind: c.noiseSchedule, steps: c.timesteps, alphaBar: Array.from(alphaBars(c.noiseSchedule, c.timesteps)) }) },
      run: (p, { x_t, t }) => {
        const xt = x_t as tf.Tensor4D;
        return { eps: toEps(network(p, xt, t as tf.Tensor1D, c), xt, rates(t as tf.Tensor1D, c), c.prediction) };
      },
    },
  }),
  divisions: (c, data) => {
    const divisor = sideDivisor(c);
    return [
      { what: 'height', value: data.height, divisor },
      { what: 'width', value: data.width, divisor },
      { what: 'baseChannels', value: c.baseChannels, divisor: c.normGroups },
      { what: 'baseChannels', value: c.baseChannels, divisor: c.attentionHeads },
    ];
  },
});
