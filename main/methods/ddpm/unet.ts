/** @file The U-Net of Ho et al. 2020, appendix B: residual blocks with group norm and time embedding, attention at the coarsest sizes. */

import * as tf from '@tensorflow/tfjs-core';
import { silu, upsample } from '../../nn/kernels';
import { attend } from '../../nn/attention';
import { conv2d, dense, groupNorm, sinusoidal } from '../../nn/layers';
import { zeros, type Init, type Params } from '../../nn/params';

export interface UNetConfig {
  /** Side of the squares of pixels that become one position with all their channels; 1: none (Luhman & Luhman 2022). */
  patchSize: number;
  baseChannels: number;
  /** Channels at each size, in multiples of baseChannels; the size halves from one to the next. */
  channelMultipliers: number[];
  blocksPerSize: number;
  /** Attention where an image has at most this many pixels a side. */
  attentionSize: number;
  attentionHeads: number;
  normGroups: number;
}

/** The last layer of each block starts at zero, so that the block starts as the identity (appendix B's code). */
const startAtZero = (): Init => zeros;

const halvingsOf = (c: UNetConfig): number => c.channelMultipliers.length - 1;

/** What height and width must be multiples of. */
export const sideDivisor = (c: UNetConfig): number => c.patchSize * 2 ** halvingsOf(c);

/** [B, H, W, C] -> [B, H / s, W / s, s s C] */
function toPatches(x: tf.Tensor4D, s: number): tf.Tensor4D {
  const [b, h, w, c] = x.shape;
  const split = tf.reshape(x, [b, h / s, s, w / s, s, c]);
  return tf.reshape(tf.transpose(split, [0, 1, 3, 2, 4, 5]), [b, h / s, w / s, s * s * c]);
}

/** [B, h, w, s s C] -> [B, h s, w s, C] */
function fromPatches(x: tf.Tensor4D, s: number): tf.Tensor4D {
  const [b, h, w, c] = x.shape;
  const split = tf.reshape(x, [b, h, w, s, s, c / (s * s)]);
  return tf.reshape(tf.transpose(split, [0, 1, 3, 2, 4, 5]), [b, h * s, w * s, c / (s * s)]);
}

/** x [B, H, W, C], t [B] (0..T-1, float) -> [B, H, W, C] */
export function unet(p: Params, x: tf.Tensor4D, t: tf.Tensor1D, c: UNetConfig): tf.Tensor4D {
  const width = c.baseChannels * 4;
  let embedding = dense(p.scope('time').scope(0), sinusoidal(t, c.baseChannels), width);
  embedding = silu(dense(p.scope('time').scope(1), silu(embedding), width)); // [B, 4 base]

  const patches = c.patchSize > 1 ? toPatches(x, c.patchSize) : x;
  let h = conv2d(p.scope('in'), patches, c.baseChannels);
  const skips = [h];
  c.channelMultipliers.forEach((multiplier, level) => {
    const at = p.scope('down').scope(level);
    for (let i = 0; i < c.blocksPerSize; i++) {
      h = attentionAt(at.scope(i), residual(at.scope(i), h, embedding, multiplier * c.baseChannels, c), c);
      skips.push(h);
    }
    if (level < halvingsOf(c)) skips.push((h = conv2d(at.scope('half'), h, h.shape[3], { stride: 2 })));
  });

  const middle = p.scope('middle');
  h = residual(middle.scope(0), h, embedding, h.shape[3], c);
  h = attention(middle.scope('attention'), h, c);
  h = residual(middle.scope(1), h, embedding, h.shape[3], c);

  for (let level = halvingsOf(c); level >= 0; level--) {
    const at = p.scope('up').scope(level);
    for (let i = 0; i <= c.blocksPerSize; i++) {
      h = tf.concat([h, skips.pop()!], 3);
      h = attentionAt(at.scope(i), residual(at.scope(i), h, embedding, c.channelMultipliers[level] * c.baseChannels, c), c);
    }
    if (level > 0) h = conv2d(at.scope('double'), upsample(h), h.shape[3]);
  }
  const out = conv2d(p.scope('out'), silu(groupNorm(p.scope('outNorm'), h, c.normGroups)), patches.shape[3], { init: startAtZero });
  return c.patchSize > 1 ? fromPatches(out, c.patchSize) : out;
}

/** Two convolutions around an added time embedding. h [B, H, W, C], embedding [B, E] -> [B, H, W, channels] */
function residual(p: Params, h: tf.Tensor4D, embedding: tf.Tensor2D, channels: number, c: UNetConfig): tf.Tensor4D {
  const time = tf.reshape(dense(p.scope('time'), embedding, channels), [h.shape[0], 1, 1, channels]);
  let y = conv2d(p.scope('conv1'), silu(groupNorm(p.scope('norm1'), h, c.normGroups)), channels);
  y = tf.add(y, time);
  y = conv2d(p.scope('conv2'), silu(groupNorm(p.scope('norm2'), y, c.normGroups)), channels, { init: startAtZero });
  return tf.add(y, h.shape[3] === channels ? h : conv2d(p.scope('skip'), h, channels, { kernel: 1 }));
}

const attentionAt = (p: Params, h: tf.Tensor4D, c: UNetConfig) => (Math.max(h.shape[1], h.shape[2]) <= c.attentionSize ? attention(p.scope('attention'), h, c) : h);

/** Self-attention over all pixels. [B, H, W, C] -> the same */
function attention(p: Params, h: tf.Tensor4D, c: UNetConfig): tf.Tensor4D {
  const [batch, height, width, channels] = h.shape;
  const x = groupNorm(p.scope('norm'), h, c.normGroups);
  const flat = (name: string) => tf.reshape(conv2d(p.scope(name), x, channels, { kernel: 1 }), [batch, height * width, channels]) as tf.Tensor3D;
  const out = attend(flat('q'), flat('k'), flat('v'), c.attentionHeads);
  return tf.add(h, conv2d(p.scope('out'), tf.reshape(out, [batch, height, width, channels]), channels, { kernel: 1, init: startAtZero }));
}
