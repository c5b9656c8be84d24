/** @file Ops that move data and compute nothing. */

import type { OpFamily } from '../ir/op';
import { inversePerm, permute, range, sizeOf } from '../ir/shapes';

export const shaping: OpFamily<'reshape' | 'transpose' | 'broadcastTo' | 'concat' | 'slice' | 'pad' | 'reverse'> = {
  reshape: {
    arity: 1,
    shape: ([x], { shape }) => {
      if (sizeOf(x.shape) !== sizeOf(shape)) throw new Error(`reshape of [${x.shape}] to [${shape}] changes the size`);
      return { shape, dtype: x.dtype };
    },
    vjp: (g, { dy, inputs: [x] }) => [g.reshape(dy, x.shape)],
    lower: (e, { inputs: [x], attrs }) => e.node('Reshape', [x, e.i64(attrs.shape)]),
    reference: (t, [x], { shape }) => t.reshape(x, shape),
    cases: [{ inputs: [[2, 6]], attrs: { shape: [3, 2, 2] } }, { inputs: [[1]], attrs: { shape: [] } }],
  },
  transpose: {
    arity: 1,
    shape: ([x], { perm }) => ({ shape: permute(x.shape, perm), dtype: x.dtype }),
    vjp: (g, { dy, attrs }) => [g.transpose(dy, inversePerm(attrs.perm))],
    lower: (e, { inputs, attrs }) => e.node('Transpose', inputs, { perm: attrs.perm }),
    reference: (t, [x], { perm }) => t.transpose(x, perm),
    cases: [{ inputs: [[2, 3, 4]], attrs: { perm: [2, 0, 1] } }, { inputs: [[3, 4]], attrs: { perm: [1, 0] } }],
  },
  broadcastTo: {
    arity: 1,
    shape: ([x], { shape }) => ({ shape, dtype: x.dtype }),
    vjp: (g, { dy, inputs: [x] }) => [g.unbroadcast(dy, x.shape)],
    lower: (e, { inputs: [x], attrs }) => e.node('Expand', [x, e.i64(attrs.shape)]),
    reference: (t, [x], { shape }) => t.broadcastTo(x, shape),
    cases: [{ inputs: [[3, 1]], attrs: { shape: [2, 3, 4] } }, { inputs: [[]], attrs: { shape: [3] } }],
  },
  concat: {
    arity: [1, 4096],
    shape: (inputs, { axis }) => ({ shape: inputs[0].shape.map((d, i) => (i === axis ? inputs.reduce((s, x) => s + x.shape[axis], 0) : d)), dtype: inputs[0].dtype }),
    vjp: (g, { dy, inputs, attrs: { axis } }) => {
      let at = 0;
      return inputs.map((x) => {
        const begin = dy.shape.map((_, i) => (i === axis ? at : 0));
        at += x.shape[axis];
        return g.slice(dy, begin, x.shape);
      });
    },
    lower: (e, { inputs, attrs }) => e.node('Concat', inputs, { axis: attrs.axis }),
    reference: (t, inputs, { axis }) => t.concat(inputs, axis),
    cases: [{ inputs: [[2, 3], [2, 1]], attrs: { axis: 1 } }, { inputs: [[2, 2, 3], [1, 2, 3], [3, 2, 3]], attrs: { axis: 0 } }],
  },
  slice: {
    arity: 1,
    shape: ([x], { begin, size }) => {
      if (begin.some((b, i) => b < 0 || b + size[i] > x.shape[i])) throw new Error(`slice at [${begin}] of size [${size}] leaves [${x.shape}]`);
      return { shape: size, dtype: x.dtype };
    },
    vjp: (g, { dy, inputs: [x], attrs: { begin, size } }) => [g.op('pad', [dy], { paddings: begin.map((b, i) => [b, x.shape[i] - b - size[i]]), value: 0 })],
    lower: (e, { inputs: [x], values: [v], attrs: { begin, size } }) => {
      // Only the axes that are cut: a whole axis may have a symbolic length.
      const axes = range(begin.length).filter((i) => begin[i] !== 0 || size[i] !== v.shape[i]);
      return e.node('Slice', [x, e.i64(axes.map((i) => begin[i])), e.i64(axes.map((i) => begin[i] + size[i])), e.i64(axes)]);
    },
    reference: (t, [x], { begin, size }) => t.slice(x, begin, size),
    cases: [{ inputs: [[4, 5]], attrs: { begin: [1, 0], size: [2, 5] } }, { inputs: [[3, 4, 2]], attrs: { begin: [0, 1, 1], size: [3, 2, 1] } }],
  },
  pad: {
    arity: 1,
    shape: ([x], { paddings }) => ({ shape: x.shape.map((d, i) => d + paddings[i][0] + paddings[i][1]), dtype: x.dtype }),
    vjp: (g, { dy, inputs: [x], attrs: { paddings } }) => [g.slice(dy, paddings.map(([before]) => before), x.shape)],
    lower: (e, { inputs: [x], values: [v], attrs: { paddings, value } }) =>
      e.node('Pad', [x, e.i64([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]), e.scalar(value, v.dtype)]),
    reference: (t, [x], { paddings, value }) => t.pad(x, paddings, value),
    cases: [{ inputs: [[2, 3]], attrs: { paddings: [[1, 0], [0, 2]], value: 0 } }, { inputs: [[2, 2, 2]], attrs: { paddings: [[0, 0], [1, 1], [2, 0]], value: 1.5 } }],
  },
  reverse: {
    arity: 1,
    shape: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
    vjp: (g, { dy, attrs }) => [g.op('reverse', [dy], attrs)],
    lower: (e, { inputs: [x], attrs: { axes } }) =>
      e.node('Slice', [x, e.i64(axes.map(() => -1)), e.i64(axes.map(() => -(2 ** 31))), e.i64(axes), e.i64(axes.map(() => -1))]),
    reference: (t, [x], { axes }) => t.reverse(x, axes),
    cases: [{ inputs: [[3, 4]], attrs: { axes: [1] } }, { inputs: [[2, 3, 4]], attrs: { axes: [0, 2] } }],
  },
};
