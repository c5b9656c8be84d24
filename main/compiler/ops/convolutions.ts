/** @file Convolutions of images, NCHW. Each gradient is an op with a gradient of its own. */

import type * as tf from '@tensorflow/tfjs-core';
import type { OpAttrs, OpFamily } from '../ir/op';
import { range } from '../ir/shapes';
import { inputGradient } from '../lower/conv-input-grad';
import { filterGradient } from '../lower/conv-filter-grad';
import { blockedConvolution, isBlocked } from '../lower/blocked-convolution';
import { convolution } from '../lower/convolution';
import { groupedFilterGradient, groupedInputGradient, isPlain, reachOf } from '../lower/grouped-convolution';

const NHWC = [0, 2, 3, 1];
const NCHW = [0, 3, 1, 2];
const HWIO = [2, 3, 1, 0];
const OIHW = [3, 2, 0, 1];

type ConvAttrs = OpAttrs['conv2d'];

function convOutputShape([n, c, h, w]: number[], [k, channels, kh, kw]: number[], { strides, pads: [top, left, bottom, right], dilations = [1, 1], groups = 1 }: ConvAttrs): number[] {
  if (c !== channels * groups || k % groups !== 0) throw new Error(`convolution of ${c} channels with ${k} filters for ${channels} in ${groups} groups`);
  return [n, k, Math.floor((h + top + bottom - reachOf(kh, dilations[0])) / strides[0]) + 1, Math.floor((w + left + right - reachOf(kw, dilations[1])) / strides[1]) + 1];
}

const eagerPads = ({ pads: [top, left, bottom, right] }: ConvAttrs): [[number, number], [number, number], [number, number], [number, number]] => [[0, 0], [top, bottom], [left, right], [0, 0]];

/** In tfjs' own layout, x NHWC and filter HWIO. A dilated filter is one with zeros between (tfjs' dilated convolution has no gradient), a grouped convolution one for each group. */
function eagerConv(t: typeof tf, x: tf.Tensor, filter: tf.Tensor, attrs: ConvAttrs): tf.Tensor4D {
  const { dilations: [dh, dw] = [1, 1], groups = 1 } = attrs;
  const [kh, kw, c, k] = filter.shape;
  const cells = t.pad(t.reshape(filter, [kh, 1, kw, 1, c * k]), [[0, 0], [0, dh - 1], [0, 0], [0, dw - 1], [0, 0]]);
  const wide = t.slice(t.reshape(cells, [kh * dh, kw * dw, c, k]), [0, 0, 0, 0], [reachOf(kh, dh), reachOf(kw, dw), c, k]);
  const parts = range(groups).map((i) => {
    const own = t.slice(x, [0, 0, 0, i * c], [...x.shape.slice(0, 3), c]);
    return t.conv2d(own as tf.Tensor4D, t.slice(wide, [0, 0, 0, i * (k / groups)], [-1, -1, -1, k / groups]) as tf.Tensor4D, attrs.strides, eagerPads(attrs) as never);
  });
  return t.concat(parts, 3) as tf.Tensor4D;
}

const same3: ConvAttrs = { strides: [1, 1], pads: [1, 1, 1, 1] };
const half3: ConvAttrs = { strides: [2, 2], pads: [1, 1, 1, 1] };
/** tfjs' 'same' of an even size at stride 2: nothing before, one after. */
const half3Same: ConvAttrs = { strides: [2, 2], pads: [0, 0, 1, 1] };
const half4: ConvAttrs = { strides: [2, 2], pads: [1, 1, 1, 1] };
const point: ConvAttrs = { strides: [1, 1], pads: [0, 0, 0, 0] };

/** Dilated, grouped and depthwise, at stride 1 and wider, and cases where padding exceeds the filter or pixels are left over. */
const grouped: { x: number[]; filter: number[]; attrs: ConvAttrs }[] = [
  { x: [2, 3, 6, 7], filter: [4, 3, 3, 3], attrs: { strides: [1, 1], pads: [2, 2, 2, 2], dilations: [2, 2] } },
  { x: [1, 4, 7, 9], filter: [4, 4, 3, 2], attrs: { strides: [1, 1], pads: [2, 1, 0, 2], dilations: [2, 3] } },
  { x: [2, 4, 5, 6], filter: [6, 2, 3, 3], attrs: { ...same3, groups: 2 } },
  { x: [2, 4, 6, 8], filter: [6, 2, 3, 3], attrs: { ...half3Same, groups: 2 } },
  { x: [2, 5, 5, 4], filter: [5, 1, 3, 3], attrs: { ...same3, groups: 5 } },
  { x: [1, 3, 7, 6], filter: [6, 1, 3, 3], attrs: { ...half3, groups: 3 } },
  { x: [1, 4, 7, 6], filter: [4, 1, 3, 3], attrs: { ...same3, pads: [2, 2, 2, 2], dilations: [2, 2], groups: 4 } },
  { x: [2, 6, 3, 4], filter: [9, 2, 1, 1], attrs: { ...point, groups: 3 } },
  { x: [1, 2, 4, 5], filter: [2, 1, 1, 2], attrs: { strides: [1, 3], pads: [1, 2, 0, 2], groups: 2 } },
  // one line of pixels, as 1-D convolutions are
  { x: [2, 3, 1, 9], filter: [4, 3, 1, 3], attrs: { strides: [1, 2], pads: [0, 2, 0, 2], dilations: [1, 2] } },
];

export const convolutions: OpFamily<'conv2d' | 'conv2dInputGrad' | 'conv2dFilterGrad'> = {
  /** Inputs (x [N, C, H, W], filter [K, C, kh, kw], bias [K]?). */
  conv2d: {
    arity: [2, 3],
    shape: ([x, filter], attrs) => ({ shape: convOutputShape(x.shape, filter.shape, attrs), dtype: x.dtype }),
    vjp: (g, { dy, inputs: [x, filter, bias], attrs }) => [
      g.op('conv2dInputGrad', [dy, filter], { ...attrs, inputShape: x.shape }),
      g.op('conv2dFilterGrad', [x, dy], { ...attrs, filterShape: filter.shape }),
      ...(bias ? [g.sum(dy, [0, 2, 3])] : []),
    ],
    lower: (e, { inputs: [x, filter, bias], values: [, { shape: filterShape }], attrs }) => {
      if (isPlain(attrs) && isBlocked(e, filterShape)) return blockedConvolution(e, { x, filter, filterShape, bias, filterAxes: 'given', ...attrs });
      const [, channels, kh, kw] = filterShape;
      return convolution(e, { x, filter, bias, channels, kernel: [kh, kw], ...attrs });
    },
    reference: (t, [x, filter, bias], attrs) => {
      const y = eagerConv(t, t.transpose(x, NHWC), t.transpose(filter, HWIO), attrs);
      return t.transpose(bias ? t.add(y, bias) : y, NCHW);
    },
    cases: [
      { inputs: [[2, 3, 5, 6], [4, 3, 3, 3]], attrs: same3 },
      { inputs: [[2, 3, 5, 6], [4, 3, 3, 3], [4]], attrs: same3 },
      { inputs: [[2, 3, 6, 8], [4, 3, 3, 3]], attrs: half3 },
      { inputs: [[2, 3, 6, 8], [4, 3, 3, 3]], attrs: half3Same },
      { inputs: [[1, 3, 7, 5], [2, 3, 3, 3]], attrs: half3 },
      { inputs: [[2, 2, 8, 8], [3, 2, 4, 4]], attrs: half4 },
      { inputs: [[2, 5, 3, 4], [4, 5, 1, 1]], attrs: point },
      { inputs: [[1, 2, 18, 17], [3, 2, 3, 3]], attrs: same3 },
      { inputs: [[3, 6, 4, 6], [4, 6, 3, 3]], attrs: same3 },
      { inputs: [[3, 2, 4, 6], [4, 2, 3, 3]], attrs: same3 },
      { inputs: [[3, 10, 4, 6], [8, 10, 3, 3]], attrs: half3 },
      { inputs: [[3, 4, 8, 12], [1, 4, 3, 3]], attrs: same3 },
      // whole blocks of channels
      { inputs: [[2, 32, 5, 6], [16, 32, 3, 3], [16]], attrs: same3 },
      { inputs: [[1, 16, 7, 6], [32, 16, 3, 3]], attrs: half3Same },
      ...grouped.map(({ x, filter, attrs }) => ({ inputs: [x, filter], attrs })),
      { inputs: [[2, 4, 5, 6], [6, 2, 3, 3], [6]], attrs: { ...same3, groups: 2 } },
    ],
  },
  conv2dInputGrad: {
    arity: 2,
    shape: ([dy], { inputShape }) => ({ shape: inputShape, dtype: dy.dtype }),
    vjp: (g, { dy: dx, inputs: [dy, filter], attrs: { inputShape: _, ...attrs } }) => [
      g.op('conv2d', [dx, filter], attrs),
      g.op('conv2dFilterGrad', [dx, dy], { ...attrs, filterShape: filter.shape }),
    ],
    lower: (e, { inputs: [dy, filter], values: [vdy, vfilter], attrs }) => {
      const at = { dy, filter, dyShape: vdy.shape, filterShape: vfilter.shape };
      return isPlain(attrs) ? inputGradient(e, { ...at, ...attrs }) : groupedInputGradient(e, { ...at, inputShape: attrs.inputShape, attrs });
    },
    reference: (t, [dy, filter], { inputShape: [n, c, h, w], ...attrs }) =>
      t.transpose(t.grad((x) => eagerConv(t, x, t.transpose(filter, HWIO), attrs))(t.zeros([n, h, w, c]), t.transpose(dy, NHWC)), NCHW),
    cases: [
      { inputs: [[2, 4, 5, 6], [4, 3, 3, 3]], attrs: { ...same3, inputShape: [2, 3, 5, 6] } },
      { inputs: [[2, 6, 4, 6], [6, 4, 3, 3]], attrs: { ...same3, inputShape: [2, 4, 4, 6] } },
      { inputs: [[2, 4, 3, 4], [4, 3, 3, 3]], attrs: { ...half3, inputShape: [2, 3, 6, 8] } },
      { inputs: [[2, 4, 3, 4], [4, 3, 3, 3]], attrs: { ...half3Same, inputShape: [2, 3, 6, 8] } },
      { inputs: [[2, 3, 4, 4], [3, 2, 4, 4]], attrs: { ...half4, inputShape: [2, 2, 8, 8] } },
      { inputs: [[2, 4, 3, 4], [4, 5, 1, 1]], attrs: { ...point, inputShape: [2, 5, 3, 4] } },
      { inputs: [[2, 32, 4, 5], [32, 16, 3, 3]], attrs: { ...same3, inputShape: [2, 16, 4, 5] } },
      { inputs: [[2, 16, 4, 5], [16, 16, 3, 3]], attrs: { strides: [1, 1], pads: [0, 2, 1, 0], inputShape: [2, 16, 5, 5] } },
      ...grouped.map(({ x, filter, attrs }) => ({ inputs: [convOutputShape(x, filter, attrs), filter], attrs: { ...attrs, inputShape: x } })),
    ],
  },
  conv2dFilterGrad: {
    arity: 2,
    shape: ([x], { filterShape }) => ({ shape: filterShape, dtype: x.dtype }),
    vjp: (g, { dy: dw, inputs: [x, dy], attrs: { filterShape: _, ...attrs } }) => [
      g.op('conv2dInputGrad', [dy, dw], { ...attrs, inputShape: x.shape }),
      g.op('conv2d', [x, dw], attrs),
    ],
    lower: (e, { inputs: [x, dy], values: [vx, vdy], attrs }) => {
      const at = { x, dy, xShape: vx.shape, dyShape: vdy.shape };
      return isPlain(attrs) ? filterGradient(e, { ...at, ...attrs }) : groupedFilterGradient(e, { ...at, filterShape: attrs.filterShape, attrs });
    },
    reference: (t, [x, dy], { filterShape: [k, c, kh, kw], ...attrs }) =>
      t.transpose(t.grad((filter) => eagerConv(t, t.transpose(x, NHWC), filter, attrs))(t.zeros([kh, kw, c, k]), t.transpose(dy, NHWC)), OIHW),
    cases: [
      { inputs: [[2, 3, 5, 6], [2, 4, 5, 6]], attrs: { ...same3, filterShape: [4, 3, 3, 3] } },
      { inputs: [[2, 3, 17, 18], [2, 4, 17, 18]], attrs: { ...same3, filterShape: [4, 3, 3, 3] } },
      { inputs: [[2, 3, 6, 8], [2, 4, 3, 4]], attrs: { ...half3, filterShape: [4, 3, 3, 3] } },
      { inputs: [[1, 2, 64, 66], [1, 3, 32, 33]], attrs: { ...half3Same, filterShape: [3, 2, 3, 3] } },
      { inputs: [[2, 2, 8, 8], [2, 3, 4, 4]], attrs: { ...half4, filterShape: [3, 2, 4, 4] } },
      { inputs: [[2, 5, 3, 4], [2, 4, 3, 4]], attrs: { ...point, filterShape: [4, 5, 1, 1] } },
      { inputs: [[2, 32, 4, 5], [2, 16, 4, 5]], attrs: { ...same3, filterShape: [16, 32, 3, 3] } },
      { inputs: [[2, 16, 7, 6], [2, 32, 3, 3]], attrs: { strides: [2, 2], pads: [0, 1, 0, 0], filterShape: [32, 16, 3, 3] } },
      ...grouped.map(({ x, filter, attrs }) => ({ inputs: [x, convOutputShape(x, filter, attrs)], attrs: { ...attrs, filterShape: filter } })),
    ],
  },
};
