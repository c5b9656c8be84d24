/** @file Batches of training: which items a step sees, and their pixels as floats. */

import { epochOrder } from './epoch-order';

export interface BatchPlace {
  /** Items in the training split. */
  count: number;
  batchSize: number;
  seed: number;
  /** From 1. */
  step: number;
}

/** Whole batches in an epoch; 1 where an epoch is shorter than a batch. */
export const stepsPerEpoch = (count: number, batchSize: number): number => Math.max(1, Math.floor(count / batchSize));

/** The epoch, from 0, that a step belongs to. Where an epoch is shorter than a batch: the one its first item belongs to. */
export function epochOf({ count, batchSize, step }: Omit<BatchPlace, 'seed'>): number {
  return count < batchSize ? Math.floor(((step - 1) * batchSize) / count) : Math.floor((step - 1) / stepsPerEpoch(count, batchSize));
}

/**
 * The items of one step, int32 [batchSize]. Epochs follow each other; an incomplete batch at the end of one is dropped. Where an epoch is
 * shorter than a batch, epochs run on through the batches, so that each item comes equally often.
 */
export function batchIndices({ count, batchSize, seed, step }: BatchPlace, into: Int32Array = new Int32Array(batchSize)): Int32Array {
  if (!Number.isInteger(step) || step < 1) throw new RangeError(`batchIndices: step ${step}`);
  const perEpoch = stepsPerEpoch(count, batchSize);
  const wraps = count < batchSize;
  const first = wraps ? (step - 1) * batchSize : ((step - 1) % perEpoch) * batchSize;
  let epoch = wraps ? Math.floor(first / count) : Math.floor((step - 1) / perEpoch);
  let order = epochOrder(count, seed, epoch);
  for (let i = 0; i < batchSize; i++) {
    if (wraps) {
      const at = Math.floor((first + i) / count);
      if (at !== epoch) order = epochOrder(count, seed, (epoch = at));
    }
    into[i] = order(wraps ? (first + i) % count : first + i);
  }
  return into;
}

const levels = Float32Array.from({ length: 256 }, (_, level) => level / 255);

/** uint8 -> float32 in [0, 1]: x = level / 255, rounded to the nearest float. `into` may be longer. */
export function toUnitRange(pixels: Uint8Array, into: Float32Array): void {
  if (into.length < pixels.length) throw new RangeError(`toUnitRange: ${into.length} floats for ${pixels.length} pixels`);
  for (let i = 0; i < pixels.length; i++) into[i] = levels[pixels[i]];
}
