/** @file How far a vector is from the data: its nearest neighbour, and whether that is far, as the data's own neighbours go. */

import { sampleIndices } from './sampling';

export interface Nearest {
  index: number;
  /** Euclidean. */
  distance: number;
}

/** The nearest row of `data` [N, dims] to `z` [dims] but `self`, by brute force. N of at least 1 (2 with `self`). */
export function nearestRow(data: Float32Array, dims: number, z: Float32Array, self = -1): Nearest {
  const count = data.length / dims;
  let index = -1;
  let least = Infinity;
  for (let n = 0, at = 0; n < count; n++, at += dims) {
    let sum = 0;
    // Rows are given up every eighth number once they can't be nearer: most are, early.
    for (let d = 0; d < dims && sum < least; ) {
      const end = Math.min(dims, d + 8);
      for (; d < end; d++) {
        const difference = z[d] - data[at + d];
        sum += difference * difference;
      }
    }
    if (sum < least && n !== self) {
      least = sum;
      index = n;
    }
  }
  return { index, distance: Math.sqrt(least) };
}

const largestSample = 500;
/** About 10 ms with 70,000 points of 20 dimensions. */
const pointsAStep = 8;

/**
 * Distances from a sample of rows of `data` [N, dims] to the nearest other row, rising: what is usual among the data. Pauses after every few points.
 * Empty for fewer than 2 rows.
 */
export function* neighbourDistances(data: Float32Array, dims: number, seed = 0): Generator<number, Float64Array> {
  const count = data.length / dims;
  if (count < 2) return new Float64Array(0);
  const chosen = sampleIndices(count, Math.min(count, largestSample), seed);
  const distances = new Float64Array(chosen.length);
  for (let i = 0; i < chosen.length; i++) {
    if (i % pointsAStep === 0) yield i / chosen.length;
    const row = chosen[i];
    distances[i] = nearestRow(data, dims, data.subarray(row * dims, (row + 1) * dims), row).distance;
  }
  return distances.sort();
}

/** Share, in %, of `sorted` that is less than `distance`; 0 where there is none. */
export function percentileAmong(sorted: Float64Array, distance: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < distance) low = middle + 1;
    else high = middle;
  }
  return sorted.length === 0 ? 0 : (100 * low) / sorted.length;
}
