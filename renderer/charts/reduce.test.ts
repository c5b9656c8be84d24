/** @file Curves made short: what a line's shape needs is kept, and averages are those of the formula. */

import { expect, test } from 'vitest';
import { logTicks, placesToDraw, placesWithin, rangeOf, smoothed } from './reduce';

test('of a long curve the extremes of each column stay, where they were', () => {
  const values = Float32Array.from({ length: 100_000 }, (_, i) => Math.sin(i / 500));
  values[40_321] = 9;
  values[77_777] = -9;
  const places = placesToDraw(values, 0, values.length, 300);
  expect(places.length).toBeLessThanOrEqual(602);
  expect([...places]).toEqual([...places].sort((a, b) => a - b));
  expect(new Set(places).size).toBe(places.length);
  expect([...places]).toEqual(expect.arrayContaining([0, 40_321, 77_777, 99_999]));
  // No column loses its highest value.
  for (let column = 0; column < 300; column++) {
    const [from, to] = [Math.floor((column * 100_000) / 300), Math.floor(((column + 1) * 100_000) / 300)];
    const highest = Math.max(...values.subarray(from, to));
    expect(places.some((at) => at >= from && at < to && values[at] === highest)).toBe(true);
  }
});

test('a short curve stays whole; gaps are passed over', () => {
  expect([...placesToDraw(Float32Array.of(3, NaN, 1), 0, 3, 10)]).toEqual([0, 1, 2]);
  const gaps = new Float32Array(1_000).fill(NaN);
  gaps[500] = 1;
  expect([...placesToDraw(gaps, 0, 1_000, 10)]).toEqual([0, 500, 999]);
  expect(placesToDraw(gaps, 5, 5, 10)).toHaveLength(0);
});

test('the range of steps includes both ends', () => {
  const steps = Float64Array.of(10, 20, 20, 30, 40);
  expect(placesWithin(steps, 20, 30)).toEqual([1, 4]);
  expect(placesWithin(steps, 11, 19)).toEqual([1, 1]);
  expect(placesWithin(steps, -Infinity, Infinity)).toEqual([0, 5]);
});

test('the average is that of its formula, from the first value on', () => {
  const values = Float32Array.of(4, 2, NaN, 6);
  const [w0, w1, w2] = [1, 0.5, 0.25];
  const expected = [4, (w1 * 4 + w0 * 2) / (w1 + w0), (w1 * 4 + w0 * 2) / (w1 + w0), (w2 * 4 + w1 * 2 + w0 * 6) / (w2 + w1 + w0)];
  smoothed(values, 0.5).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 6));
  expect(smoothed(values, 0)).toBe(values);
  expect(smoothed(new Float32Array(5).fill(7), 0.9)).toEqual(new Float32Array(5).fill(7));
});

test('an axis keeps its room for the curve, not for its first moments', () => {
  const values = Float32Array.from({ length: 1_000 }, (_, i) => (i < 3 ? 10_000 : 100 + (i % 7)));
  const [low, high] = rangeOf(values, false)!;
  expect([low, high > 106, high < 110]).toEqual([100, true, true]);
  expect(rangeOf(values, true)).toEqual([100, 10_000]);
  expect(rangeOf(Float32Array.of(-1, 5), true)).toEqual([5, 5]);
  expect(rangeOf(Float32Array.of(NaN), false)).toBeUndefined();
});

test('a logarithmic axis has round numbers, few or many decades wide', () => {
  expect(logTicks(90, 701)).toEqual([100, 200, 500]);
  expect(logTicks(0.003, 40)).toEqual([0.01, 0.1, 1, 10]);
  expect(logTicks(60, 90)).toEqual([60, 70, 80, 90]);
  expect(logTicks(104, 111)).toEqual([104, 106, 108, 110]);
});
