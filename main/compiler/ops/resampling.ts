/** @file Ops that change how many pixels an image has: resizing, borders, pixels to channels and back. NCHW. Each gradient is an op with a gradient of its own. */

import type * as tf from '@tensorflow/tfjs-core';
import { nearestLines, resizeMatrix } from '../../nn/resize-matrix';
import type { Emitter } from '../emit/emitter';
import type { Builder } from '../ir/builder';
import type { OpAttrs, OpFamily, Value } from '../ir/op';
import { range } from '../ir/shapes';

type ResizeAttrs = OpAttrs['resize'];
type BorderMode = OpAttrs['borderPad']['mode'];

/** y = A_h x A_w', A the matrices of `resizeMatrix`; transposed: x = A_h' y A_w. */
function eagerResize(t: typeof tf, x: tf.Tensor, [fromH, fromW]: number[], { size: [toH, toW], ...grid }: ResizeAttrs, transposed = false): tf.Tensor {
  const rows = t.tensor2d(resizeMatrix(fromH, toH, grid), [toH, fromH]);
  const columns = t.tensor2d(resizeMatrix(fromW, toW, grid), [toW, fromW]);
  const planes = t.reshape(x, [-1, ...x.shape.slice(2)]);
  const batch = planes.shape[0];
  const repeated = (a: tf.Tensor2D) => t.tile(t.expandDims(a, 0), [batch, 1, 1]);
  const y = t.matMul(t.matMul(repeated(rows), planes, transposed), repeated(columns), false, !transposed);
  return t.reshape(y, [...x.shape.slice(0, 2), ...y.shape.slice(1)]);
}

const resizes: { shape: number[]; attrs: ResizeAttrs }[] = (['bilinear', 'nearest'] as const).flatMap((mode) =>
  (['asymmetric', 'halfPixel', 'alignCorners'] as const).flatMap((coordinates): { shape: number[]; attrs: ResizeAttrs }[] => [
    { shape: [2, 3, 3, 5], attrs: { size: [7, 6], mode, coordinates } },
    { shape: [1, 2, 7, 6], attrs: { size: [3, 4], mode, coordinates } },
    { shape: [1, 2, 1, 4], attrs: { size: [3, 1], mode, coordinates } },
  ]));

/** One border of an axis: where it reads the original, and whether it reads backwards. */
interface Border {
  begin: number;
  length: number;
  reversed: boolean;
}

/** What stands before and after an axis of length n. */
function borders(n: number, [before, after]: [number, number], mode: BorderMode): [Border, Border] {
  if (mode === 'edge') return [{ begin: 0, length: 1, reversed: false }, { begin: n - 1, length: 1, reversed: false }];
  const skipped = mode === 'reflect' ? 1 : 0;
  return [{ begin: skipped, length: before, reversed: true }, { begin: n - skipped - after, length: after, reversed: true }];
}

/** dx of one axis: the inner part of dy, and each border's added where it was read. */
function foldBorders(g: Builder, dy: Value, axis: number, n: number, [before, after]: [number, number], mode: BorderMode): Value {
  const cut = (begin: number, length: number) => g.slice(dy, dy.shape.map((_, i) => (i === axis ? begin : 0)), dy.shape.map((d, i) => (i === axis ? length : d)));
  const parts = borders(n, [before, after], mode).map(({ begin, length, reversed }, side) => {
    const [from, count] = side === 0 ? [0, before] : [before + n, after];
    if (count === 0) return undefined;
    const border = cut(from, count);
    const folded = reversed ? g.op('reverse', [border], { axes: [axis] }) : g.sum(border, [axis], true);
    return g.op('pad', [folded], { paddings: dy.shape.map((_, i): [number, number] => (i === axis ? [begin, n - begin - length] : [0, 0])), value: 0 });
  });
  return parts.reduce<Value>((sum, part) => (part ? g.add(sum, part) : sum), cut(before, n));
}

/** Which lines of an axis make up the padded one. */
function borderLines(n: number, paddings: [number, number], mode: BorderMode): number[] {
  const [before, after] = borders(n, paddings, mode).map(({ begin, length, reversed }, side) => range(paddings[side]).map((i) => (reversed ? begin + length - 1 - i : begin)));
  return [...before, ...range(n), ...after];
}

/** tfjs' own MirrorPad has a wrong gradient. */
function eagerBorders(t: typeof tf, x: tf.Tensor, { paddings, mode }: OpAttrs['borderPad']): tf.Tensor {
  return paddings.reduce((y, sides, axis) => {
    const n = y.shape[axis];
    const [before, after] = borders(n, sides, mode).map(({ begin, length, reversed }, side) => {
      if (sides[side] === 0) return [];
      const border = t.slice(y, y.shape.map((_, i) => (i === axis ? begin : 0)), y.shape.map((d, i) => (i === axis ? length : d)));
      return reversed ? [t.reverse(border, axis)] : range(sides[side]).map(() => border);
    });
    return before.length + after.length === 0 ? y : t.concat([...before, y, ...after], axis);
  }, x);
}

const bordered: { shape: number[]; paddings: [number, number][] }[] = [
  { shape: [2, 3, 4, 5], paddings: [[0, 0], [0, 0], [1, 2], [3, 1]] },
  { shape: [3, 4], paddings: [[2, 0], [0, 3]] },
  { shape: [1, 2, 3, 2], paddings: [[0, 0], [0, 0], [2, 2], [1, 1]] },
];

export const resampling: OpFamily<'upsample' | 'resize' | 'resizeGrad' | 'borderPad' | 'depthToSpace' | 'spaceToDepth'> = {
  /** Each pixel becomes factor x factor. */
  upsample: {
    arity: 1,
    shape: ([x], { factor }) => ({ shape: [x.shape[0], x.shape[1], x.shape[2] * factor, x.shape[3] * factor], dtype: x.dtype }),
    vjp: (g, { dy, attrs: { factor } }) => [g.mul(g.op('avgPool', [dy], { size: [factor, factor], strides: [factor, factor], pads: [0, 0, 0, 0] }), factor * factor)],
    lower: (e, { inputs: [x], attrs: { factor } }) =>
      e.node('Resize', [x, '', e.floats([1, 1, factor, factor])], { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }),
    // By tiling: the gradient of tfjs' own nearest-neighbour resize is off at some sizes.
    reference: (t, [x], { factor }) => {
      const [n, c, h, w] = x.shape;
      return t.reshape(t.tile(t.reshape(x, [n * c * h, 1, w, 1]), [1, factor, 1, factor]), [n, c, h * factor, w * factor]);
    },
    cases: [{ inputs: [[2, 3, 2, 3]], attrs: { factor: 2 } }, { inputs: [[1, 2, 2, 2]], attrs: { factor: 3 } }],
  },
  /** y = A_h x A_w' for each plane. */
  resize: {
    arity: 1,
    shape: ([x], { size }) => ({ shape: [x.shape[0], x.shape[1], ...size], dtype: x.dtype }),
    vjp: (g, { dy, inputs: [x], attrs }) => [g.op('resizeGrad', [dy], { ...attrs, inputSize: [x.shape[2], x.shape[3]] })],
    lower: (e, { inputs: [x], values: [v], attrs: { size: [toH, toW], ...grid } }) => {
      const [, , h, w] = v.shape;
      if (grid.mode === 'bilinear') return planeProducts(e, x, e.constant(resizeMatrix(h, toH, grid), [toH, h], 'float32'), e.constant(transposed(resizeMatrix(w, toW, grid), toW, w), [w, toW], 'float32'), toW <= w);
      const rows = toH === h ? x : e.node('Gather', [x, e.ints(nearestLines(h, toH, grid))], { axis: 2 });
      return toW === w ? rows : e.node('Gather', [rows, e.ints(nearestLines(w, toW, grid))], { axis: 3 });
    },
    reference: (t, [x], attrs) => eagerResize(t, x, x.shape.slice(2), attrs),
    cases: resizes.map(({ shape, attrs }) => ({ inputs: [shape], attrs })),
  },
  /** d resize / d x = A_h' dy A_w. Linear, so its gradient is resize. */
  resizeGrad: {
    arity: 1,
    shape: ([dy], { inputSize }) => ({ shape: [...dy.shape.slice(0, 2), ...inputSize], dtype: dy.dtype }),
    vjp: (g, { dy: dx, attrs: { inputSize: _, ...attrs } }) => [g.op('resize', [dx], attrs)],
    lower: (e, { inputs: [dy], attrs: { inputSize: [h, w], size: [toH, toW], ...grid } }) =>
      planeProducts(e, dy, e.constant(transposed(resizeMatrix(h, toH, grid), toH, h), [h, toH], 'float32'), e.constant(resizeMatrix(w, toW, grid), [toW, w], 'float32'), w <= toW),
    reference: (t, [dy], { inputSize, ...attrs }) => eagerResize(t, dy, inputSize, attrs, true),
    cases: resizes.map(({ shape: [n, c, h, w], attrs }) => ({ inputs: [[n, c, ...attrs.size]], attrs: { ...attrs, inputSize: [h, w] } })),
  },
  /** The image continued over its border: mirrored without the edge (reflect) or with it (symmetric), or the edge repeated. */
  borderPad: {
    arity: 1,
    shape: ([x], { paddings, mode }) => {
      const shape = x.shape.map((d, i) => {
        const least = Math.max(...paddings[i]) + (mode === 'reflect' ? 1 : 0);
        if (mode !== 'edge' && d < least && Math.max(...paddings[i]) > 0) throw new Error(`${mode} padding by [${paddings[i]}] of an axis of ${d}: at least ${least} expected`);
        return d + paddings[i][0] + paddings[i][1];
      });
      return { shape, dtype: x.dtype };
    },
    // Axis by axis, the last one first: the borders of a later axis were read from the earlier one's.
    vjp: (g, { dy, inputs: [x], attrs: { paddings, mode } }) => [
      range(x.shape.length).toReversed().reduce((d, axis) => (Math.max(...paddings[axis]) === 0 ? d : foldBorders(g, d, axis, x.shape[axis], paddings[axis], mode)), dy),
    ],
    lower: (e, { inputs: [x], values: [v], attrs: { paddings, mode } }) => {
      if (mode !== 'symmetric' && e.target.ops.has('Pad modes')) return e.node('Pad', [x, e.i64([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)])], { mode });
      return paddings.reduce((y, sides, axis) => (Math.max(...sides) === 0 ? y : e.node('Gather', [y, e.ints(borderLines(v.shape[axis], sides, mode))], { axis })), x);
    },
    reference: (t, [x], attrs) => eagerBorders(t, x, attrs),
    cases: bordered.flatMap(({ shape, paddings }) => (['reflect', 'symmetric', 'edge'] as const).filter((mode) => mode !== 'reflect' || shape.every((d, i) => d > Math.max(...paddings[i]))).map((mode) => ({ inputs: [shape], attrs: { paddings, mode } }))),
  },
  /** [N, b b C, H, W] -> [N, C, b H, b W]; the place in the block leads the channel, as in TensorFlow. */
  depthToSpace: {
    arity: 1,
    shape: ([x], { block }) => {
      const [n, c, h, w] = x.shape;
      if (c % (block * block) !== 0) throw new Error(`${c} channels do not divide into blocks of ${block} x ${block}`);
      return { shape: [n, c / (block * block), h * block, w * block], dtype: x.dtype };
    },
    vjp: (g, { dy, attrs }) => [g.op('spaceToDepth', [dy], attrs)],
    lower: (e, { inputs, attrs: { block } }) => e.node('DepthToSpace', inputs, { blocksize: block, mode: 'DCR' }),
    reference: (t, [x], { block }) => {
      const [n, c, h, w] = x.shape;
      const split = t.reshape(x, [n, block, block, c / block / block, h, w]);
      return t.reshape(t.transpose(split, [0, 3, 4, 1, 5, 2]), [n, c / block / block, h * block, w * block]);
    },
    cases: [{ inputs: [[2, 8, 3, 2]], attrs: { block: 2 } }, { inputs: [[1, 9, 2, 3]], attrs: { block: 3 } }],
  },
  spaceToDepth: {
    arity: 1,
    shape: ([x], { block }) => {
      const [n, c, h, w] = x.shape;
      if (h % block !== 0 || w % block !== 0) throw new Error(`${h} x ${w} pixels do not divide into blocks of ${block} x ${block}`);
      return { shape: [n, c * block * block, h / block, w / block], dtype: x.dtype };
    },
    vjp: (g, { dy, attrs }) => [g.op('depthToSpace', [dy], attrs)],
    lower: (e, { inputs: [x], values: [{ shape: [n, c, h, w] }], attrs: { block } }) => {
      if (e.target.ops.has('SpaceToDepth')) return e.node('SpaceToDepth', [x], { blocksize: block });
      const split = e.node('Reshape', [x, e.i64([n, c, h / block, block, w / block, block])]);
      return e.node('Reshape', [e.node('Transpose', [split], { perm: [0, 3, 5, 1, 2, 4] }), e.i64([n, c * block * block, h / block, w / block])]);
    },
    reference: (t, [x], { block }) => {
      const [n, c, h, w] = x.shape;
      const split = t.reshape(x, [n, c, h / block, block, w / block, block]);
      return t.reshape(t.transpose(split, [0, 3, 5, 1, 2, 4]), [n, c * block * block, h / block, w / block]);
    },
    cases: [{ inputs: [[2, 2, 6, 4]], attrs: { block: 2 } }, { inputs: [[1, 1, 3, 6]], attrs: { block: 3 } }],
  },
};

const transposed = (a: Float32Array, rows: number, columns: number): Float32Array => Float32Array.from({ length: a.length }, (_, i) => a[(i % rows) * columns + Math.floor(i / rows)]);

/** left [a, H] x [N, C, H, W] right [W, b] -> [N, C, a, b]; the product that makes the image smaller first. */
function planeProducts(e: Emitter, x: string, left: string, right: string, rightFirst: boolean): string {
  return rightFirst ? e.node('MatMul', [left, e.node('MatMul', [x, right])]) : e.node('MatMul', [e.node('MatMul', [left, x]), right]);
}
