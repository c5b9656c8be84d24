/** @file Steps that convolutions bound: a U-Net of 2.3 M parameters, and SimCLR (Chen et al. 2020) on ResNet-18 with CIFAR's stem. */

import * as tf from '@tensorflow/tfjs-core';
import { silu, upsample } from '../../main/nn/kernels';
import { attend } from '../../main/nn/attention';
import { conv2d, dense, groupNorm } from '../../main/nn/layers';
import { heUniform, ones, zeros, type Params } from '../../main/nn/params';
import { adam, type BenchSource } from './source';

function residual(p: Params, h: tf.Tensor4D, channels: number): tf.Tensor4D {
  let y = conv2d(p.scope('conv1'), silu(groupNorm(p.scope('norm1'), h, 16)), channels);
  y = conv2d(p.scope('conv2'), silu(groupNorm(p.scope('norm2'), y, 16)), channels);
  return tf.add(y, h.shape[3] === channels ? h : conv2d(p.scope('skip'), h, channels, { kernel: 1 }));
}

/** x [B, 32, 32, 3] -> the same; sizes 32, 16, 8, attention at 8. */
export function denoiser(p: Params, x: tf.Tensor4D): tf.Tensor4D {
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

export function unet(batch = 16): BenchSource {
  const shape = [batch, 32, 32, 3];
  return {
    batchShape: shape,
    noise: { y: { shape, dist: 'normal' } },
    optimiser: adam,
    loss: (p, { x }, { y }) => ({ loss: tf.mean(tf.squaredDifference(denoiser(p, x), y)), metrics: {} }),
  };
}

/** Batch norm by the batch's own statistics (Ioffe & Szegedy 2015); the running averages, which no step reads, are left out. x [B, H, W, C] */
function batchNorm(p: Params, x: tf.Tensor4D): tf.Tensor4D {
  const channels = x.shape[3];
  const centred = tf.sub(x, tf.mean(x, [0, 1, 2], true));
  const scale = tf.mul(tf.rsqrt(tf.add(tf.mean(tf.square(centred), [0, 1, 2], true), 1e-5)), p.get('scale', [channels], ones));
  return tf.add(tf.mul(centred, scale), p.get('shift', [channels], zeros));
}

/** Without a bias, which the norm behind would take away again. x [B, H, W, C] */
function convolution(p: Params, x: tf.Tensor4D, channels: number, kernel: number, stride: number, pad = (kernel - 1) / 2): tf.Tensor4D {
  const weight = p.get('weight', [channels, x.shape[3], kernel, kernel], heUniform(x.shape[3] * kernel * kernel));
  return tf.conv2d(x, tf.transpose(weight, [2, 3, 1, 0]) as tf.Tensor4D, stride, [[0, 0], [pad, pad], [pad, pad], [0, 0]]);
}

/** He et al. 2015, section 4.2. */
function basicBlock(p: Params, x: tf.Tensor4D, channels: number, stride: number): tf.Tensor4D {
  const y = tf.relu(batchNorm(p.scope('norm1'), convolution(p.scope('conv1'), x, channels, 3, stride)));
  const z = batchNorm(p.scope('norm2'), convolution(p.scope('conv2'), y, channels, 3, 1));
  const same = stride === 1 && x.shape[3] === channels;
  return tf.relu(tf.add(z, same ? x : batchNorm(p.scope('skipNorm'), convolution(p.scope('skip'), x, channels, 1, stride))));
}

/** 2 x 64 views of 32 x 32 x 3; NT-Xent with temperature 0.5 on a head of 512 and 128. */
export function simclr(pairs = 64, temperature = 0.5): BenchSource {
  const views = 2 * pairs;
  return {
    batchShape: [views, 32, 32, 3],
    noise: {},
    optimiser: adam,
    loss: (p, { x }) => {
      let h = tf.relu(batchNorm(p.scope('stemNorm'), convolution(p.scope('stem'), x, 64, 3, 1)));
      [64, 128, 256, 512].forEach((channels, i) => {
        const at = p.scope('blocks').scope(i);
        h = basicBlock(at.scope(1), basicBlock(at.scope(0), h, channels, i === 0 ? 1 : 2), channels, 1);
      });
      const head = p.scope('head');
      const z = dense(head.scope(1), tf.relu(dense(head.scope(0), tf.mean(h, [1, 2]) as tf.Tensor2D, 512)), 128);
      const unit = tf.div(z, tf.sqrt(tf.add(tf.sum(tf.square(z), 1, true), 1e-12))) as tf.Tensor2D;
      const itself = tf.mul(tf.eye(views), 1e9);
      const partner = tf.oneHot(tf.tensor1d(Int32Array.from({ length: views }, (_, i) => (i + pairs) % views), 'int32'), views);
      const logits = tf.sub(tf.mul(tf.matMul(unit, unit, false, true), 1 / temperature), itself);
      return { loss: tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), partner), 1))), metrics: {} };
    },
  };
}

/** z [B, 100] -> [B, 64, 64, 3] in [-1, 1] */
function generator(p: Params, z: tf.Tensor2D, width: number): tf.Tensor4D {
  const [batch] = z.shape;
  let h = tf.reshape(z, [batch, 1, 1, z.shape[1]]) as tf.Tensor4D;
  const doubled = (at: Params, channels: number, first = false) => {
    const weight = at.get('weight', [h.shape[3], channels, 4, 4], { kind: 'normal', stddev: 0.02 });
    const side = first ? 4 : 2 * h.shape[1];
    return tf.conv2dTranspose(h, tf.transpose(weight, [2, 3, 1, 0]) as tf.Tensor4D, [batch, side, side, channels], first ? 1 : 2, first ? 'valid' : 'same');
  };
  [8, 4, 2, 1].forEach((multiple, i) => {
    h = doubled(p.scope(i), multiple * width, i === 0);
    h = tf.relu(batchNorm(p.scope(i).scope('norm'), h));
  });
  return tf.tanh(tf.add(doubled(p.scope('out'), 3), p.scope('out').get('bias', [3], zeros)));
}

/** x [B, 64, 64, 3] -> [B] */
function discriminator(p: Params, x: tf.Tensor4D, width: number): tf.Tensor1D {
  let h = x;
  [1, 2, 4, 8].forEach((multiple, i) => {
    const at = p.scope(i);
    h = convolution(at, h, multiple * width, 4, 2, 1);
    h = tf.leakyRelu(i === 0 ? tf.add(h, at.get('bias', [width], zeros)) : batchNorm(at.scope('norm'), h), 0.2);
  });
  const last = p.scope('out');
  return tf.reshape(tf.add(convolution(last, h, 1, 4, 1, 0), last.get('bias', [1], zeros)), [x.shape[0]]);
}

/** Radford et al. 2015: both players in one step, the generator against the discriminator that has just moved. */
export function dcgan(batch = 64, width = 64): BenchSource {
  const optimiser = { ...adam, beta1: 0.5 };
  return {
    batchShape: [batch, 64, 64, 3],
    noise: { z: { shape: [batch, 100], dist: 'normal' } },
    moves: 'in turn',
    players: {
      discriminator: {
        scopes: ['discriminator'],
        optimiser,
        loss: (p, { x }, { z }) => {
          const fake = generator(p.scope('generator'), z as tf.Tensor2D, width);
          const judged = (images: tf.Tensor4D) => discriminator(p.scope('discriminator'), images, width);
          return { loss: tf.add(tf.mean(tf.softplus(tf.neg(judged(x)))), tf.mean(tf.softplus(judged(fake)))), metrics: {} };
        },
      },
      generator: {
        scopes: ['generator'],
        optimiser,
        loss: (p, _, { z }) => ({ loss: tf.mean(tf.softplus(tf.neg(discriminator(p.scope('discriminator'), generator(p.scope('generator'), z as tf.Tensor2D, width), width)))), metrics: {} }),
      },
    },
  };
}
