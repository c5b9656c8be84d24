/** @file Where images stand in a grid: whole device pixels at any ratio, and back from a place to an image. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gridOf, placeAt } from './grid-layout';

const request = { count: 10, height: 28, width: 28, zoom: 2, gap: 2, ratio: 1, room: 300, bar: false };

test('as many columns as fit, the last row may be short', () => {
  const grid = gridOf(request);
  // 5 tiles of 56 and 4 gaps of 2: 288 of 300.
  expect(grid).toMatchObject({ columns: 5, rows: 2, tileWidth: 56, deviceWidth: 288, deviceHeight: 114 });
  expect(grid.cell(7)).toEqual({ x: 116, y: 58 });
});

test('at a ratio of 1.5 an image pixel is 3 device pixels at zoom 2, and never less than one', () => {
  expect(gridOf({ ...request, ratio: 1.5 }).tileWidth).toBe(84);
  expect(gridOf({ ...request, zoom: 0.1 }).tileWidth).toBe(28);
});

test('no room, no columns; a narrow one still has one', () => {
  expect(gridOf({ ...request, room: 0 })).toMatchObject({ columns: 0, rows: 0, deviceWidth: 0, deviceHeight: 0 });
  expect(gridOf({ ...request, room: 10 }).columns).toBe(1);
  expect(gridOf({ ...request, columns: 3 }).columns).toBe(3);
});

test('every image is found at its own corner and its last pixel, none in a gap', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 4 }), fc.constantFrom(1, 1.25, 1.5, 2, 3), fc.integer({ min: 1, max: 900 }), fc.boolean(), (count, side, zoom, ratio, room, bar) => {
      const grid = gridOf({ count, height: side, width: side, zoom, gap: 2, ratio, room, bar });
      for (let index = 0; index < count; index++) {
        const { x, y } = grid.cell(index);
        expect(placeAt(grid, x, y, count)).toBe(index);
        expect(placeAt(grid, x + grid.tileWidth - 1, y + grid.tileHeight - 1, count)).toBe(index);
        expect(placeAt(grid, x + grid.tileWidth, y, count)).toBeUndefined();
      }
      expect(placeAt(grid, -1, 0, count)).toBeUndefined();
    }),
    { numRuns: 60 },
  );
});
