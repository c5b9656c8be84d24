/** @file Layout assignment: transpositions sink through the graph until an op needs the order they give, so that a network of NHWC layers runs NCHW throughout. */

import { Builder } from '../ir/builder';
import { valuesOf, type Graph } from '../ir/graph';
import type { Op, OpAttrs, Value } from '../ir/op';
import { inversePerm, isIdentityPerm, permute, range } from '../ir/shapes';

/** A value that equals transpose(base, perm), not materialised: its axis i is the base's axis perm[i]. */
interface Lazy {
  base: Value;
  perm: number[];
}

const unary = new Set<Op>([
  'neg', 'exp', 'log', 'log1p', 'expm1', 'sqrt', 'reciprocal', 'abs', 'sign', 'floor', 'ceil', 'round', 'isNaN', 'isFinite',
  'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'asinh', 'acosh', 'atanh',
  'sigmoid', 'tanh', 'relu', 'softplus', 'erf', 'silu', 'gelu', 'elu', 'leakyRelu', 'clip', 'cast', 'stopGradient', 'mark', 'checkpointIn', 'checkpointOut', 'logicalNot',
]);
const nary = new Set<Op>([
  'add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'pow', 'mod', 'floorDiv', 'atan2', 'logAddExp',
  'greater', 'greaterEqual', 'less', 'lessEqual', 'equal', 'logicalAnd', 'logicalOr', 'where', 'reluGrad', 'straightThrough',
]);
const reductions = new Set<Op>(['sum', 'mean', 'max', 'min', 'prod', 'logSumExp']);
const alongAxis = new Set<Op>(['softmax', 'logSoftmax', 'cumsum']);
const overLastAxis = new Set<Op>(['normalize', 'inverseStd']);

export function assignLayout(graph: Graph): Graph {
  const g = new Builder();
  const lazies = new Map<Value, Lazy>();
  const plain = (base: Value): Lazy => ({ base, perm: range(base.shape.length) });
  const inputs = graph.inputs.map(({ attrs, shape, dtype }) => g.input(attrs.name, shape, dtype));
  graph.inputs.forEach((v, i) => lazies.set(v, plain(inputs[i])));
  for (const value of valuesOf(graph)) {
    if (lazies.has(value)) continue;
    if (value.op === 'constant') {
      lazies.set(value, plain(g.constant(graph.builder.constants.get((value.attrs as OpAttrs['constant']).key)!, value.shape, value.dtype)));
      continue;
    }
    const operands = value.inputs.map((v) => lazies.get(v)!);
    lazies.set(value, sink(g, value, operands) ?? plain(g.op(value.op, operands.map((x) => materialise(g, x)), value.attrs as never)));
  }
  return { builder: g, inputs, outputs: graph.outputs.map(({ name, value }) => ({ name, value: materialise(g, lazies.get(value)!) })) };
}

const materialise = (g: Builder, { base, perm }: Lazy): Value => g.transpose(base, perm);

/** The result of the op on bases, still lazily transposed; undefined where the op must see the real order. */
function sink(g: Builder, value: Value, operands: Lazy[]): Lazy | undefined {
  const { op } = value;
  const [x] = operands;
  if (op === 'transpose') return { base: x.base, perm: permute(x.perm, (value.attrs as OpAttrs['transpose']).perm) };
  if (operands.every((o) => isIdentityPerm(o.perm))) return undefined;
  if (unary.has(op)) return { base: g.op(op, [x.base], value.attrs as never), perm: x.perm };
  if (nary.has(op)) return elementwise(g, value, operands);
  if (reductions.has(op)) return reduce(g, value, x);
  if (alongAxis.has(op)) {
    const attrs = value.attrs as OpAttrs['cumsum'];
    return { base: g.op(op, [x.base], { ...attrs, axis: x.perm[attrs.axis] } as never), perm: x.perm };
  }
  if (overLastAxis.has(op)) return x.perm.at(-1) === x.perm.length - 1 ? { base: g.op(op, [x.base], value.attrs as never), perm: x.perm } : undefined;
  switch (op) {
    case 'reshape':
      return reshape(g, (value.attrs as OpAttrs['reshape']).shape, x);
    case 'concat': {
      const perm = leadingPerm(operands, value.shape.length);
      return { base: g.op('concat', operands.map((o) => inOrder(g, o, perm)), { axis: perm[(value.attrs as OpAttrs['concat']).axis] }), perm };
    }
    case 'slice': {
      const { begin, size } = value.attrs as OpAttrs['slice'];
      const back = inversePerm(x.perm);
      return { base: g.slice(x.base, permute(begin, back), permute(size, back)), perm: x.perm };
    }
    case 'pad': {
      const { paddings, value: fill } = value.attrs as OpAttrs['pad'];
      return { base: g.op('pad', [x.base], { paddings: permute(paddings, inversePerm(x.perm)), value: fill }), perm: x.perm };
    }
    case 'borderPad': {
      const { paddings, mode } = value.attrs as OpAttrs['borderPad'];
      return { base: g.op('borderPad', [x.base], { paddings: permute(paddings, inversePerm(x.perm)), mode }), perm: x.perm };
    }
    case 'broadcastTo': {
      const { shape } = value.attrs as OpAttrs['broadcastTo'];
      return shape.length === x.perm.length ? { base: g.broadcastTo(x.base, permute(shape, inversePerm(x.perm))), perm: x.perm } : undefined;
    }
    case 'groupNorm': {
      const attrs = value.attrs as OpAttrs['groupNorm'];
      return x.perm[0] === 0 && x.perm[attrs.channelAxis] === 1 ? { base: g.op('groupNorm', [x.base], { ...attrs, channelAxis: 1 }), perm: x.perm } : undefined;
    }
    case 'matMul':
      return product(g, value as Value<'matMul'>, operands);
    default:
      return undefined;
  }
}

/** The order that most data is in already. */
function leadingPerm(operands: Lazy[], rank: number): number[] {
  const size = (o: Lazy) => o.base.shape.reduce((a, b) => a * b, 1);
  const turned = operands.filter((o) => o.perm.length === rank && !isIdentityPerm(o.perm)).sort((a, b) => size(b) - size(a));
  return turned[0]?.perm ?? range(rank);
}

/** A base such that the operand equals transpose(base, perm). */
function inOrder(g: Builder, operand: Lazy, perm: number[]): Value {
  if (operand.perm.every((p, i) => p === perm[i])) return operand.base;
  return g.transpose(materialise(g, operand), inversePerm(perm));
}

function elementwise(g: Builder, value: Value, operands: Lazy[]): Lazy {
  const rank = value.shape.length;
  const perm = leadingPerm(operands, rank);
  const bases = operands.map((o) => {
    const real = o.perm.length;
    if (real === 0) return o.base;
    if (real === rank) return inOrder(g, o, perm);
    const widened = g.reshape(materialise(g, o), [...range(rank - real).map(() => 1), ...permute(o.base.shape, o.perm)]);
    return g.transpose(widened, inversePerm(perm));
  });
  return { base: g.op(value.op, bases, value.attrs as never), perm };
}

function reduce(g: Builder, value: Value, { base, perm }: Lazy): Lazy {
  const { axes, keepDims } = value.attrs as OpAttrs['sum'];
  const result = g.op(value.op as 'sum', [base], { axes: axes.map((a) => perm[a]).sort((a, b) => a - b), keepDims });
  if (keepDims) return { base: result, perm };
  const left = perm.filter((_, i) => !axes.includes(i));
  const sorted = left.toSorted((a, b) => a - b);
  return { base: result, perm: left.map((p) => sorted.indexOf(p)) };
}

/** A transposition of the last two axes becomes the product's own flag. */
function product(g: Builder, value: Value<'matMul'>, operands: Lazy[]): Lazy | undefined {
  const flags = [value.attrs.transposeA, value.attrs.transposeB];
  const bases = operands.map((o, i) => {
    const rank = o.perm.length;
    const swapped = range(rank);
    [swapped[rank - 1], swapped[rank - 2]] = [rank - 2, rank - 1];
    if (!o.perm.every((p, k) => p === swapped[k])) return materialise(g, o);
    flags[i] = !flags[i];
    return o.base;
  });
  const base = g.matMul(bases[0], bases[1], flags[0], flags[1]);
  return { base, perm: range(base.shape.length) };
}

/** Splits and merges of axes that are neighbours in the base as well, as [B, H, W, C] -> [B, H W, C] over NCHW. */
function reshape(g: Builder, shape: number[], { base, perm }: Lazy): Lazy | undefined {
  const from = permute(base.shape, perm);
  const groups = alignedGroups(from, shape);
  if (!groups) return undefined;
  for (const { source } of groups) if (source.some((axis, k) => k > 0 && perm[axis] !== perm[source[k - 1]] + 1)) return undefined;
  const inBaseOrder = groups.map((group, i) => ({ ...group, i })).sort((a, b) => perm[a.source[0]] - perm[b.source[0]]);
  const target = inBaseOrder.flatMap((group) => group.target);
  const result = g.reshape(base, target.map((axis) => shape[axis]));
  return { base: result, perm: range(shape.length).map((axis) => target.indexOf(axis)) };
}

/** Runs of axes of `from` and of `to` with equal products, in order; undefined if an axis of size 1 leaves a run without a partner. */
function alignedGroups(from: number[], to: number[]): { source: number[]; target: number[] }[] | undefined {
  const groups: { source: number[]; target: number[] }[] = [];
  let i = 0;
  let j = 0;
  while (i < from.length && j < to.length) {
    const group = { source: [i], target: [j] };
    let a = from[i++];
    let b = to[j++];
    while (a !== b) {
      if (a < b && i < from.length) {
        group.source.push(i);
        a *= from[i++];
      } else if (b < a && j < to.length) {
        group.target.push(j);
        b *= to[j++];
      } else return undefined;
    }
    groups.push(group);
  }
  return i === from.length && j === to.length ? groups : undefined;
}
