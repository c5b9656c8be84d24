/** @file Elementwise ops, with numpy broadcasting. */

import type * as tf from '@tensorflow/tfjs-core';
import type { ComputedDtype } from '../compiled';
import type { Builder } from '../ir/builder';
import type { CaseInput, OpFamily, OpRule, Typed, Value } from '../ir/op';
import { broadcastShapes } from '../ir/shapes';

type Binary = 'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'minimum' | 'pow';
type Compare = 'greater' | 'greaterEqual' | 'less' | 'lessEqual' | 'equal' | 'logicalAnd' | 'logicalOr';
type Unary = 'neg' | 'exp' | 'log' | 'log1p' | 'sqrt' | 'reciprocal' | 'abs' | 'sign' | 'floor' | 'sigmoid' | 'tanh' | 'relu' | 'softplus' | 'sin' | 'cos' | 'erf' | 'silu';

const same = ([x]: readonly Typed[]): Typed => ({ shape: x.shape, dtype: x.dtype });
const broadcast = ([a, b]: readonly Typed[]): Typed => {
  if (a.dtype !== b.dtype) throw new Error(`dtypes ${a.dtype} and ${b.dtype} differ`);
  return { shape: broadcastShapes(a.shape, b.shape), dtype: a.dtype };
};

type Partials = (g: Builder, at: { dy: Value; y: Value; a: Value; b: Value }) => [Value | null, Value | null];

function binary(onnx: string, partials: Partials, reference: (t: typeof tf, a: tf.Tensor, b: tf.Tensor) => tf.Tensor, positive = false): OpRule<Binary> {
  const input = (shape: number[]): CaseInput => (positive ? { shape, range: [0.3, 2] } : shape);
  return {
    arity: 2,
    shape: broadcast,
    vjp: (g, { dy, y, inputs: [a, b] }) => {
      const [da, db] = partials(g, { dy, y, a, b });
      return [da && g.unbroadcast(da, a.shape), db && g.unbroadcast(db, b.shape)];
    },
    lower: (e, { inputs }) => e.node(onnx, inputs),
    reference: (t, [a, b]) => reference(t, a, b),
    cases: [[[2, 3], [2, 3]], [[2, 1, 3], [4, 1]], [[], [5]], [[3], [2, 3]]].map(([a, b]) => ({ inputs: [input(a), input(b)], attrs: {} })),
  };
}

function compare(onnx: string, reference: (t: typeof tf, a: tf.Tensor, b: tf.Tensor) => tf.Tensor, dtype: ComputedDtype = 'int32'): OpRule<Compare> {
  const input = (shape: number[]): CaseInput => ({ shape, dtype, below: dtype === 'bool' ? 2 : 3 });
  return {
    arity: 2,
    shape: (inputs) => ({ ...broadcast(inputs), dtype: 'bool' }),
    vjp: () => [null, null],
    lower: (e, { inputs }) => e.node(onnx, inputs),
    reference: (t, [a, b]) => reference(t, a, b),
    cases: [{ inputs: [input([4, 5]), input([4, 5])], attrs: {} }, { inputs: [input([4, 5]), input([5])], attrs: {} }],
  };
}

function unary(
  onnx: string | OpRule<Unary>['lower'],
  derivative: (g: Builder, at: { dy: Value; y: Value; x: Value }) => Value | null,
  reference: (t: typeof tf, x: tf.Tensor) => tf.Tensor,
  ranges: [number, number] = [-2, 2],
): OpRule<Unary> {
  return {
    arity: 1,
    shape: same,
    vjp: (g, { dy, y, inputs: [x] }) => [derivative(g, { dy, y, x })],
    lower: typeof onnx === 'string' ? (e, { inputs }) => e.node(onnx, inputs) : onnx,
    reference: (t, [x]) => reference(t, x),
    cases: [{ inputs: [{ shape: [7], range: ranges }], attrs: {} }, { inputs: [{ shape: [2, 3, 5], range: ranges }], attrs: {} }],
  };
}

export const elementwise: OpFamily<Binary | Compare | Unary | 'logicalNot' | 'where' | 'cast' | 'stopGradient' | 'reluGrad'> = {
  add: binary('Add', (_, { dy }) => [dy, dy], (t, a, b) => t.add(a, b)),
  sub: binary('Sub', (g, { dy }) => [dy, g.neg(dy)], (t, a, b) => t.sub(a, b)),
  /** d(ab) = a db + b da */
  mul: binary('Mul', (g, { dy, a, b }) => [g.mul(dy, b), g.mul(dy, a)], (t, a, b) => t.mul(a, b)),
  /** d(a/b) = da / b - (a / b) db / b */
  div: binary('Div', (g, { dy, y, b }) => { const r = g.div(dy, b); return [r, g.neg(g.mul(r, y))]; }, (t, a, b) => t.div(a, b), true),
  /** At a tie the gradient goes to a. (The reference is written out: tfjs' own gradient fails where shapes differ.) */
  maximum: binary('Max', (g, { dy, a, b }) => { const less = g.cast(g.less(a, b), 'float32'); return [g.mul(dy, g.sub(1, less)), g.mul(dy, less)]; }, (t, a, b) => t.add(a, t.relu(t.sub(b, a)))),
  minimum: binary('Min', (g, { dy, a, b }) => { const more = g.cast(g.greater(a, b), 'float32'); return [g.mul(dy, g.sub(1, more)), g.mul(dy, more)]; }, (t, a, b) => t.sub(a, t.relu(t.sub(a, b)))),
  /** d(a^b) = b a^(b-1) da + a^b log(a) db */
  pow: binary('Pow', (g, { dy, y, a, b }) => [g.mul(dy, g.mul(b, g.pow(a, g.sub(b, 1)))), g.mul(dy, g.mul(y, g.log(a)))], (t, a, b) => t.pow(a, b), true),

  greater: compare('Greater', (t, a, b) => t.greater(a, b)),
  greaterEqual: compare('GreaterOrEqual', (t, a, b) => t.greaterEqual(a, b)),
  less: compare('Less', (t, a, b) => t.less(a, b)),
  lessEqual: compare('LessOrEqual', (t, a, b) => t.lessEqual(a, b)),
  equal: compare('Equal', (t, a, b) => t.equal(a, b)),
  logicalAnd: compare('And', (t, a, b) => t.logicalAnd(a, b), 'bool'),
  logicalOr: {
    ...compare('Or', (t, a, b) => t.logicalOr(a, b), 'bool'),
    lower: (e, { inputs }) => (e.target.ops.has('Or') ? e.node('Or', inputs) : e.node('Not', [e.node('And', inputs.map((x) => e.node('Not', [x])))])),
  },
  logicalNot: {
    arity: 1,
    shape: same,
    vjp: () => [null],
    lower: (e, { inputs }) => e.node('Not', inputs),
    reference: (t, [x]) => t.logicalNot(x),
    cases: [{ inputs: [{ shape: [6], dtype: 'bool', below: 2 }], attrs: {} }],
  },

  neg: unary('Neg', (g, { dy }) => g.neg(dy), (t, x) => t.neg(x)),
  exp: unary('Exp', (g, { dy, y }) => g.mul(dy, y), (t, x) => t.exp(x), [-3, 3]),
  log: unary('Log', (g, { dy, x }) => g.div(dy, x), (t, x) => t.log(x), [0.2, 4]),
  log1p: unary((e, { inputs }) => e.node('Log', [e.node('Add', [inputs[0], e.f32(1)])]), (g, { dy, x }) => g.div(dy, g.add(x, 1)), (t, x) => t.log1p(x), [-0.5, 4]),
  sqrt: unary('Sqrt', (g, { dy, y }) => g.div(g.mul(dy, 0.5), y), (t, x) => t.sqrt(x), [0.2, 4]),
  reciprocal: unary('Reciprocal', (g, { dy, y }) => g.neg(g.mul(dy, g.mul(y, y))), (t, x) => t.reciprocal(x), [0.3, 3]),
  abs: unary('Abs', (g, { dy, x }) => g.mul(dy, g.op('sign', [x], {})), (t, x) => t.abs(x)),
  sign: unary(
    (e, { inputs: [x] }) => e.target.ops.has('Sign') ? e.node('Sign', [x]) : e.node('Sub', [e.cast(e.node('Greater', [x, e.f32(0)]), 'float32'), e.cast(e.node('Less', [x, e.f32(0)]), 'float32')]),
    () => null, (t, x) => t.sign(x)),
  floor: unary('Floor', () => null, (t, x) => t.floor(x)),
  /** s' = s (1 - s) */
  sigmoid: unary('Sigmoid', (g, { dy, y }) => g.mul(dy, g.mul(y, g.sub(1, y))), (t, x) => t.sigmoid(x), [-6, 6]),
  tanh: unary('Tanh', (g, { dy, y }) => g.mul(dy, g.sub(1, g.mul(y, y))), (t, x) => t.tanh(x)),
  relu: unary('Relu', (g, { dy, y }) => g.op('reluGrad', [dy, y], {}), (t, x) => t.relu(x)),
  softplus: unary('Softplus', (g, { dy, x }) => g.mul(dy, g.sigmoid(x)), (t, x) => t.softplus(x), [-6, 6]),
  sin: unary('Sin', (g, { dy, x }) => g.mul(dy, g.op('cos', [x], {})), (t, x) => t.sin(x)),
  cos: unary('Cos', (g, { dy, x }) => g.neg(g.mul(dy, g.op('sin', [x], {}))), (t, x) => t.cos(x)),
  /** erf' = 2 / sqrt(pi) exp(-x^2) */
  erf: unary('Erf', (g, { dy, x }) => g.mul(g.mul(dy, 2 / Math.sqrt(Math.PI)), g.exp(g.neg(g.mul(x, x)))), (t, x) => t.erf(x)),
  /** silu(x) = x s(x); silu' = s + y (1 - s) = y + s (1 - y) */
  silu: unary(
    (e, { inputs }) => e.node('QuickGelu', inputs, { alpha: 1 }, 'com.microsoft'),
    (g, { dy, y, x }) => g.mul(dy, g.add(y, g.mul(g.sigmoid(x), g.sub(1, y)))),
    (t, x) => t.mul(x, t.sigmoid(x)), [-6, 6]),

  reluGrad: {
    arity: 2,
    shape: broadcast,
    vjp: (g, { dy, inputs: [, y] }) => [g.op('reluGrad', [dy, y], {}), null],
    // Not by Sign, which is never negative here either: the CPU provider takes three times as long over it as over Greater and Cast.
    lower: (e, { inputs: [dy, y] }) => e.node('Mul', [dy, e.cast(e.node('Greater', [y, e.f32(0)]), 'float32')]),
    reference: (t, [dy, y]) => t.where(t.greater(y, 0), dy, t.zerosLike(dy)),
    cases: [{ inputs: [[5, 4], { shape: [5, 4], range: [0, 1] }], attrs: {} }],
  },

  where: {
    arity: 3,
    shape: ([condition, a, b]) => ({ shape: broadcastShapes(condition.shape, broadcastShapes(a.shape, b.shape)), dtype: a.dtype }),
    vjp: (g, { dy, inputs: [condition, a, b] }) => {
      const zero = g.zerosLike(dy);
      return [null, g.unbroadcast(g.where(condition, dy, zero), a.shape), g.unbroadcast(g.where(condition, zero, dy), b.shape)];
    },
    lower: (e, { inputs }) => e.node('Where', inputs),
    reference: (t, [condition, a, b]) => t.where(t.cast(condition, 'bool'), a, b),
    cases: [{ inputs: [{ shape: [4, 3], dtype: 'bool', below: 2 }, [4, 3], [4, 3]], attrs: {} }],
  },
  cast: {
    arity: 1,
    shape: ([x], { to }) => ({ shape: x.shape, dtype: to }),
    vjp: (g, { dy, inputs: [x] }) => [x.dtype === 'float32' ? g.cast(dy, 'float32') : null],
    lower: (e, { inputs: [x], attrs }) => e.cast(x, attrs.to),
    reference: (t, [x], { to }) => t.cast(x, to),
    cases: [
      { inputs: [{ shape: [5], dtype: 'int32', below: 9 }], attrs: { to: 'float32' } },
      { inputs: [{ shape: [5], dtype: 'bool', below: 2 }], attrs: { to: 'float32' } },
      { inputs: [{ shape: [9], range: [-3, 3] }], attrs: { to: 'int32' } },
    ],
  },
  stopGradient: {
    arity: 1,
    shape: same,
    vjp: () => [null],
    lower: (_, { inputs }) => inputs[0],
    reference: (t, [x]) => t.clone(x),
    cases: [{ inputs: [[3, 2]], attrs: {} }],
  },
};
