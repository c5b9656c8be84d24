/** @file Where extrema stand, and elements chosen one by one along an axis. Sorting is choosing the largest of all. */

import type * as tf from '@tensorflow/tfjs-core';
import type { Emitter } from '../emit/emitter';
import { moved } from '../lower/data-movement';
import { either } from '../lower/logic';
import type { OpFamily, OpRule } from '../ir/op';
import { range } from '../ir/shapes';

function extremum(onnx: 'ArgMax' | 'ArgMin', reference: (t: typeof tf, x: tf.Tensor, axis: number) => tf.Tensor): OpRule<'argMax'> {
  return {
    arity: 1,
    shape: ([x], { axis }) => ({ shape: x.shape.toSpliced(axis, 1), dtype: 'int32' }),
    vjp: () => [null],
    lower: (e, { inputs: [x], values: [{ shape }], attrs: { axis } }) => {
      if (e.target.ops.has('ArgMax')) return e.cast(e.node(onnx, [x], { axis, keepdims: 0 }), 'int32');
      const best = e.node(onnx === 'ArgMax' ? 'ReduceMax' : 'ReduceMin', [x, e.i64([axis])], { keepdims: 1 });
      const places = e.constant(Int32Array.from(range(shape[axis])), shape.slice(axis).map((d, i) => (i === 0 ? d : 1)), 'int32');
      return e.node('ReduceMin', [e.node('Where', [e.node('Equal', [x, best]), places, e.scalar(shape[axis], 'int32')]), e.i64([axis])], { keepdims: 0 });
    },
    reference: (t, [x], { axis }) => reference(t, x, axis),
    cases: [
      { inputs: [[3, 5]], attrs: { axis: 1 } },
      { inputs: [[3, 4, 2]], attrs: { axis: 1 } },
      { inputs: [{ shape: [6, 3], dtype: 'int32', from: -1, below: 3 }], attrs: { axis: 0 } },
    ],
  };
}

/** Without the op: the rank of each element is the number of those before it, then each rank is looked up. n^2 comparisons for rows of n. */
function topByRank(e: Emitter, x: string, n: number, k: number): string {
  const places = (length: number, shape: number[]) => e.constant(Int32Array.from(range(length)), shape, 'int32');
  const mine = e.node('Unsqueeze', [x, e.i64([-1])]); // [..., n, 1]
  const other = e.node('Unsqueeze', [x, e.i64([-2])]); // [..., 1, n]
  const tied = e.node('And', [e.node('Equal', [other, mine]), e.node('Less', [places(n, [1, n]), places(n, [n, 1])])]);
  const before = either(e, e.node('Greater', [other, mine]), tied);
  const rank = e.node('ReduceSum', [e.cast(before, 'int32'), e.i64([-1])], { keepdims: 0 }); // [..., n]
  const holds = e.node('Equal', [e.node('Unsqueeze', [rank, e.i64([-2])]), places(k, [k, 1])]); // [..., k, n]
  return e.node('ReduceSum', [e.node('Where', [holds, places(n, [1, n]), e.scalar(0, 'int32')]), e.i64([-1])], { keepdims: 0 });
}

const eagerGather = (t: typeof tf, x: tf.Tensor, indices: tf.Tensor, axis: number): tf.Tensor => {
  // sum of x onehot(index): differentiable in tfjs, which has no such op
  const turned = t.reshape(moveLast(t, x, axis), [-1, 1, x.shape[axis]]);
  const wanted = moveLast(t, t.cast(indices, 'int32'), axis);
  const hot = t.cast(t.oneHot(t.reshape(wanted, [-1]) as tf.Tensor1D, x.shape[axis]), 'float32');
  const y = t.sum(t.mul(turned, t.reshape(hot, [turned.shape[0], indices.shape[axis], x.shape[axis]])), 2);
  return moveBack(t, t.reshape(y, wanted.shape), axis);
};

const moveLast = (t: typeof tf, x: tf.Tensor, axis: number) => t.transpose(x, [...range(x.shape.length).filter((i) => i !== axis), axis]);
const moveBack = (t: typeof tf, x: tf.Tensor, axis: number) => t.transpose(x, range(x.shape.length - 1).toSpliced(axis, 0, x.shape.length - 1));

export const selection: OpFamily<'argMax' | 'argMin' | 'topKIndices' | 'gatherElements' | 'scatterElementsAdd'> = {
  argMax: extremum('ArgMax', (t, x, axis) => t.argMax(x, axis)),
  argMin: extremum('ArgMin', (t, x, axis) => t.argMin(x, axis)),
  topKIndices: {
    arity: 1,
    shape: ([x], { k }) => {
      if (k > x.shape[x.shape.length - 1]) throw new Error(`the ${k} largest of ${x.shape[x.shape.length - 1]}`);
      return { shape: [...x.shape.slice(0, -1), k], dtype: 'int32' };
    },
    vjp: () => [null],
    lower: (e, { inputs: [x], values: [{ shape }], attrs: { k } }) =>
      e.target.ops.has('TopK') ? e.cast(e.nodes('TopK', [x, e.i64([k])], { axis: -1 }, 2)[1], 'int32') : topByRank(e, x, shape[shape.length - 1], k),
    reference: (t, [x], { k }) => t.topk(x, k).indices,
    cases: [
      { inputs: [[3, 5]], attrs: { k: 2 } },
      { inputs: [[7]], attrs: { k: 7 } },
      { inputs: [{ shape: [2, 3, 9], dtype: 'int32', from: -1, below: 4 }], attrs: { k: 4 } },
    ],
  },
  gatherElements: {
    arity: 2,
    shape: ([x, indices], { axis }) => {
      if (x.shape.length !== indices.shape.length || x.shape.some((d, i) => i !== axis && d !== indices.shape[i])) throw new Error(`elements of [${x.shape}] at [${indices.shape}] along axis ${axis}`);
      return { shape: indices.shape, dtype: x.dtype };
    },
    vjp: (g, { dy, inputs: [x, indices], attrs: { axis } }) => [g.op('scatterElementsAdd', [indices, dy], { axis, shape: x.shape }), null],
    lower: (e, { inputs: [x, indices], values: [{ dtype }], attrs: { axis } }) => moved(e, x, dtype, (v) => e.node('GatherElements', [v, indices], { axis })),
    reference: (t, [x, indices], { axis }) => eagerGather(t, x, indices, axis),
    cases: [
      { inputs: [[3, 5], { shape: [3, 7], dtype: 'int32', below: 5 }], attrs: { axis: 1 } },
      { inputs: [[3, 4, 2], { shape: [3, 2, 2], dtype: 'int32', below: 4 }], attrs: { axis: 1 } },
      { inputs: [{ shape: [6], dtype: 'int32', from: -900_000_007, below: 1_900_000_000 }, { shape: [4], dtype: 'int32', below: 6 }], attrs: { axis: 0 } },
    ],
  },
  scatterElementsAdd: {
    arity: 2,
    shape: ([, updates], { shape }) => ({ shape, dtype: updates.dtype }),
    vjp: (g, { dy, inputs: [indices], attrs: { axis } }) => [null, g.op('gatherElements', [dy, indices], { axis })],
    lower: (e, { inputs: [indices, updates], values: [, { dtype }], attrs: { axis, shape } }) => {
      const zeros = dtype === 'float32' ? e.zeros(shape) : e.cast(e.zeros(shape), dtype);
      return e.node('ScatterElements', [zeros, indices, updates], { axis, reduction: 'add' });
    },
    reference: (t, [indices, updates], { axis, shape }) => t.grad((x) => eagerGather(t, x, indices, axis))(t.zeros(shape), t.cast(updates, 'float32')),
    cases: [
      { inputs: [{ shape: [3, 7], dtype: 'int32', below: 5 }, [3, 7]], attrs: { axis: 1, shape: [3, 5] } },
      { inputs: [{ shape: [3, 2, 2], dtype: 'int32', below: 4 }, [3, 2, 2]], attrs: { axis: 1, shape: [3, 4, 2] } },
      { inputs: [{ shape: [9], dtype: 'int32', below: 4 }, { shape: [9], dtype: 'int32', from: -3, below: 7 }], attrs: { axis: 0, shape: [4] } },
    ],
  },
};
