/** @file Maps that lead back, distances from the data, and how points spread along axes: closed forms and brute force. */

import { describe, expect, it } from 'vitest';
import { axisStatistics } from './axis-statistics';
import { nearestRow, neighbourDistances, percentileAmong } from './data-distance';
import { digits } from './fixtures/reference';
import { mapLatents, placeOnMap } from './latent-map';
import { sampleRows } from './sampling';
import { fitPca } from './pca';
import { percentiles } from './statistics';
import { trustworthiness, trustworthinessInSteps } from './trustworthiness';

const noise = (i: number) => Math.abs((Math.sin(i * 12.9898) * 43758.5453) % 1);

/** Points m + a u + b v + c w of 6 dimensions, u, v, w orthonormal, a spread widest. */
function tilted(count: number): { z: Float32Array; basis: number[][]; middle: number[] } {
  const h = Math.SQRT1_2;
  const basis = [
    [h, h, 0, 0, 0, 0],
    [0, 0, h, -h, 0, 0],
    [0, 0, 0, 0, h, h],
  ];
  const middle = [1, 2, 3, 4, 5, 6];
  const z = new Float32Array(count * 6);
  for (let n = 0; n < count; n++) {
    const at = [9, 4, 1].map((spread, k) => spread * (noise(3 * n + k) - 0.5));
    for (let d = 0; d < 6; d++) z[n * 6 + d] = middle[d] + at[0] * basis[0][d] + at[1] * basis[1][d] + at[2] * basis[2][d];
  }
  return { z, basis, middle };
}

describe('a map', () => {
  it('of points in three directions leads back to each point', () => {
    const { z, basis } = tilted(400);
    const map = mapLatents(z, 6);
    expect(map).toMatchObject({ kind: 'pca', rank: 3, fitted: 400 });
    for (let n = 0; n < 400; n++) {
      for (let d = 0; d < 6; d++) {
        let back = map.mean[d];
        for (let k = 0; k < 3; k++) back += map.points[n * 3 + k] * map.directions[k * 6 + d];
        expect(Math.abs(back - z[n * 6 + d])).toBeLessThan(1e-4);
      }
    }
    // 400 draws tilt the widest direction by a few hundredths of a radian.
    expect(Math.abs(basis[0].reduce((sum, x, d) => sum + x * map.directions[d], 0))).toBeGreaterThan(0.99);
    expect(map.explainedRatio.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    expect(placeOnMap(map, z.subarray(60, 66)).map((value, k) => value - map.points[30 + k]).every((difference) => Math.abs(difference) < 1e-5)).toBe(true);
  });

  it('of two dimensions is the space itself', () => {
    const z = Float32Array.of(1, 2, 3, 4, 5, 7);
    const map = mapLatents(z, 2);
    expect(map).toMatchObject({ kind: 'latent', rank: 2, points: z, mean: new Float32Array(2), directions: Float32Array.of(1, 0, 0, 1) });
    expect(placeOnMap(map, Float32Array.of(8, 9))).toEqual([8, 9]);
    // Variances of 1, 3, 5 and of 2, 4, 7: 8/3 and 38/9 of the sum of squares 8 and 38/3.
    expect(map.explainedRatio[0]).toBeCloseTo(8 / (8 + 38 / 3), 10);
  });

  it('of many wide points fits evenly spaced rows and projects all', () => {
    const dims = 256;
    const count = 16_000;
    const z = Float32Array.from({ length: count * dims }, (_, i) => (i % dims === 7 ? 20 : 1) * (noise(i) - 0.5));
    const map = mapLatents(z, dims);
    expect(map.fitted).toBe(Math.floor(1e9 / (dims * dims)));
    expect(map.fitted).toBeLessThan(count);
    expect(map.points).toHaveLength(count * 3);
    const direct = fitPca(sampleRows(z, dims, map.fitted), dims, 1);
    expect(map.directions[7]).toBeCloseTo(direct.components[7], 5);
    expect(map.directions[7]).toBeGreaterThan(0.99);
  });
});

it('trustworthiness in steps is the one in a go', () => {
  const flat = mapLatents(digits, 64).points;
  const steps = trustworthinessInSteps(digits, 64, flat, 3);
  let pauses = 0;
  let step = steps.next();
  for (; !step.done; step = steps.next()) pauses++;
  expect(pauses).toBeGreaterThan(5);
  expect(step.value).toEqual(trustworthiness(digits, 64, flat, 3));
});

describe('distance from the data', () => {
  const dims = 20;
  const data = Float32Array.from({ length: 300 * dims }, (_, i) => noise(i));

  it('is that of brute force, with and without the row itself', () => {
    for (const row of [0, 17, 299]) {
      const z = data.slice(row * dims, (row + 1) * dims);
      expect(nearestRow(data, dims, z)).toEqual({ index: row, distance: 0 });
      const all = Array.from({ length: 300 }, (_, n) => (n === row ? Infinity : Math.hypot(...z.map((value, d) => value - data[n * dims + d]))));
      const expected = Math.min(...all);
      const found = nearestRow(data, dims, z, row);
      expect(found.index).toBe(all.indexOf(expected));
      expect(found.distance).toBeCloseTo(expected, 5);
    }
  });

  it('is ranked among what is usual: points on a line at steps of 1, one of them 5 off', () => {
    const line = Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 13);
    const steps = neighbourDistances(line, 1);
    let step = steps.next();
    while (!step.done) step = steps.next();
    expect([...step.value]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 5]);
    expect([0, 1, 1.01, 5, 6].map((distance) => percentileAmong(step.value as Float64Array, distance))).toEqual([0, 0, 90, 90, 100]);
    expect(percentileAmong(new Float64Array(0), 3)).toBe(0);
  });

  it('says nothing usual of one point', () => {
    expect(neighbourDistances(Float32Array.of(1, 2), 2).next()).toEqual({ done: true, value: new Float64Array(0) });
  });
});

describe('an axis', () => {
  it('has the percentiles of the order statistics and a histogram between the 1st and the 99th', () => {
    // Axis 1 of rows (noise, n): 0 to 1000 in scrambled order.
    const count = 1001;
    const data = Float32Array.from({ length: count * 2 }, (_, i) => (i % 2 === 0 ? noise(i) : (((i - 1) / 2) * 10) % count));
    const axis = axisStatistics(data, 2, 1, 64);
    for (let p = 1; p <= 99; p++) expect(axis.percentiles[p - 1]).toBeCloseTo(10 * p, 4);
    // 10 to 990 in 64 bins: 981 whole numbers, 15 or 16 each.
    expect(axis.histogram.reduce((a, b) => a + b)).toBe(981);
    for (const bin of axis.histogram) expect([15, 16]).toContain(bin);
    expect(axis.variance).toBeCloseTo((count * (count + 1)) / 12, 6);
    const other = axisStatistics(data, 2, 0, 64);
    const column = Float32Array.from({ length: count }, (_, n) => data[2 * n]);
    percentiles(column, [1, 50, 99]).forEach((value, i) => expect(other.percentiles[[0, 49, 98][i]]).toBeCloseTo(value, 5));
  });

  it('of one value has all of it in one bin', () => {
    const { histogram, percentiles: all, variance } = axisStatistics(Float32Array.of(3, 3, 3), 1, 0, 64);
    expect(histogram[32]).toBe(3);
    expect([all[0], all[98], variance]).toEqual([3, 3, 0]);
  });
});
