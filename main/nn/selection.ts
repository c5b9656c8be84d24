/** @file Elements chosen along an axis, sorted, masked and put back. */

import * as tf from '@tensorflow/tfjs-core';
import { own } from './kernels';

/** y[i, j] = x[i, indices[i, j]] along an axis; the other axes of both are equal. x [..., N, ...], indices [..., K, ...] int32 -> [..., K, ...] */
export function takeAlong(x: tf.Tensor, indices: tf.Tensor, axis = -1): tf.Tensor {
  const at = tf.util.parseAxisParam(axis, x.shape)[0];
  return own('GatherElements', { x, indices }, { axis: at }, () => {
    const order = x.shape.map((_, i) => i).filter((i) => i !== at).concat(at);
    const turned = tf.transpose(indices, order);
    const [n, k] = [x.shape[at], indices.shape[at]];
    const rows = x.size / n;
    const starts = tf.reshape(tf.range(0, rows * n, n, 'int32'), [rows, 1]);
    const places = tf.reshape(tf.add(tf.reshape(turned, [rows, k]), starts), [-1]);
    const y = tf.reshape(tf.gather(tf.reshape(tf.transpose(x, order), [-1]), tf.cast(places, 'int32') as tf.Tensor1D), turned.shape);
    return tf.transpose(y, order.map((_, i) => order.indexOf(i)));
  });
}

/** Along an axis, ascending unless told; equal elements keep their order. -> values of x's shape, and where each stood, int32. Gradients go back to where values stood. */
export function sort(x: tf.Tensor, axis = -1, direction: 'ascending' | 'descending' = 'ascending'): { values: tf.Tensor; indices: tf.Tensor } {
  const at = tf.util.parseAxisParam(axis, x.shape)[0];
  const order = x.shape.map((_, i) => i).filter((i) => i !== at).concat(at);
  const back = order.map((_, i) => order.indexOf(i));
  const turned = tf.transpose(x, order);
  const { values, indices } = tf.topk(direction === 'ascending' ? tf.neg(turned) : turned, x.shape[at]);
  return { values: tf.transpose(direction === 'ascending' ? tf.neg(values) : values, back), indices: tf.transpose(indices, back) };
}

/** x with `updates` added to the rows that `indices` name: twice where one is named twice. x [N, ...], indices [..., depth] int32, as tf.scatterND takes them */
export const scatterAdd = <T extends tf.Tensor>(x: T, indices: tf.Tensor, updates: tf.Tensor): T => tf.add(x, tf.scatterND(indices, updates, x.shape)) as T;

/** 1 where a query may look: at itself and before. -> [positions, positions], rows are queries */
export function causalMask(positions: number): tf.Tensor2D {
  return tf.tensor2d(Float32Array.from({ length: positions * positions }, (_, i) => (i % positions <= Math.floor(i / positions) ? 1 : 0)), [positions, positions]);
}
