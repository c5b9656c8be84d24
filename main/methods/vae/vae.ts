/** @file Variational auto-encoder. Kingma & Welling, "Auto-Encoding Variational Bayes", 2013, arXiv:1312.6114.
 *
 * Departures from the paper: Adam for Adagrad (faster, same optimum); rectifiers for tanh; a convolutional encoder and decoder beside the dense ones;
 * `beta` (Higgins et al. 2017) and `freeBits` (Kingma et al. 2016), off by default. */

import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { upsample } from '../../nn/kernels';
import { conv2d, dense } from '../../nn/layers';
import { glorotUniform, type Params } from '../../nn/params';
import { trainingFields } from '../../nn/training';
import { defineMethod, type ImageShape } from '../method';
import words from './words.json';

const config = z.object({
  latentDim: z.int().min(1).max(512).default(20),
  network: z.enum(['dense', 'convolutional']).default('dense'),
  hidden: z.array(z.int().positive().max(8192)).min(1).max(6).default([500, 500]),
  likelihood: z.enum(['bernoulli', 'gaussian']).default('bernoulli'),
  beta: z.number().min(0).max(100).default(1),
  freeBits: z.number().min(0).max(10).default(0),
  batchSize: trainingFields.batchSize.default(128),
  learningRate: trainingFields.learningRate.default(1e-3),
  schedule: trainingFields.schedule.default('constant'),
  warmupSteps: trainingFields.warmupSteps.default(100),
  beta1: trainingFields.beta1.default(0.9),
  beta2: trainingFields.beta2.default(0.999),
  weightDecay: trainingFields.weightDecay.default(0),
  clipNorm: trainingFields.clipNorm.default(0),
  emaDecay: trainingFields.emaDecay.default(0.999),
  precision: trainingFields.precision.default('float32'),
});
type Config = z.infer<typeof config>;

const pixels = ({ height, width, channels }: ImageShape) => height * width * channels;

/** Sizes of the convolutional network: each layer halves the image, rounding up. */
const halvings = (data: ImageShape, c: Config) => c.hidden.reduce<[number, number][]>((sizes) => [...sizes, [Math.ceil(sizes.at(-1)![0] / 2), Math.ceil(sizes.at(-1)![1] / 2)]], [[data.height, data.width]]);

/** q_phi(z|x) = N(mu, diag(exp(logVar))). x [B, H, W, C] -> mu, logVar [B, Z] */
function encode(p: Params, x: tf.Tensor4D, c: Config) {
  let h: tf.Tensor = x;
  if (c.network === 'convolutional') c.hidden.forEach((channels, i) => (h = tf.relu(conv2d(p.scope('encoder').scope(i), h as tf.Tensor4D, channels, { stride: 2 })))); // [B, H / 2^i, W / 2^i, channels]
  let flat = tf.reshape(h, [x.shape[0], -1]) as tf.Tensor2D; // [B, H W C]
  if (c.network === 'dense') c.hidden.forEach((units, i) => (flat = tf.relu(dense(p.scope('encoder').scope(i), flat, units))));
  return {
    mu: dense(p.scope('mu'), flat, c.latentDim, glorotUniform),
    logVar: dense(p.scope('logVar'), flat, c.latentDim, glorotUniform),
  };
}

/** Parameters of p_theta(x|z) before the sigmoid. z [B, Z] -> [B, D] */
function decode(p: Params, latent: tf.Tensor2D, c: Config, data: ImageShape): tf.Tensor2D {
  const batch = latent.shape[0];
  const layers = c.hidden.toReversed();
  if (c.network === 'dense') {
    const h = layers.reduce((x, units, i) => tf.relu(dense(p.scope('decoder').scope(i), x, units)), latent);
    return dense(p.scope('out'), h, pixels(data), glorotUniform);
  }
  const sizes = halvings(data, c).toReversed();
  let h = tf.reshape(tf.relu(dense(p.scope('decoder').scope('dense'), latent, sizes[0][0] * sizes[0][1] * layers[0])), [batch, ...sizes[0], layers[0]]) as tf.Tensor4D;
  layers.forEach((_, i) => {
    const [height, width] = sizes[i + 1];
    h = tf.slice(upsample(h), [0, 0, 0, 0], [batch, height, width, h.shape[3]]);
    h = i + 1 < layers.length ? tf.relu(conv2d(p.scope('decoder').scope(i), h, layers[i + 1])) : conv2d(p.scope('out'), h, data.channels, { init: glorotUniform });
  });
  return tf.reshape(h, [batch, pixels(data)]);
}

/** Appendix B: D_KL(N(mu, sigma^2) || N(0, 1)) in each latent dimension. -> [B, Z], nats */
export const klToStandardNormal = (mu: tf.Tensor, logVar: tf.Tensor) => tf.mul(0.5, tf.sub(tf.add(tf.square(mu), tf.exp(logVar)), tf.add(logVar, 1)));

/** log p(x|z) summed over pixels. Bernoulli from logits l: x l - softplus(l). Gaussian of the fixed deviation sigma = 0.1 around sigmoid(l). x, out [B, D] -> [B], nats */
export function logLikelihood(x: tf.Tensor2D, out: tf.Tensor2D, kind: Config['likelihood']): tf.Tensor1D {
  if (kind === 'bernoulli') return tf.sum(tf.sub(tf.mul(x, out), tf.softplus(out)), 1);
  const sigma = 0.1;
  const z = tf.div(tf.sub(x, tf.sigmoid(out)), sigma);
  return tf.sum(tf.sub(tf.mul(-0.5, tf.square(z)), Math.log(sigma) + 0.5 * Math.log(2 * Math.PI)), 1);
}

/** log N(z; mu, exp(logVar)) summed over dimensions, z = mu + sigma eps. -> [B], nats */
const logNormal = (eps: tf.Tensor2D, logVar: tf.Tensor2D): tf.Tensor1D => tf.mul(-0.5, tf.sum(tf.add(tf.add(tf.square(eps), logVar), Math.log(2 * Math.PI)), 1));

/** Eq. 4: z = mu + sigma eps */
const reparameterise = (mu: tf.Tensor2D, logVar: tf.Tensor2D, eps: tf.Tensor2D) => tf.add(mu, tf.mul(tf.exp(tf.mul(0.5, logVar)), eps)) as tf.Tensor2D;

/** Eq. 10, one draw a point: L = E_q log p(x|z) - D_KL(q(z|x) || p(z)); minimised is its negative. */
function loss(p: Params, x: tf.Tensor4D, eps: tf.Tensor2D, c: Config, data: ImageShape) {
  const { mu, logVar } = encode(p, x, c);
  const out = decode(p, reparameterise(mu, logVar, eps), c, data);
  const recon = tf.neg(tf.mean(logLikelihood(tf.reshape(x, [x.shape[0], pixels(data)]), out, c.likelihood)));
  const klPerDim = tf.mean(klToStandardNormal(mu, logVar), 0); // [Z]
  const kl = tf.sum(klPerDim);
  // Free bits: below freeBits nats a dimension, KL costs nothing more.
  const penalty = c.freeBits > 0 ? tf.sum(tf.maximum(klPerDim, c.freeBits)) : kl;
  return { loss: tf.add(recon, tf.mul(c.beta, penalty)), metrics: { negElbo: tf.add(recon, kl), recon, kl } };
}

/** Draws of z in one run of the `elbo` graph. */
const draws = 50;

export const vae = defineMethod<typeof config>({
  id: 'vae',
  family: 'latent-variable',
  paper: 'arXiv:1312.6114',
  needs: { images: true },
  config,
  tiny: { latentDim: 2, hidden: [6], batchSize: 4 },
  words,
  main: ['latentDim', 'network', 'likelihood', 'beta', 'batchSize', 'learningRate'],
  // Digits can be told apart after one pass over 60,000 of them. A dense network blurs what is larger; each convolution halves the image, down to 4 x 4.
  suits: (c) => ({ steps: 500, side: c.network === 'dense' ? 64 : 4 * 2 ** c.hidden.length }),
  noise: (c, data, batch) => ({
    eps: { shape: [batch, c.latentDim], dist: 'normal' },
    ...(c.likelihood === 'bernoulli' ? { threshold: { shape: [batch, data.height, data.width, data.channels], dist: 'uniform' as const } } : {}),
  }),
  loss: (p, { x }, { eps, threshold }, c, data) => {
    // A Bernoulli pixel is drawn anew each time it is seen: x ~ Bernoulli(pixel).
    const seen = threshold ? (tf.cast(tf.less(threshold, x), 'float32') as tf.Tensor4D) : x;
    return loss(p, seen, eps as tf.Tensor2D, c, data);
  },
  graphs: (c, data) => {
    const image = [data.height, data.width, data.channels];
    const metadata = { range: '0..1', likelihood: c.likelihood, ...(c.likelihood === 'bernoulli' ? { binarise: 'bernoulli' } : {}) };
    return {
      encode: { signature: 'encode(x)->z', inputs: { x: { shape: image } }, metadata, run: (p, { x }) => ({ z: encode(p, x as tf.Tensor4D, c).mu }) },
      decode: {
        signature: 'decode(z)->x',
        inputs: { z: { shape: [c.latentDim] } },
        metadata,
        run: (p, { z: latent }) => ({ x: tf.reshape(tf.sigmoid(decode(p, latent as tf.Tensor2D, c, data)), [latent.shape[0], ...image]) }),
      },
      elbo: {
        signature: 'elbo(x,eps)->recon,kl,logWeight',
        inputs: { x: { shape: image }, eps: { shape: [draws, c.latentDim] } },
        metadata,
        run: (p, { x, eps }) => elbo(p, x as tf.Tensor4D, eps as tf.Tensor3D, c, data),
      },
    };
  },
});

/** Burda et al. 2015, eq. 8: log w_k = log p(x, z_k) - log q(z_k|x). x [B, H, W, C], eps [B, K, Z] -> recon, logWeight [B, K], kl [B, Z] */
function elbo(p: Params, x: tf.Tensor4D, eps: tf.Tensor3D, c: Config, data: ImageShape) {
  const [batch, k, width] = eps.shape;
  const { mu, logVar } = encode(p, x, c);
  const repeat = (t: tf.Tensor2D) => tf.reshape(tf.tile(tf.reshape(t, [batch, 1, t.shape[1]]), [1, k, 1]), [batch * k, t.shape[1]]) as tf.Tensor2D;
  const flatEps = tf.reshape(eps, [batch * k, width]) as tf.Tensor2D;
  const spread = repeat(logVar);
  const latent = reparameterise(repeat(mu), spread, flatEps); // [B K, Z]
  const recon = logLikelihood(repeat(tf.reshape(x, [batch, pixels(data)])), decode(p, latent, c, data), c.likelihood); // [B K]
  const logPrior = logNormal(latent, tf.zerosLike(latent));
  const logWeight = tf.sub(tf.add(recon, logPrior), logNormal(flatEps, spread));
  return { recon: tf.reshape(recon, [batch, k]), kl: klToStandardNormal(mu, logVar), logWeight: tf.reshape(logWeight, [batch, k]) };
}
