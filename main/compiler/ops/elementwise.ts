/** @file Elementwise ops, with numpy broadcasting. */

import type * as tf from '@tensorflow/tfjs-core';
import type { ComputedDtype } from '../compiled';
import type { CaseInput, None, OpFamily, OpRule, Rule } from '../ir/op';
import { broadcastShapes } from '../ir/shapes';
import { either } from '../lower/logic';
import { binary, broadcast, broadcasts, same, unary } from './pointwise';

type Binary = 'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'minimum' | 'pow' | 'logAddExp';
type Compare = 'greater' | 'greaterEqual' | 'less' | 'lessEqual' | 'equal' | 'logicalAnd' | 'logicalOr';
type Unary = 'neg' | 'exp' | 'log' | 'log1p' | 'expm1' | 'sqrt' | 'reciprocal' | 'abs' | 'sign' | 'sigmoid' | 'tanh' | 'relu' | 'softplus' | 'erf' | 'silu';

const positive: [number, number] = [0.3, 2];
const wholes = (shape: number[]): CaseInput => ({ shape, dtype: 'int32', from: -4, below: 9 });

/** The same for whole numbers. */
const alsoWhole = (rule: Rule<None>): Rule<None> => ({
  ...rule,
  cases: [...rule.cases, ...(rule.arity === 2 ? broadcasts.slice(0, 2) : [[[7]]]).map((shapes) => ({ inputs: shapes.map(wholes), attrs: {} }))],
});

function compare(onnx: string | Rule<None>['lower'], reference: (t: typeof tf, a: tf.Tensor, b: tf.Tensor) => tf.Tensor, dtype: ComputedDtype = 'int32'): OpRule<Compare> {
  const input = (shape: number[]): CaseInput => ({ shape, dtype, below: dtype === 'bool' ? 2 : 3 });
  return {
    arity: 2,
    shape: (inputs) => ({ ...broadcast(inputs), dtype: 'bool' }),
    vjp: () => [null, null],
    lower: typeof onnx === 'string' ? (e, { inputs }) => e.node(onnx, inputs) : onnx,
    reference: (t, [a, b]) => reference(t, a, b),
    cases: [{ inputs: [input([4, 5]), input([4, 5])], attrs: {} }, { inputs: [input([4, 5]), input([5])], attrs: {} }],
  };
}

export const elementwise: OpFamily<Binary | Compare | Unary | 'logicalNot' | 'where' | 'cast' | 'stopGradient' | 'reluGrad' | 'straightThrough' | 'mark'> = {
  add: alsoWhole(binary('Add', (_, { dy }) => [dy, dy], (t, a, b) => t.add(a, b))),
  sub: alsoWhole(binary('Sub', (g, { dy }) => [dy, g.neg(dy)], (t, a, b) => t.sub(a, b))),
  /** d(ab) = a db + b da */
  mul: alsoWhole(binary('Mul', (g, { dy, a, b }) => [g.mul(dy, b), g.mul(dy, a)], (t, a, b) => t.mul(a, b))),
  /** d(a/b) = da / b - (a / b) db / b */
  div: binary('Div', (g, { dy, y, b }) => { const r = g.div(dy, b); return [r, g.neg(g.mul(r, y))]; }, (t, a, b) => t.div(a, b), positive),
  /** At a tie the gradient goes to a. (The reference is written out: tfjs' own gradient fails where shapes differ.) */
  maximum: alsoWhole(binary('Max', (g, { dy, a, b }) => { const less = g.cast(g.less(a, b), 'float32'); return [g.mul(dy, g.sub(1, less)), g.mul(dy, less)]; }, (t, a, b) => t.add(a, t.relu(t.sub(b, a))))),
  minimum: alsoWhole(binary('Min', (g, { dy, a, b }) => { const more = g.cast(g.greater(a, b), 'float32'); return [g.mul(dy, g.sub(1, more)), g.mul(dy, more)]; }, (t, a, b) => t.sub(a, t.relu(t.sub(a, b))))),
  /** d(a^b) = b a^(b-1) da + a^b log(a) db */
  pow: binary('Pow', (g, { dy, y, a, b }) => [g.mul(dy, g.mul(b, g.pow(a, g.sub(b, 1)))), g.mul(dy, g.mul(y, g.log(a)))], (t, a, b) => t.pow(a, b), positive),
  /** log(e^a + e^b) = max + log(1 + e^-|a - b|); d = s(a - b) da + s(b - a) db */
  logAddExp: binary(
    (e, { inputs: [a, b] }) => e.node('Add', [e.node('Max', [a, b]), e.node('Softplus', [e.node('Neg', [e.node('Abs', [e.node('Sub', [a, b])])])])]),
    (g, { dy, a, b }) => { const share = g.sigmoid(g.sub(a, b)); return [g.mul(dy, share), g.mul(dy, g.sub(1, share))]; },
    (t, a, b) => t.add(b, t.softplus(t.sub(a, b)))),

  greater: compare('Greater', (t, a, b) => t.greater(a, b)),
  greaterEqual: compare('GreaterOrEqual', (t, a, b) => t.greaterEqual(a, b)),
  less: compare('Less', (t, a, b) => t.less(a, b)),
  lessEqual: compare('LessOrEqual', (t, a, b) => t.lessEqual(a, b)),
  equal: compare('Equal', (t, a, b) => t.equal(a, b)),
  logicalAnd: compare('And', (t, a, b) => t.logicalAnd(a, b), 'bool'),
  logicalOr: compare((e, { inputs: [a, b] }) => either(e, a, b), (t, a, b) => t.logicalOr(a, b), 'bool'),
  logicalNot: {
    arity: 1,
    shape: same,
    vjp: () => [null],
    lower: (e, { inputs }) => e.node('Not', inputs),
    reference: (t, [x]) => t.logicalNot(x),
    cases: [{ inputs: [{ shape: [6], dtype: 'bool', below: 2 }], attrs: {} }],
  },

  // On GPUs, negation and absolute value are there for floats alone.
  neg: alsoWhole(unary((e, { inputs: [x], values: [{ dtype }] }) => (dtype === 'float32' ? e.node('Neg', [x]) : e.node('Sub', [e.scalar(0, dtype), x])), (g, { dy }) => g.neg(dy), (t, x) => t.neg(x))),
  exp: unary('Exp', (g, { dy, y }) => g.mul(dy, y), (t, x) => t.exp(x), [-3, 3]),
  log: unary('Log', (g, { dy, x }) => g.div(dy, x), (t, x) => t.log(x), [0.2, 4]),
  log1p: unary((e, { inputs }) => e.node('Log', [e.node('Add', [inputs[0], e.f32(1)])]), (g, { dy, x }) => g.div(dy, g.add(x, 1)), (t, x) => t.log1p(x), [-0.5, 4]),
  /** 2 t / (1 - t), t = tanh(x / 2), where e^x - 1 would lose digits. */
  expm1: unary(
    (e, { inputs: [x] }) => {
      const t = e.node('Tanh', [e.node('Mul', [x, e.f32(0.5)])]);
      const near = e.node('Div', [e.node('Mul', [t, e.f32(2)]), e.node('Sub', [e.f32(1), t])]);
      return e.node('Where', [e.node('Less', [e.node('Abs', [x]), e.f32(1)]), near, e.node('Sub', [e.node('Exp', [x]), e.f32(1)])]);
    },
    (g, { dy, y }) => g.mul(dy, g.add(y, 1)), (t, x) => t.expm1(x), [-3, 3]),
  sqrt: unary('Sqrt', (g, { dy, y }) => g.div(g.mul(dy, 0.5), y), (t, x) => t.sqrt(x), [0.2, 4]),
  reciprocal: unary('Reciprocal', (g, { dy, y }) => g.neg(g.mul(dy, g.mul(y, y))), (t, x) => t.reciprocal(x), [0.3, 3]),
  abs: alsoWhole(unary((e, { inputs: [x], values: [{ dtype }] }) => (dtype === 'float32' ? e.node('Abs', [x]) : e.node('Max', [x, e.node('Sub', [e.scalar(0, dtype), x])])), (g, { dy, x }) => g.mul(dy, g.op('sign', [x], {})), (t, x) => t.abs(x))),
  sign: alsoWhole(unary(
    (e, { inputs: [x], values: [{ dtype }] }) => {
      if (e.target.ops.has('Sign')) return e.node('Sign', [x]);
      const zero = e.scalar(0, dtype);
      return e.node('Sub', [e.cast(e.node('Greater', [x, zero]), dtype), e.cast(e.node('Less', [x, zero]), dtype)]);
    },
    () => null, (t, x) => t.sign(x))),
  /** s' = s (1 - s) */
  sigmoid: unary('Sigmoid', (g, { dy, y }) => g.mul(dy, g.mul(y, g.sub(1, y))), (t, x) => t.sigmoid(x), [-6, 6]),
  tanh: unary('Tanh', (g, { dy, y }) => g.mul(dy, g.sub(1, g.mul(y, y))), (t, x) => t.tanh(x)),
  relu: unary('Relu', (g, { dy, y }) => g.op('reluGrad', [dy, y], {}), (t, x) => t.relu(x)),
  softplus: unary('Softplus', (g, { dy, x }) => g.mul(dy, g.sigmoid(x)), (t, x) => t.softplus(x), [-6, 6]),
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
  straightThrough: {
    arity: 2,
    shape: ([hard, soft]) => {
      if (hard.shape.join() !== soft.shape.join()) throw new Error(`straight through from [${hard.shape}] to [${soft.shape}]`);
      return { shape: hard.shape, dtype: hard.dtype };
    },
    vjp: (_, { dy }) => [null, dy],
    lower: (_, { inputs }) => inputs[0],
    reference: (t, [hard, soft]) => t.customGrad((h, s) => ({ value: t.clone(h as tf.Tensor), gradFunc: (dy) => [t.zerosLike(dy as tf.Tensor), t.mul(dy as tf.Tensor, t.onesLike(s as tf.Tensor))] }))(hard, soft),
    cases: [{ inputs: [[3, 2], [3, 2]], attrs: {} }],
  },
  mark: {
    arity: 1,
    shape: same,
    vjp: (_, { dy }) => [dy],
    lower: (_, { inputs }) => inputs[0],
    reference: (t, [x]) => t.clone(x),
    cases: [{ inputs: [[3, 2]], attrs: {} }],
  },
};
