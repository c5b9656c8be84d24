/** @file What a method is. A method knows its paper and tfjs; it never knows devices, files or the window. */

import type * as tf from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { Params } from '../nn/params';

/** What the data looks like to a method: images [height, width, channels], values in [0, 1]. */
export interface ImageShape {
  height: number;
  width: number;
  channels: number;
}

/** A source of randomness that the trainer fills anew each step, from the run's seed and the step alone. Shapes have the batch first. */
export interface NoiseSpec {
  shape: number[];
  /** normal: N(0, 1). uniform: U[0, 1). integers: whole numbers in [0, below), as int32. */
  dist: 'normal' | 'uniform' | 'integers';
  below?: number;
}

export type Tensors = Record<string, tf.Tensor>;
export interface LossResult {
  /** Scalar, minimised. */
  loss: tf.Tensor;
  /** Scalars to chart, in the units their words name. */
  metrics: Record<string, tf.Tensor>;
}

/** One thing a trained model can do, compiled to an ONNX file in the run; the first axis of each input and output is the batch. */
export interface GraphSpec {
  /** 'decode(z)->x', say: what panels ask for. */
  signature: string;
  /** Shapes without the batch axis. */
  inputs: Record<string, { shape: number[]; dtype?: 'float32' | 'int32' }>;
  run(params: Params, inputs: Tensors): Tensors;
  /** Goes into metadata_props beside signature and layout: value range, schedule... */
  metadata?: Record<string, string>;
}

/** Words of a method or field, in each language of the lab. */
export interface Words<Field extends string> {
  title: string;
  summary: string;
  fields: Record<Field, { label: string; help: string; why: string }>;
  metrics: Record<string, string>;
  /** Values of fields that are a choice of words. */
  options: Record<string, string>;
}

export interface Method<Schema extends z.ZodObject = z.ZodObject, C = z.infer<Schema>> {
  id: string;
  family: string;
  paper: string;
  needs: { images: boolean };
  config: Schema;
  /** Overrides that make the method small enough for eager tfjs: the tests run it. */
  tiny: Partial<C>;
  words: { en: Words<string & keyof C>; fr: Words<string & keyof C> };
  /** The fields that one changes first, at most six: forms fold the others. */
  main: readonly (string & keyof C)[];
  /** What a training so configured needs to please: the steps until its pictures can be recognised, and the longest side of images that the network's depth suits. */
  suits(config: C): { steps: number; side: number };
  /** Noise that one training step needs. */
  noise(config: C, data: ImageShape, batch: number): Record<string, NoiseSpec>;
  /** batch.x [B, H, W, C] in [0, 1]. */
  loss(params: Params, batch: { x: tf.Tensor4D }, noise: Tensors, config: C, data: ImageShape): LossResult;
  graphs(config: C, data: ImageShape): Record<string, GraphSpec>;
  /** What must divide evenly for the network to fit the data: `value` by `divisor`. */
  divisions?(config: C, data: ImageShape): { what: string; value: number; divisor: number }[];
}

/** Forgets the config's type, so that methods of all kinds stand in one list: a config reaches a method only after its own schema has parsed it. */
export function defineMethod<Schema extends z.ZodObject>(method: Method<Schema>): Method {
  return method as unknown as Method;
}
