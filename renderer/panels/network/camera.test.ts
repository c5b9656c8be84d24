/** @file The camera: all of a sheet in sight, the point under the pointer stays, blocks found by direction. */

import { expect, it } from 'vitest';
import { fitted, leastFit, neighbour, showing, zoomed } from './camera';

const seen = ({ left, top, zoom }: ReturnType<typeof fitted>, x: number, y: number) => [(x - left) * zoom, (y - top) * zoom];
const box = (id: string, x: number, y: number) => ({ id, x, y, width: 20, height: 20, labelX: x + 10, labelY: y + 34, labelWidth: 60 });

it('shows the whole sheet in the middle of the room', () => {
  const camera = fitted({ width: 1000, height: 400 }, { width: 900, height: 600 });
  expect(seen(camera, 0, 200)).toEqual([0, 300]);
  expect(seen(camera, 1000, 200)).toEqual([900, 300]);
});

it('begins a sheet that is too long to be read at its left edge, and never shrinks words away', () => {
  const camera = fitted({ width: 6000, height: 500 }, { width: 900, height: 450 });
  expect(camera.zoom).toBeCloseTo(0.9, 9);
  expect(seen(camera, 0, 0)[0]).toBe(0);
  expect(fitted({ width: 6000, height: 6000 }, { width: 900, height: 450 }).zoom).toBe(leastFit);
});

it('zooms about a point, within limits', () => {
  const camera = { left: 10, top: 20, zoom: 0.5 };
  const [x, y] = [300, 120];
  const at = [x / camera.zoom + camera.left, y / camera.zoom + camera.top];
  const [sx, sy] = seen(zoomed(camera, 1.7, x, y), at[0], at[1]);
  expect([sx, sy].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([x, y]);
  expect(zoomed(camera, 1e6, x, y).zoom).toBe(4);
  expect(zoomed(camera, 1e-6, x, y).zoom).toBe(0.1);
});

it('moves as little as shows a block, and not at all where it is in sight', () => {
  const camera = { left: 0, top: 0, zoom: 1 };
  const room = { width: 400, height: 300 };
  expect(showing(camera, box('a', 100, 100), room)).toEqual(camera);
  const moved = showing(camera, box('b', 900, 100), room);
  expect(moved.top).toBe(0);
  // Its words end at 940, 24 are left beside them.
  expect(moved.left).toBe(940 + 24 - 400);
});

it('finds the block straight ahead before one aside', () => {
  const [a, ahead, aside, below] = [box('a', 0, 0), box('ahead', 200, 0), box('aside', 90, 120), box('below', 0, 300)];
  const boxes = [a, ahead, aside, below];
  expect(neighbour(boxes, a, 'right')?.id).toBe('ahead');
  expect(neighbour(boxes, a, 'down')?.id).toBe('aside');
  expect(neighbour(boxes, ahead, 'left')?.id).toBe('a');
  expect(neighbour(boxes, a, 'left')).toBeUndefined();
  expect(neighbour(boxes, below, 'up')?.id).toBe('a');
});
