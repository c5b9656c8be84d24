/** @file The frames of elementwise rules: of one input, and of two that broadcast. */

import type * as tf from '@tensorflow/tfjs-core';
import type { Builder } from '../ir/builder';
import type { CaseInput, None, Rule, Typed, Value } from '../ir/op';
import { broadcastShapes } from '../ir/shapes';

export const same = ([x]: readonly Typed[]): Typed => ({ shape: x.shape, dtype: x.dtype });

export const broadcast = ([a, b]: readonly Typed[]): Typed => {
  if (a.dtype !== b.dtype) throw new Error(`dtypes ${a.dtype} and ${b.dtype} differ`);
  return { shape: broadcastShapes(a.shape, b.shape), dtype: a.dtype };
};

export type Partials = (g: Builder, at: { dy: Value; y: Value; a: Value; b: Value }) => [Value | null, Value | null];

/** Shapes of (a, b) that broadcast in every way. */
export const broadcasts: [number[], number[]][] = [[[2, 3], [2, 3]], [[2, 1, 3], [4, 1]], [[], [5]], [[3], [2, 3]]];

/** `partials`: the cotangents at the broadcast shape. `range` bounds the operands of the cases. */
export function binary(
  onnx: string | Rule<None>['lower'],
  partials: Partials,
  reference: (t: typeof tf, a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  range?: [number, number],
): Rule<None> {
  const input = (shape: number[]): CaseInput => (range ? { shape, range } : shape);
  return {
    arity: 2,
    shape: broadcast,
    vjp: (g, { dy, y, inputs: [a, b] }) => {
      const [da, db] = partials(g, { dy, y, a, b });
      return [da && g.unbroadcast(da, a.shape), db && g.unbroadcast(db, b.shape)];
    },
    lower: typeof onnx === 'string' ? (e, { inputs }) => e.node(onnx, inputs) : onnx,
    reference: (t, [a, b]) => reference(t, a, b),
    cases: broadcasts.map(([a, b]) => ({ inputs: [input(a), input(b)], attrs: {} })),
  };
}

/** `range` bounds the operands of the cases. */
export function unary<Attrs = None>(
  onnx: string | Rule<Attrs>['lower'],
  derivative: (g: Builder, at: { dy: Value; y: Value; x: Value; attrs: Attrs }) => Value | null,
  reference: (t: typeof tf, x: tf.Tensor, attrs: Attrs) => tf.Tensor,
  range: [number, number] = [-2, 2],
  attrs: Attrs[] = [{} as Attrs],
): Rule<Attrs> {
  return {
    arity: 1,
    shape: same,
    vjp: (g, { dy, y, inputs: [x], attrs: a }) => [derivative(g, { dy, y, x, attrs: a })],
    lower: typeof onnx === 'string' ? (e, { inputs }) => e.node(onnx, inputs) : onnx,
    reference: (t, [x], a) => reference(t, x, a),
    cases: attrs.flatMap((a) => [[7], [2, 3, 5]].map((shape) => ({ inputs: [{ shape, range }], attrs: a }))),
  };
}
