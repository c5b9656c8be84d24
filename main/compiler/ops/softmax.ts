/** @file Softmax and its logarithm, log-sum-exp, cross-entropy: each in the form that neither overflows nor loses digits. */

import type * as tf from '@tensorflow/tfjs-core';
import type { Emitter } from '../emit/emitter';
import type { OpFamily, OpRule } from '../ir/op';
import { reducedShape } from '../ir/shapes';
import { same } from './pointwise';

/** x - max, and log sum exp of that, the axes kept with length 1. Rows of -Infinity alone stay what they are. */
function shifted(e: Emitter, x: string, axes: number[]) {
  const most = e.node('Clip', [e.node('ReduceMax', [x, e.i64(axes)], { keepdims: 1 }), e.f32(-3.4e38), e.f32(3.4e38)]);
  const below = e.node('Sub', [x, most]);
  return { most, below, logSum: e.node('Log', [e.node('ReduceSum', [e.node('Exp', [below]), e.i64(axes)], { keepdims: 1 })]) };
}

/** In tfjs, any axis: its own functions take the last one alone. */
function eagerLogSumExp(t: typeof tf, x: tf.Tensor, axes: number[]): tf.Tensor {
  const most = t.max(x, axes, true);
  return t.add(t.log(t.sum(t.exp(t.sub(x, most)), axes, true)), most);
}

const axisCases: OpRule<'softmax'>['cases'] = [
  { inputs: [[3, 5]], attrs: { axis: 1 } },
  { inputs: [{ shape: [2, 2, 7], range: [-8, 8] }], attrs: { axis: 2 } },
  { inputs: [[3, 4, 2]], attrs: { axis: 1 } },
  { inputs: [[5, 3]], attrs: { axis: 0 } },
  { inputs: [{ shape: [2, 3], range: [90, 300] }], attrs: { axis: 1 } },
];

export const softmax: OpFamily<'softmax' | 'logSoftmax' | 'logSumExp' | 'crossEntropy'> = {
  /** dx = y (dy - sum(dy y)) */
  softmax: {
    arity: 1,
    shape: same,
    vjp: (g, { dy, y, attrs: { axis } }) => [g.mul(y, g.sub(dy, g.sum(g.mul(dy, y), [axis], true)))],
    lower: (e, { inputs, attrs: { axis } }) => e.node('Softmax', inputs, { axis }),
    reference: (t, [x], { axis }) => t.exp(t.sub(x, eagerLogSumExp(t, x, [axis]))),
    cases: axisCases,
  },
  /** dx = dy - e^y sum(dy) */
  logSoftmax: {
    arity: 1,
    shape: same,
    vjp: (g, { dy, y, attrs: { axis } }) => [g.sub(dy, g.mul(g.exp(y), g.sum(dy, [axis], true)))],
    lower: (e, { inputs, attrs: { axis } }) => {
      if (e.target.ops.has('LogSoftmax')) return e.node('LogSoftmax', inputs, { axis });
      const { below, logSum } = shifted(e, inputs[0], [axis]);
      return e.node('Sub', [below, logSum]);
    },
    reference: (t, [x], { axis }) => t.sub(x, eagerLogSumExp(t, x, [axis])),
    cases: axisCases,
  },
  /** dx = dy e^(x - y) */
  logSumExp: {
    arity: 1,
    shape: ([x], { axes, keepDims }) => ({ shape: reducedShape(x.shape, axes, keepDims), dtype: x.dtype }),
    vjp: (g, { dy, y, inputs: [x], attrs: { axes } }) => [g.mul(g.unreduce(dy, x.shape, axes), g.exp(g.sub(x, g.unreduce(y, x.shape, axes))))],
    lower: (e, { inputs: [x], attrs: { axes, keepDims } }) => {
      const { most, logSum } = shifted(e, x, axes);
      const y = e.node('Add', [logSum, most]);
      return keepDims ? y : e.node('Squeeze', [y, e.i64(axes)]);
    },
    reference: (t, [x], { axes, keepDims }) => {
      const y = eagerLogSumExp(t, x, axes);
      return keepDims ? y : t.squeeze(y, axes);
    },
    cases: [
      { inputs: [[3, 4]], attrs: { axes: [1], keepDims: true } },
      { inputs: [{ shape: [2, 3, 4], range: [80, 200] }], attrs: { axes: [0, 2], keepDims: false } },
      { inputs: [[5]], attrs: { axes: [0], keepDims: false } },
    ],
  },
  /** d logits = dy (softmax(logits) - onehot(label)) */
  crossEntropy: {
    arity: 2,
    shape: ([logits, labels]) => {
      if (logits.shape.slice(0, -1).join() !== labels.shape.join()) throw new Error(`logits [${logits.shape}] of labels [${labels.shape}]`);
      return { shape: labels.shape, dtype: logits.dtype };
    },
    vjp: (g, { dy, inputs: [logits, labels] }) => {
      const axis = logits.shape.length - 1;
      const wrong = g.sub(g.op('softmax', [logits], { axis }), g.op('oneHot', [labels], { depth: logits.shape[axis] }));
      return [g.mul(g.unreduce(dy, logits.shape, [axis]), wrong), null];
    },
    lower: (e, { inputs: [logits, labels], values: [{ shape }] }) => {
      const last = shape.length - 1;
      const { below, logSum } = shifted(e, logits, [last]);
      const chosen = e.node('GatherElements', [below, e.node('Unsqueeze', [labels, e.i64([last])])], { axis: last });
      return e.node('Squeeze', [e.node('Sub', [logSum, chosen]), e.i64([last])]);
    },
    reference: (t, [logits, labels]) => {
      const last = logits.shape.length - 1;
      const hot = t.cast(t.oneHot(t.cast(labels, 'int32') as tf.Tensor1D, logits.shape[last]), 'float32');
      return t.sub(t.squeeze(eagerLogSumExp(t, logits, [last]), [last]), t.sum(t.mul(logits, hot), last));
    },
    cases: [
      { inputs: [[5, 4], { shape: [5], dtype: 'int32', below: 4 }], attrs: {} },
      { inputs: [{ shape: [2, 3, 7], range: [-60, 60] }, { shape: [2, 3], dtype: 'int32', below: 7 }], attrs: {} },
    ],
  },
};
