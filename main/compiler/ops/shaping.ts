/** @file Ops that move data and compute nothing. */

import type { OpFamily } from '../ir/op';
import { inversePerm, permute, range, sizeOf } from '../ir/shapes';
import { moved, movedBooleans } from '../lower/data-movement';

export const shaping: OpFamily<'reshape' | 'transpose' | 'broadcastTo' | 'concat' | 'slice' | 'stridedSlice' | 'pad' | 'reverse'> = {
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
    lower: (e, { inputs, values: [{ dtype }], attrs }) => movedBooleans(e, inputs, dtype, (xs) => e.node('Transpose', xs, { perm: attrs.perm })),
    reference: (t, [x], { perm }) => t.transpose(x, perm),
    cases: [
      { inputs: [[2, 3, 4]], attrs: { perm: [2, 0, 1] } },
      { inputs: [[3, 4]], attrs: { perm: [1, 0] } },
      { inputs: [{ shape: [3, 4], dtype: 'bool', below: 2 }], attrs: { perm: [1, 0] } },
    ],
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
    lower: (e, { inputs, values: [{ dtype }], attrs }) => movedBooleans(e, inputs, dtype, (xs) => e.node('Concat', xs, { axis: attrs.axis })),
    reference: (t, inputs, { axis }) => t.concat(inputs, axis),
    cases: [{ inputs: [[2, 3], [2, 1]], attrs: { axis: 1 } }, { inputs: [[2, 2, 3], [1, 2, 3], [3, 2, 3]], attrs: { axis: 0 } }, { inputs: [{ shape: [3], dtype: 'bool', below: 2 }, { shape: [2], dtype: 'bool', below: 2 }], attrs: { axis: 0 } }],
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
      return moved(e, x, v.dtype, (data) => e.node('Slice', [data, e.i64(axes.map((i) => begin[i])), e.i64(axes.map((i) => begin[i] + size[i])), e.i64(axes)]));
    },
    reference: (t, [x], { begin, size }) => t.slice(x, begin, size),
    cases: [{ inputs: [[4, 5]], attrs: { begin: [1, 0], size: [2, 5] } }, { inputs: [[3, 4, 2]], attrs: { begin: [0, 1, 1], size: [3, 2, 1] } }, { inputs: [{ shape: [7], dtype: 'bool', below: 2 }], attrs: { begin: [2], size: [4] } }],
  },
  /** dx: zeros between the elements of dy, before and after them. */
  stridedSlice: {
    arity: 1,
    shape: ([x], { begin, strides, size }) => {
      if (begin.some((b, i) => b < 0 || strides[i] < 1 || b + (size[i] - 1) * strides[i] >= x.shape[i])) throw new Error(`every [${strides}]-th element from [${begin}], [${size}] of them, leaves [${x.shape}]`);
      return { shape: size, dtype: x.dtype };
    },
    vjp: (g, { dy, inputs: [x], attrs: { begin, strides, size } }) => {
      const spread = g.op('pad', [g.reshape(dy, size.flatMap((n) => [n, 1]))], { paddings: strides.flatMap((s): [number, number][] => [[0, 0], [0, s - 1]]), value: 0 });
      const reach = size.map((n, i) => Math.min(n * strides[i], x.shape[i] - begin[i]));
      const cut = g.slice(g.reshape(spread, size.map((n, i) => n * strides[i])), begin.map(() => 0), reach);
      return [g.op('pad', [cut], { paddings: begin.map((b, i) => [b, x.shape[i] - b - reach[i]]), value: 0 })];
    },
    lower: (e, { inputs: [x], values: [v], attrs: { begin, strides, size } }) => {
      const axes = range(begin.length).filter((i) => begin[i] !== 0 || strides[i] !== 1 || size[i] !== v.shape[i]);
      const ends = axes.map((i) => begin[i] + (size[i] - 1) * strides[i] + 1);
      return moved(e, x, v.dtype, (data) => e.node('Slice', [data, e.i64(axes.map((i) => begin[i])), e.i64(ends), e.i64(axes), e.i64(axes.map((i) => strides[i]))]));
    },
    reference: (t, [x], { begin, strides, size }) => {
      // By rows of one matrix: tfjs' own has no gradient.
      const places = t.util.sizeFromShape(size) === 0 ? [] : size.reduce<number[]>((all, n, i) => all.flatMap((at) => range(n).map((k) => at * x.shape[i] + begin[i] + k * strides[i])), [0]);
      return t.reshape(t.gather(t.reshape(x, [-1]), t.tensor1d(places, 'int32')), size);
    },
    cases: [
      { inputs: [[7]], attrs: { begin: [1], strides: [3], size: [2] } },
      { inputs: [[4, 5]], attrs: { begin: [0, 1], strides: [1, 2], size: [4, 2] } },
      { inputs: [[3, 6, 5]], attrs: { begin: [0, 0, 4], strides: [2, 4, 1], size: [2, 2, 1] } },
      { inputs: [{ shape: [9], dtype: 'int32', from: -900_000_007, below: 1_900_000_000 }], attrs: { begin: [2], strides: [2], size: [3] } },
    ],
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
    lower: (e, { inputs: [x], values: [{ dtype }], attrs: { axes } }) =>
      moved(e, x, dtype, (data) => e.node('Slice', [data, e.i64(axes.map(() => -1)), e.i64(axes.map(() => -(2 ** 31))), e.i64(axes), e.i64(axes.map(() => -1))])),
    reference: (t, [x], { axes }) => t.reverse(x, axes),
    cases: [{ inputs: [[3, 4]], attrs: { axes: [1] } }, { inputs: [[2, 3, 4]], attrs: { axes: [0, 2] } }],
  },
};
