/** @file Convolutions beyond the plain one: grouped, depthwise, transposed, along one axis. Images are NHWC. */

import * as tf from '@tensorflow/tfjs-core';
import { own } from './kernels';
import { heUniform, zeros, type Init, type Params } from './params';

export interface GroupedConvOptions {
  strides?: [number, number];
  /** [top, left, bottom, right] */
  pads?: [number, number, number, number];
  dilations?: [number, number];
  groups?: number;
}

/** Channels fall into `groups`; each filter sees those of its own group, its elements `dilations` pixels apart. x [B, H, W, C], filter [kh, kw, C / groups, K] -> [B, H', W', K] */
export function groupedConv2d(x: tf.Tensor4D, filter: tf.Tensor4D, { strides = [1, 1], pads: [top, left, bottom, right] = [0, 0, 0, 0], dilations = [1, 1], groups = 1 }: GroupedConvOptions = {}): tf.Tensor4D {
  const pad: tf.backend_util.ExplicitPadding = [[0, 0], [top, bottom], [left, right], [0, 0]];
  return own('GroupedConv2D', { x, filter }, { strides, pad, dilations, groups, dataFormat: 'NHWC' }, () => {
    const [, , c, k] = filter.shape;
    // tfjs' own dilated convolution has no gradient.
    const wide = dilateFilter(filter, dilations);
    const one = (group: number) => {
      const mine = tf.slice(x, [0, 0, 0, group * c], [...x.shape.slice(0, 3), c]) as tf.Tensor4D;
      return tf.conv2d(mine, tf.slice(wide, [0, 0, 0, (group * k) / groups], [-1, -1, -1, k / groups]) as tf.Tensor4D, strides, pad);
    };
    return tf.concat(Array.from({ length: groups }, (_, group) => one(group)), 3);
  }) as tf.Tensor4D;
}

/** The filter with zeros between its elements: one that does plainly what the dilated one does. [kh, kw, C, K] -> [(kh - 1) dh + 1, (kw - 1) dw + 1, C, K] */
export function dilateFilter(filter: tf.Tensor4D, [dh, dw]: [number, number]): tf.Tensor4D {
  const [kh, kw, c, k] = filter.shape;
  const cells = tf.pad(tf.reshape(filter, [kh, 1, kw, 1, c * k]), [[0, 0], [0, dh - 1], [0, 0], [0, dw - 1], [0, 0]]);
  return tf.slice(tf.reshape(cells, [kh * dh, kw * dw, c, k]), [0, 0, 0, 0], [(kh - 1) * dh + 1, (kw - 1) * dw + 1, c, k]) as tf.Tensor4D;
}

export interface ConvLayerOptions {
  kernel?: number;
  stride?: number;
  dilation?: number;
  init?: (fanIn: number, fanOut: number) => Init;
}

/** A filter for each channel alone (Howard et al. 2017), padded by its reach / 2 around. x [B, H, W, C] -> [B, ceil(H / stride), ceil(W / stride), C multiplier] */
export function depthwiseConv2d(p: Params, x: tf.Tensor4D, { kernel = 3, stride = 1, dilation = 1, multiplier = 1, init = heUniform }: ConvLayerOptions & { multiplier?: number } = {}): tf.Tensor4D {
  const channels = x.shape[3];
  const outputs = channels * multiplier;
  // Kept as [out, in, kh, kw], the layout that convolutions run in.
  const weight = p.get('weight', [outputs, 1, kernel, kernel], init(kernel * kernel, multiplier * kernel * kernel));
  const around = ((kernel - 1) / 2) * dilation;
  const y = groupedConv2d(x, tf.transpose(weight, [2, 3, 1, 0]) as tf.Tensor4D, { strides: [stride, stride], pads: [around, around, around, around], dilations: [dilation, dilation], groups: channels });
  return tf.add(y, p.get('bias', [outputs], zeros));
}

/** The transpose of a strided convolution (Dumoulin & Visin 2016, section 4): each pixel adds its filter to the larger image. 'same': x [B, H, W, C] -> [B, stride H, stride W, channels]; 'valid': [B, stride (H - 1) + kernel, ...] */
export function convTranspose2d(p: Params, x: tf.Tensor4D, channels: number, { kernel = 4, stride = 2, pad = 'same', init = heUniform }: Omit<ConvLayerOptions, 'dilation'> & { pad?: 'same' | 'valid' } = {}): tf.Tensor4D {
  const [batch, h, w, c] = x.shape;
  const size = (length: number) => (pad === 'same' ? length * stride : (length - 1) * stride + Math.max(kernel, stride));
  // Each output pixel sums over (kernel / stride)^2 of the input's.
  const reach = Math.max(1, kernel / stride) ** 2;
  const weight = p.get('weight', [c, channels, kernel, kernel], init(c * reach, channels * reach));
  const filter = tf.transpose(weight, [2, 3, 1, 0]) as tf.Tensor4D; // [kh, kw, out, in]
  return tf.add(tf.conv2dTranspose(x, filter, [batch, size(h), size(w), channels], stride, pad), p.get('bias', [channels], zeros));
}

/** Along one axis, padded by the filter's reach / 2 on both sides, or before alone ('causal': no output sees later inputs). x [B, W, C] -> [B, ceil(W / stride), channels] */
export function conv1d(p: Params, x: tf.Tensor3D, channels: number, { kernel = 3, stride = 1, dilation = 1, pad = 'same', init = heUniform }: ConvLayerOptions & { pad?: 'same' | 'causal' } = {}): tf.Tensor3D {
  const [batch, width, c] = x.shape;
  const reach = (kernel - 1) * dilation;
  const [before, after] = pad === 'causal' ? [reach, 0] : [reach / 2, reach / 2];
  const weight = p.get('weight', [channels, c, 1, kernel], init(c * kernel, channels * kernel));
  const y = groupedConv2d(tf.reshape(x, [batch, 1, width, c]), tf.transpose(weight, [2, 3, 1, 0]) as tf.Tensor4D, { strides: [1, stride], pads: [0, before, 0, after], dilations: [1, dilation] });
  return tf.add(tf.reshape(y, [batch, y.shape[2], channels]), p.get('bias', [channels], zeros));
}
