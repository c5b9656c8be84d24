/** @file Images on their way into graphs and out of them: batches of a split, value ranges, and the pace at which a cancel gets in. */

import { setImmediate } from 'node:timers/promises';
import { LabError } from '../../preload/contract/errors';
import type { Split } from '../../preload/contract/datasets';
import type { Work } from '../../preload/contract/progress';
import type { View } from '../data/catalog/view';
import { randomStream } from '../platform/random';
import type { ImageShape, LearntGraph } from './signatures';

/** What is read of a packed view: uint8 NHWC images and their labels (-1: none). */
export type LabelledImages = Pick<View, 'count' | 'labels' | 'read'>;

/** Work that shares its thread with calls that can't wait. */
export interface PacedWork extends Work {
  /** Answers the short calls that have come meanwhile. */
  letOthersIn?(): Promise<void>;
}

/** Between two runs of a graph: lets messages in, and short calls be answered, then rejects with LabError 'cancelled' if the work was aborted. */
export async function breathe(work: PacedWork, what: string): Promise<void> {
  await setImmediate();
  await work.letOthersIn?.();
  if (work.signal.aborted) throw new LabError('cancelled', { what });
}

export const sizeOf = ({ height, width, channels }: ImageShape): number => height * width * channels;

/** Images a pass: 64 of 64 x 64 pixels, at most 256, so that a pass of a small network lasts well under a second and fits 1 GB. */
export const batchSizeOf = ({ height, width }: ImageShape): number => Math.max(1, Math.min(256, Math.floor(2 ** 18 / (height * width))));

/** [0, count) in pieces: [first, end). */
export function* pieces(count: number, size: number): Generator<[number, number]> {
  for (let first = 0; first < count; first += size) yield [first, Math.min(count, first + size)];
}

/** `n` places of [0, count), evenly strided from the first: all classes of a split sorted by class are met. @throws LabError 'split-too-small' */
export function evenly(n: number, count: number, split: Split): Int32Array {
  if (n > count) throw new LabError('split-too-small', { split, count, asked: n });
  return Int32Array.from({ length: n }, (_, i) => Math.floor((i * count) / n));
}

/** `wanted` places of the test split, evenly strided; all where it has fewer. @throws LabError 'split-too-small' where it has none */
export function testPlaces(images: LabelledImages, wanted: number): Int32Array {
  const count = images.count('test');
  return evenly(Math.max(1, Math.min(wanted, count)), count, 'test');
}

/** k / 255, as networks on [0, 1] see 8-bit images. */
export function toUnit(pixels: Uint8Array, out = new Float32Array(pixels.length)): Float32Array {
  for (let i = 0; i < pixels.length; i++) out[i] = pixels[i] / 255;
  return out;
}

/** 2 k / 255 - 1, as diffusion sees 8-bit images (Ho et al. 2020, section 3.3). */
export function toSigned(pixels: Uint8Array, out = new Float32Array(pixels.length)): Float32Array {
  for (let i = 0; i < pixels.length; i++) out[i] = pixels[i] / 127.5 - 1;
  return out;
}

const toByte = (value: number): number => (value <= 0 ? 0 : value >= 255 ? 255 : Math.round(value));

export function unitToBytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) bytes[i] = toByte(values[i] * 255);
  return bytes;
}

export function signedToBytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) bytes[i] = toByte((values[i] + 1) * 127.5);
  return bytes;
}

/** Images `indices` of a split. */
export function readImages(images: LabelledImages, split: Split, indices: ArrayLike<number>, shape: ImageShape): Uint8Array {
  const pixels = new Uint8Array(indices.length * sizeOf(shape));
  images.read(split, indices, pixels);
  return pixels;
}

/** Of the draws that make a grey test split binary: part of what the figures mean, so never an option. */
const binariseSeed = 0;

/** Whether the model is one of binary images. */
export const isBinary = (graph: LearntGraph): boolean => graph.metadata['genoise.binarise'] === 'bernoulli';

/** x ~ Bernoulli(pixel / 255), in place, a function of the image's place in the test split alone. x [B, ...] in [0, 1]. */
export function binarise(x: Float32Array, indices: ArrayLike<number>): void {
  const size = x.length / indices.length;
  const draws = new Float32Array(size);
  for (let i = 0; i < indices.length; i++) {
    randomStream(binariseSeed, 'test/binarise', indices[i]).fillUniform(draws);
    for (let k = 0; k < size; k++) x[i * size + k] = draws[k] < x[i * size + k] ? 1 : 0;
  }
}

/** N(0, I) of `size` numbers for each of `places`, [places, size]: a function of (seed, stream, place), whatever the batch. */
export function normalsAt(seed: number, stream: string, places: ArrayLike<number>, size: number, out = new Float32Array(places.length * size)): Float32Array {
  for (let i = 0; i < places.length; i++) randomStream(seed, stream, places[i]).fillNormal(out.subarray(i * size, (i + 1) * size));
  return out;
}
