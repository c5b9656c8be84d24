/** @file Seeded samples of rows. */

import { randomStream } from '../platform/random';

/** `size` different indices of 0 to count - 1, each set as likely as the other (Floyd), in rising order. */
export function sampleIndices(count: number, size: number, seed: number): Int32Array {
  if (size >= count) return Int32Array.from({ length: count }, (_, i) => i);
  const random = randomStream(seed, 'sample-indices', 0);
  const chosen = new Set<number>();
  for (let last = count - size; last < count; last++) {
    const draw = Math.floor(random.uniform() * (last + 1));
    chosen.add(chosen.has(draw) ? last : draw);
  }
  return Int32Array.from(chosen).sort();
}

/** Rows `indices` of `data` [N, dims]. */
export function gatherRows(data: Float32Array, dims: number, indices: Int32Array): Float32Array {
  const rows = new Float32Array(indices.length * dims);
  indices.forEach((index, row) => rows.set(data.subarray(index * dims, (index + 1) * dims), row * dims));
  return rows;
}

/** `size` rows of `data` [N, dims], evenly spaced from the first; all where there are no more. */
export function sampleRows(data: Float32Array, dims: number, size: number): Float32Array {
  const count = data.length / dims;
  if (size >= count) return data;
  return gatherRows(data, dims, Int32Array.from({ length: size }, (_, i) => Math.floor((i * count) / size)));
}

/** 0 to count - 1 in a random order (Fisher and Yates): its first n are a sample of n. */
export function shuffledIndices(count: number, seed: number): Int32Array {
  const random = randomStream(seed, 'shuffled-indices', 0);
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random.uniform() * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}
