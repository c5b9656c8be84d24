/** @file Tables looked up by index, and their gradients. */

import type * as tf from '@tensorflow/tfjs-core';
import type { OpFamily } from '../ir/op';
import { range, sizeOf } from '../ir/shapes';

export const indexing: OpFamily<'gather' | 'scatterAdd' | 'oneHot'> = {
  gather: {
    arity: 2,
    shape: ([table, indices]) => ({ shape: [...indices.shape, ...table.shape.slice(1)], dtype: table.dtype }),
    vjp: (g, { dy, inputs: [table, indices] }) => {
      const n = sizeOf(indices.shape);
      return [g.op('scatterAdd', [g.reshape(indices, [n]), g.reshape(dy, [n, ...table.shape.slice(1)])], { shape: table.shape }), null];
    },
    lower: (e, { inputs }) => e.node('Gather', inputs, { axis: 0 }),
    reference: (t, [table, indices]) => t.gather(table, t.cast(indices, 'int32') as tf.Tensor1D),
    cases: [
      { inputs: [[5, 3], { shape: [4], dtype: 'int32', below: 5 }], attrs: {} },
      { inputs: [[7], { shape: [6], dtype: 'int32', below: 7 }], attrs: {} },
    ],
  },
  scatterAdd: {
    arity: 2,
    shape: ([, updates], { shape }) => ({ shape, dtype: updates.dtype }),
    vjp: (g, { dy, inputs: [indices] }) => [null, g.op('gather', [dy, indices], {})],
    // ScatterElements: on the CPU provider ScatterND(add) races between threads and loses updates.
    lower: (e, { inputs: [indices, updates], values: [, v], attrs: { shape } }) => {
      const rows = e.node('Expand', [e.node('Reshape', [indices, e.i64([v.shape[0], ...range(v.shape.length - 1).map(() => 1)])]), e.i64(v.shape)]);
      return e.node('ScatterElements', [e.zeros(shape), rows, updates], { axis: 0, reduction: 'add' });
    },
    reference: (t, [indices, updates], { shape }) => t.unsortedSegmentSum(updates, t.cast(indices, 'int32') as tf.Tensor1D, shape[0]),
    cases: [
      { inputs: [{ shape: [9], dtype: 'int32', below: 4 }, [9, 2]], attrs: { shape: [4, 2] } },
      { inputs: [{ shape: [5], dtype: 'int32', below: 3 }, [5]], attrs: { shape: [3] } },
    ],
  },
  /** 1 at the index along a new last axis, else 0. */
  oneHot: {
    arity: 1,
    shape: ([indices], { depth }) => ({ shape: [...indices.shape, depth], dtype: 'float32' }),
    vjp: () => [null],
    lower: (e, { inputs: [indices], values: [v], attrs: { depth } }) =>
      e.cast(e.node('Equal', [e.node('Unsqueeze', [indices, e.i64([v.shape.length])]), e.ints(range(depth))]), 'float32'),
    reference: (t, [indices], { depth }) => t.cast(t.oneHot(t.cast(indices, 'int32') as tf.Tensor1D, depth), 'float32'),
    cases: [{ inputs: [{ shape: [6], dtype: 'int32', below: 4 }], attrs: { depth: 4 } }],
  },
};
