/** @file Charts: where points fall, how lines break and thin out. */

import { describe, expect, it } from 'vitest';
import { lineChart, type Series } from './curves';
import type { Wording } from './wording';

const en: Wording = { language: 'en', say: (key) => key };
const options = { title: 'Loss', xLabel: 'Step' };

/** Points of the n-th line, as [x, y] with null where the pen is lifted. */
function lines(svg: string): [number, number][][] {
  return [...svg.matchAll(/<path class="line" stroke="[^"]*" d="([^"]*)"/g)].map(([, d]) => [...d.matchAll(/([ML])(-?[\d.]+) (-?[\d.]+)/g)].map(([, , x, y]) => [Number(x), Number(y)] as [number, number]));
}
const commands = (svg: string) => /<path class="line"[^>]* d="([^"]*)"\/><\/svg>/.exec(svg)?.[1].replace(/[^ML]/g, '') ?? '';
const one = (x: ArrayLike<number>, y: ArrayLike<number>): Series => ({ name: 'a', x, y });

describe('lineChart', () => {
  it('maps values in proportion, y upwards', () => {
    const [[a, b, c]] = lines(lineChart([one([0, 1, 4], [0, 10, 5])], options, en));
    expect((b[0] - a[0]) / (c[0] - a[0])).toBeCloseTo(1 / 4, 3);
    expect((a[1] - c[1]) / (a[1] - b[1])).toBeCloseTo(1 / 2, 2);
    expect(b[1]).toBeLessThan(a[1]);
  });

  it('maps logarithms on logarithmic axes', () => {
    const [[a, b, c]] = lines(lineChart([one([1, 10, 100], [1e-6, 1e-3, 1])], { ...options, logX: true, logY: true }, en));
    expect((b[0] - a[0]) / (c[0] - a[0])).toBeCloseTo(1 / 2, 2);
    expect((a[1] - b[1]) / (a[1] - c[1])).toBeCloseTo(1 / 2, 2);
  });

  it('lifts the pen at NaN, infinity and, on logarithmic axes, at 0 and below', () => {
    expect(commands(lineChart([one([1, 2, 3, 4, 5], [1, NaN, 3, Infinity, 2])], options, en))).toBe('MMM');
    expect(commands(lineChart([one([1, 2, 3, 4], [1, 0, 3, 4])], { ...options, logY: true }, en))).toBe('MML');
  });

  it('keeps each spike of 100,000 points in few points', () => {
    const x = Float64Array.from({ length: 100_000 }, (_, i) => i);
    const y = x.map((i) => (i === 54_321 ? 9 : i === 77_777 ? -9 : Math.sin(i)));
    const [points] = lines(lineChart([one(x, y)], options, en));
    expect(points.length).toBeLessThan(2_000);
    const [[low, high]] = lines(lineChart([one([0, 1], [-9, 9])], options, en));
    expect(Math.min(...points.map(([, py]) => py))).toBeCloseTo(high[1], 1);
    expect(Math.max(...points.map(([, py]) => py))).toBeCloseTo(low[1], 1);
    for (let i = 1; i < points.length; i++) expect(points[i][0]).toBeGreaterThanOrEqual(points[i - 1][0]);
  });

  it('stays inside its box, whatever it is given', () => {
    for (const series of [[], [one([], [])], [one([5], [3])], [one([1, 2], [7, 7])], [one([1, 2], [NaN, NaN])], [one([0, 1e9], [-1e300, 1e300])]]) {
      for (const logY of [false, true]) {
        const svg = lineChart(series, { ...options, logY }, en);
        expect(svg).not.toMatch(/NaN|Infinity/);
        for (const [x, y] of lines(svg).flat()) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x).toBeLessThanOrEqual(460);
          expect(y).toBeGreaterThanOrEqual(0);
          expect(y).toBeLessThanOrEqual(260);
        }
      }
    }
  });

  it('names several series, and lets no name become markup', () => {
    const svg = lineChart([{ ...one([1, 2], [1, 2]), name: '<img src=x>' }, { ...one([1, 2], [2, 1]), name: 'b' }], { title: '"><script>', xLabel: '<b>' }, en);
    expect(svg).toContain('&lt;img src=x&gt;');
    expect(svg).not.toMatch(/<img|<script|<b>/);
  });
});
