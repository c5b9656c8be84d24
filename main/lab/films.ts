/** @file Moving pictures of what a run does: noise on its way to images, and walks through the latent space. */

import { encodeAnimation } from '../exports/animation';
import { imageGrid } from '../exports/grid';
import type { Images, Picture } from '../exports/picture';
import type { Stamp } from '../exports/png';
import { imagesOf } from './images';

export type FilmFormat = 'gif' | 'webp';

const frameMs = 80;
/** How long a film rests on its end. */
const restMs = 2_000;

/** Moments of a denoising and steps of a walk that a film shows, where nobody asks for another number. */
export const denoisingFrames = 26;
export const walkSteps = 31;

/** All images of a denoising side by side, moment by moment, resting on the finished ones. noisy: uint8 [N, frames, H, W, C] */
export async function denoisingFilm(noisy: Uint8Array, shape: readonly number[], format: FilmFormat, stamp: Stamp): Promise<Uint8Array> {
  const [n, frames, height, width, channels] = shape;
  const size = height * width * channels;
  const sheets: Picture[] = [];
  for (let frame = 0; frame < frames; frame++) {
    const together = Buffer.concat(Array.from({ length: n }, (_, image) => noisy.subarray((image * frames + frame) * size, (image * frames + frame + 1) * size)));
    sheets.push(await imageGrid(imagesOf(together, [n, height, width, channels])));
  }
  const film = imagesOf(Buffer.concat(sheets.map(({ data }) => data)), [frames, sheets[0].height, sheets[0].width, sheets[0].channels]);
  return encodeAnimation(film, { format, delayMs: Array.from({ length: frames }, (_, frame) => (frame === frames - 1 ? restMs : frameMs)), scale: 1, stamp });
}

/** From the first image to the last and back, for ever. steps: uint8 [N, H, W, C] */
export async function walkFilm({ data, shape }: Images, format: FilmFormat, stamp: Stamp): Promise<Uint8Array> {
  const [n, height, width, channels] = shape;
  const size = height * width * channels;
  const order = [...Array.from({ length: n }, (_, i) => i), ...Array.from({ length: Math.max(0, n - 2) }, (_, i) => n - 2 - i)];
  const frames = Buffer.concat(order.map((i) => data.subarray(i * size, (i + 1) * size)));
  return encodeAnimation(imagesOf(frames, [order.length, height, width, channels]), { format, delayMs: frameMs, stamp });
}
