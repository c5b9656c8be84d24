/** @file Statistics against closed forms, where naive sums fail. */

import { describe, expect, it } from 'vitest';
import { accuracy, confidentShare, topClasses } from './classification';
import { logMeanExp, mean, percentiles, standardError, variance } from './statistics';

describe('moments', () => {
  it('are those of 1 to n: (n + 1) / 2 and n (n + 1) / 12', () => {
    const values = Array.from({ length: 100 }, (_, i) => i + 1);
    expect(mean(values)).toBe(50.5);
    expect(variance(values)).toBeCloseTo((100 * 101) / 12, 10);
    expect(standardError(values)).toBeCloseTo(Math.sqrt(101 / 12), 10);
  });
  it('survive a large offset', () => {
    const values = Float64Array.of(1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16);
    expect(variance(values)).toBe(30);
  });
  it('of one value and of none', () => {
    expect(variance([3])).toBe(0);
    expect(variance([])).toBeNaN();
    expect(mean([])).toBeNaN();
  });
});

describe('logMeanExp', () => {
  it('is exact where exp overflows or vanishes', () => {
    expect(logMeanExp([1000, 1000])).toBe(1000);
    expect(logMeanExp([-1000, -1000 + Math.log(3)])).toBeCloseTo(-1000 + Math.log(2), 10);
    expect(logMeanExp([0, -Infinity])).toBeCloseTo(-Math.log(2), 12);
    expect(logMeanExp([-Infinity, -Infinity])).toBe(-Infinity);
  });
  it('lets NaN through, and says NaN of nothing', () => {
    expect(logMeanExp([NaN, 1])).toBeNaN();
    expect(logMeanExp([1, NaN])).toBeNaN();
    expect(logMeanExp([])).toBeNaN();
  });
});

describe('percentiles', () => {
  it('interpolate between order statistics', () => {
    expect(percentiles([3, 1, 2, 4], [0, 50, 75, 100])).toEqual([1, 2.5, 3.25, 4]);
    expect(() => percentiles([1], [101])).toThrow(RangeError);
  });
});

describe('classes', () => {
  it('count what is right', () => expect(accuracy([1, 2, 3, 4], [1, 2, 0, 4])).toBe(0.75));
  it('have softmax probabilities, also of huge logits', () => {
    const logits = Float32Array.of(0, Math.log(3), 1e4, 0);
    const { labels, probabilities } = topClasses(logits, 2);
    expect([...labels]).toEqual([1, 0]);
    expect(probabilities[0]).toBeCloseTo(0.75, 6);
    expect(probabilities[1]).toBe(1);
    expect(confidentShare(logits, 2, 0.9)).toBe(0.5);
  });
});
