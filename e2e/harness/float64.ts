/** @file tfjs' CPU backend in double precision: differences of it tell first and second derivatives to many digits. Used by tests alone. */

import * as tf from '@tensorflow/tfjs-core';

/** Runs `f` with tfjs on its CPU backend, all of whose float32 arrays are of doubles meanwhile. Tensors of before are not to be used inside; numbers must be read inside. */
export function inFloat64<T>(f: () => T): T {
  const single = globalThis.Float32Array;
  const before = tf.getBackend();
  void tf.setBackend('cpu');
  globalThis.Float32Array = Float64Array as unknown as typeof Float32Array;
  const { platform } = tf.env();
  const { isTypedArray } = platform;
  platform.isTypedArray = (x): x is never => x instanceof Float64Array || isTypedArray.call(platform, x);
  tf.engine().startScope();
  try {
    return f();
  } finally {
    tf.engine().endScope();
    globalThis.Float32Array = single;
    platform.isTypedArray = isTypedArray;
    void tf.setBackend(before);
  }
}

export interface Differences {
  value: Float64Array;
  /** <v, grad f> */
  first: number;
  /** <v, H v>, H the second derivatives of f */
  second: number;
}

/** Of f = sum(w y) along v at x, by central differences in double precision. `evaluate` computes y, of doubles, of operands moved by `by` along v; the step is for first derivatives, ten times that for second ones. */
export function differencesAlong(evaluate: (by: number) => ArrayLike<number>, w: ArrayLike<number>, step = 1e-5): Differences {
  const at = (by: number) => inFloat64(() => Float64Array.from(evaluate(by)));
  const value = at(0);
  const sum = (y: Float64Array) => y.reduce((total, x, i) => total + x * w[i], 0);
  const wide = 10 * step;
  return { value, first: (sum(at(step)) - sum(at(-step))) / (2 * step), second: (sum(at(wide)) - 2 * sum(value) + sum(at(-wide))) / wide ** 2 };
}
