/** @file Places on the map and vectors, there and back; the planes of grids; colours of points. */

import { describe, expect, it } from 'vitest';
import type { LatentMap } from '../../../preload/contract/latents';
import { labelColour, rgbOf, viridis } from '../../theme/colours';
import { axesPlane, coordinatesOf, extentOf, movedTo, principalPlane, spreadOf } from './plane';
import { labelColours, middleOf, valueColours } from './point-colours';

const h = Math.SQRT1_2;
/** Four dimensions, of which the map shows (1, 1, 0, 0) and (0, 0, 1, 0). */
const map = {
  mean: Float32Array.of(1, 2, 3, 4),
  directions: Float32Array.of(h, h, 0, 0, 0, 0, 1, 0),
  rank: 2,
  latentSize: 4,
  points: Float32Array.of(-1, 10, 0, 10, 1, 40),
} as unknown as LatentMap;

describe('places and vectors', () => {
  it('a vector lies where its part along each direction puts it', () => {
    const [a, b] = coordinatesOf(map, Float32Array.of(3, 4, 2, 9));
    expect(a).toBeCloseTo(4 * h, 6);
    expect(b).toBe(-1);
  });

  it('a move changes what the map shows, and nothing else', () => {
    const z = Float32Array.of(3, 5, 2, 9);
    const moved = movedTo(map, z, [0, 7]);
    coordinatesOf(map, moved).forEach((value, k) => expect(value).toBeCloseTo([0, 7][k], 5));
    // Across the first direction, and along the axis that the map does not show.
    expect(moved[0] - moved[1]).toBeCloseTo(z[0] - z[1], 5);
    expect(moved[3]).toBe(9);
    expect([...z]).toEqual([3, 5, 2, 9]);
    expect(movedTo(map, z, [0])[2]).toBe(2);
  });

  it('extent and spread are those of the points', () => {
    expect([extentOf(map, 0), extentOf(map, 1)]).toEqual([[-1, 1], [10, 40]]);
    expect(spreadOf(map, 0)).toBeCloseTo(Math.sqrt(2 / 3), 6);
    expect(spreadOf(map, 1)).toBeCloseTo(Math.sqrt(200), 4);
  });
});

describe('planes of grids', () => {
  it('along the map: two standard deviations to either side', () => {
    const { directions, across, down } = principalPlane(map, [1, 0]);
    expect([...directions]).toEqual([0, 0, 1, 0, ...[h, h, 0, 0].map(Math.fround)]);
    expect(across[0]).toBeCloseTo(-2 * Math.sqrt(200), 3);
    // Down on the screen is back along the second direction, as on the map.
    expect(down[0]).toBeCloseTo(2 * Math.sqrt(2 / 3), 5);
    expect(down[1]).toBe(-down[0]);
  });

  it('along axes: the same values wherever one stands', () => {
    const z = Float32Array.of(5, 6, 7, 8);
    const { directions, across, down } = axesPlane(z, [3, 0], [[-2, 2], [-1, 1]]);
    expect([...directions]).toEqual([0, 0, 0, 1, 1, 0, 0, 0]);
    expect([across, down]).toEqual([[-10, -6], [-6, -4]]);
  });
});

describe('colours', () => {
  it('of labels are those of the legend; others are set back', () => {
    const all = labelColours(Int32Array.of(2, -1, 0), 'dark');
    expect([...all.rgb.subarray(0, 3)]).toEqual([...rgbOf(labelColour(2, 'dark'))]);
    expect([...all.rgb.subarray(6)]).toEqual([...rgbOf(labelColour(0, 'dark'))]);
    expect([...all.front]).toEqual([1, 0, 1]);
    const one = labelColours(Int32Array.of(2, -1, 0), 'dark', 0);
    expect([...one.rgb.subarray(0, 3)]).toEqual([...one.rgb.subarray(3, 6)]);
    expect([...one.rgb.subarray(6)]).toEqual([...all.rgb.subarray(6)]);
    expect([...one.front]).toEqual([0, 0, 1]);
  });

  it('of values go from end to end; what is not known is set back', () => {
    const { rgb, front } = valueColours(Float32Array.of(-5, 2, 3, 4, 99, NaN), [2, 4], 'dark');
    const expected = [0, 0, 0.5, 1, 1].map((share) => rgbOf(viridis(share)));
    [0, 1, 3, 4].forEach((n) => expect([...rgb.subarray(n * 3, n * 3 + 3)]).toEqual([...expected[n]]));
    rgb.subarray(6, 9).forEach((level, k) => expect(Math.abs(level - expected[2][k])).toBeLessThan(3));
    expect([...front]).toEqual([1, 1, 1, 1, 1, 0]);
    expect(valueColours(Float32Array.of(7, 7), [7, 7], 'dark')).toEqual(valueColours(Float32Array.of(0, 0), [0, 1], 'dark'));
  });

  it('are spread over the middle of the values', () => {
    expect(middleOf(Float32Array.from({ length: 101 }, (_, n) => (n === 50 ? 1e6 : n)))).toEqual([1, 100]);
  });
});
