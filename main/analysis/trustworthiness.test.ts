/** @file Trustworthiness and neighbours against scikit-learn and cases known by hand. */

import { describe, expect, it } from 'vitest';
import { digits, reference, weightedDigits } from './fixtures/reference';
import { kSmallest, neighbourAccuracy } from './neighbours';
import { fitPca, projectPca } from './pca';
import { sampleIndices } from './sampling';
import { trustworthiness } from './trustworthiness';

const map = projectPca(fitPca(digits, 64, 2), digits);

describe('trustworthiness', () => {
  for (const k of [1, 5, 12, 100]) {
    it(`is scikit-learn's for ${k} neighbours`, () => {
      const found = trustworthiness(weightedDigits, 64, map, 2, k);
      expect(found?.neighbours).toBe(k);
      expect(found?.value).toBeCloseTo(reference.trustworthiness[k], 9);
    });
  }

  it('is 1 where the map is the space, also with points that coincide', () => {
    const doubled = new Float32Array([...digits.subarray(0, 640), ...digits.subarray(0, 640)]);
    expect(trustworthiness(doubled, 64, doubled, 64)?.value).toBe(1);
  });

  it('is the worst value where neighbours on the map are the furthest in the space', () => {
    // n = 4, k = 1. On the map 0-1 and 2-3 are pairs; in the space (a line) 1 is furthest from 0, rank 3, penalty 2; likewise the others.
    const space = Float32Array.of(0, 10, 1, 9.5);
    const pairs = Float32Array.of(0, 1, 100, 101);
    // Ranks: of 1 from 0: 3; of 0 from 1: 3; of 3 from 2: 2 (9, 8.5, 1); of 2 from 3: 2.
    const penalty = 2 + 2 + 1 + 1;
    expect(trustworthiness(space, 1, pairs, 1, 1)?.value).toBeCloseTo(1 - (2 * penalty) / (4 * 1 * (2 * 4 - 3 - 1)), 12);
  });

  it('says nothing of three points, and lowers k to what few points allow', () => {
    expect(trustworthiness(new Float32Array(3), 1, new Float32Array(3), 1)).toBeNull();
    expect(trustworthiness(Float32Array.of(1, 2, 3, 4, 5), 1, Float32Array.of(1, 2, 3, 4, 5), 1)?.neighbours).toBe(2);
  });

  it('samples 2,000 of more points, and says so', () => {
    const many = Float32Array.from({ length: 2500 * 2 }, (_, i) => Math.sin(i * 12.9898) * 43758.5453 % 1);
    expect(trustworthiness(many, 2, many, 2)).toEqual({ value: 1, neighbours: 12, sampled: 2000, count: 2500 });
  });
});

describe('neighbours', () => {
  it('are the smallest distances in order, without the point itself', () => {
    const out = new Int32Array(3);
    kSmallest(Float64Array.of(5, 0, 3, 1, 3, 9), 3, 1, out);
    expect([...out]).toEqual([3, 2, 4]);
  });

  it("vote as scikit-learn's do", () => {
    expect(neighbourAccuracy(digits, 64, Int32Array.from(reference.labels), 1)).toBeCloseTo(reference.nearestNeighbourAccuracy, 12);
  });

  it('outvote a nearer one', () => {
    // 0 at 0; neighbours at 1 (class 1), 2 and 3 (class 0).
    const points = Float32Array.of(0, 1, 2, 3);
    expect(neighbourAccuracy(points, 1, Int32Array.of(0, 1, 0, 0), 3)).toBe(0.75);
  });
});

describe('samples of indices', () => {
  it('are different, in range, rising, a function of the seed, and fair', () => {
    const hits = new Float64Array(50);
    for (let seed = 0; seed < 2000; seed++) {
      const chosen = sampleIndices(50, 10, seed);
      expect(new Set(chosen).size).toBe(10);
      for (const index of chosen) hits[index]++;
    }
    // Each index is drawn 400 times of 2,000, with a standard deviation of 17.9: 5 of them on either side.
    expect(Math.min(...hits)).toBeGreaterThan(310);
    expect(Math.max(...hits)).toBeLessThan(490);
    expect([...sampleIndices(50, 10, 7)]).toEqual([...sampleIndices(50, 10, 7)]);
    expect([...sampleIndices(5, 9, 1)]).toEqual([0, 1, 2, 3, 4]);
  });
});
