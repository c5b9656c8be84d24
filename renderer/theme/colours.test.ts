/** @file Colours: enough contrast in both themes (WCAG 2.2), labels told apart by colour-blind eyes, scales that go one way. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { diverging, labelColour, magma, rgbOf, viridis, type Rgb } from './colours';

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');
/** The tokens of a theme that are plain colours. */
function tokens(theme: 'dark' | 'light'): Record<string, string> {
  const block = new RegExp(`\\[data-theme='${theme}'\\]\\s*\\{([^}]*)\\}`).exec(css)?.[1] ?? '';
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, colour]) => [name!, colour!]));
}

const linear = (channel: number): number => (channel / 255 <= 0.04045 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4);
const luminance = ([r, g, b]: Rgb): number => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
/** WCAG's contrast ratio, 1 to 21. */
function contrast(a: string, b: string): number {
  const [high, low] = [luminance(rgbOf(a)), luminance(rgbOf(b))].sort((x, y) => y - x);
  return (high! + 0.05) / (low! + 0.05);
}

describe.each(['dark', 'light'] as const)('%s', (theme) => {
  const token = tokens(theme);
  const grounds = ['ground', 'surface', 'raised'];

  test('text reads at 4.5 to 1 on every ground it stands on', () => {
    for (const text of ['text', 'quiet', 'accent', 'good', 'bad', 'warn']) for (const ground of grounds) expect(contrast(token[text]!, token[ground]!), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    for (const ground of ['hover', 'accent-soft', 'bad-soft']) for (const text of ['text', 'quiet']) expect(contrast(token[text]!, token[ground]!), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    expect(contrast(token['on-accent']!, token['accent']!)).toBeGreaterThanOrEqual(4.5);
  });

  test('edges of controls stand out at 3 to 1', () => {
    for (const ground of grounds) expect(contrast(token['edge']!, token[ground]!), ground).toBeGreaterThanOrEqual(3);
  });

  test('each label stands out at 3 to 1, and the first ten differ for deuteranopic and protanopic eyes', () => {
    const colours = Array.from({ length: 16 }, (_, label) => labelColour(label, theme));
    for (const colour of colours) expect(contrast(colour, token['surface']!), colour).toBeGreaterThanOrEqual(3);
    for (const lack of Object.values(lacks)) {
      const seen = colours.slice(0, 10).map((colour) => lab(lack(rgbOf(colour))));
      for (let a = 0; a < 10; a++) for (let b = a + 1; b < 10; b++) expect(distance(seen[a]!, seen[b]!), `${colours[a]} and ${colours[b]}`).toBeGreaterThan(15);
    }
  });
});

/** Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB. */
const matrices = {
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
};
const lacks = Object.fromEntries(
  Object.entries(matrices).map(([name, m]) => [
    name,
    (rgb: Rgb): Rgb => {
      const [r, g, b] = rgb.map(linear) as [number, number, number];
      return [0, 3, 6].map((row) => Math.min(1, Math.max(0, m[row]! * r + m[row + 1]! * g + m[row + 2]! * b))) as unknown as Rgb;
    },
  ]),
);
/** Linear RGB, 0 to 1 -> CIE L*a*b*, D65. */
function lab([r, g, b]: Rgb): Rgb {
  const f = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27) * (t / 116) + 16 / 116);
  const x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = f(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = f((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
const distance = (a: Rgb, b: Rgb): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

test('the same label has the same colour; after sixteen they come again', () => {
  expect(labelColour(3, 'dark')).toBe(labelColour(19, 'dark'));
  expect(labelColour(0, 'dark')).not.toBe(labelColour(0, 'light'));
});

test('viridis and magma grow lighter all the way; what lies outside is held', () => {
  for (const scale of [viridis, magma]) {
    const light = Array.from({ length: 21 }, (_, at) => luminance(rgbOf(scale(at / 20))));
    for (let at = 1; at < light.length; at++) expect(light[at]!).toBeGreaterThan(light[at - 1]!);
    expect(scale(-1)).toBe(scale(0));
    expect(scale(7)).toBe(scale(1));
  }
});

test('the diverging scale is light at zero and the same darkness at both ends', () => {
  expect(luminance(rgbOf(diverging(0, 3)))).toBeGreaterThan(0.85);
  expect(Math.abs(luminance(rgbOf(diverging(3, 3))) - luminance(rgbOf(diverging(-3, 3))))).toBeLessThan(0.05);
});
