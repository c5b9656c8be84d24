/** @file Numbers as reports write them, in both languages. */

import { describe, expect, it } from 'vitest';
import { linearTicks, logTicks } from './axes';
import { duration, number, percent, type Wording } from './wording';

const en: Wording = { language: 'en', say: (key) => key };
const fr: Wording = { language: 'fr', say: (key) => key };
/** Spaces of every width as plain ones. */
const plain = (text: string) => text.replace(/\s/g, ' ');

describe('numbers', () => {
  it('have at most 4 significant digits, or all of a whole number', () => {
    expect([98.23456, 0.5, 1234567, 12345.678, -0.0123456].map((value) => number(en, value))).toEqual(['98.23', '0.5', '1,234,567', '12,346', '−0.01235']);
    expect([98.23456, 1234567].map((value) => plain(number(fr, value)))).toEqual(['98,23', '1 234 567']);
  });
  it('have powers of ten where they are tiny or huge, and names where they are none', () => {
    expect([2.345e-5, 1e-6, -3e15, NaN, Infinity, -Infinity, 0].map((value) => number(en, value))).toEqual(['2.345 × 10⁻⁵', '10⁻⁶', '−3 × 10¹⁵', 'NaN', '∞', '−∞', '0']);
  });
  it('of shares and times', () => {
    expect([percent(en, 0.10047), plain(percent(fr, 0.0754))]).toEqual(['10%', '7,5 %']);
    expect([4.24, 9.99, 59.6, 172.3, 3725, 90000].map((seconds) => duration(en, seconds))).toEqual(['4.2 s', '10 s', '1 min 0 s', '2 min 52 s', '1 h 2 min', '25 h 0 min']);
    expect(duration(fr, 4.24)).toBe('4,2 s');
  });
});

describe('ticks', () => {
  const texts = (ticks: { text: string }[]) => ticks.map(({ text }) => plain(text));
  it('stand at round numbers inside the axis', () => {
    expect(linearTicks(-4.3, 9.2, 6, en).map(({ value }) => value)).toEqual([0, 5]);
    expect(texts(linearTicks(0, 1, 5, fr))).toEqual(['0,0', '0,2', '0,4', '0,6', '0,8', '1,0']);
    expect(texts(linearTicks(-0.3, 0.3, 6, en))).toEqual(['−0.3', '−0.2', '−0.1', '0.0', '0.1', '0.2', '0.3']);
    expect(texts(linearTicks(0, 60000, 5, en))).toEqual(['0', '20,000', '40,000', '60,000']);
  });
  it('survive an axis of no length and one of tiny numbers', () => {
    expect(texts(linearTicks(3, 3, 5, en))).toEqual(['3']);
    expect(texts(linearTicks(0, 2e-7, 4, en))).toEqual(['0', '5 × 10⁻⁸', '10⁻⁷', '1.5 × 10⁻⁷', '2 × 10⁻⁷']);
  });
  it('are powers of ten on logarithmic axes, thinned, and finer within a decade', () => {
    expect(logTicks(1e-6, 1e-3, 5, en).map(({ value }) => value)).toEqual([1e-6, 1e-5, 1e-4, 1e-3]);
    expect(logTicks(1, 1e12, 5, en).map(({ value }) => value)).toEqual([1, 1e3, 1e6, 1e9, 1e12]);
    expect(logTicks(15, 80, 5, en).map(({ value }) => value)).toEqual([20, 50]);
    expect(logTicks(3, 4, 5, en).length).toBeGreaterThan(2);
  });
});
