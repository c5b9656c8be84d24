/** @file Attention (Vaswani et al. 2017), token embeddings. */

import * as tf from '@tensorflow/tfjs-core';
import { glorotUniform, zeros, type Init, type Params } from './params';
import { causalMask } from './selection';

/** What a query that may not look at a key adds to its score: e to this is 0, and no row is left without a number. */
const forbidden = -1e9;

export interface AttentionMask {
  /** Each position sees itself and those before. */
  causal?: boolean;
  /** [B, keys]: 1 where a key stands, 0 where the sequence is filled up. */
  keys?: tf.Tensor2D;
}

/** softmax(q k' / sqrt(d) + mask) v (eq. 1), heads side by side in the channels. q [B, P, C], k and v [B, Q, C] -> [B, P, C], C divisible by `heads`; causal only where P = Q */
export function attend(q: tf.Tensor3D, k: tf.Tensor3D, v: tf.Tensor3D, heads: number, { causal = false, keys }: AttentionMask = {}): tf.Tensor3D {
  const [batch, positions, channels] = q.shape;
  const seen = k.shape[1];
  if (channels % heads !== 0) throw new Error(`${channels} channels do not divide into ${heads} heads`);
  if (causal && positions !== seen) throw new Error(`causal attention of ${positions} positions over ${seen}`);
  const width = channels / heads;
  const split = (x: tf.Tensor3D) => (heads === 1 ? x : tf.transpose(tf.reshape(x, [batch, x.shape[1], heads, width]), [0, 2, 1, 3])); // [B, heads, P, width]
  let scores: tf.Tensor = tf.mul(tf.matMul(split(q), split(k), false, true), 1 / Math.sqrt(width)); // [B, heads, P, Q]
  if (causal) scores = tf.add(scores, tf.mul(tf.sub(1, causalMask(positions)), forbidden));
  if (keys) scores = tf.add(scores, tf.reshape(tf.mul(tf.sub(1, keys), forbidden), heads === 1 ? [batch, 1, seen] : [batch, 1, 1, seen]));
  const mixed = tf.matMul(tf.softmax(scores), split(v));
  return (heads === 1 ? mixed : tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch, positions, channels])) as tf.Tensor3D;
}

export interface MultiHeadOptions extends AttentionMask {
  heads: number;
  /** What is attended to, if not x itself: [B, Q, channels]. */
  context?: tf.Tensor3D;
}

/** Multi-head attention with its four projections (section 3.2.2). x [B, P, C] -> [B, P, C] */
export function multiHeadAttention(p: Params, x: tf.Tensor3D, { heads, context = x, ...mask }: MultiHeadOptions): tf.Tensor3D {
  const channels = x.shape[2];
  const projected = (name: string, from: tf.Tensor3D) => positionwise(p.scope(name), from, channels);
  return projected('out', attend(projected('query', x), projected('key', context), projected('value', context), heads, mask));
}

/** A dense layer at each position. x [B, P, in] -> [B, P, units] */
export function positionwise(p: Params, x: tf.Tensor3D, units: number, init: (fanIn: number, fanOut: number) => Init = glorotUniform): tf.Tensor3D {
  const [batch, positions, fanIn] = x.shape;
  const weight = p.get<tf.Tensor2D>('weight', [fanIn, units], init(fanIn, units));
  const y = tf.add(tf.matMul(tf.reshape(x, [batch * positions, fanIn]), weight), p.get('bias', [units], zeros));
  return tf.reshape(y, [batch, positions, units]);
}

/** A vector for each of `count` tokens, drawn with the deviation given at the start. ids [...] int32 in [0, count) -> [..., width] */
export function embedding(p: Params, ids: tf.Tensor, count: number, width: number, stddev = 0.02): tf.Tensor {
  const table = p.get('table', [count, width], { kind: 'normal', stddev });
  return tf.gather(table, ids as tf.Tensor1D);
}
