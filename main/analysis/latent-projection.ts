/** @file Latent vectors as points on a map, and what the map keeps of them. */

import { fitPca, projectPca } from './pca';
import { trustworthiness, type Trustworthiness } from './trustworthiness';

export interface LatentProjection {
  /** latent: the axes are the latent space's own, nothing is lost. pca: its first two principal components. */
  kind: 'latent' | 'pca';
  /** [N, 2] */
  points: Float32Array;
  /** Dimensions of the latent space. */
  dims: number;
  /** Of `pca`: each axis's share of the variance. */
  explainedRatio: [number, number];
  /** Null for `latent`, and for fewer than 4 points. */
  trustworthiness: Trustworthiness | null;
}

/**
 * A map of `z` [N, dims]. Two dimensions are shown as they are, one as a line, more by principal components.
 * @throws LabError 'pca-too-few-points', 'latents-not-finite'
 */
export function projectLatents(z: Float32Array, dims: number): LatentProjection {
  const count = z.length / dims;
  if (dims === 2) return { kind: 'latent', points: z, dims, explainedRatio: [1, 1], trustworthiness: null };
  const points = new Float32Array(count * 2);
  if (dims === 1) {
    z.forEach((value, n) => (points[2 * n] = value));
    return { kind: 'latent', points, dims, explainedRatio: [1, 1], trustworthiness: null };
  }
  const pca = fitPca(z, dims, 2);
  const projected = projectPca(pca, z);
  const rank = pca.explainedVariance.length;
  for (let n = 0; n < count; n++) for (let k = 0; k < rank; k++) points[2 * n + k] = projected[n * rank + k];
  return { kind: 'pca', points, dims, explainedRatio: [pca.explainedRatio[0], pca.explainedRatio[1] ?? 0], trustworthiness: trustworthiness(z, dims, points, 2) };
}
