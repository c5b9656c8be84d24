/** @file CSV: quoting, numbers read back exactly, labels that spreadsheets must not run. */

import { expect, it } from 'vitest';
import { encodeCsv } from './csv';

it('quotes what needs it, and ends lines as RFC 4180 says', () => {
  expect(encodeCsv(['label', 'note, "long"'], [['a\nb', 'say "no"'], [' edge', 'plain']])).toBe('label,"note, ""long"""\r\n"a\nb","say ""no"""\r\n" edge",plain\r\n');
});

it('writes numbers so that they are read back exactly', () => {
  const values = [0.1, 1 / 3, -0, 1e-320, 2 ** 53, -1.5e300, Infinity, NaN];
  const [, line] = encodeCsv(values.map(String), [values]).split('\r\n');
  expect(line.split(',').map(Number)).toEqual([0.1, 1 / 3, 0, 1e-320, 2 ** 53, -1.5e300, Infinity, NaN]);
  expect(encodeCsv(['a', 'b', 'c'], [[null, true, 12n]])).toBe('a,b,c\r\n,true,12\r\n');
});

it('disarms formulas in text, and leaves numbers in text alone', () => {
  expect(encodeCsv(['a', 'b', 'c'], [['=cmd()', '-5', '@x']])).toBe("a,b,c\r\n'=cmd(),-5,'@x\r\n");
});

it('refuses rows of another length', () => {
  expect(() => encodeCsv(['a'], [[1, 2]])).toThrow(/2 cells under 1/);
});
