/** @file The learning rate against its closed forms. */

import { expect, test } from 'vitest';
import { learningRate } from './schedule';

const config = { learningRate: 2e-3, schedule: 'constant' as const, warmupSteps: 0 };

test('constant, linear and cosine are their closed forms', () => {
  for (const f of [0, 0.1, 1 / 3, 0.5, 0.9, 1]) {
    expect(learningRate(config, 100, f)).toBe(2e-3);
    expect(learningRate({ ...config, schedule: 'linear' }, 100, f)).toBeCloseTo(2e-3 * (1 - f), 15);
    expect(learningRate({ ...config, schedule: 'cosine' }, 100, f)).toBeCloseTo(2e-3 * Math.cos((Math.PI * f) / 2) ** 2, 15);
  }
});

test('warmup rises by equal steps to the full rate, and multiplies the decay', () => {
  const warm = { ...config, warmupSteps: 4 };
  expect([1, 2, 3, 4, 5].map((step) => learningRate(warm, step, 0))).toEqual([0.5e-3, 1e-3, 1.5e-3, 2e-3, 2e-3]);
  expect(learningRate({ ...warm, schedule: 'linear' }, 2, 0.25)).toBeCloseTo(2e-3 * 0.5 * 0.75, 15);
});

test('a run past its limits learns no more under a decay', () => {
  expect(learningRate({ ...config, schedule: 'cosine' }, 10, 1.2)).toBeCloseTo(0, 18);
  expect(learningRate({ ...config, schedule: 'linear' }, 10, 7)).toBe(0);
});
