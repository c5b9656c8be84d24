/** @file Bitmaps that Pillow and ImageMagick wrote, pixel by pixel, and damaged ones. */

import { describe, expect, it } from 'vitest';
import { bytesOf, otherSoftware } from '../../../../e2e/harness/data-files';
import { mutated, seededRandom } from '../../../../e2e/harness/scratch';
import { LabError } from '../../../../preload/contract/errors';
import { decodeBmp } from './bmp';

const anySize = () => undefined;

describe('pixels', () => {
  it.each(Object.entries(otherSoftware.bitmaps))('%s', (name, { file, channels, pixels }) => {
    const bitmap = decodeBmp(bytesOf(file), name, anySize);
    expect({ width: bitmap.width, height: bitmap.height, channels: bitmap.channels }).toEqual({ width: 7, height: 5, channels });
    const expected = bytesOf(pixels);
    const off = Math.max(...bitmap.pixels.map((level, i) => Math.abs(level - expected[i])));
    // From 5 or 6 bits to 8 ImageMagick repeats bits, where this rounds: one level apart at most.
    expect(off).toBeLessThanOrEqual(name.includes('RGB565') ? 1 : 0);
    expect(bitmap.pixels.length).toBe(expected.length);
  });

  it('rows from the top, where the height is negative', () => {
    const file = bytesOf(otherSoftware.bitmaps['Pillow, 24 bits'].file);
    const upwards = decodeBmp(file, 'a', anySize).pixels;
    file.writeInt32LE(-5, 22);
    const downwards = decodeBmp(file, 'a', anySize).pixels;
    const rows = (pixels: Uint8Array) => Array.from({ length: 5 }, (_, y) => [...pixels.subarray(y * 21, y * 21 + 21)]);
    expect(rows(downwards)).toEqual(rows(upwards).reverse());
  });
});

it('10,000 mutations end in pixels or in words, and allocate no more than the file can hold', () => {
  const files = Object.values(otherSoftware.bitmaps).map(({ file }) => bytesOf(file));
  const random = seededRandom(5);
  let decoded = 0;
  for (let i = 0; i < 10_000; i++) {
    const file = mutated(files[i % files.length], random);
    try {
      const { pixels } = decodeBmp(file, 'm', anySize);
      // The smallest pixel has one bit: 8 pixels a byte, 4 channels at most.
      expect(pixels.length).toBeLessThanOrEqual(file.length * 32);
      decoded++;
    } catch (caught) {
      if (!(caught instanceof LabError)) throw caught;
    }
  }
  expect(decoded).toBeGreaterThan(1000);
  expect(decoded).toBeLessThan(9900);
});
