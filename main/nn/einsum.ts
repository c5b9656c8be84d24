/** @file Einstein summation, as transpositions, sums, products and matrix products that can all be traced and differentiated. */

import * as tf from '@tensorflow/tfjs-core';

/** 'bij,bjk->bik': what stands in several operands and not in the result is multiplied and summed. Each letter at most once in an operand; more than two operands are
 *  contracted from left to right. Throws where a letter has two sizes, or the equation does not fit the operands. */
export function einsum(equation: string, ...operands: tf.Tensor[]): tf.Tensor {
  const { terms, result } = parse(equation, operands);
  let [y, letters] = [operands[0], terms[0]];
  for (let i = 1; i < operands.length; i++) {
    const later = [...terms.slice(i + 1), result].join('');
    [y, letters] = contract(y, letters, operands[i], terms[i], later);
  }
  [y, letters] = sumOut(y, letters, result);
  return tf.transpose(y, Array.from(result).map((l) => letters.indexOf(l)));
}

function parse(equation: string, operands: tf.Tensor[]): { terms: string[]; result: string } {
  const refuse = (why: string): never => {
    throw new Error(`einsum '${equation}' of ${operands.map((x) => `[${x.shape}]`).join(', ')}: ${why}`);
  };
  const [left, result, ...rest] = equation.replaceAll(' ', '').split('->');
  if (result === undefined || rest.length > 0 || !/^[A-Za-z,]*$/.test(left) || !/^[A-Za-z]*$/.test(result)) refuse('letters, commas and one -> expected');
  const terms = left.split(',');
  if (terms.length !== operands.length) refuse(`${terms.length} terms for ${operands.length} operands`);
  const sizes = new Map<string, number>();
  terms.forEach((term, i) => {
    if (term.length !== operands[i].rank) refuse(`${term.length} letters for rank ${operands[i].rank}`);
    Array.from(term).forEach((l, axis) => {
      if (term.indexOf(l) !== axis) refuse(`${l} twice in one operand`);
      if ((sizes.get(l) ?? operands[i].shape[axis]) !== operands[i].shape[axis]) refuse(`${l} is ${sizes.get(l)} and ${operands[i].shape[axis]}`);
      sizes.set(l, operands[i].shape[axis]);
    });
  });
  if (Array.from(result).some((l, i) => !sizes.has(l) || result.indexOf(l) !== i)) refuse('each letter of the result once, from an operand');
  return { terms, result };
}

/** Summed over the letters that nothing needs. */
function sumOut(x: tf.Tensor, letters: string, needed: string): [tf.Tensor, string] {
  const axes = Array.from(letters).flatMap((l, i) => (needed.includes(l) ? [] : [i]));
  return axes.length === 0 ? [x, letters] : [tf.sum(x, axes), Array.from(letters).filter((l) => needed.includes(l)).join('')];
}

/** Both, over what they share and nothing later needs. -> the product and its letters: shared, the first's own, the second's own */
function contract(first: tf.Tensor, firstLetters: string, second: tf.Tensor, secondLetters: string, later: string): [tf.Tensor, string] {
  const [a, la] = sumOut(first, firstLetters, secondLetters + later);
  const [b, lb] = sumOut(second, secondLetters, firstLetters + later);
  const among = (letters: string, test: (l: string) => boolean) => Array.from(letters).filter(test);
  const batch = among(la, (l) => lb.includes(l) && later.includes(l));
  const inner = among(la, (l) => lb.includes(l) && !later.includes(l));
  const [ownA, ownB] = [among(la, (l) => !lb.includes(l)), among(lb, (l) => !la.includes(l))];
  const sizes = (letters: string[]) => letters.map((l) => (la.includes(l) ? a.shape[la.indexOf(l)] : b.shape[lb.indexOf(l)]));
  const size = (letters: string[]) => sizes(letters).reduce((p, d) => p * d, 1);
  const ordered = (x: tf.Tensor, letters: string, order: string[]) => tf.transpose(x, order.map((l) => letters.indexOf(l)));
  const left = ordered(a, la, [...batch, ...ownA, ...inner]);
  const right = ordered(b, lb, [...batch, ...inner, ...ownB]);
  const y = inner.length === 0
    ? tf.mul(tf.reshape(left, [...sizes(batch), ...sizes(ownA), ...ownB.map(() => 1)]), tf.reshape(right, [...sizes(batch), ...ownA.map(() => 1), ...sizes(ownB)]))
    : tf.reshape(tf.matMul(tf.reshape(left, [size(batch), size(ownA), size(inner)]), tf.reshape(right, [size(batch), size(inner), size(ownB)])), [...sizes(batch), ...sizes(ownA), ...sizes(ownB)]);
  return [y, [...batch, ...ownA, ...ownB].join('')];
}
