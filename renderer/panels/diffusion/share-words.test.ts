/** @file Shares of variance in words. */

import { expect, it } from 'vitest';
import { shareWords } from './share-words';

const words = { number: (value: number, options?: Intl.NumberFormatOptions) => new Intl.NumberFormat('en', options).format(value) };

it('writes tiny shares as powers of ten', () => {
  expect([1, 0.4938, 0.00123, 0].map((value) => shareWords(words, value))).toEqual(['1', '0.494', '0.00123', '0']);
  expect(shareWords(words, 2.4291e-9)).toBe('2.43·10⁻⁹');
  expect(shareWords(words, 9.9999e-5)).toBe('1·10⁻⁴');
  expect(shareWords(words, 3.5e-12, 4)).toBe('3.5·10⁻¹²');
});
