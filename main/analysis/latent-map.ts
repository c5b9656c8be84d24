/** @file A latent space laid out on a map whose points lead back: directions, coordinates, and what they keep. */

import { fitPca, projectPca, type Pca } from './pca';
import { sampleRows } from './sampling';

export interface LatentMap {
  /** latent: the coordinates are the space's own. pca: along principal components. */
  kind: 'latent' | 'pca';
  /** K = min(3, dims), fewer where the points span fewer. */
  rank: number;
  /** [N, K] */
  points: Float32Array;
  /** [dims] */
  mean: Float32Array;
  /** [K, dims], unit rows: z = mean + sum_k point_k direction_k, as far as the map goes. */
  directions: Float32Array;
  /** [K]: each direction's share of the variance. */
  explainedRatio: number[];
  /** Points that the directions were computed from. */
  fitted: number;
}

/** Multiplications that fitting may take: about a second. */
const fittingWork = 1e9;

/**
 * The first three principal components of `z` [N, dims]; of one or two dimensions the space as it is. Directions of a large, wide set come
 * from evenly spaced rows; all rows are projected.
 * @throws LabError 'pca-too-few-points', 'latents-not-finite'
 */
export function mapLatents(z: Float32Array, dims: number): LatentMap {
  const count = z.length / dims;
  if (dims <= 2) {
    const directions = new Float32Array(dims * dims);
    for (let d = 0; d < dims; d++) directions[d * dims + d] = 1;
    return { kind: 'latent', rank: dims, points: z, mean: new Float32Array(dims), directions, explainedRatio: sharesOf(z, dims), fitted: count };
  }
  const affordable = Math.max(1000, Math.floor(fittingWork / (dims * Math.min(dims, 256))));
  const fitted = Math.min(count, affordable);
  const pca = fitPca(sampleRows(z, dims, fitted), dims, 3);
  return {
    kind: 'pca',
    rank: pca.explainedVariance.length,
    points: projectPca(pca, z),
    mean: Float32Array.from(pca.mean),
    directions: Float32Array.from(pca.components),
    explainedRatio: [...pca.explainedRatio],
    fitted,
  };
}

/** Coordinates [K] of one vector [dims] on the map. */
export function placeOnMap({ rank, mean, directions }: Pick<LatentMap, 'rank' | 'mean' | 'directions'>, z: Float32Array): number[] {
  const dims = mean.length;
  const row: Pca = { dims, mean: Float64Array.from(mean), components: Float64Array.from(directions), explainedVariance: new Float64Array(rank), explainedRatio: new Float64Array(rank) };
  return [...projectPca(row, z)];
}

/** Each axis's share of the variance. */
function sharesOf(z: Float32Array, dims: number): number[] {
  const count = z.length / dims;
  const variances = Array.from({ length: dims }, (_, d) => {
    let sum = 0;
    let squares = 0;
    for (let n = 0; n < count; n++) sum += z[n * dims + d];
    for (let n = 0; n < count; n++) squares += (z[n * dims + d] - sum / count) ** 2;
    return squares;
  });
  const total = variances.reduce((a, b) => a + b, 0);
  return variances.map((value) => (total > 0 ? value / total : 0));
}
