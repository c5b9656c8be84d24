/** @file Walks in a plane, on data whose principal directions are known. */

import { describe, expect, it } from 'vitest';
import { variance } from '../analysis/statistics';
import type { LabelledImages } from '../sampling/batches';
import { firstNoise, sampleDiffusion, strideTimesteps } from '../sampling/samplers';
import { gaussianDenoiser, linearAlphaBar, noWork } from '../sampling/scripted/gaussians';
import { greyImages } from './scripted/grey-images';
import { trajectories, type TrajectorySettings } from './diffusion-trajectories';

const alphaBar = linearAlphaBar(100, 1e-3, 0.1);
/** Images of four pixels: the first varies most, then the second; the others are grey. */
const count = 200;
const images: LabelledImages = {
  count: (split) => (split === 'train' ? count : 0),
  labels: () => Int32Array.from({ length: count }, (_, i) => i % 10),
  read: (_, indices, into) => Array.from(indices).forEach((index, i) => into.set([(index * 53) % 256, 128 + ((index * 29) % 64), 128, 128], i * 4)),
};
const graph = gaussianDenoiser({ mean: 0.2, std: 0.3 }, alphaBar, [2, 2, 1]);
const settings: TrajectorySettings = { n: 6, seed: 2, sampler: 'ddim', steps: 20, eta: 0, points: 100, plane: 'data' };

describe('trajectories', () => {
  it('are x_t along the data\'s two directions, from the noise to the finished image', async () => {
    const found = await trajectories(graph, images, settings, noWork);
    expect([...found.timesteps]).toEqual([...strideTimesteps(100, 20), -1]);
    const noise = firstNoise(2, [0, 1, 2, 3, 4, 5], 4);
    const { data } = await sampleDiffusion(graph, settings, noWork);
    // Pixels are the plane's axes: coordinates are pixels less the data's mean.
    const used = Array.from({ length: 100 }, (_, i) => i * 2);
    const centre = [0, 1].map((axis) => used.reduce((sum, index) => sum + (axis === 0 ? (index * 53) % 256 : 128 + ((index * 29) % 64)) / 127.5 - 1, 0) / 100);
    // The two pixels of this data are almost uncorrelated: the directions are within a few degrees of the axes.
    for (let i = 0; i < 6; i++) {
      for (const axis of [0, 1]) {
        expect(Math.abs(found.paths[i * 42 + axis] - (noise[i * 4 + axis] - centre[axis]))).toBeLessThan(0.15);
        expect(Math.abs(found.paths[i * 42 + 40 + axis] - (data[i * 4 + axis] - centre[axis]))).toBeLessThan(0.15);
      }
    }
    expect([...found.indices]).toEqual(used);
    expect([...found.labels]).toEqual(used.map((index) => index % 10));
    expect(found.explained[0] + found.explained[1]).toBeCloseTo(1, 4);
    expect(found.explained[0]).toBeGreaterThan(0.8);
    expect(found.fitted).toBe(100);
    // Nothing of this data is lost on its plane.
    expect(found.trustworthiness?.value).toBeGreaterThan(0.999);
    expect(found.images.length).toBe(24);
  });

  it('span their own plane when asked, which holds more of them than any other', async () => {
    const spread = (points: Float32Array) => [0, 1].reduce((sum, axis) => sum + variance(points.filter((_, i) => i % 2 === axis)), 0);
    const own = await trajectories(graph, images, { ...settings, plane: 'walks' }, noWork);
    const other = await trajectories(graph, images, settings, noWork);
    expect(own.fitted).toBe(6 * 21);
    expect(spread(own.paths)).toBeGreaterThan(spread(other.paths) * 1.01);
  });

  it('of long walks keep strided moments, the noise and the finished images among them', async () => {
    const found = await trajectories(graph, images, { ...settings, n: 2, steps: 90 }, noWork, 64 * 2 * 4);
    expect(found.timesteps.length).toBe(64);
    expect([found.timesteps[0], found.timesteps[63]]).toEqual([99, -1]);
    const all = await trajectories(graph, images, { ...settings, n: 2, steps: 90 }, noWork);
    expect(all.timesteps.length).toBe(91);
    found.timesteps.forEach((t, moment) => {
      const same = all.timesteps.indexOf(t);
      for (const image of [0, 1]) expect(found.paths.subarray((image * 64 + moment) * 2, (image * 64 + moment + 1) * 2)).toEqual(all.paths.subarray((image * 91 + same) * 2, (image * 91 + same + 1) * 2));
    });
  });

  it('show data that varies in one direction on a line', async () => {
    const greys = greyImages({ train: [0, 90, 180], test: [] }, 4);
    const found = await trajectories(graph, greys, { ...settings, points: 3 }, noWork);
    // Three greys lie on a line.
    expect(found.explained[0]).toBeCloseTo(1, 6);
    // Its two ends are 180 grey levels of four pixels apart.
    expect(Math.abs(found.points[4] - found.points[0])).toBeCloseTo(Math.sqrt(4) * (180 / 127.5), 5);
    expect(found.trustworthiness).toBeNull();
  });
});
