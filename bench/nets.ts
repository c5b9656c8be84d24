/** @file The networks that steps are timed on: a U-Net of 2.3 M parameters without time embedding, and a NeRF's MLP of 8 layers of 256. */

import * as tf from '@tensorflow/tfjs-core';
import type { StepSource } from '../main/compiler/compile-step';
import { silu, upsample } from '../main/nn/kernels';
import { attend, conv2d, dense, groupNorm } from '../main/nn/layers';
import type { Params } from '../main/nn/params';

const optimiser = { beta1: 0.9, beta2: 0.999, weightDecay: 0, clipNorm: 0, emaDecay: 0 };

function residual(p: Params, h: tf.Tensor4D, channels: number): tf.Tensor4D {
  let y = conv2d(p.scope('conv1'), silu(groupNorm(p.scope('norm1'), h, 16)), channels);
  y = conv2d(p.scope('conv2'), silu(groupNorm(p.scope('norm2'), y, 16)), channels);
  return tf.add(y, h.shape[3] === channels ? h : conv2d(p.scope('skip'), h, channels, { kernel: 1 }));
}

/** x [B, 32, 32, 3] -> the same; sizes 32, 16, 8, attention at 8. */
function unet(p: Params, x: tf.Tensor4D): tf.Tensor4D {
  const c = 64;
  const at = (name: string) => p.scope(name);
  const h1 = residual(at('r1b'), residual(at('r1'), conv2d(at('in'), x, c), c), c);
  const d1 = conv2d(at('d1'), h1, c, { stride: 2 });
  const h2 = residual(at('r2b'), residual(at('r2'), d1, 2 * c), 2 * c);
  const d2 = conv2d(at('d2'), h2, 2 * c, { stride: 2 });
  let m = residual(at('m1'), d2, 2 * c);
  const [b, height, width, channels] = m.shape;
  const flat = (name: string) => tf.reshape(conv2d(at(name), m, channels, { kernel: 1 }), [b, height * width, channels]) as tf.Tensor3D;
  m = tf.add(m, tf.reshape(attend(flat('q'), flat('k'), flat('v'), 1), m.shape));
  m = residual(at('m2'), m, 2 * c);
  let u = residual(at('u2b'), residual(at('u2'), tf.concat([upsample(m), h2], 3), 2 * c), c);
  u = residual(at('u1b'), residual(at('u1'), tf.concat([upsample(u), h1], 3), c), c);
  return conv2d(at('out'), silu(groupNorm(at('og'), u, 16)), 3);
}

function unetSource(batch = 16): StepSource {
  const shape = [batch, 32, 32, 3];
  return {
    batchShape: shape,
    noise: { y: { shape, dist: 'normal' } },
    optimiser,
    loss: (p, { x }, { y }) => ({ loss: tf.mean(tf.squaredDifference(unet(p, x), y)), metrics: {} }),
  };
}

/** 63 encoded coordinates -> 4, 8,192 points. */
function nerfSource(points = 8192): StepSource {
  const widths = [256, 256, 256, 256, 256, 256, 256, 256];
  return {
    batchShape: [points, 1, 1, 63],
    noise: { y: { shape: [points, 4], dist: 'normal' } },
    optimiser,
    loss: (p, { x }, { y }) => {
      const h = widths.reduce((v, width, i) => tf.relu(dense(p.scope(i), v, width)), tf.reshape(x, [points, 63]) as tf.Tensor2D);
      return { loss: tf.mean(tf.squaredDifference(tf.sigmoid(dense(p.scope('out'), h, 4)), y)), metrics: {} };
    },
  };
}

export const sources: Record<string, () => StepSource> = { unet: unetSource, nerf: nerfSource };
