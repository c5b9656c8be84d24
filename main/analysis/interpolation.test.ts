/** @file Interpolation against closed forms. */

import { describe, expect, it } from 'vitest';
import { interpolate, lerp, slerp } from './interpolation';

const norm = (v: Float32Array) => Math.hypot(...v);

describe('slerp', () => {
  it('walks the circle at constant speed', () => {
    const path = interpolate(Float32Array.of(2, 0), Float32Array.of(0, 2), 10, 'slerp');
    for (let s = 0; s < 10; s++) {
      const angle = ((s / 9) * Math.PI) / 2;
      expect(path[2 * s]).toBeCloseTo(2 * Math.cos(angle), 5);
      expect(path[2 * s + 1]).toBeCloseTo(2 * Math.sin(angle), 5);
    }
  });

  it('keeps the norm where the chord loses it', () => {
    const a = Float32Array.of(1, 2, -2);
    const b = Float32Array.of(-2, 1, 2);
    expect(norm(slerp(a, b, 0.5))).toBeCloseTo(3, 5);
    expect(norm(lerp(a, b, 0.5))).toBeLessThan(2);
  });

  it('keeps both ends for norms that differ', () => {
    const a = Float32Array.of(3, 0, 1);
    const b = Float32Array.of(0, 0.5, 0);
    expect([...slerp(a, b, 0)]).toEqual([3, 0, 1]);
    slerp(a, b, 1).forEach((value, i) => expect(value).toBeCloseTo(b[i], 6));
  });

  it('stays finite and exact at equal, nearly equal, opposite and zero vectors', () => {
    const a = Float32Array.of(1, 1, 0);
    expect([...slerp(a, a, 0.3)]).toEqual([...a].map((value) => expect.closeTo(value, 6)));
    const near = Float32Array.of(1, 1.0001, 0);
    expect(slerp(a, near, 0.5)[1]).toBeCloseTo(1.00005, 6);
    const half = slerp(a, a.map((value) => -value), 0.5);
    expect(norm(half)).toBeCloseTo(Math.SQRT2, 5);
    expect(half[0] + half[1]).toBeCloseTo(0, 5);
    expect([...slerp(a, new Float32Array(3), 0.5)]).toEqual([0.5, 0.5, 0]);
  });

  it('is continuous towards opposite vectors', () => {
    const a = Float32Array.of(1, 0, 0);
    const b = Float32Array.of(Math.cos(Math.PI - 1e-3), Math.sin(Math.PI - 1e-3), 0);
    expect(norm(slerp(a, b, 0.5))).toBeCloseTo(1, 3);
  });
});

describe('interpolate', () => {
  it('is the chord when linear, both ends included', () => {
    expect([...interpolate(Float32Array.of(0, 4), Float32Array.of(1, 0), 5, 'linear')]).toEqual([0, 4, 0.25, 3, 0.5, 2, 0.75, 1, 1, 0]);
  });
  it('refuses vectors of different lengths', () => {
    expect(() => interpolate(new Float32Array(2), new Float32Array(3), 5, 'linear')).toThrow(/2 and 3/);
  });
});
