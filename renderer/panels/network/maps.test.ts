/** @file Channel maps laid out: none is lost, none covered, the one under the pointer is found. */

import { expect, it } from 'vitest';
import { mapAt, mapSheet, rangeOf } from './maps';

it('takes the largest whole zoom at which all maps are in sight', () => {
  const room = { width: 400, height: 200 };
  for (const [count, height, width] of [[1, 28, 28], [48, 7, 7], [64, 14, 14], [7, 5, 9]]) {
    const sheet = mapSheet(count, height, width, room);
    expect(Number.isInteger(sheet.zoom)).toBe(true);
    expect(sheet.columns * sheet.rows).toBeGreaterThanOrEqual(count);
    expect(sheet.columns * (sheet.rows - 1)).toBeLessThan(count);
    expect(sheet.width).toBeLessThanOrEqual(room.width);
    expect(sheet.height).toBeLessThanOrEqual(room.height);
    const larger = Math.floor((room.width + 3) / (width * (sheet.zoom + 1) + 3));
    const fits = larger > 0 && Math.ceil(count / Math.min(count, larger)) * (height * (sheet.zoom + 1) + 3) - 3 <= room.height;
    expect(fits && Math.max(height, width) * (sheet.zoom + 1) <= 160).toBe(false);
  }
});

it('is longer than the room where single values do not fit', () => {
  const sheet = mapSheet(512, 64, 64, { width: 300, height: 100 });
  expect(sheet).toMatchObject({ zoom: 1, columns: 4, rows: 128 });
});

it('finds the map under a place, none between maps and beyond the last', () => {
  const sheet = mapSheet(5, 4, 6, { width: 40, height: 200 });
  for (let at = 0; at < 5; at++) {
    const [x, y] = [(at % sheet.columns) * (6 * sheet.zoom + 3), Math.floor(at / sheet.columns) * (4 * sheet.zoom + 3)];
    expect(mapAt(sheet, 5, 4, 6, x, y)).toBe(at);
    expect(mapAt(sheet, 5, 4, 6, x + 6 * sheet.zoom - 1, y + 4 * sheet.zoom - 1)).toBe(at);
    expect(mapAt(sheet, 5, 4, 6, x + 6 * sheet.zoom + 1, y)).toBeUndefined();
  }
  expect(mapAt(sheet, 5, 4, 6, 0, sheet.rows * (4 * sheet.zoom + 3))).toBeUndefined();
  expect(mapAt(sheet, 5, 4, 6, -1, 0)).toBeUndefined();
});

it('tells the range of some of the values', () => {
  expect(rangeOf(Float32Array.of(9, -2, 4, 1, -9), 1, 3)).toEqual({ least: -2, most: 4, mean: 1 });
});
