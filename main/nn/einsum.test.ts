/** @file Einstein sums against loops over every letter, and what is refused. */

import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomStream } from '../platform/random';
import { einsum } from './einsum';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const sizes: Record<string, number> = { a: 2, b: 3, c: 4, d: 2, e: 5 };
const shapeOf = (letters: string) => Array.from(letters).map((l) => sizes[l]);
const drawn = (letters: string, i: number) => {
  const shape = shapeOf(letters);
  const out = new Float32Array(shape.reduce((p, d) => p * d, 1));
  randomStream(31, letters, i).fillNormal(out);
  return tf.tensor(out, shape);
};

/** The sum of products over all values of all letters. */
function byLoops(terms: string[], result: string, operands: tf.Tensor[]): Float64Array {
  const letters = Array.from(new Set(terms.join('')));
  const place = (term: string, at: number[]) => Array.from(term).reduce((p, l) => p * sizes[l] + at[letters.indexOf(l)], 0);
  const data = operands.map((x) => x.dataSync());
  const out = new Float64Array(shapeOf(result).reduce((p, d) => p * d, 1));
  const visit = (at: number[]): void => {
    if (at.length < letters.length) for (let i = 0; i < sizes[letters[at.length]]; i++) visit([...at, i]);
    else out[place(result, at)] += terms.reduce((p, term, k) => p * data[k][place(term, at)], 1);
  };
  visit([]);
  return out;
}

describe('einsum', () => {
  it.each(['ab,bc->ac', 'abc,abd->acd', 'ab,cd->abcd', 'ab,cd->dbca', 'abc,cb->', 'ab,ab->ab', 'ab->', 'abc->ca', 'a,a->', 'ab,bc,cd->ad', 'ab,ac,ad,ae->bcde', 'abc,bd,ce->ade', 'abc,d->b', 'ab, bc -> ca'])('%s', (equation) => {
    const [left, result] = equation.replaceAll(' ', '').split('->');
    const terms = left.split(',');
    const operands = terms.map(drawn);
    const y = einsum(equation, ...operands);
    const expected = byLoops(terms, result, operands);
    expect(y.shape).toEqual(shapeOf(result));
    y.dataSync().forEach((v, i) => expect(Math.abs(v - expected[i])).toBeLessThan(1e-5 * (1 + Math.abs(expected[i]))));
  });
  it.each([
    ['aa->a', ['aa'], 'a twice in one operand'],
    ['ab,bc', ['ab', 'bc'], 'letters, commas and one -> expected'],
    ['ab,bc->ac', ['ab'], '2 terms for 1 operands'],
    ['abc->a', ['ab'], '3 letters for rank 2'],
    ['ab,bc->ad', ['ab', 'bc'], 'each letter of the result once'],
    ['ab,ac->bc', ['ab', 'bc'], 'a is 2 and 3'],
    ['...a->a', ['a'], 'letters, commas and one -> expected'],
  ])('%s of %j is refused', (equation, operands, why) => {
    expect(() => einsum(equation, ...operands.map(drawn))).toThrow(why);
  });
});
