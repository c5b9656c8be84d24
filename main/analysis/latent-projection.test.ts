/** @file Which map a latent space gets, by its dimensions. */

import { expect, it } from 'vitest';
import { digits } from './fixtures/reference';
import { fitPca, projectPca } from './pca';
import { projectLatents } from './latent-projection';

it('shows two dimensions as they are, and one as a line', () => {
  const z = Float32Array.of(1, 2, 3, 4);
  expect(projectLatents(z, 2)).toMatchObject({ kind: 'latent', points: z, trustworthiness: null });
  expect([...projectLatents(z, 1).points]).toEqual([1, 0, 2, 0, 3, 0, 4, 0]);
});

it('shows more by principal components, with what they keep', () => {
  const map = projectLatents(digits, 64);
  const pca = fitPca(digits, 64, 2);
  expect(map.points).toEqual(projectPca(pca, digits));
  expect(map.explainedRatio).toEqual([...pca.explainedRatio]);
  expect(map.trustworthiness?.sampled).toBe(300);
  expect(map.trustworthiness?.value).toBeCloseTo(0.873, 2);
});

it('shows two points of many dimensions on a line', () => {
  const map = projectLatents(Float32Array.of(0, 0, 0, 3, 4, 0), 3);
  expect(Math.abs(map.points[0] - map.points[2])).toBeCloseTo(5, 5);
  expect([map.points[1], map.points[3]]).toEqual([0, 0]);
  expect(map.explainedRatio).toEqual([1, 0]);
});
