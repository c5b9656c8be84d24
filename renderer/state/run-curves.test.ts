/** @file Curves on the page: tails added up, steps given up, values that come later. */

import { expect, test, vi } from 'vitest';

vi.mock('../link/lab', () => ({ lab: {} }));
const { growingCurves } = await import('./run-curves');

const cursor = { file: 'f', offset: 0, lastStep: 0 };
const tail = (steps: number[], series: Record<string, number[]>, truncateTo?: number) => ({
  cursor: { ...cursor, lastStep: steps.at(-1) ?? 0 },
  ...(truncateTo !== undefined && { truncateTo }),
  steps: Float64Array.from(steps),
  series: Object.fromEntries(Object.entries(series).map(([name, values]) => [name, Float32Array.from(values)])),
});
const shown = (curves: ReturnType<typeof growingCurves>) => {
  const { steps, series } = curves.now();
  return { steps: [...steps], ...Object.fromEntries([...series].map(([name, values]) => [name, [...values]])) };
};

test('tails add up; a series that comes later has no values before', () => {
  const curves = growingCurves();
  curves.add(tail([1, 2], { loss: [5, 4] }));
  curves.add(tail([3], { loss: [3], kl: [1] }));
  expect(shown(curves)).toEqual({ steps: [1, 2, 3], loss: [5, 4, 3], kl: [NaN, NaN, 1] });
  expect(curves.cursor).toMatchObject({ lastStep: 3 });
});

test('the last step again gets more values, and keeps those it has', () => {
  const curves = growingCurves();
  curves.add(tail([1, 2], { loss: [5, 4] }));
  curves.add(tail([2, 3], { loss: [NaN, 3], test: [9, NaN] }));
  expect(shown(curves)).toEqual({ steps: [1, 2, 3], loss: [5, 4, 3], test: [NaN, 9, NaN] });
});

test('a training that went back gives its later steps up, in every series', () => {
  const curves = growingCurves();
  curves.add(tail([1, 2, 3, 4], { loss: [5, 4, 3, 2], old: [1, 1, 1, 1] }));
  curves.add(tail([3], { loss: [7] }, 3));
  expect(shown(curves)).toEqual({ steps: [1, 2, 3], loss: [5, 4, 7], old: [1, 1, NaN] });
  curves.add(tail([], {}, 0));
  expect(shown(curves)).toEqual({ steps: [], loss: [], old: [] });
});

test('it grows beyond any length, and what was handed out does not change', () => {
  const curves = growingCurves();
  curves.add(tail([1], { loss: [1] }));
  const before = curves.now();
  for (let part = 0; part < 10; part++) curves.add(tail(Array.from({ length: 500 }, (_, i) => part * 500 + i + 2), { loss: new Array<number>(500).fill(part) }));
  const { steps, series } = curves.now();
  expect(steps).toHaveLength(5_001);
  expect([steps[5_000], series.get('loss')![5_000], series.get('loss')![0]]).toEqual([5_001, 9, 1]);
  expect([...before.steps]).toEqual([1]);
});
