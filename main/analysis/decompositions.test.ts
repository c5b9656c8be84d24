/** @file Decompositions against factorisations known in closed form: order, signs, orthogonality and reconstruction, of every shape and rank. */

import { describe, expect, it } from 'vitest';
import { randomStream } from '../platform/random';
import { eigh, qr, svd, type DenseMatrix } from './decompositions';

const matrix = (rows: number[][]): DenseMatrix => ({ rows: rows.length, columns: rows[0].length, data: Float64Array.from(rows.flat()) });
const random = (rows: number, columns: number, stream = 'a'): DenseMatrix => {
  const data = new Float32Array(rows * columns);
  randomStream(29, `${stream}/${rows}x${columns}`, 1).fillNormal(data);
  return { rows, columns, data: Float64Array.from(data) };
};
const transposed = ({ rows, columns, data }: DenseMatrix): DenseMatrix => ({ rows: columns, columns: rows, data: Float64Array.from(data, (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]) });
function product(a: DenseMatrix, b: DenseMatrix): DenseMatrix {
  const data = new Float64Array(a.rows * b.columns);
  for (let i = 0; i < a.rows; i++) for (let k = 0; k < a.columns; k++) for (let j = 0; j < b.columns; j++) data[i * b.columns + j] += a.data[i * a.columns + k] * b.data[k * b.columns + j];
  return { rows: a.rows, columns: b.columns, data };
}
const scaled = (a: DenseMatrix, s: Float64Array): DenseMatrix => ({ ...a, data: a.data.map((x, i) => x * s[i % a.columns]) });
const worst = (a: DenseMatrix, b: DenseMatrix) => a.data.reduce((most, x, i) => Math.max(most, Math.abs(x - b.data[i])), a.data.length === b.data.length ? 0 : Infinity);
const identity = (n: number): DenseMatrix => ({ rows: n, columns: n, data: Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0)) });
const orthonormal = (a: DenseMatrix) => worst(product(transposed(a), a), identity(a.columns));
const falls = (s: Float64Array) => s.every((x, i) => i === 0 || x <= s[i - 1]);

const shapes: [number, number][] = [[1, 1], [5, 3], [3, 5], [8, 8], [40, 7], [7, 40]];
const lowRank = product(random(9, 2, 'l'), random(2, 6, 'r'));

describe('qr', () => {
  it.each(shapes)('%i x %i', (rows, columns) => {
    const a = random(rows, columns);
    const { q, r } = qr(a);
    expect([q.rows, q.columns, r.rows, r.columns]).toEqual([rows, Math.min(rows, columns), Math.min(rows, columns), columns]);
    expect(orthonormal(q)).toBeLessThan(1e-12);
    expect(worst(product(q, r), a)).toBeLessThan(1e-12);
    for (let i = 0; i < r.rows; i++) {
      expect(r.data[i * columns + i]).toBeGreaterThan(0);
      for (let j = 0; j < Math.min(i, columns); j++) expect(r.data[i * columns + j]).toBe(0);
    }
  });
  it.each([['tall', lowRank], ['wide', transposed(lowRank)], ['zero', matrix([[0, 0], [0, 0], [0, 0]])]])('of a %s matrix of low rank', (_, a) => {
    const { q, r } = qr(a);
    expect(orthonormal(q)).toBeLessThan(1e-12);
    expect(worst(product(q, r), a)).toBeLessThan(1e-12);
  });
  it('of a matrix worked out by hand', () => {
    const { q, r } = qr(matrix([[3, 1], [4, 2]]));
    expect(worst(q, matrix([[0.6, -0.8], [0.8, 0.6]]))).toBeLessThan(1e-15);
    expect(worst(r, matrix([[5, 2.2], [0, 0.4]]))).toBeLessThan(1e-15);
  });
});

describe('svd', () => {
  it.each(shapes)('%i x %i', (rows, columns) => {
    const a = random(rows, columns);
    const { u, s, v } = svd(a);
    expect([orthonormal(u), orthonormal(v)].every((x) => x < 1e-12)).toBe(true);
    expect(falls(s)).toBe(true);
    expect(worst(product(scaled(u, s), transposed(v)), a)).toBeLessThan(1e-12);
  });
  it('of rank 2 in 9 x 6: two singular values, the others 0, all vectors orthonormal still', () => {
    const { u, s, v } = svd(lowRank);
    expect(s[1]).toBeGreaterThan(0.1);
    expect(s[2]).toBeLessThan(1e-12);
    expect(Math.max(orthonormal(u), orthonormal(v))).toBeLessThan(1e-12);
    expect(worst(product(scaled(u, s), transposed(v)), lowRank)).toBeLessThan(1e-12);
  });
  it('of [[3, 0], [4, 5]]: 3 sqrt 5 and sqrt 5', () => {
    const { u, s, v } = svd(matrix([[3, 0], [4, 5]]));
    expect(s[0]).toBeCloseTo(3 * Math.sqrt(5), 14);
    expect(s[1]).toBeCloseTo(Math.sqrt(5), 14);
    // (1, 1) and (1, -1) by sqrt 2, the second of either sign: its entries are equally large
    expect([v.data[0], v.data[2], Math.abs(v.data[1]), Math.abs(v.data[3])].every((x) => Math.abs(x - Math.SQRT1_2) < 1e-14)).toBe(true);
    expect(v.data[1] * v.data[3]).toBeCloseTo(-0.5, 14);
    expect(worst(scaled(u, s), product(matrix([[3, 0], [4, 5]]), v))).toBeLessThan(1e-14);
  });
  it('largest entries of right vectors are positive', () => {
    const { v } = svd(random(20, 6));
    for (let k = 0; k < 6; k++) {
      const column = Array.from({ length: 6 }, (_, i) => v.data[i * 6 + k]);
      expect(column.reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0)).toBeGreaterThan(0);
    }
  });
});

describe('eigh', () => {
  it.each([1, 2, 9, 60])('%i x %i', (n) => {
    const g = random(n, n);
    const a = product(g, transposed(g));
    const { values, vectors } = eigh(a);
    expect(falls(values)).toBe(true);
    expect(orthonormal(vectors)).toBeLessThan(1e-11);
    expect(worst(product(scaled(vectors, values), transposed(vectors)), a)).toBeLessThan(1e-10);
  });
  it('of the second differences of a string of n: 2 - 2 cos(k pi / (n + 1))', () => {
    const n = 512;
    const string: DenseMatrix = { rows: n, columns: n, data: Float64Array.from({ length: n * n }, (_, at) => { const gap = Math.abs(Math.floor(at / n) - (at % n)); return gap === 0 ? 2 : gap === 1 ? -1 : 0; }) };
    const { values } = eigh(string);
    values.forEach((value, i) => expect(Math.abs(value - (2 - 2 * Math.cos(((n - i) * Math.PI) / (n + 1))))).toBeLessThan(1e-12));
  });
  it('signs: of [[2, -1], [-1, 2]] the largest entries are positive', () => {
    const { values, vectors } = eigh(matrix([[2, -1], [-1, 2]]));
    expect(values[0]).toBeCloseTo(3, 14);
    expect(values[1]).toBeCloseTo(1, 14);
    expect([vectors.data[0] * vectors.data[2], vectors.data[1] * vectors.data[3]].map((x) => Math.round(2 * x))).toEqual([-1, 1]);
    expect(Math.max(vectors.data[1], vectors.data[3])).toBeCloseTo(Math.SQRT1_2, 14);
  });
});

describe('what is refused', () => {
  it('a size that does not fit, a NaN, an asymmetric matrix', () => {
    expect(() => qr({ rows: 2, columns: 2, data: new Float64Array(3) })).toThrow('3 numbers for 2 x 2');
    expect(() => svd(matrix([[1, 2], [Number.NaN, 3]]))).toThrow('NaN at row 1, column 0');
    expect(() => eigh(matrix([[1, 2], [3, 4]]))).toThrow('not symmetric');
    expect(() => eigh(matrix([[1, 2, 3], [3, 4, 5]]))).toThrow('2 x 3 is not square');
  });
});
