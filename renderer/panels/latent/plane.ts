/** @file From a latent vector to its place on the map, and from a place back to a vector. */

import type { LatentMap } from '../../../preload/contract/latents';

type Axes = Pick<LatentMap, 'mean' | 'directions' | 'rank'>;

/** [K]: directions (z - mean). */
export function coordinatesOf({ mean, directions, rank }: Axes, z: Float32Array): number[] {
  const size = mean.length;
  return Array.from({ length: rank }, (_, k) => {
    let sum = 0;
    for (let d = 0; d < size; d++) sum += (z[d] - mean[d]) * directions[k * size + d];
    return sum;
  });
}

/** z with the coordinates `to` on the map, as far as they are given; what the map does not show of z stays as it is. */
export function movedTo(axes: Axes, z: Float32Array, to: readonly number[]): Float32Array {
  const size = axes.mean.length;
  const from = coordinatesOf(axes, z);
  const moved = z.slice();
  for (let k = 0; k < Math.min(axes.rank, to.length); k++) for (let d = 0; d < size; d++) moved[d] += (to[k] - from[k]) * axes.directions[k * size + d];
  return moved;
}

/** Whether two vectors are the same place. */
export const isSame = (a: Float32Array, b: Float32Array): boolean => a === b || (a.length === b.length && a.every((value, d) => value === b[d]));

/** Smallest and largest coordinate of the points along direction k. */
export function extentOf({ points, rank }: Pick<LatentMap, 'points' | 'rank'>, k: number): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let at = k; at < points.length; at += rank) {
    low = Math.min(low, points[at]);
    high = Math.max(high, points[at]);
  }
  return [low, high];
}

/** Standard deviation of the points along direction k. */
export function spreadOf({ points, rank }: Pick<LatentMap, 'points' | 'rank'>, k: number): number {
  const count = points.length / rank;
  let [sum, squares] = [0, 0];
  for (let at = k; at < points.length; at += rank) {
    sum += points[at];
    squares += points[at] ** 2;
  }
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
}

/** The plane of a grid: its two directions [2, D], and from where to where it goes along each, seen from z. */
export interface GridPlane {
  directions: Float32Array;
  across: [number, number];
  down: [number, number];
}

/** Two of the map's own directions as the map shows them, the second one upwards; two standard deviations of the data to either side of z. */
export function principalPlane(map: LatentMap, [across, down]: readonly [number, number]): GridPlane {
  const size = map.latentSize;
  const directions = new Float32Array(2 * size);
  directions.set(map.directions.subarray(across * size, (across + 1) * size));
  directions.set(map.directions.subarray(down * size, (down + 1) * size), size);
  const [wide, high] = [2 * spreadOf(map, across), 2 * spreadOf(map, down)];
  return { directions, across: [-wide, wide], down: [high, -high] };
}

/** Two latent axes, each over `ranges` (from the 1st to the 99th percentile, say) wherever z itself is. */
export function axesPlane(z: Float32Array, [across, down]: readonly [number, number], ranges: readonly [readonly [number, number], readonly [number, number]]): GridPlane {
  const directions = new Float32Array(2 * z.length);
  directions[across] = 1;
  directions[z.length + down] = 1;
  const seen = (axis: number, [low, high]: readonly [number, number]): [number, number] => [low - z[axis], high - z[axis]];
  return { directions, across: seen(across, ranges[0]), down: seen(down, ranges[1]) };
}
