/** @file Transformer steps: a small GPT (Radford et al. 2019) and a masked auto-encoder on ViT-tiny (He et al. 2021). */

import * as tf from '@tensorflow/tfjs-core';
import { layerNormalize } from '../../main/nn/kernels';
import { dense } from '../../main/nn/layers';
import { ones, zeros, type Params } from '../../main/nn/params';
import { adam, type BenchSource } from './source';

/** x Phi(x) (Hendrycks & Gimpel 2016). */
const gelu = (x: tf.Tensor2D): tf.Tensor2D => tf.mul(x, tf.mul(0.5, tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2)))));

const layerNorm = (p: Params, x: tf.Tensor2D): tf.Tensor2D => {
  const width = x.shape[1];
  return tf.add(tf.mul(layerNormalize(x), p.get('scale', [width], ones)), p.get('shift', [width], zeros));
};

/** x [B n, W] -> the same; with a mask, [n, n] added to the scores. */
function attention(p: Params, x: tf.Tensor2D, tokens: number, heads: number, mask?: tf.Tensor2D): tf.Tensor2D {
  const width = x.shape[1];
  const batch = x.shape[0] / tokens;
  const head = width / heads;
  const qkv = tf.transpose(tf.reshape(dense(p.scope('qkv'), x, 3 * width), [batch, tokens, 3, heads, head]), [2, 0, 3, 1, 4]);
  const [q, k, v] = tf.split(tf.reshape(qkv, [3, batch * heads, tokens, head]), 3).map((t) => tf.reshape(t, [batch * heads, tokens, head]));
  const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(head));
  const mixed = tf.matMul(tf.softmax(mask ? tf.add(scores, mask) : scores), v);
  return dense(p.scope('out'), tf.reshape(tf.transpose(tf.reshape(mixed, [batch, heads, tokens, head]), [0, 2, 1, 3]), [batch * tokens, width]) as tf.Tensor2D, width);
}

function block(p: Params, x: tf.Tensor2D, tokens: number, heads: number, mask?: tf.Tensor2D): tf.Tensor2D {
  const h = tf.add(x, attention(p, layerNorm(p.scope('norm1'), x), tokens, heads, mask)) as tf.Tensor2D;
  const up = dense(p.scope('up'), layerNorm(p.scope('norm2'), h), 4 * h.shape[1]);
  return tf.add(h, dense(p.scope('down'), gelu(up), h.shape[1]));
}

/** Six layers of 384, six heads, bytes as tokens. Noise: text [batch, context + 1]. */
export function gpt(batch = 16, context = 128, vocabulary = 256, width = 384, layers = 6, heads = 6): BenchSource {
  return {
    batchShape: [1, 1, 1, 1],
    noise: { text: { shape: [batch, context + 1], dist: 'integers', below: vocabulary } },
    optimiser: adam,
    loss: (p, _, { text }) => {
      const seen = tf.slice(text, [0, 0], [batch, context]);
      const next = tf.reshape(tf.slice(text, [0, 1], [batch, context]), [batch * context]);
      const table = p.get<tf.Tensor2D>('tokens', [vocabulary, width], { kind: 'normal', stddev: 0.02 });
      const embedded = tf.reshape(tf.gather(table, tf.reshape(seen, [batch * context]) as tf.Tensor1D), [batch, context, width]);
      let h = tf.reshape(tf.add(embedded, p.get('positions', [context, width], zeros)), [batch * context, width]) as tf.Tensor2D;
      const mask = tf.tensor2d(Float32Array.from({ length: context * context }, (_v, i) => (i % context > Math.floor(i / context) ? -1e9 : 0)), [context, context]);
      for (let i = 0; i < layers; i++) h = block(p.scope('blocks').scope(i), h, context, heads, mask);
      const logits = dense(p.scope('logits'), layerNorm(p.scope('norm'), h), vocabulary);
      const chosen = tf.sum(tf.mul(tf.logSoftmax(logits), tf.oneHot(next as tf.Tensor1D, vocabulary)), 1);
      return { loss: tf.neg(tf.mean(chosen)), metrics: {} };
    },
  };
}

/** x [B n, W], places [B, m] of 0..n-1 -> [B m, W] */
function take(x: tf.Tensor2D, places: tf.Tensor2D, tokens: number): tf.Tensor2D {
  const [batch, wanted] = places.shape;
  const first = tf.tensor2d(Int32Array.from({ length: batch }, (_, b) => b * tokens), [batch, 1], 'int32');
  return tf.gather(x, tf.reshape(tf.add(places, first), [batch * wanted]) as tf.Tensor1D) as tf.Tensor2D;
}

/** 64 patches of 8 x 8 x 3 a picture, a quarter seen. Encoder ViT-tiny (192 wide, 12 layers, 3 heads), decoder 128 wide, 4 layers, 4 heads. */
export function mae(batch = 64, tokens = 64, patch = 192, width = 192, decoderWidth = 128): BenchSource {
  const kept = tokens / 4;
  return {
    batchShape: [batch, tokens, 1, patch],
    noise: { order: { shape: [batch, tokens], dist: 'normal' } },
    optimiser: adam,
    loss: (p, { x }, { order: scores }) => {
      const patches = tf.reshape(x, [batch * tokens, patch]) as tf.Tensor2D;
      const order = tf.topk(scores as tf.Tensor2D, tokens).indices;
      const back = tf.topk(tf.neg(tf.cast(order, 'float32')) as tf.Tensor2D, tokens).indices as tf.Tensor2D;
      const positions = (name: string, w: number) => tf.tile(p.get<tf.Tensor2D>(name, [tokens, w], { kind: 'normal', stddev: 0.02 }), [batch, 1]);
      const embedded = tf.add(dense(p.scope('embed'), patches, width), positions('positions', width)) as tf.Tensor2D;
      let z = take(embedded, tf.slice(order, [0, 0], [batch, kept]) as tf.Tensor2D, tokens);
      for (let i = 0; i < 12; i++) z = block(p.scope('encoder').scope(i), z, kept, 3);
      z = dense(p.scope('toDecoder'), layerNorm(p.scope('norm'), z), decoderWidth);
      const masks = tf.broadcastTo(p.get('mask', [decoderWidth], zeros), [batch, tokens - kept, decoderWidth]);
      const all = tf.reshape(tf.concat([tf.reshape(z, [batch, kept, decoderWidth]), masks], 1), [batch * tokens, decoderWidth]) as tf.Tensor2D;
      let h = tf.add(take(all, back, tokens), positions('decoderPositions', decoderWidth)) as tf.Tensor2D;
      for (let i = 0; i < 4; i++) h = block(p.scope('decoder').scope(i), h, tokens, 4);
      const y = dense(p.scope('pixels'), layerNorm(p.scope('decoderNorm'), h), patch);
      const masked = tf.reshape(tf.cast(tf.greaterEqual(back, kept), 'float32'), [batch * tokens]);
      const errors = tf.mean(tf.squaredDifference(y, patches), 1);
      return { loss: tf.div(tf.sum(tf.mul(errors, masked)), tf.sum(masked)), metrics: {} };
    },
  };
}
