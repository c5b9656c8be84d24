/** @file Latent maps: where points land, in which colour, what is said below, and that nothing is hidden by the order of labels. */

import { describe, expect, it } from 'vitest';
import { projectLatents, type LatentProjection } from '../analysis/latent-projection';
import { LabError } from '../../preload/contract/errors';
import { translate, type Language } from '../lab/words';
import { latentMap } from './latent-map';
import { categorical, markOf, stamp, stencil } from './marks';
import { blank, type Picture, type Rgb } from './picture';
import type { Wording } from './wording';

/** Words as they are, and which were said. */
function listening(language: Language): Wording & { said: string[] } {
  const said: string[] = [];
  return {
    language,
    said,
    say: (key, params) => {
      const words = translate(`exports:${key}`, language, params);
      said.push(words);
      return words;
    },
  };
}

const flat = (points: number[]): LatentProjection => ({ kind: 'latent', points: Float32Array.from(points), dims: 2, explainedRatio: [1, 1], trustworthiness: null });

/** Centres of the pixels near `colour` inside the plot (left of `right`). */
function centreOf({ data, width }: Picture, colour: Rgb, right = 1510): { x: number; y: number; count: number } {
  let [x, y, count] = [0, 0, 0];
  for (let i = 0; i < data.length; i += 3) {
    const px = (i / 3) % width;
    if (px > right || colour.some((value, c) => Math.abs(data[i + c] - value) > 26)) continue;
    x += px;
    y += Math.floor(i / 3 / width);
    count++;
  }
  return { x: x / count, y: y / count, count };
}

describe('latentMap', () => {
  it('puts points in place, y upwards, with equal scales', async () => {
    const map = await latentMap({ ...flat([0, 0, 10, 0, 0, 5]), labels: Int32Array.of(0, 1, 2), labelNames: ['a'] }, listening('en'));
    const [o, right, up] = [0, 1, 2].map((label) => centreOf(map, categorical[label]));
    expect(right.y).toBeCloseTo(o.y, 0);
    expect(up.x).toBeCloseTo(o.x, 0);
    expect(up.y).toBeLessThan(o.y);
    expect((right.x - o.x) / (o.y - up.y)).toBeCloseTo(2, 1);
  });

  it('shows every label where one was drawn after all others: two clouds in one place mix', async () => {
    const count = 4000;
    const points = Array.from({ length: 2 * count }, (_, i) => Math.sin(i * 127.1 + 3) * 1);
    const labels = Int32Array.from({ length: count }, (_, n) => (n < count / 2 ? 0 : 2));
    const map = await latentMap({ ...flat(points), labels, labelNames: [] }, listening('en'));
    // On each point of the plot the last drawn wins: about half each.
    let [blue, red] = [0, 0];
    for (let i = 0; i < map.data.length; i += 3) {
      const [r, , b] = map.data.subarray(i, i + 3);
      if (b > r + 60) blue++;
      if (r > b + 60) red++;
    }
    expect(blue / (blue + red)).toBeGreaterThan(0.3);
    expect(blue / (blue + red)).toBeLessThan(0.7);
  });

  it('says in both languages what the projection keeps', async () => {
    const z = Float32Array.from({ length: 50 * 3 }, (_, i) => Math.sin(i * i) * [3, 2, 1][i % 3]);
    for (const [language, variance, trust] of [['en', /PC 1 \(\d+(\.\d)?% of variance\)/, /^Trustworthiness 0\.\d+ \(12 neighbours, 50 of 50 points\)/], ['fr', /CP 1 \(\d+(,\d)?\s% de la variance\)/, /0,\d+ \(12 voisins, 50 points sur 50\)/]] as const) {
      const wording = listening(language);
      await latentMap(projectLatents(z, 3), wording);
      expect(wording.said.some((words) => variance.test(words))).toBe(true);
      expect(wording.said.some((words) => trust.test(words))).toBe(true);
    }
    const plain = listening('en');
    await latentMap(projectLatents(z.slice(0, 40), 2), plain);
    expect(plain.said).toContain("The axes are the latent space's own: nothing is lost");
  });

  it('draws images at their points, none over another, in the colours of their labels', async () => {
    const images = { data: new Uint8Array(3 * 64).fill(0), shape: [3, 8, 8, 1] as const };
    // The first two overlap: only one can be shown.
    const map = await latentMap({ ...flat([-1, -1, -0.95, -1, 1, 1]), labels: Int32Array.of(0, 0, 2), labelNames: [], images }, listening('en'));
    let black = 0;
    for (let i = 0; i < map.data.length; i += 3) if (map.data[i] + map.data[i + 1] + map.data[i + 2] === 0) black++;
    expect(black).toBe(2 * 64 * 64);
    expect(centreOf(map, categorical[2]).count).toBeGreaterThan(4 * 64 * 3 - 40);
  });

  it('has a size for one point, for none, for points on a line, and no label', async () => {
    for (const points of [[3, 3], [3, 3, 3, 3], [], [0, 5, 1, 5, 2, 5], [5, 0, 5, 1], [1e-30, 0, 2e-30, 1e-30], [1e30, 0, -1e30, 5]]) {
      const map = await latentMap({ ...flat(points), labels: Int32Array.from({ length: points.length / 2 }, () => -1) }, listening('fr'));
      expect(map.width * map.height).toBeLessThan(6e6);
    }
  });

  it('refuses what is not finite', async () => {
    await expect(latentMap(flat([0, NaN]), listening('en'))).rejects.toBeInstanceOf(LabError);
    await expect(latentMap({ ...flat([0, 1]), labels: new Int32Array(2) }, listening('en'))).rejects.toThrow(/2 labels for 1/);
  });
});

describe('marks', () => {
  it('cover the area of their shape', () => {
    const area = (shape: number, radius: number) => stencil(shape, radius).cover.reduce((sum, value) => sum + value, 0);
    expect(area(0, 10) / (Math.PI * 100)).toBeCloseTo(1, 2);
    expect(area(1, 10) / (4 * 0.85 ** 2 * 100)).toBeCloseTo(1, 2);
  });
  it('are 100 different ones for 100 labels, the same each time', () => {
    const marks = Array.from({ length: 100 }, (_, label) => JSON.stringify(markOf(label)));
    expect(new Set(marks).size).toBe(100);
    const drawn = Array.from({ length: 10 }, (_, shape) => stencil(shape, 5).cover.join());
    expect(new Set(drawn).size).toBe(10);
  });
  it('are cut at the edges and mixed by alpha', () => {
    const canvas = blank(5, 5, 3, [255, 255, 255]);
    stamp(canvas, stencil(1, 3), 0, 0, [0, 100, 200], 0.5);
    expect([...canvas.data.subarray(0, 3)]).toEqual([128, 178, 228]);
    expect([...canvas.data.subarray(-3)]).toEqual([255, 255, 255]);
  });
});
