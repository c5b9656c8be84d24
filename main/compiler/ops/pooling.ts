/** @file Pooling of images, NCHW, over windows of any size, stride and padding; padding counts for nothing. Each gradient is an op with a gradient of its own. */

import type * as tf from '@tensorflow/tfjs-core';
import type { OpAttrs, OpFamily } from '../ir/op';
import { range, sizeOf } from '../ir/shapes';
import { pickMaxima, scatterToMaxima } from '../lower/max-pooling';
import { spread } from '../lower/spread';

type PoolAttrs = OpAttrs['avgPool'];

function poolShape([n, c, h, w]: number[], { size, strides, pads: [top, left, bottom, right] }: PoolAttrs): number[] {
  const shape = [n, c, Math.floor((h + top + bottom - size[0]) / strides[0]) + 1, Math.floor((w + left + right - size[1]) / strides[1]) + 1];
  if (shape[2] < 1 || shape[3] < 1) throw new Error(`pooling of ${h} x ${w} by windows of ${size[0]} x ${size[1]}`);
  if (top >= size[0] || bottom >= size[0] || left >= size[1] || right >= size[1]) throw new Error(`pooling with a padding of [${top}, ${left}, ${bottom}, ${right}] by windows of ${size[0]} x ${size[1]}: a window would hold padding alone`);
  return shape;
}

/** Whether the windows are tiles that fill the image: then the gradient is the same for all of a tile. */
const isTiling = ({ size, strides, pads }: PoolAttrs, [, , h, w]: number[]): boolean =>
  size[0] === size[1] && size[0] === strides[0] && size[1] === strides[1] && pads.every((p) => p === 0) && h % size[0] === 0 && w % size[1] === 0;

/** Pixels of the image in each window. [h w] */
function windowCounts([, , h, w]: number[], [, , oh, ow]: number[], { size, strides, pads }: PoolAttrs): Float32Array {
  const along = (length: number, out: number, axis: 0 | 1) =>
    range(out).map((o) => Math.min(length, o * strides[axis] - pads[axis] + size[axis]) - Math.max(0, o * strides[axis] - pads[axis]));
  const columns = along(w, ow, 1);
  return Float32Array.from(along(h, oh, 0).flatMap((rows) => columns.map((count) => rows * count)));
}

/** Sums of windows are a convolution with ones: unlike tfjs' own average pooling, whose gradient is wrong at padded borders, right to any order. */
function eagerAverage(t: typeof tf, x: tf.Tensor, attrs: PoolAttrs): tf.Tensor {
  const [n, c, h, w] = x.shape;
  const [top, left, bottom, right] = attrs.pads;
  const padded = t.pad(t.reshape(x, [n * c, h, w, 1]), [[0, 0], [top, bottom], [left, right], [0, 0]]) as tf.Tensor4D;
  const sums = t.conv2d(padded, t.ones([...attrs.size, 1, 1]) as tf.Tensor4D, attrs.strides, 'valid');
  const shape = poolShape(x.shape, attrs);
  return t.div(t.reshape(sums, shape), t.tensor(windowCounts(x.shape, shape, attrs), [1, 1, shape[2], shape[3]]));
}

/** The position in x, flat, of each window's first maximum. */
function eagerPositions(t: typeof tf, x: tf.Tensor, attrs: PoolAttrs): tf.Tensor1D {
  const [n, c, h, w] = x.shape;
  const [, , oh, ow] = poolShape(x.shape, attrs);
  const data = x.dataSync();
  const positions = range(n * c * oh * ow).map((o) => {
    const [plane, row, column] = [Math.floor(o / (oh * ow)), Math.floor(o / ow) % oh, o % ow];
    let best = -1;
    for (let i = 0; i < attrs.size[0]; i++) {
      for (let j = 0; j < attrs.size[1]; j++) {
        const [y, z] = [row * attrs.strides[0] - attrs.pads[0] + i, column * attrs.strides[1] - attrs.pads[1] + j];
        const at = (plane * h + y) * w + z;
        if (y >= 0 && y < h && z >= 0 && z < w && (best < 0 || data[at] > data[best])) best = at;
      }
    }
    return best;
  });
  return t.tensor1d(positions, 'int32');
}

/** 0, with a gradient of zeros to x: where the maximum is does not change by a little. */
const still = (t: typeof tf, x: tf.Tensor): tf.Tensor => t.mul(t.sum(x), 0);

const tiles2: PoolAttrs = { size: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] };
const tiles3: PoolAttrs = { size: [3, 3], strides: [3, 3], pads: [0, 0, 0, 0] };
const overlapping: PoolAttrs = { size: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] };
/** tfjs' 'same' of an even size at stride 2. */
const overlappingSame: PoolAttrs = { size: [3, 3], strides: [2, 2], pads: [0, 0, 1, 1] };
const oblong: PoolAttrs = { size: [2, 3], strides: [1, 2], pads: [1, 0, 0, 2] };
const sparse: PoolAttrs = { size: [1, 2], strides: [3, 3], pads: [0, 0, 0, 0] };

const pools: { shape: number[]; attrs: PoolAttrs }[] = [
  { shape: [2, 3, 4, 6], attrs: tiles2 },
  { shape: [1, 2, 6, 3], attrs: tiles3 },
  { shape: [1, 2, 5, 4], attrs: tiles2 },
  { shape: [2, 2, 5, 7], attrs: overlapping },
  { shape: [1, 3, 6, 4], attrs: overlappingSame },
  { shape: [1, 2, 5, 6], attrs: oblong },
  { shape: [1, 2, 5, 6], attrs: sparse },
];
/** Far apart, so that no difference quotient sees the maximum move. */
const apart = (shape: number[]) => ({ shape, range: [-60, 60] as [number, number] });

export const pooling: OpFamily<'avgPool' | 'avgPoolGrad' | 'maxPool' | 'maxPoolGrad' | 'maxPoolPick'> = {
  avgPool: {
    arity: 1,
    shape: ([x], attrs) => ({ shape: poolShape(x.shape, attrs), dtype: x.dtype }),
    vjp: (g, { dy, inputs: [x], attrs }) => [
      isTiling(attrs, x.shape) ? g.mul(g.op('upsample', [dy], { factor: attrs.size[0] }), 1 / sizeOf(attrs.size)) : g.op('avgPoolGrad', [dy], { ...attrs, inputShape: x.shape }),
    ],
    lower: (e, { inputs, attrs: { size, strides, pads } }) => e.node('AveragePool', inputs, { kernel_shape: size, strides, pads }),
    reference: (t, [x], attrs) => eagerAverage(t, x, attrs),
    cases: pools.map(({ shape, attrs }) => ({ inputs: [shape], attrs })),
  },
  /** d avgPool / d x. Linear, so its gradient is avgPool. */
  avgPoolGrad: {
    arity: 1,
    shape: ([dy], { inputShape, ...attrs }) => {
      const due = poolShape(inputShape, attrs);
      if (due.join() !== dy.shape.join()) throw new Error(`a pooled image of [${dy.shape}], [${due}] expected`);
      return { shape: inputShape, dtype: dy.dtype };
    },
    vjp: (g, { dy: dx, attrs: { inputShape: _, ...attrs } }) => [g.op('avgPool', [dx], attrs)],
    // Each dy / count goes to every pixel of its window: the sum over the windows a pixel lies in is again a pooling, at stride 1.
    lower: (e, { inputs: [dy], values: [v], attrs: { inputShape, ...attrs } }) => {
      const { size: [kh, kw], strides: [sh, sw], pads: [top, left] } = attrs;
      const [, , h, w] = inputShape;
      const [, , oh, ow] = v.shape;
      const shares = windowCounts(inputShape, v.shape, attrs).map((count) => (kh * kw) / count);
      const shared = shares.every((s) => s === 1) ? dy : e.node('Mul', [dy, e.constant(shares, [1, 1, oh, ow], 'float32')]);
      const [before, beside] = [kh - 1 - top, kw - 1 - left];
      const wide = spread(e, shared, v.shape, attrs.strides, [before, beside, h + kh - 2 - before - (oh - 1) * sh, w + kw - 2 - beside - (ow - 1) * sw]);
      return e.node('AveragePool', [wide], { kernel_shape: [kh, kw], strides: [1, 1] });
    },
    reference: (t, [dy], { inputShape, ...attrs }) => t.grad((x) => eagerAverage(t, x, attrs))(t.zeros(inputShape), dy),
    cases: pools.map(({ shape, attrs }) => ({ inputs: [poolShape(shape, attrs)], attrs: { ...attrs, inputShape: shape } })),
  },
  maxPool: {
    arity: 1,
    shape: ([x], attrs) => ({ shape: poolShape(x.shape, attrs), dtype: x.dtype }),
    vjp: (g, { dy, inputs: [x], attrs }) => [g.op('maxPoolGrad', [dy, x], attrs)],
    lower: (e, { inputs, attrs: { size, strides, pads } }) => e.node('MaxPool', inputs, { kernel_shape: size, strides, pads }),
    reference: (t, [x], attrs) => t.reshape(t.gather(t.reshape(x, [-1]), eagerPositions(t, x, attrs)), poolShape(x.shape, attrs)),
    cases: pools.map(({ shape, attrs }) => ({ inputs: [apart(shape)], attrs })),
  },
  /** d maxPool / d x. Inputs (dy, x). Linear in dy; in x it is constant but for steps. */
  maxPoolGrad: {
    arity: 2,
    shape: ([, x]) => ({ shape: x.shape, dtype: x.dtype }),
    vjp: (g, { dy: dx, inputs: [, x], attrs }) => [g.op('maxPoolPick', [dx, x], attrs), null],
    lower: (e, { inputs: [dy, x], values: [vdy, vx], attrs }) => scatterToMaxima(e, dy, { x, xShape: vx.shape, yShape: vdy.shape, ...attrs }),
    reference: (t, [dy, x], attrs) => t.add(t.reshape(t.unsortedSegmentSum(t.reshape(dy, [-1]), eagerPositions(t, x, attrs), x.size), x.shape), still(t, x)),
    cases: pools.map(({ shape, attrs }) => ({ inputs: [poolShape(shape, attrs), apart(shape)], attrs })),
  },
  /** What v holds where each window of x has its maximum. Inputs (v, x). */
  maxPoolPick: {
    arity: 2,
    shape: ([v], attrs) => ({ shape: poolShape(v.shape, attrs), dtype: v.dtype }),
    vjp: (g, { dy, inputs: [, x], attrs }) => [g.op('maxPoolGrad', [dy, x], attrs), null],
    lower: (e, { inputs: [v, x], values: [vv], attrs }) => pickMaxima(e, v, { x, xShape: vv.shape, yShape: poolShape(vv.shape, attrs), ...attrs }),
    reference: (t, [v, x], attrs) => t.add(t.reshape(t.gather(t.reshape(v, [-1]), eagerPositions(t, x, attrs)), poolShape(x.shape, attrs)), still(t, x)),
    cases: pools.map(({ shape, attrs }) => ({ inputs: [shape, apart(shape)], attrs })),
  },
};
