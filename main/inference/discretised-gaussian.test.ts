/** @file The discretised Gaussian against published values, numerical integration and its own sum. */

import { describe, expect, it } from 'vitest';
import { logByteProbability, logNormalInterval } from './discretised-gaussian';

describe('intervals of the normal distribution', () => {
  it('are the published tail probabilities', () => {
    // scipy.stats.norm.logsf, 15 digits.
    const logSf: [number, number][] = [
      [0, -0.693147180559945],
      [1, -1.84102164500926],
      [2.4999, -5.081366007354047],
      [2.5, -5.081648277278691],
      [5, -15.0649983939887],
      [10, -53.2312851505125],
      [38, -726.557216018739],
      [100, -5005.52420869421],
    ];
    for (const [x, expected] of logSf) {
      expect(logNormalInterval(x, Infinity) / expected).toBeCloseTo(1, 9);
      expect(logNormalInterval(-Infinity, -x)).toBeCloseTo(logNormalInterval(x, Infinity), 10);
    }
  });

  it('are the integral of the density, near and far', () => {
    for (const [low, high] of [[-1, 2], [-0.01, 0.02], [0.3, 0.31], [2.4, 2.6], [4, 4.5], [9, 9.02], [-30.1, -30]]) {
      // Simpson's rule on the density relative to its largest value.
      const top = low > 0 ? low : high < 0 ? high : 0;
      const pieces = 2000;
      const h = (high - low) / pieces;
      let sum = 0;
      for (let i = 0; i <= pieces; i++) {
        const x = low + i * h;
        sum += (i === 0 || i === pieces ? 1 : i % 2 ? 4 : 2) * Math.exp(-0.5 * (x * x - top * top));
      }
      expect(logNormalInterval(low, high)).toBeCloseTo(Math.log((sum * h) / 3 / Math.sqrt(2 * Math.PI)) - 0.5 * top * top, 7);
    }
  });
});

it('the probabilities of the 256 values sum to 1', () => {
  for (const [mean, std] of [[0, 0.01], [0.9999, 0.3], [-3, 0.5], [0.21, 0.002]]) {
    let sum = 0;
    for (let k = 0; k < 256; k++) sum += Math.exp(logByteProbability(k / 127.5 - 1, mean, std));
    expect(sum).toBeCloseTo(1, 9);
  }
});
