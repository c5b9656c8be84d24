/** @file The noise of steps: repeatable, apart for each name and step, of the distribution asked for. */

import { expect, test } from 'vitest';
import type { NoiseSpec } from '../methods/method';
import { noiseSource } from './noise';

const specs: Record<string, NoiseSpec> = {
  eps: { shape: [100, 1000], dist: 'normal' },
  other: { shape: [100, 1000], dist: 'normal' },
  u: { shape: [50_000], dist: 'uniform' },
  t: { shape: [40_000], dist: 'integers', below: 10 },
};
const copy = (noise: ReturnType<ReturnType<typeof noiseSource>>) => Object.fromEntries(Object.entries(noise).map(([name, values]) => [name, values.slice()]));
const correlation = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) [ab, aa, bb] = [ab + a[i] * b[i], aa + a[i] ** 2, bb + b[i] ** 2];
  return ab / Math.sqrt(aa * bb);
};
/** Phi by Abramowitz and Stegun 7.1.26, good to 1.5e-7. */
const normalCdf = (x: number) => {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const erf = 1 - ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * Math.exp(-z * z);
  return x < 0 ? (1 - erf) / 2 : (1 + erf) / 2;
};

test('the same seed and step give the same noise, whatever was drawn before', () => {
  const first = noiseSource(specs, 7);
  const at5 = copy(first(5));
  const second = noiseSource(specs, 7);
  for (const step of [1, 9, 5]) second(step);
  expect(copy(second(5))).toEqual(at5);
  expect(copy(noiseSource(specs, 8)(5)).eps).not.toEqual(at5.eps);
});

test('names and steps are independent', () => {
  const draw = noiseSource(specs, 7);
  const at1 = copy(draw(1));
  const at2 = copy(draw(2));
  // |r| of 100,000 independent pairs is over 0.016 with a chance of 1e-6.
  for (const [a, b] of [[at1.eps, at2.eps], [at1.eps, at1.other], [at1.eps.subarray(1), at1.eps]]) expect(Math.abs(correlation(a, b))).toBeLessThan(0.016);
});

test('normals are normal: Kolmogorov and Smirnov', () => {
  const values = (noiseSource(specs, 3)(11).eps as Float32Array).slice().sort();
  let distance = 0;
  values.forEach((x, i) => (distance = Math.max(distance, Math.abs(normalCdf(x) - i / values.length), Math.abs(normalCdf(x) - (i + 1) / values.length))));
  // sqrt(n) D is over 2.2 with a chance of 1e-4.
  expect(Math.sqrt(values.length) * distance).toBeLessThan(2.2);
});

test('uniforms fill [0, 1) and integers [0, below) evenly', () => {
  const { u, t } = noiseSource(specs, 3)(1);
  const bins = Array.from({ length: 20 }, () => 0);
  expect(u.every((value) => value >= 0 && value < 1)).toBe(true);
  for (const value of u) bins[Math.floor(value * 20)] += 1;
  const counts = Array.from({ length: 10 }, () => 0);
  for (const value of t) counts[value] += 1;
  const chiSquare = (seen: number[], total: number) => seen.reduce((sum, count) => sum + (count - total / seen.length) ** 2 / (total / seen.length), 0);
  // Chi-square of 19 and of 9 degrees of freedom: chances of 1e-4.
  expect(chiSquare(bins, u.length)).toBeLessThan(50.8);
  expect(chiSquare(counts, t.length)).toBeLessThan(33.7);
});

test('integers without a bound are refused', () => {
  expect(() => noiseSource({ t: { shape: [1], dist: 'integers' } }, 1)).toThrow(RangeError);
});
