/** @file Images and noise as what a canvas takes. */

import { noiseRange } from '../../../preload/contract/diffusion';
import type { Pixels } from '../../widgets/pixels';

/** uint8 [n, H, W, C] as images. @param shape ending in [H, W, C] */
export function imagePixels(bytes: Uint8Array, shape: readonly number[]): Pixels {
  const [height, width, channels] = shape.slice(-3) as [number, number, 1 | 3];
  return { height, width, channels, bytes };
}

/** Noise by `noiseByte` [n, H, W, C], around zero. */
export function noisePixels(codes: Uint8Array, shape: readonly number[]): Pixels {
  const [height, width, channels] = shape.slice(-3);
  return { height, width, channels: 1, signed: oneChannel(Float32Array.from(codes, (code) => code - 127), channels), limit: 127 };
}

/** Noise as it is, float32 [n, H, W, C]. */
export function epsPixels(eps: Float32Array, shape: readonly number[]): Pixels {
  const [height, width, channels] = shape.slice(-3);
  return { height, width, channels: 1, signed: oneChannel(eps, channels), limit: noiseRange };
}

/** Of colour images sqrt(C) times the mean over channels: as standard normal as each of them. */
function oneChannel(values: Float32Array, channels: number): Float32Array {
  if (channels === 1) return values;
  const out = new Float32Array(values.length / channels);
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += values[i * channels + c];
    out[i] = sum / Math.sqrt(channels);
  }
  return out;
}
