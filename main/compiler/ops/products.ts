/** @file Matrix products, batched over the leading axes. */

import type { OpFamily, Typed } from '../ir/op';
import { broadcastShapes } from '../ir/shapes';

type Flags = { transposeA: boolean; transposeB: boolean };

function productShape(a: Typed, b: Typed, { transposeA, transposeB }: Flags): Typed {
  const rank = a.shape.length;
  if (rank < 2 || b.shape.length !== rank) throw new Error(`product of ranks ${rank} and ${b.shape.length}: equal ranks of at least 2 expected`);
  const [m, k] = transposeA ? [a.shape[rank - 1], a.shape[rank - 2]] : [a.shape[rank - 2], a.shape[rank - 1]];
  const [k2, n] = transposeB ? [b.shape[rank - 1], b.shape[rank - 2]] : [b.shape[rank - 2], b.shape[rank - 1]];
  if (k !== k2) throw new Error(`product over ${k} and ${k2} elements: [${a.shape}]${transposeA ? "'" : ''} x [${b.shape}]${transposeB ? "'" : ''}`);
  return { shape: [...broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2)), m, n], dtype: a.dtype };
}

export const products: OpFamily<'matMul' | 'gemm'> = {
  /** y = A B: dA = dy B', dB = A' dy; with a flag, the same of the transposed. */
  matMul: {
    arity: 2,
    shape: ([a, b], attrs) => productShape(a, b, attrs),
    vjp: (g, { dy, inputs: [a, b], attrs: { transposeA, transposeB } }) => {
      const da = transposeA ? g.matMul(b, dy, transposeB, true) : g.matMul(dy, b, false, !transposeB);
      const db = transposeB ? g.matMul(dy, a, true, transposeA) : g.matMul(a, dy, !transposeA, false);
      return [g.unbroadcast(da, a.shape), g.unbroadcast(db, b.shape)];
    },
    lower: (e, { inputs: [a, b], values: [va], attrs: { transposeA, transposeB } }) => {
      if (!transposeA && !transposeB) return e.node('MatMul', [a, b]);
      if (va.shape.length === 2) return e.node('Gemm', [a, b], { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 });
      return e.batchedProduct({ a, b, transposeA, transposeB, rank: va.shape.length });
    },
    reference: (t, [a, b], { transposeA, transposeB }) => t.matMul(a, b, transposeA, transposeB),
    cases: [
      { inputs: [[3, 4], [4, 5]], attrs: { transposeA: false, transposeB: false } },
      { inputs: [[4, 3], [4, 5]], attrs: { transposeA: true, transposeB: false } },
      { inputs: [[3, 4], [5, 4]], attrs: { transposeA: false, transposeB: true } },
      { inputs: [[4, 3], [5, 4]], attrs: { transposeA: true, transposeB: true } },
      { inputs: [[2, 3, 4], [2, 4, 5]], attrs: { transposeA: false, transposeB: false } },
      { inputs: [[2, 4, 3], [2, 4, 5]], attrs: { transposeA: true, transposeB: false } },
      { inputs: [[2, 3, 4], [2, 5, 4]], attrs: { transposeA: false, transposeB: true } },
      { inputs: [[2, 3, 4], [1, 4, 5]], attrs: { transposeA: false, transposeB: false } },
    ],
  },
  gemm: {
    arity: 3,
    shape: ([a, b], attrs) => productShape(a, b, attrs),
    vjp: (g, { dy, inputs: [a, b, bias], attrs }) => [...products.matMul.vjp(g, { dy, y: dy, inputs: [a, b], attrs }), g.unbroadcast(dy, bias.shape)],
    lower: (e, { inputs, attrs: { transposeA, transposeB } }) => e.node('Gemm', inputs, { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 }),
    reference: (t, [a, b, bias], { transposeA, transposeB }) => t.add(t.matMul(a, b, transposeA, transposeB), bias),
    cases: [
      { inputs: [[3, 4], [4, 5], [5]], attrs: { transposeA: false, transposeB: false } },
      { inputs: [[4, 3], [5, 4], [5]], attrs: { transposeA: true, transposeB: true } },
    ],
  },
};
