/** @file Noise as a canvas takes it. */

import { expect, it } from 'vitest';
import { noiseByte } from '../../../preload/contract/diffusion';
import { epsPixels, noisePixels } from './noise-pixels';

const signedOf = (pixels: ReturnType<typeof epsPixels>) => ('signed' in pixels ? Array.from(pixels.signed, (value) => value / pixels.limit) : []);

it('of a grey image is each value over 3, as a byte or as it is', () => {
  const eps = Float32Array.of(-3, -1.5, 0, 3);
  expect(signedOf(epsPixels(eps, [2, 2, 1]))).toEqual([-1, -0.5, 0, 1]);
  const coded = signedOf(noisePixels(Uint8Array.from(eps, noiseByte), [2, 2, 1]));
  coded.forEach((value, i) => expect(Math.abs(value - eps[i] / 3)).toBeLessThan(1 / 127));
});

it('of a colour image is sqrt(3) times the mean over channels: standard normal again', () => {
  const found = signedOf(epsPixels(Float32Array.of(1, 1, 1, 1, -1, 0), [1, 2, 3]));
  expect(found[0] * 3).toBeCloseTo(Math.sqrt(3), 6);
  expect(found[1]).toBe(0);
});
