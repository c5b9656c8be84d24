/** @file The plane on the screen: all of it in sight, nothing stretched, the nearest walk found. */

import { expect, it } from 'vitest';
import { nearestWalk, planeView } from './plane';

it('holds everything, centred, one scale for both axes, up being up', () => {
  const view = planeView([Float32Array.of(-2, 0, 2, 1), Float32Array.of(0, 5)], 220, 400, 10);
  expect(view.scale).toBe(50);
  expect([view.x(-2), view.x(2)]).toEqual([10, 210]);
  expect(view.y(0) - view.y(5)).toBe(250);
  expect((view.y(0) + view.y(5)) / 2).toBe(200);
});

it('finds the walk under the pointer at the moment shown, and none far from all', () => {
  // Two walks of three moments.
  const paths = Float32Array.of(0, 0, 1, 0, 2, 0, 0, 2, 1, 2, 2, 2);
  const view = planeView([paths], 200, 200, 0);
  const at = (x: number, y: number, moment: number) => nearestWalk(paths, 3, moment, view, view.x(x), view.y(y), 20);
  expect(at(1, 0.1, 1)).toBe(0);
  expect(at(1, 1.9, 1)).toBe(1);
  expect(at(1, 0.1, 2)).toBeUndefined();
  expect(at(1, 1, 1)).toBeUndefined();
});
