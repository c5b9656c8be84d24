/** @file Parameters one after the other in one flat vector, and back: what is elementwise in an optimiser is then one op, whatever the number of parameters. */

import * as tf from '@tensorflow/tfjs-core';

/** A parameter's turn in the flat vector. */
export interface Place {
  name: string;
  shape: readonly number[];
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Weights of layers decay and are scaled layer by layer; biases, scales and shifts are vectors, and neither happens to them. */
export const isWeight = ({ shape }: Place): boolean => shape.length > 1;

/** flat [sum of sizes] -> a tensor of each shape, in order. */
export function split(flat: tf.Tensor, shapes: readonly (readonly number[])[]): tf.Tensor[] {
  let begin = 0;
  return shapes.map((shape) => {
    const piece = tf.slice(flat, [begin], [sizeOf(shape)]);
    begin += sizeOf(shape);
    return tf.reshape(piece, [...shape]);
  });
}

/** Tensors of any shapes -> [sum of sizes] */
export const join = (tensors: readonly tf.Tensor[]): tf.Tensor1D => tf.concat(tensors.map((t) => tf.reshape(t, [t.size]) as tf.Tensor1D));

/** 1 where an element belongs to a weight, else 0. -> [sum of sizes] */
export const weightMask = (places: readonly Place[]): tf.Tensor1D => tf.concat(places.map((p) => tf.fill([sizeOf(p.shape)], isWeight(p) ? 1 : 0) as tf.Tensor1D));
