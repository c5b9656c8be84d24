/** @file What reaches every tfjs kernel of images that can be traced. */

import * as tf from '@tensorflow/tfjs-core';
import { groupedConv2d } from '../../main/nn/convolutions';
import { depthToSpace, edgePad, spaceToDepth } from '../../main/nn/resampling';
import type { KernelCase } from './kernel-cases';

type Image = tf.Tensor4D;

const of = (f: (x: Image) => tf.Tensor, shape = [1, 4, 6, 2]): KernelCase => ({ inputs: [shape], f: (x) => tf.square(f(x as Image)) });
const filtered = (f: (x: Image, filter: Image) => tf.Tensor, shape: number[], filter: number[]): KernelCase => ({ inputs: [shape, filter], f: (x, w) => tf.square(f(x as Image, w as Image)) });

export const imageKernelCases: Record<string, KernelCase[]> = {
  Conv2D: [filtered((x, w) => tf.conv2d(x, w, 1, 'same'), [1, 4, 5, 2], [3, 3, 2, 3]), filtered((x, w) => tf.conv2d(x, w, 2, 'valid'), [1, 5, 7, 4], [3, 3, 4, 2])],
  Conv2DBackpropInput: [filtered((dy, w) => tf.conv2dTranspose(dy, w, [1, 6, 8, 2], 2, 'same'), [1, 3, 4, 4], [3, 3, 2, 4])],
  DepthwiseConv2dNative: [filtered((x, w) => tf.depthwiseConv2d(x, w, 1, 'same'), [1, 4, 5, 4], [3, 3, 4, 1])],
  GroupedConv2D: [filtered((x, w) => groupedConv2d(x, w, { pads: [2, 2, 2, 2], dilations: [2, 2], groups: 2 }), [1, 5, 5, 4], [3, 3, 2, 4])],
  AvgPool: [of((x) => tf.avgPool(x, 2, 2, 'valid')), of((x) => tf.avgPool(x, 3, 2, 'same'))],
  MaxPool: [of((x) => tf.maxPool(x, 2, 2, 'valid')), of((x) => tf.maxPool(x, 3, 1, 'same'))],
  MirrorPad: [of((x) => tf.mirrorPad(x, [[0, 0], [1, 2], [2, 1], [0, 0]], 'reflect'))],
  ResizeBilinear: [of((x) => tf.image.resizeBilinear(x, [7, 3])), of((x) => tf.image.resizeBilinear(x, [3, 9], false, true))],
  ResizeNearestNeighbor: [of((x) => tf.image.resizeNearestNeighbor(x, [8, 12])), of((x) => tf.image.resizeNearestNeighbor(x, [3, 9]))],
  DepthToSpace: [of((x) => tf.depthToSpace(x, 2), [1, 2, 3, 8])],
  EdgePad: [of((x) => edgePad(x, [[0, 0], [1, 2], [2, 1], [0, 0]]))],
  PixelShuffle: [of((x) => depthToSpace(x, 2), [1, 2, 3, 8])],
  PixelUnshuffle: [of((x) => spaceToDepth(x, 2))],
};
