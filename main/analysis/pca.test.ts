/** @file Principal components against closed forms and scikit-learn. */

import { describe, expect, it } from 'vitest';
import { LabError } from '../../preload/contract/errors';
import { randomStream } from '../platform/random';
import { digits, reference } from './fixtures/reference';
import { fitPca, projectPca } from './pca';
import { percentiles } from './statistics';

/** Points +-scale_k along orthonormal directions: covariance known exactly. Directions are columns of the reflection I - 2 v v^T. */
function cross(dims: number, scales: number[], mean: number): { data: Float32Array; direction(k: number): number[]; variance(k: number): number } {
  const v = Array.from({ length: dims }, (_, d) => Math.sin(d + 1));
  const norm = Math.hypot(...v);
  const direction = (k: number) => v.map((value, d) => (d === k ? 1 : 0) - (2 * value * v[k]) / norm ** 2);
  const rows = scales.flatMap((scale, k) => [1, -1].map((sign) => direction(k).map((value) => mean + sign * scale * value)));
  return { data: Float32Array.from(rows.flat()), direction, variance: (k) => (2 * scales[k] ** 2) / (rows.length - 1) };
}

function expectAligned(got: ArrayLike<number>, direction: number[], digitsOfAgreement: number): void {
  const cosine = direction.reduce((sum, value, d) => sum + value * got[d], 0);
  expect(Math.abs(cosine)).toBeCloseTo(1, digitsOfAgreement);
}

describe('closed forms', () => {
  for (const dims of [20, 600]) {
    it(`finds known directions and variances in ${dims} dimensions`, () => {
      const scales = [8, 5, 3, 2, 1, 0.5];
      const { data, direction, variance } = cross(dims, scales, 7);
      const pca = fitPca(data, dims, 3);
      const total = scales.reduce((sum, _, k) => sum + variance(k), 0);
      for (let k = 0; k < 3; k++) {
        expect(pca.explainedVariance[k] / variance(k)).toBeCloseTo(1, 5);
        expect(pca.explainedRatio[k]).toBeCloseTo(variance(k) / total, 6);
        expectAligned(pca.components.subarray(k * dims, (k + 1) * dims), direction(k), 9);
      }
      const coordinates = projectPca(pca, data);
      expect(Math.abs(coordinates[0])).toBeCloseTo(8, 4);
      expect(coordinates[3]).toBeCloseTo(-coordinates[0], 4);
      expect(coordinates[1]).toBeCloseTo(0, 4);
    });
  }

  it('turns each component so that its entry of largest magnitude is positive', () => {
    for (const dims of [20, 600]) {
      const { components } = fitPca(cross(dims, [4, 2, 1], 0).data, dims, 3);
      for (let k = 0; k < 3; k++) {
        const row = components.subarray(k * dims, (k + 1) * dims);
        expect(Math.max(...row)).toBeGreaterThan(-Math.min(...row));
      }
    }
  });

  it('says no variance where all points are one', () => {
    const pca = fitPca(new Float32Array(30).fill(4), 3, 2);
    expect([...pca.explainedRatio]).toEqual([0, 0]);
    expect([...projectPca(pca, new Float32Array(30).fill(4))].every((value) => value === 0)).toBe(true);
  });

  it('keeps no more components than points allow', () => {
    expect(fitPca(Float32Array.of(0, 0, 0, 1, 2, 2), 3, 5).explainedVariance).toHaveLength(1);
  });

  it('agrees with itself across the two ways, on a slowly falling spectrum', () => {
    const count = 400;
    const noise = new Float32Array(count * 640);
    randomStream(3, 'test', 0).fillNormal(noise);
    // The same points in 512 dimensions (decomposed whole) and, padded by dimensions of no variance, in 640 (randomised).
    const narrow = new Float32Array(count * 512);
    const wide = new Float32Array(count * 640);
    for (let n = 0; n < count; n++) {
      for (let d = 0; d < 512; d++) {
        const value = noise[n * 640 + d] * 0.8 ** d;
        narrow[n * 512 + d] = value;
        wide[n * 640 + d] = value;
      }
    }
    const a = fitPca(narrow, 512, 4);
    const b = fitPca(wide, 640, 4);
    for (let k = 0; k < 4; k++) {
      expect(b.explainedVariance[k] / a.explainedVariance[k]).toBeCloseTo(1, 6);
      expect(b.explainedRatio[k]).toBeCloseTo(a.explainedRatio[k], 6);
    }
  });
});

describe('scikit-learn', () => {
  const pca = fitPca(digits, 64, 5);

  it('has its variances, ratios and components', () => {
    for (let k = 0; k < 5; k++) {
      expect(pca.explainedVariance[k]).toBeCloseTo(reference.explainedVariance[k], 8);
      expect(pca.explainedRatio[k]).toBeCloseTo(reference.explainedRatio[k], 10);
      for (let d = 0; d < 64; d++) expect(pca.components[k * 64 + d]).toBeCloseTo(reference.components[k][d], 7);
    }
  });

  it('has its projection and its percentiles', () => {
    const coordinates = projectPca(pca, digits);
    reference.projectedFirstRows.flat().forEach((value, i) => expect(coordinates[i]).toBeCloseTo(value, 4));
    const first = Array.from({ length: 300 }, (_, n) => coordinates[n * 5]);
    percentiles(first, [0, 2.5, 50, 97.5, 100]).forEach((value, i) => expect(value).toBeCloseTo(reference.percentiles[i], 4));
  });
});

describe('bad input', () => {
  const codeOf = (work: () => unknown) => {
    try {
      work();
    } catch (caught) {
      return caught instanceof LabError ? caught.code : caught;
    }
    return 'none';
  };
  it('is refused by name', () => {
    expect(codeOf(() => fitPca(new Float32Array(3), 3, 2))).toBe('pca-too-few-points');
    expect(codeOf(() => fitPca(Float32Array.of(1, NaN, 1, 2), 2, 2))).toBe('latents-not-finite');
    expect(codeOf(() => fitPca(Float32Array.of(1, Infinity, 1, 2), 2, 2))).toBe('latents-not-finite');
  });
});
