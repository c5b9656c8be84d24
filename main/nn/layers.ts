/** @file Layers as functions of parameters and input: dense, convolution, group norm, time embedding. Images are NHWC. */

import * as tf from '@tensorflow/tfjs-core';
import { groupedConv2d } from './convolutions';
import { groupNormalize } from './kernels';
import { heUniform, ones, zeros, type Init, type Params } from './params';

/** x [B, in] -> [B, units] */
export function dense(p: Params, x: tf.Tensor2D, units: number, init: (fanIn: number, fanOut: number) => Init = heUniform): tf.Tensor2D {
  const fanIn = x.shape[1];
  const weight = p.get<tf.Tensor2D>('weight', [fanIn, units], init(fanIn, units));
  return tf.add(tf.matMul(x, weight), p.get('bias', [units], zeros));
}

export interface ConvOptions {
  kernel?: number;
  stride?: number;
  /** Pixels between the filter's elements. */
  dilation?: number;
  /** Groups of channels; each filter sees one. */
  groups?: number;
  init?: (fanIn: number, fanOut: number) => Init;
}

/** Padded by half the filter's reach around. x [B, H, W, C] -> [B, ceil(H / stride), ceil(W / stride), channels] */
export function conv2d(p: Params, x: tf.Tensor4D, channels: number, { kernel = 3, stride = 1, dilation = 1, groups = 1, init = heUniform }: ConvOptions = {}): tf.Tensor4D {
  const inChannels = x.shape[3] / groups;
  const around = ((kernel - 1) / 2) * dilation;
  // Kept as [out, in, kh, kw], the layout that convolutions run in.
  const weight = p.get('weight', [channels, inChannels, kernel, kernel], init(inChannels * kernel * kernel, (channels / groups) * kernel * kernel));
  const filter = tf.transpose(weight, [2, 3, 1, 0]) as tf.Tensor4D;
  const y = dilation === 1 && groups === 1
    ? tf.conv2d(x, filter, stride, [[0, 0], [around, around], [around, around], [0, 0]])
    : groupedConv2d(x, filter, { strides: [stride, stride], pads: [around, around, around, around], dilations: [dilation, dilation], groups });
  return tf.add(y, p.get('bias', [channels], zeros));
}

/** Group norm with scale and shift (Wu & He 2018). x [B, H, W, C], C divisible by `groups` */
export function groupNorm(p: Params, x: tf.Tensor4D, groups: number): tf.Tensor4D {
  const channels = x.shape[3];
  return tf.add(tf.mul(groupNormalize(x, groups), p.get('scale', [channels], ones)), p.get('shift', [channels], zeros));
}

/** Sinusoidal embedding of times or positions (Vaswani et al. 2017, section 3.5). t [B] -> [B, width], width even */
export function sinusoidal(t: tf.Tensor1D, width: number, maxPeriod = 10_000): tf.Tensor2D {
  const half = width / 2;
  const frequencies = tf.tensor2d(Float32Array.from({ length: half }, (_, i) => Math.exp((-Math.log(maxPeriod) * i) / half)), [1, half]);
  const angles = tf.mul(tf.reshape(t, [t.shape[0], 1]), frequencies);
  return tf.concat([tf.sin(angles), tf.cos(angles)], 1) as tf.Tensor2D;
}
