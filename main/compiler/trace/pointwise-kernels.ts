/** @file tfjs kernels that act element by element, as IR ops. */

import type { Op, Value } from '../ir/op';
import type { TraceBackend } from './backend';
import type { Kernel } from './image-kernels';

const binaryOps = {
  Add: 'add', Sub: 'sub', Multiply: 'mul', RealDiv: 'div', Maximum: 'maximum', Minimum: 'minimum', Pow: 'pow', Mod: 'mod', Atan2: 'atan2',
  Greater: 'greater', GreaterEqual: 'greaterEqual', Less: 'less', LessEqual: 'lessEqual', Equal: 'equal', LogicalAnd: 'logicalAnd', LogicalOr: 'logicalOr',
  // our own kernels (nn/)
  LogAddExp: 'logAddExp',
} as const satisfies Record<string, Op>;

const unaryOps = {
  Exp: 'exp', Log: 'log', Log1p: 'log1p', Expm1: 'expm1', Sqrt: 'sqrt', Neg: 'neg', Reciprocal: 'reciprocal', Abs: 'abs', Sign: 'sign', LogicalNot: 'logicalNot',
  Floor: 'floor', Ceil: 'ceil', Round: 'round', IsNan: 'isNaN', IsFinite: 'isFinite',
  Sigmoid: 'sigmoid', Tanh: 'tanh', Relu: 'relu', Softplus: 'softplus', Erf: 'erf',
  Sin: 'sin', Cos: 'cos', Tan: 'tan', Asin: 'asin', Acos: 'acos', Atan: 'atan', Sinh: 'sinh', Cosh: 'cosh', Asinh: 'asinh', Acosh: 'acosh', Atanh: 'atanh',
  // our own kernels (nn/)
  Silu: 'silu', StopGradient: 'stopGradient', Mark: 'mark',
} as const satisfies Record<string, Op>;

/** A row that computes on values of the IR. */
export const row = <Attrs>(f: (g: TraceBackend['builder'], inputs: Record<string, Value>, attrs: Attrs) => Value): Kernel =>
  (trace, inputs, attrs) => trace.infoOf(f(trace.builder, Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, trace.valueFor(x)])), attrs as Attrs));

/** Klambauer et al. 2017 */
const selu = { scale: 1.0507009873554805, alpha: 1.6732632423543772 };

export const pointwiseRows: Record<string, Kernel> = {
  ...Object.fromEntries(Object.entries(binaryOps).map(([name, op]): [string, Kernel] => [name, (trace, { a, b }) => trace.record(op, [a, b], {})])),
  ...Object.fromEntries(Object.entries(unaryOps).map(([name, op]): [string, Kernel] => [name, (trace, { x }) => trace.record(op, [x], {})])),
  AddN: row((g, inputs) => Object.values(inputs).reduce((a, b) => g.add(a, b))),
  SquaredDifference: row((g, { a, b }) => { const d = g.sub(a, b); return g.mul(d, d); }),
  Square: row((g, { x }) => g.mul(x, x)),
  Rsqrt: row((g, { x }) => g.reciprocal(g.op('sqrt', [x], {}))),
  NotEqual: row((g, { a, b }) => g.op('logicalNot', [g.equal(a, b)], {})),
  /** Whole numbers, whatever the operands: so tfjs has it. */
  FloorDiv: row((g, { a, b }) => g.cast(g.op('floorDiv', [a, b], {}), 'int32')),
  IsInf: row((g, { x }) => g.equal(g.op('abs', [x], {}), g.scalar(Infinity))),
  ClipByValue: row<{ clipValueMin: number; clipValueMax: number }>((g, { x }, { clipValueMin, clipValueMax }) =>
    x.dtype === 'float32'
      ? g.op('clip', [x], { min: clipValueMin, max: clipValueMax })
      : g.op('minimum', [g.op('maximum', [x, g.scalar(clipValueMin, x.dtype)], {}), g.scalar(clipValueMax, x.dtype)], {})),
  Elu: row((g, { x }) => g.op('elu', [x], { alpha: 1 })),
  Selu: row((g, { x }) => g.mul(g.op('elu', [x], { alpha: selu.alpha }), selu.scale)),
  LeakyRelu: row<{ alpha: number }>((g, { x }, { alpha }) => g.op('leakyRelu', [x], { alpha })),
  Prelu: row((g, { x, alpha }) => g.where(g.greater(x, 0), x, g.mul(x, alpha))),
  Relu6: row((g, { x }) => g.op('minimum', [g.op('relu', [x], {}), g.scalar(6)], {})),
  Step: row<{ alpha: number }>((g, { x }, { alpha }) => g.add(g.mul(g.cast(g.greater(x, 0), 'float32'), 1 - alpha), alpha)),
  Select: (trace, { condition, t, e }) => trace.record('where', [condition, t, e], {}),
  Cast: row<{ dtype: 'float32' | 'int32' | 'bool' }>((g, { x }, { dtype }) => g.cast(x, dtype)),
  // our own kernels (nn/)
  Gelu: row<{ approximation: 'none' | 'tanh' }>((g, { x }, { approximation }) => g.op('gelu', [x], { approximation })),
  StraightThrough: row((g, { hard, soft }) => g.op('straightThrough', [hard, soft], {})),
};
