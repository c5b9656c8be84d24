/** @file Reductions over axes, running sums, and what normalises over the last axis. */

import type * as tf from '@tensorflow/tfjs-core';
import type { Builder } from '../ir/builder';
import type { OpAttrs, OpFamily, OpRule, Value } from '../ir/op';
import { inversePerm, range, reducedShape, sizeOf } from '../ir/shapes';

type Reduce = 'sum' | 'mean' | 'max' | 'min' | 'prod';

function reduction(
  onnx: string,
  derivative: (g: Builder, at: { dy: Value; y: Value; x: Value; axes: number[] }) => Value,
  reference: (t: typeof tf, x: tf.Tensor, axes: number[], keepDims: boolean) => tf.Tensor,
): OpRule<Reduce> {
  return {
    arity: 1,
    shape: ([x], { axes, keepDims }) => ({ shape: reducedShape(x.shape, axes, keepDims), dtype: x.dtype }),
    vjp: (g, { dy, y, inputs: [x], attrs: { axes } }) => [derivative(g, { dy, y, x, axes })],
    lower: (e, { inputs: [x], attrs: { axes, keepDims } }) => e.node(onnx, [x, e.i64(axes)], { keepdims: keepDims ? 1 : 0 }),
    reference: (t, [x], { axes, keepDims }) => reference(t, x, axes, keepDims),
    cases: [
      { inputs: [[3, 4]], attrs: { axes: [1], keepDims: true } },
      { inputs: [[2, 3, 4]], attrs: { axes: [0, 2], keepDims: false } },
      { inputs: [[5]], attrs: { axes: [0], keepDims: false } },
    ],
  };
}

/** The gradient goes to the elements that reach the extremum, all of them at a tie. */
const toExtremum = (g: Builder, { dy, y, x, axes }: { dy: Value; y: Value; x: Value; axes: number[] }) =>
  g.mul(g.unreduce(dy, x.shape, axes), g.cast(g.equal(x, g.unreduce(y, x.shape, axes)), 'float32'));

const lastAxisOne = (shape: number[]) => [...shape.slice(0, -1), 1];
const eagerStd = (t: typeof tf, x: tf.Tensor, epsilon: number) => t.sqrt(t.add(t.moments(x, -1, true).variance, epsilon));

export const reductions: OpFamily<Reduce | 'cumsum' | 'normalize' | 'inverseStd' | 'groupNorm'> = {
  sum: reduction('ReduceSum', (g, { dy, x, axes }) => g.unreduce(dy, x.shape, axes), (t, x, axes, keep) => t.sum(x, axes, keep)),
  mean: reduction('ReduceMean', (g, { dy, x, axes }) => g.mul(g.unreduce(dy, x.shape, axes), 1 / sizeOf(axes.map((i) => x.shape[i]))), (t, x, axes, keep) => t.mean(x, axes, keep)),
  max: reduction('ReduceMax', toExtremum, (t, x, axes, keep) => t.max(x, axes, keep)),
  min: reduction('ReduceMin', toExtremum, (t, x, axes, keep) => t.min(x, axes, keep)),

  /** dx_i = dy times the product of the others: of those before i and of those after it, so that zeros are no trouble. */
  prod: reduction('ReduceProd', (g, { dy, x, axes }) => {
    const perm = [...range(x.shape.length).filter((i) => !axes.includes(i)), ...axes];
    const turned = g.transpose(x, perm);
    const flat = g.reshape(turned, [...turned.shape.slice(0, turned.shape.length - axes.length), sizeOf(axes.map((i) => x.shape[i]))]);
    const last = flat.shape.length - 1;
    const others = g.mul(cumulativeProduct(g, flat, { axis: last, exclusive: true, reverse: false }), cumulativeProduct(g, flat, { axis: last, exclusive: true, reverse: true }));
    return g.mul(g.unreduce(dy, x.shape, axes), g.transpose(g.reshape(others, turned.shape), inversePerm(perm)));
  }, (t, x, axes, keep) => t.prod(x, axes, keep)),

  /** y_i = sum of x_j over j <= i, so dx_j = sum of dy_i over i >= j: the same, from the other end. */
  cumsum: {
    arity: 1,
    shape: ([x]) => x,
    vjp: (g, { dy, attrs }) => [g.op('cumsum', [dy], { ...attrs, reverse: !attrs.reverse })],
    lower: (e, { inputs: [x], attrs: { axis, exclusive, reverse } }) => e.node('CumSum', [x, e.index(axis)], { exclusive: exclusive ? 1 : 0, reverse: reverse ? 1 : 0 }),
    reference: (t, [x], { axis, exclusive, reverse }) => t.cumsum(x, axis, exclusive, reverse),
    cases: [
      { inputs: [[3, 5]], attrs: { axis: 1, exclusive: false, reverse: false } },
      { inputs: [[2, 4, 3]], attrs: { axis: 1, exclusive: true, reverse: false } },
      { inputs: [[6]], attrs: { axis: 0, exclusive: true, reverse: true } },
    ],
  },

  /** xhat = (x - mean) / std. dx = (dy - mean(dy) - xhat mean(dy xhat)) / std */
  normalize: {
    arity: 1,
    shape: ([x]) => x,
    vjp: (g, { dy, y, inputs: [x], attrs }) => {
      const last = [x.shape.length - 1];
      const inverse = g.op('inverseStd', [x], attrs);
      return [g.mul(g.sub(g.sub(dy, g.mean(dy, last, true)), g.mul(y, g.mean(g.mul(dy, y), last, true))), inverse)];
    },
    lower: (e, { inputs: [x], values: [v], attrs }) => e.layerNormalization(x, v.shape[v.shape.length - 1], attrs.epsilon).normalized,
    reference: (t, [x], { epsilon }) => t.div(t.sub(x, t.mean(x, -1, true)), eagerStd(t, x, epsilon)),
    cases: [{ inputs: [[3, 8]], attrs: { epsilon: 1e-5 } }, { inputs: [[2, 2, 6]], attrs: { epsilon: 0.1 } }],
  },
  /** r = 1 / std. dr/dx = -r^2 xhat / M, M the length of the axis */
  inverseStd: {
    arity: 1,
    shape: ([x]) => ({ shape: lastAxisOne(x.shape), dtype: x.dtype }),
    vjp: (g, { dy, y, inputs: [x], attrs }) => [g.mul(g.op('normalize', [x], attrs), g.mul(g.mul(dy, g.mul(y, y)), -1 / x.shape[x.shape.length - 1]))],
    lower: (e, { inputs: [x], values: [v], attrs }) => e.layerNormalization(x, v.shape[v.shape.length - 1], attrs.epsilon).inverseStd,
    reference: (t, [x], { epsilon }) => t.reciprocal(eagerStd(t, x, epsilon)),
    cases: [{ inputs: [[3, 8]], attrs: { epsilon: 1e-5 } }, { inputs: [[2, 2, 6]], attrs: { epsilon: 0.1 } }],
  },
  groupNorm: {
    arity: 1,
    shape: ([x], { groups, channelAxis }) => {
      if (x.shape[channelAxis] % groups !== 0) throw new Error(`${x.shape[channelAxis]} channels do not divide into ${groups} groups`);
      return x;
    },
    vjp: (g, { dy, inputs: [x], attrs }) => {
      // Written out first, so that the gradient is that of what will run.
      const { to, back } = groupAxes(x.shape, attrs.groups, attrs.channelAxis);
      const grouped = to(g, x);
      const [dx] = reductions.normalize.vjp(g, { dy: to(g, dy), y: g.op('normalize', [grouped], { epsilon: attrs.epsilon }), inputs: [grouped], attrs: { epsilon: attrs.epsilon } });
      return [back(g, dx!)];
    },
    lower: () => {
      throw new Error('groupNorm is written out before it is lowered');
    },
    reference: (t, [x], { groups, epsilon, channelAxis }) => {
      const toLast = channelAxis === x.shape.length - 1 ? x : t.transpose(x, [0, 2, 3, 1]);
      const [b, h, w, c] = toLast.shape;
      const grouped = t.reshape(toLast, [b, h * w, groups, c / groups]);
      const { mean, variance } = t.moments(grouped, [1, 3], true);
      const out = t.reshape(t.div(t.sub(grouped, mean), t.sqrt(t.add(variance, epsilon))), [b, h, w, c]);
      return channelAxis === x.shape.length - 1 ? out : t.transpose(out, [0, 3, 1, 2]);
    },
    cases: [{ inputs: [[2, 3, 4, 6]], attrs: { groups: 3, epsilon: 1e-5, channelAxis: 3 } }, { inputs: [[2, 6, 3, 4]], attrs: { groups: 2, epsilon: 1e-5, channelAxis: 1 } }],
  },
};

/** Running products, as cumsum has sums, in log2(n) passes of slices and products: right with zeros among the factors, and differentiable as often as wanted. */
export function cumulativeProduct(g: Builder, x: Value, { axis, exclusive, reverse }: OpAttrs['cumsum']): Value {
  const length = x.shape[axis];
  /** Moved by `by` towards where the products are carried, ones moving in. */
  const moved = (v: Value, by: number) => {
    const kept = g.slice(v, v.shape.map((_, i) => (i === axis && reverse ? by : 0)), v.shape.map((d, i) => (i === axis ? d - by : d)));
    return g.op('pad', [kept], { paddings: v.shape.map((_, i) => (i !== axis ? [0, 0] : reverse ? [0, by] : [by, 0])), value: 1 });
  };
  if (exclusive && length === 1) return g.broadcastTo(g.scalar(1), x.shape);
  let y = exclusive ? moved(x, 1) : x;
  for (let by = 1; by < length; by *= 2) y = g.mul(y, moved(y, by));
  return y;
}

/** [B, ..., C, ...] -> [B, G, M] with each group's elements together, and back. */
export function groupAxes(shape: number[], groups: number, channelAxis: number) {
  const [batch, ...rest] = shape;
  if (channelAxis === 1) {
    return {
      to: (g: Builder, x: Value) => g.reshape(x, [batch, groups, sizeOf(rest) / groups]),
      back: (g: Builder, x: Value) => g.reshape(x, shape),
    };
  }
  const [height, width, channels] = rest;
  const split = [batch, height * width, groups, channels / groups];
  return {
    to: (g: Builder, x: Value) => g.reshape(g.transpose(g.reshape(x, split), [0, 2, 1, 3]), [batch, groups, sizeOf(rest) / groups]),
    back: (g: Builder, x: Value) => g.reshape(g.transpose(g.reshape(x, [batch, groups, height * width, channels / groups]), [0, 2, 1, 3]), shape),
  };
}
