/** @file Pixels of images as a canvas takes them. */

import { expect, test } from 'vitest';
import { rgbaOf, wholeZoom } from './pixels';

test('grey, colour and transparency become RGBA, image by image', () => {
  const grey = { height: 1, width: 2, channels: 1, bytes: Uint8Array.of(1, 2, 3, 4) } as const;
  expect([...rgbaOf(grey, 1)]).toEqual([3, 3, 3, 255, 4, 4, 4, 255]);
  const rgb = { height: 1, width: 1, channels: 3, bytes: Uint8Array.of(9, 8, 7, 1, 2, 3) } as const;
  expect([...rgbaOf(rgb, 1)]).toEqual([1, 2, 3, 255]);
  const rgba = { height: 1, width: 1, channels: 4, bytes: Uint8Array.of(1, 2, 3, 4) } as const;
  expect([...rgbaOf(rgba)]).toEqual([1, 2, 3, 4]);
});

test('signed values: blue below zero, red above, near white at zero, held at the limit, nothing where there is no number', () => {
  const at = (value: number): number[] => [...rgbaOf({ height: 1, width: 1, channels: 1, signed: Float32Array.of(value), limit: 3 })];
  const [red, , blue] = at(-3);
  expect(blue).toBeGreaterThan(red! + 60);
  const [r, , b] = at(3);
  expect(r).toBeGreaterThan(b! + 60);
  expect(Math.min(...at(0))).toBeGreaterThan(235);
  expect(at(50)).toEqual(at(3));
  expect(at(-50)).toEqual(at(-3));
  expect(at(NaN)).toEqual([0, 0, 0, 0]);
});

test('zoom is the largest whole number of device pixels that fits; only what is larger than its box shrinks', () => {
  expect(wholeZoom(28, 28, { height: 100, width: 200 }, 1)).toBe(3);
  expect(wholeZoom(28, 28, { height: 100, width: 200 }, 2)).toBe(7);
  expect(wholeZoom(400, 200, { height: 100, width: 100 }, 1)).toBe(0.25);
});
