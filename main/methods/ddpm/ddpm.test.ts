/** @file The losses of the diffusion method, against closed forms. */

import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Params } from '../../nn/params';
import { ddpm } from './ddpm';
import { alphaBars } from './schedule';

beforeAll(() => tf.setBackend('cpu'));

const data = { height: 4, width: 4, channels: 1 };
const normals = (seed: number) => tf.randomNormal([3, 4, 4, 1], 0, 1, 'float32', seed) as tf.Tensor4D;

/** The loss of a network that says 0 everywhere: the mean square of what it was asked for. */
function lossOfZero(settings: Record<string, unknown>, t: number[], x: tf.Tensor4D, eps: tf.Tensor4D): number {
  const config = ddpm.config.parse({ ...ddpm.tiny, timesteps: 10, noiseSchedule: 'cosine', ...settings }) as Record<string, unknown>;
  const params = new Params(({ shape }) => tf.zeros(shape));
  const time = { step: tf.scalar(1), progress: tf.scalar(0) };
  return ddpm.loss!(params, { x }, { eps, t: tf.tensor1d(t, 'int32') }, config, data, time).loss.dataSync()[0];
}

describe('Min-SNR weights', () => {
  const bars = alphaBars('cosine', 10);
  const t = [0, 4, 9];
  const snr = t.map((i) => bars[i] / (1 - bars[i]));
  const weight = snr.map((r) => Math.min(r, 5));

  it('reach both sides of gamma', () => {
    expect(Math.max(...snr)).toBeGreaterThan(5);
    expect(Math.min(...snr)).toBeLessThan(5);
  });

  it.each(['x0', 'eps', 'v'] as const)('count the error of x0 by min(SNR, 5), whatever is predicted: %s', (prediction) => {
    const x = tf.randomUniform([3, 4, 4, 1], 0, 1, 'float32', 1) as tf.Tensor4D;
    const eps = normals(2);
    const x0 = tf.sub(tf.mul(x, 2), 1).arraySync() as number[][][][];
    const noise = eps.arraySync();
    let sum = 0;
    for (let image = 0; image < 3; image++) {
      const bar = bars[t[image]];
      // An error e in eps is one of e / sqrt(SNR) in x0, in v one of e / sqrt(SNR + 1).
      const inX0 = { x0: 1, eps: 1 / snr[image], v: 1 / (snr[image] + 1) }[prediction];
      for (let i = 0; i < 16; i++) {
        const [a, e] = [x0[image][i >> 2][i & 3][0], noise[image][i >> 2][i & 3][0]];
        const asked = { x0: a, eps: e, v: Math.sqrt(bar) * e - Math.sqrt(1 - bar) * a }[prediction];
        sum += weight[image] * inX0 * asked ** 2;
      }
    }
    expect(lossOfZero({ prediction, lossWeighting: 'minSnr' }, t, x, eps)).toBeCloseTo(sum / 48, 4);
  });
});
