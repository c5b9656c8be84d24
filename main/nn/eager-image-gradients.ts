/** @file Gradients of tfjs' image kernels for eager runs, where its own are wrong (average pooling at padded borders, resizing), missing (depthToSpace, dilated convolutions) or not differentiable again (pooling, resizing). Compiled steps never use tfjs' gradients. */

import * as tf from '@tensorflow/tfjs-core';
import { dilateFilter } from './convolutions';
import { spaceToDepth } from './resampling';
import { resizeGrid, resizeMatrix, type ResizeGrid } from './resize-matrix';

type Shape4 = [number, number, number, number];

interface PoolAttrs {
  filterSize: number | [number, number];
  strides: number | [number, number];
  pad: 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Each dy / count goes to the pixels of its window: the transpose of a convolution with ones. */
function averagePoolGradient(dy: tf.Tensor4D, x: tf.Tensor4D, { filterSize, strides, pad, dimRoundingMode }: PoolAttrs): tf.Tensor {
  const info = tf.backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, pad, dimRoundingMode);
  const { inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth } = info;
  const { top, left } = info.padInfo;
  const planes = x.shape[0] * x.shape[3];
  const ones = tf.ones<tf.Rank.R4>([filterHeight, filterWidth, 1, 1]);
  // Whatever the rounding, as much padding after as the last window reaches.
  const after = (out: number, stride: number, size: number, before: number, length: number) => Math.max(0, (out - 1) * stride + size - before - length);
  const around: tf.backend_util.ExplicitPadding = [[0, 0], [top, after(outHeight, strideHeight, filterHeight, top, inHeight)], [left, after(outWidth, strideWidth, filterWidth, left, inWidth)], [0, 0]];
  const counts = tf.conv2d(tf.ones<tf.Rank.R4>([1, inHeight, inWidth, 1]), ones, [strideHeight, strideWidth], around); // [1, h, w, 1]
  const single = tf.reshape<tf.Rank.R4>(tf.transpose(dy, [0, 3, 1, 2]), [planes, outHeight, outWidth, 1]);
  const sums = tf.conv2dTranspose(tf.div(single, counts) as tf.Tensor4D, ones, [planes, inHeight, inWidth, 1], [strideHeight, strideWidth], around);
  return tf.transpose(tf.reshape(sums, [x.shape[0], x.shape[3], inHeight, inWidth]), [0, 2, 3, 1]);
}

/** dy goes to the first maximum of its window; what comes back to dy is read there. */
function maxPoolGradient(dy: tf.Tensor4D, x: tf.Tensor4D, { filterSize, strides, pad }: PoolAttrs & { pad: 'same' | 'valid' | number }): tf.Tensor {
  const places = tf.reshape<tf.Rank.R1>(tf.maxPoolWithArgmax(x, filterSize, strides, pad, true)['indexes'], [dy.size]);
  const scatter = tf.customGrad((d) => ({
    value: tf.unsortedSegmentSum(d as tf.Tensor, places, x.size),
    gradFunc: (back) => [tf.gather(back as tf.Tensor, places)],
  }));
  return tf.reshape(scatter(tf.reshape(dy, [dy.size])), x.shape);
}

/** A_h' dy A_w for each plane (`resizeMatrix`). */
function resizeGradient(dy: tf.Tensor4D, [, height, width]: Shape4, grid: ResizeGrid): tf.Tensor {
  const [batch, toH, toW, channels] = dy.shape;
  const rows = tf.tensor2d(resizeMatrix(height, toH, grid), [toH, height]);
  const columns = tf.tensor2d(resizeMatrix(width, toW, grid), [toW, width]);
  const down = tf.matMul(rows, tf.reshape<tf.Rank.R2>(tf.transpose(dy, [1, 0, 2, 3]), [toH, batch * toW * channels]), true); // [H, B W' C]
  const across = tf.transpose(tf.reshape(down, [height, batch, toW, channels]), [2, 1, 0, 3]);
  const dx = tf.matMul(columns, tf.reshape<tf.Rank.R2>(across, [toW, batch * height * channels]), true); // [W, B H C]
  return tf.transpose(tf.reshape(dx, [width, batch, height, channels]), [1, 2, 0, 3]);
}

interface ResizeAttrs {
  alignCorners: boolean;
  halfPixelCenters: boolean;
}

interface ConvAttrs {
  strides: number | [number, number];
  pad: 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;
  dilations: number | [number, number];
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** That of the plain convolution with the filter's elements set apart, and those elements of its filter gradient. */
function dilatedConvGradient(dy: tf.Tensor4D, x: tf.Tensor4D, filter: tf.Tensor4D, { strides, pad, dilations, dimRoundingMode }: ConvAttrs): { x: () => tf.Tensor; filter: () => tf.Tensor } {
  const info = tf.backend_util.computeConv2DInfo(x.shape, filter.shape, strides, dilations, pad, dimRoundingMode);
  const { top, left, bottom, right } = info.padInfo;
  const plain = { strides: [info.strideHeight, info.strideWidth] as [number, number], pad: [[0, 0], [top, bottom], [left, right], [0, 0]] as tf.backend_util.ExplicitPadding };
  const [dh, dw] = [info.dilationHeight, info.dilationWidth];
  return {
    x: () => tf.conv2dTranspose(dy, dilateFilter(filter, [dh, dw]), x.shape, plain.strides, plain.pad),
    filter: () => {
      const [kh, kw, c, k] = filter.shape;
      const wide: tf.Tensor4D = tf.engine().runKernel('Conv2DBackpropFilter', { x, dy }, { ...plain, dataFormat: 'NHWC', filterShape: [(kh - 1) * dh + 1, (kw - 1) * dw + 1, c, k] });
      const cells = tf.reshape(tf.pad(wide, [[0, dh - 1], [0, dw - 1], [0, 0], [0, 0]]), [kh, dh, kw, dw, c * k]);
      return tf.reshape(tf.slice(cells, [0, 0, 0, 0, 0], [kh, 1, kw, 1, c * k]), filter.shape);
    },
  };
}

/** Takes the place of tfjs' gradients of AvgPool, MaxPool, ResizeBilinear, ResizeNearestNeighbor and of dilated Conv2D, and adds that of DepthToSpace. Call it once, after tfjs has registered its own. */
export function registerImageGradients(): void {
  const poolRule = (kernelName: 'AvgPool' | 'MaxPool', gradient: (dy: tf.Tensor4D, x: tf.Tensor4D, attrs: never) => tf.Tensor) =>
    tf.registerGradient({ kernelName, inputsToSave: ['x'], gradFunc: (dy, [x], attrs) => ({ x: () => gradient(dy as tf.Tensor4D, x as tf.Tensor4D, attrs as never) }) });
  poolRule('AvgPool', averagePoolGradient);
  poolRule('MaxPool', maxPoolGradient);
  for (const [kernelName, mode] of [['ResizeBilinear', 'bilinear'], ['ResizeNearestNeighbor', 'nearest']] as const) {
    tf.registerGradient({
      kernelName,
      inputsToSave: ['images'],
      gradFunc: (dy, [images], attrs) => {
        const { alignCorners, halfPixelCenters } = attrs as unknown as ResizeAttrs;
        return { images: () => resizeGradient(dy as tf.Tensor4D, images.shape as Shape4, resizeGrid(mode, alignCorners, halfPixelCenters)) };
      },
    });
  }
  tf.registerGradient({ kernelName: 'DepthToSpace', gradFunc: (dy, _, attrs) => ({ x: () => spaceToDepth(dy as tf.Tensor4D, (attrs as unknown as { blockSize: number }).blockSize) }) });
  const plain = tf.getGradient('Conv2D');
  tf.registerGradient({
    kernelName: 'Conv2D',
    inputsToSave: ['x', 'filter'],
    gradFunc: (dy, saved, attrs) => {
      const conv = attrs as unknown as ConvAttrs;
      const isDilated = [conv.dilations].flat().some((d) => d > 1);
      return isDilated ? dilatedConvGradient(dy as tf.Tensor4D, saved[0] as tf.Tensor4D, saved[1] as tf.Tensor4D, conv) : plain.gradFunc(dy, saved, attrs);
    },
  });
}
