/** @file tfjs kernels of images as IR ops. tfjs' images are NHWC and its filters [kh, kw, C, K]; the IR's are NCHW and [K, C, kh, kw]. */

import * as tf from '@tensorflow/tfjs-core';
import { resizeGrid } from '../../nn/resize-matrix';
import type { OpAttrs, Value } from '../ir/op';
import type { TraceBackend } from './backend';
import { TraceError } from './trace-error';

type Info = tf.TensorInfo;
export type Kernel = (trace: TraceBackend, inputs: Record<string, Info>, attrs: never) => Info | Info[];

const NCHW = [0, 3, 1, 2];
const NHWC = [0, 2, 3, 1];
const OIHW = [3, 2, 0, 1];

/** An image op of the IR from and to tfjs' NHWC. The layout pass takes the transpositions away again. */
function imageOp(trace: TraceBackend, x: Info, f: (nchw: Value) => Value): Info {
  const g = trace.builder;
  return trace.infoOf(g.transpose(f(g.transpose(trace.valueFor(x), NCHW)), NHWC));
}

type Shape4 = [number, number, number, number];
type Pad = 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;

interface ConvKernelAttrs {
  strides: number | [number, number];
  pad: Pad;
  dataFormat: 'NHWC' | 'NCHW';
  dilations: number | [number, number];
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** What is 1 is left out, so that equal convolutions are equal attributes. */
function convAttrs(xShape: number[], filterShape: number[], { strides, pad, dataFormat, dilations, dimRoundingMode }: ConvKernelAttrs, groups = 1): OpAttrs['conv2d'] {
  if (dataFormat === 'NCHW') throw new TraceError('conv2d of NCHW images', 'pass images as NHWC: the compiler chooses the layout');
  // Told as depthwise, tfjs lets a filter have fewer channels than the image.
  const info = tf.backend_util.computeConv2DInfo(xShape as Shape4, filterShape as Shape4, strides, dilations ?? 1, pad, dimRoundingMode, groups > 1);
  const { top, left, bottom, right } = info.padInfo;
  const apart: [number, number] = [info.dilationHeight, info.dilationWidth];
  return { strides: [info.strideHeight, info.strideWidth], pads: [top, left, bottom, right], ...(apart.some((d) => d > 1) ? { dilations: apart } : {}), ...(groups > 1 ? { groups } : {}) };
}

interface PoolKernelAttrs {
  filterSize: number | [number, number];
  strides: number | [number, number];
  pad: Pad;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function poolAttrs(xShape: number[], { filterSize, strides, pad, dimRoundingMode }: PoolKernelAttrs): OpAttrs['avgPool'] {
  const info = tf.backend_util.computePool2DInfo(xShape as Shape4, filterSize, strides, 1, pad, dimRoundingMode);
  const { top, left, bottom, right } = info.padInfo;
  // Rounded up, the last windows reach further than the padding.
  const reach = (out: number, stride: number, size: number, before: number, length: number) => (out - 1) * stride + size - before - length;
  return {
    size: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    pads: [top, left, Math.max(bottom, reach(info.outHeight, info.strideHeight, info.filterHeight, top, info.inHeight)), Math.max(right, reach(info.outWidth, info.strideWidth, info.filterWidth, left, info.inWidth))],
  };
}

interface ResizeKernelAttrs {
  size: [number, number];
  alignCorners: boolean;
  halfPixelCenters: boolean;
}

function resize(trace: TraceBackend, images: Info, mode: OpAttrs['resize']['mode'], { size, alignCorners, halfPixelCenters }: ResizeKernelAttrs): Info {
  const [factor, across] = [size[0] / images.shape[1], size[1] / images.shape[2]];
  // Each pixel a square of pixels, wherever a grid's lines fall inside them.
  if (mode === 'nearest' && !alignCorners && factor === across && Number.isInteger(factor)) return imageOp(trace, images, (nchw) => (factor === 1 ? nchw : trace.builder.op('upsample', [nchw], { factor })));
  return imageOp(trace, images, (nchw) => trace.builder.op('resize', [nchw], { size, ...resizeGrid(mode, alignCorners, halfPixelCenters) }));
}

export const imageRows: Record<string, Kernel> = {
  Conv2D: (trace, { x, filter }, attrs: ConvKernelAttrs) => {
    const weights = trace.builder.transpose(trace.valueFor(filter), OIHW);
    return imageOp(trace, x, (nchw) => trace.builder.op('conv2d', [nchw, weights], convAttrs(x.shape, filter.shape, attrs)));
  },
  /** What tf.conv2dTranspose runs: dy [B, h, w, K], filter [kh, kw, C, K] -> [B, H, W, C]. */
  Conv2DBackpropInput: (trace, { dy, filter }, { inputShape, ...attrs }: ConvKernelAttrs & { inputShape: number[] }) => {
    const weights = trace.builder.transpose(trace.valueFor(filter), OIHW);
    const [n, h, w, c] = inputShape;
    return imageOp(trace, dy, (nchw) => trace.builder.op('conv2dInputGrad', [nchw, weights], { ...convAttrs(inputShape, filter.shape, attrs), inputShape: [n, c, h, w] }));
  },
  /** Filter [kh, kw, C, m]: m filters for each channel alone. */
  DepthwiseConv2dNative: (trace, { x, filter }, attrs: ConvKernelAttrs) => {
    const [kh, kw, c, m] = filter.shape;
    const g = trace.builder;
    const weights = g.reshape(g.transpose(trace.valueFor(filter), [2, 3, 0, 1]), [c * m, 1, kh, kw]);
    return imageOp(trace, x, (nchw) => g.op('conv2d', [nchw, weights], convAttrs(x.shape, filter.shape, attrs, c)));
  },
  AvgPool: (trace, { x }, attrs: PoolKernelAttrs) => imageOp(trace, x, (nchw) => trace.builder.op('avgPool', [nchw], poolAttrs(x.shape, attrs))),
  MaxPool: (trace, { x }, attrs: PoolKernelAttrs) => imageOp(trace, x, (nchw) => trace.builder.op('maxPool', [nchw], poolAttrs(x.shape, attrs))),
  MirrorPad: (trace, { x }, { paddings, mode }: { paddings: [number, number][]; mode: 'reflect' | 'symmetric' }) => trace.record('borderPad', [x], { paddings, mode }),
  ResizeBilinear: (trace, { images }, attrs: ResizeKernelAttrs) => resize(trace, images, 'bilinear', attrs),
  ResizeNearestNeighbor: (trace, { images }, attrs: ResizeKernelAttrs) => resize(trace, images, 'nearest', attrs),
  DepthToSpace: (trace, { x }, { blockSize, dataFormat }: { blockSize: number; dataFormat: 'NHWC' | 'NCHW' }) => {
    if (dataFormat === 'NCHW') throw new TraceError('depthToSpace of NCHW images', 'pass images as NHWC: the compiler chooses the layout');
    return imageOp(trace, x, (nchw) => trace.builder.op('depthToSpace', [nchw], { block: blockSize }));
  },
  // our own kernels (nn/kernels.ts, nn/convolutions.ts, nn/resampling.ts)
  /** Filter [kh, kw, C / groups, K]. */
  GroupedConv2D: (trace, { x, filter }, { groups, ...attrs }: ConvKernelAttrs & { groups: number }) => {
    const weights = trace.builder.transpose(trace.valueFor(filter), OIHW);
    return imageOp(trace, x, (nchw) => trace.builder.op('conv2d', [nchw, weights], convAttrs(x.shape, filter.shape, attrs, groups)));
  },
  Upsample: (trace, { x }, { factor }: { factor: number }) => imageOp(trace, x, (nchw) => trace.builder.op('upsample', [nchw], { factor })),
  EdgePad: (trace, { x }, { paddings }: { paddings: [number, number][] }) => trace.record('borderPad', [x], { paddings, mode: 'edge' }),
  PixelShuffle: (trace, { x }, { blockSize }: { blockSize: number }) => imageOp(trace, x, (nchw) => trace.builder.op('depthToSpace', [nchw], { block: blockSize })),
  PixelUnshuffle: (trace, { x }, { blockSize }: { blockSize: number }) => imageOp(trace, x, (nchw) => trace.builder.op('spaceToDepth', [nchw], { block: blockSize })),
};
