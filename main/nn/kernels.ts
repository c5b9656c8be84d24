/** @file Operations that tfjs lacks: one kernel for a backend that has it, else written out in tfjs' own. */

import * as tf from '@tensorflow/tfjs-core';

/** The kernel's result on a backend that has it, else what `writtenOut` gives. Inputs: x alone, or several by name. */
export function own(kernel: string, inputs: tf.Tensor | Record<string, tf.Tensor>, attrs: tf.NamedAttrMap, writtenOut: () => tf.Tensor): tf.Tensor {
  if (!tf.getKernel(kernel, tf.getBackend())) return writtenOut();
  return tf.engine().runKernel(kernel, inputs instanceof tf.Tensor ? { x: inputs } : inputs, attrs) as tf.Tensor;
}

/** x sigmoid(x) (Elfwing et al. 2018; also swish). */
export function silu<T extends tf.Tensor>(x: T): T {
  return own('Silu', x, {}, () => tf.mul(x, tf.sigmoid(x))) as T;
}

/** x, through which no gradient flows. */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  return own('StopGradient', x, {}, () => tf.customGrad((v) => ({ value: tf.clone(v as tf.Tensor), gradFunc: (dy) => [tf.zerosLike(dy as tf.Tensor)] }))(x)) as T;
}

/** The value of `hard`, the gradient to `soft` (Bengio et al. 2013): rounding, quantisation and choices that learn as if they were not there. Of equal shapes. */
export function straightThrough<T extends tf.Tensor>(hard: T, soft: T): T {
  return own('StraightThrough', { hard, soft }, {}, () =>
    tf.customGrad((h, s) => ({ value: tf.clone(h as tf.Tensor), gradFunc: (dy) => [tf.zerosLike(dy as tf.Tensor), tf.mul(dy as tf.Tensor, tf.onesLike(s as tf.Tensor))] }))(hard, soft)) as T;
}

/** Wu & He 2018, without scale and shift: each group of channels of each image gets mean 0 and variance 1. x [B, H, W, C] */
export function groupNormalize(x: tf.Tensor4D, groups: number, epsilon = 1e-5): tf.Tensor4D {
  return own('GroupNorm', x, { groups, epsilon }, () => {
    const [b, h, w, c] = x.shape;
    const grouped = tf.reshape(x, [b, h * w, groups, c / groups]);
    const { mean, variance } = tf.moments(grouped, [1, 3], true);
    return tf.reshape(tf.div(tf.sub(grouped, mean), tf.sqrt(tf.add(variance, epsilon))), x.shape);
  }) as tf.Tensor4D;
}

/** Ba et al. 2016, without scale and shift: the last axis gets mean 0 and variance 1. */
export function layerNormalize<T extends tf.Tensor>(x: T, epsilon = 1e-5): T {
  return own('LayerNorm', x, { epsilon }, () => {
    const { mean, variance } = tf.moments(x, -1, true);
    return tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, epsilon)));
  }) as T;
}

/** Each pixel becomes factor x factor. x [B, H, W, C] -> [B, factor H, factor W, C]. By tiling: the gradient of tfjs' own nearest-neighbour resize is off at some sizes. */
export function upsample(x: tf.Tensor4D, factor = 2): tf.Tensor4D {
  return own('Upsample', x, { factor }, () => {
    const [b, h, w, c] = x.shape;
    const wide = tf.tile(tf.reshape(x, [b * h, w, 1, c]), [1, 1, factor, 1]); // [B H, W, factor, C]
    return tf.reshape(tf.tile(tf.reshape(wide, [b * h, 1, w * factor, c]), [1, factor, 1, 1]), [b, h * factor, w * factor, c]);
  }) as tf.Tensor4D;
}
