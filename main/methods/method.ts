/** @file What a method is. A method knows its paper and tfjs; it never knows devices, files or the window. */

import type * as tf from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { OptimiserConfig } from '../nn/optimisers/optimise';
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

/** Scalars that change from step to step. */
export interface Time {
  /** From 1. */
  step: tf.Scalar;
  /** The share of the run that is done before this step, 0 to 1; 0 in a run without an end. */
  progress: tf.Scalar;
}

/** batch.x [B, H, W, C] in [0, 1]. Metrics of several players have different names. */
export type Loss<C> = (params: Params, batch: { x: tf.Tensor4D }, noise: Tensors, config: C, data: ImageShape, time: Time) => LossResult;

/** How a player's training differs from what the config says. */
export type PlayerTraining = Partial<Omit<Extract<OptimiserConfig, { optimiser?: 'adam' }>, 'optimiser'>> & {
  /** Its learning rate, as a multiple of the run's. */
  rate?: number;
  /** It moves at every so many steps: WGAN's generator at each fifth. */
  every?: number;
};

/** Whoever minimises a loss of its own over parameters of its own. */
export interface Player<C> {
  /** The scopes of its parameters. Each parameter is one player's. */
  scopes: readonly string[];
  loss: Loss<C>;
  training?(config: C): PlayerTraining;
}

/** A scope whose parameters are a copy of another's that follows it: theta_t <- momentum theta_t + (1 - momentum) theta_s after each step (DINO, BYOL, MoCo). Losses read it; no gradient flows into it. */
export interface Teacher<C> {
  /** The scope that it follows. */
  of: string;
  momentum(config: C, time: Time): tf.Scalar | number;
}

interface OneLoss<C> {
  /** Minimised over all parameters. */
  loss: Loss<C>;
  players?: undefined;
}

interface SeveralLosses<C> {
  loss?: undefined;
  /** By name, in the order of their turns. The metrics are NAMELoss and NAMEGradNorm. */
  players: Record<string, Player<C>>;
  /** Each at its turn, seeing where those before it have moved (Goodfellow et al. 2014, algorithm 1); or all from where the step began. */
  moves: 'in turn' | 'together';
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

interface Described<Schema extends z.ZodObject, C> {
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
  /** By scope. */
  teachers?: Record<string, Teacher<C>>;
  graphs(config: C, data: ImageShape): Record<string, GraphSpec>;
  /** What must divide evenly for the network to fit the data: `value` by `divisor`. */
  divisions?(config: C, data: ImageShape): { what: string; value: number; divisor: number }[];
}

export type Method<Schema extends z.ZodObject = z.ZodObject, C = z.infer<Schema>> = Described<Schema, C> & (OneLoss<C> | SeveralLosses<C>);

/** Forgets the config's type, so that methods of all kinds stand in one list: a config reaches a method only after its own schema has parsed it. */
export function defineMethod<Schema extends z.ZodObject>(method: Method<Schema>): Method {
  return method as unknown as Method;
}
