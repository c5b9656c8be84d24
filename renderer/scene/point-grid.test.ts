/** @file Points found in a grid, beside brute force; the order in which points are drawn. */

import { describe, expect, it } from 'vitest';
import { drawOrder, pointGrid } from './point-grid';

const noise = (i: number) => Math.abs((Math.sin(i * 12.9898) * 43758.5453) % 1);

describe('the nearest point', () => {
  it.each([2, 3])('is that of brute force, with %i coordinates', (rank) => {
    const points = Float32Array.from({ length: 3000 * rank }, (_, i) => 10 * noise(i) ** 2);
    const grid = pointGrid(points, rank);
    let hits = 0;
    for (let query = 0; query < 300; query++) {
      const [x, y, reach] = [noise(query + 0.3) * 12 - 1, noise(query + 0.7) * 12 - 1, noise(query + 0.1)];
      let [found, least]: [number | undefined, number] = [undefined, reach * reach];
      for (let n = 0; n < 3000; n++) {
        const distance = (points[n * rank] - x) ** 2 + (points[n * rank + 1] - y) ** 2;
        if (distance < least) [found, least] = [n, distance];
      }
      expect(grid.nearest(x, y, reach)).toBe(found);
      if (found !== undefined) hits++;
    }
    expect(hits).toBeGreaterThan(100);
    expect(hits).toBeLessThan(300);
  });

  it('of points on a line, on one spot, and of none', () => {
    expect(pointGrid(Float32Array.of(0, 1, 2), 1).nearest(1.2, 0.1, 0.5)).toBe(1);
    expect(pointGrid(Float32Array.of(3, 3, 3, 3, 3, 3), 2).nearest(3, 3, 0.1)).toBe(0);
    expect(pointGrid(new Float32Array(0), 2).nearest(0, 0, 1)).toBeUndefined();
  });
});

it('all are drawn once, in an order that mixes early and late', () => {
  const order = drawOrder(10_000);
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 10_000 }, (_, n) => n));
  const firstTenth = order.subarray(0, 1000).reduce((sum, n) => sum + n, 0) / 1000;
  expect(Math.abs(firstTenth - 5000)).toBeLessThan(300);
});
