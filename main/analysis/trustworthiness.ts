/** @file Trustworthiness of a projection: do neighbours on the map come from neighbours in the space? */

import { kSmallest, squaredDistances } from './neighbours';
import { gatherRows, sampleIndices } from './sampling';

export interface Trustworthiness {
  /** 1: every near neighbour on the map is one in the space; about 0.5: the map is chance. */
  value: number;
  /** Neighbours looked at around each point. */
  neighbours: number;
  /** Points it was computed from... */
  sampled: number;
  /** ...of so many. */
  count: number;
}

/** Enough for two digits of the value, and half a second of work. */
const largestSample = 2000;
/** About 10 ms. */
const pointsAStep = 50;

/**
 * Venna and Kaski 2001: T(k) = 1 - 2 / (n k (2n - 3k - 1)) sum_i sum_{j in U_k(i)} (r(i, j) - k), where U_k(i) are the points among the k nearest of i
 * on the map but not in the space, and r(i, j) is the rank of j by distance from i in the space.
 * @param space [N, dims]. @param map [N, mapDims].
 * @param neighbours k, lowered to what n points allow (k < n / 2).
 * @returns null for fewer than 4 points, of which it says nothing
 */
export function trustworthiness(space: Float32Array, dims: number, map: Float32Array, mapDims: number, neighbours = 12, seed = 0): Trustworthiness | null {
  const steps = trustworthinessInSteps(space, dims, map, mapDims, neighbours, seed);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same, pausing after every few points, for threads that have others to answer. */
export function* trustworthinessInSteps(space: Float32Array, dims: number, map: Float32Array, mapDims: number, neighbours = 12, seed = 0): Generator<undefined, Trustworthiness | null> {
  const count = space.length / dims;
  if (map.length / mapDims !== count) throw new RangeError(`${map.length / mapDims} points on the map of ${count} in the space`);
  const chosen = sampleIndices(count, Math.min(count, largestSample), seed);
  const n = chosen.length;
  if (n < 4) return null;
  const k = Math.min(neighbours, Math.ceil(n / 2) - 1);
  const high = gatherRows(space, dims, chosen);
  const low = gatherRows(map, mapDims, chosen);
  const highDistances = new Float64Array(n);
  const lowDistances = new Float64Array(n);
  const nearest = new Int32Array(k);
  let penalty = 0;
  for (let i = 0; i < n; i++) {
    if (i % pointsAStep === 0) yield;
    squaredDistances(high, dims, i, highDistances);
    squaredDistances(low, mapDims, i, lowDistances);
    kSmallest(lowDistances, k, i, nearest);
    for (const j of nearest) {
      const rank = rankOf(highDistances, j, i);
      if (rank > k) penalty += rank - k;
    }
  }
  return { value: 1 - (2 * penalty) / (n * k * (2 * n - 3 * k - 1)), neighbours: k, sampled: n, count };
}

/** 1 for the nearest of `self`; equal distances in order of index. */
function rankOf(distances: Float64Array, j: number, self: number): number {
  const reach = distances[j];
  let nearer = 0;
  for (let n = 0; n < distances.length; n++) if (distances[n] < reach || (n < j && distances[n] === reach)) nearer++;
  // `self`, at distance 0, is no neighbour of its own.
  return nearer + 1 - (reach > 0 || self < j ? 1 : 0);
}
