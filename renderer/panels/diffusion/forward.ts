/** @file The forward process in the page: x_t of an image at any t, at the pace of a finger on a slider. */

import { imageByte, type ScheduleResult } from '../../../preload/contract/diffusion';

/** x_t = sqrt(abar) x_0 + sqrt(1 - abar) eps, of x_0 as bytes of [-1, 1]. -> bytes, clipped to the data's range */
export function noiseTo(x0: Uint8Array, eps: Float32Array, alphaBar: number): Uint8Array {
  const signal = Math.sqrt(alphaBar);
  const noise = Math.sqrt(1 - alphaBar);
  const out = new Uint8Array(x0.length);
  for (let i = 0; i < x0.length; i++) out[i] = imageByte(signal * (x0[i] / 127.5 - 1) + noise * eps[i]);
  return out;
}

/** Timesteps are 0 to T - 1 for the graph and 1 to T in the literature, where 0 is the image itself (-1 for the graph). */
export const paperTime = (timestep: number): number => timestep + 1;

/** SNR(t) = abar / (1 - abar), in decibels. */
export const signalToNoiseDb = (alphaBar: number): number => 10 * Math.log10(alphaBar / (1 - alphaBar));

/** abar at a timestep; of the image itself, 1. */
export const alphaBarAt = (schedule: Pick<ScheduleResult, 'alphaBar'>, timestep: number): number => (timestep < 0 ? 1 : schedule.alphaBar[timestep]);

/**
 * Where a walk is at `timestep` of the process: its last moment that is not yet past it.
 * @param timesteps falling, -1 at the end
 */
export function momentAt(timesteps: Int32Array, timestep: number): number {
  let low = 0;
  let high = timesteps.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (timesteps[middle] >= timestep) low = middle;
    else high = middle - 1;
  }
  return low;
}
