/** @file The order of batches: permutations, unlike each other, uniform, seekable; and pixels as floats. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchIndices, epochOf, stepsPerEpoch, toUnitRange } from './batch';
import { epochOrder } from './epoch-order';

const orderOf = (count: number, seed: number, epoch: number): number[] => {
  const at = epochOrder(count, seed, epoch);
  return Array.from({ length: count }, (_, position) => at(position));
};

describe('an epoch', () => {
  it('is a permutation, for any count, seed and epoch', () => {
    const counts = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(255, 256, 257, 1023, 1024, 1025, 4096, 4097));
    fc.assert(
      fc.property(counts, fc.nat({ max: Number.MAX_SAFE_INTEGER }), fc.nat({ max: 1e6 }), (count, seed, epoch) => {
        expect(orderOf(count, seed, epoch).sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  it('of 60,000 sees each item once', () => {
    const seen = new Uint8Array(60_000);
    const at = epochOrder(60_000, 7, 2);
    for (let i = 0; i < 60_000; i++) seen[at(i)]++;
    expect(seen.every((times) => times === 1)).toBe(true);
  });

  it('differs by seed, by epoch and from the natural order: of 1,000 items about one stays in place', () => {
    const orders = [orderOf(1000, 1, 0), orderOf(1000, 2, 0), orderOf(1000, 1, 1), orderOf(1000, 1 + 2 ** 32, 0), Array.from({ length: 1000 }, (_, i) => i)];
    for (const [i, a] of orders.entries()) {
      for (const b of orders.slice(i + 1)) {
        // Poisson of mean 1: over 8 has a probability of 1e-6.
        expect(a.filter((item, at) => item === b[at]).length).toBeLessThanOrEqual(8);
      }
    }
  });

  it.each([2, 3, 7, 10, 100])('puts each of %i items at each place equally often (chi-squared at 1e-6)', (count) => {
    const epochs = 2000;
    const times = new Float64Array(count * count);
    for (let epoch = 0; epoch < epochs; epoch++) orderOf(count, 11, epoch).forEach((item, at) => times[at * count + item]++);
    const mean = epochs / count;
    const chi = times.reduce((sum, observed) => sum + (observed - mean) ** 2 / mean, 0);
    const freedom = (count - 1) ** 2;
    // Wilson and Hilferty: chi-squared to a normal deviate.
    const deviate = (Math.cbrt(chi / freedom) - (1 - 2 / (9 * freedom))) / Math.sqrt(2 / (9 * freedom));
    expect(Math.abs(deviate)).toBeLessThan(4.9);
  });

  it.each([[2, 2], [3, 6], [4, 24], [5, 120]])('of %i items has each of its %i orders equally often', (count, orders) => {
    const times = new Map<string, number>();
    const epochs = orders * 200;
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = orderOf(count, 3, epoch).join();
      times.set(order, (times.get(order) ?? 0) + 1);
    }
    expect(times.size).toBe(orders);
    // Binomial of mean 200: 6 standard deviations.
    for (const observed of times.values()) expect(Math.abs(observed - 200)).toBeLessThan(85);
  });

  it('neighbours are no neighbours afterwards: no serial correlation in 100,000 items', () => {
    const count = 100_000;
    const at = epochOrder(count, 5, 0);
    let sum = 0;
    for (let i = 1; i < count; i++) sum += ((at(i - 1) / count) * 2 - 1) * ((at(i) / count) * 2 - 1);
    // Mean of products of independent uniforms on [-1, 1]: standard deviation 1/3 over the root of n.
    expect(Math.abs(sum / count)).toBeLessThan((5 * (1 / 3)) / Math.sqrt(count));
  });

  it('of two thousand million items is reached at once', () => {
    const at = epochOrder(2 ** 31, 1, 0);
    const seen = new Set(Array.from({ length: 1000 }, (_, i) => at(i * 2_000_003)));
    expect(seen.size).toBe(1000);
    expect(Math.max(...seen)).toBeLessThan(2 ** 31);
    expect(() => epochOrder(0, 1, 0)).toThrow(RangeError);
    expect(() => at(2 ** 31)).toThrow(RangeError);
  });
});

describe('batches', () => {
  it('follow each other through epochs; a rest is dropped', () => {
    const [count, batchSize, seed] = [10, 3, 4];
    expect(stepsPerEpoch(count, batchSize)).toBe(3);
    for (let epoch = 0; epoch < 4; epoch++) {
      const steps = [1, 2, 3].map((k) => epoch * 3 + k);
      const items = steps.flatMap((step) => [...batchIndices({ count, batchSize, seed, step })]);
      expect(items).toEqual(orderOf(count, seed, epoch).slice(0, 9));
      expect(steps.map((step) => epochOf({ count, batchSize, step }))).toEqual([epoch, epoch, epoch]);
    }
  });

  it('longer than an epoch run on through epochs, each item equally often', () => {
    const [count, batchSize, seed] = [3, 8, 4];
    const items = Array.from({ length: 3 }, (_, i) => [...batchIndices({ count, batchSize, seed, step: i + 1 })]).flat();
    expect(items).toEqual(Array.from({ length: 8 }, (_, epoch) => orderOf(count, seed, epoch)).flat());
    expect(epochOf({ count, batchSize, step: 2 })).toBe(2);
  });

  it('exactly as long as an epoch, or of one item', () => {
    expect([...batchIndices({ count: 5, batchSize: 5, seed: 1, step: 3 })]).toEqual(orderOf(5, 1, 2));
    expect([...batchIndices({ count: 1, batchSize: 4, seed: 1, step: 9 })]).toEqual([0, 0, 0, 0]);
  });

  it('any step is reached without those before, into a buffer at hand', () => {
    const into = new Int32Array(4);
    expect(batchIndices({ count: 1000, batchSize: 4, seed: 9, step: 777 }, into)).toBe(into);
    expect([...into]).toEqual(orderOf(1000, 9, 3).slice(26 * 4, 27 * 4));
    expect(() => batchIndices({ count: 10, batchSize: 2, seed: 1, step: 0 })).toThrow(RangeError);
  });
});

it('levels become floats: level / 255, to the nearest float', () => {
  const levels = Uint8Array.from({ length: 256 }, (_, i) => i);
  const floats = new Float32Array(300).fill(-1);
  toUnitRange(levels, floats);
  expect([floats[0], floats[255], floats[256]]).toEqual([0, 1, -1]);
  levels.forEach((level) => expect(floats[level]).toBe(Math.fround(level / 255)));
  expect(() => toUnitRange(levels, new Float32Array(255))).toThrow(RangeError);
});
