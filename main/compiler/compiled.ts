/** @file What the compiler gives: ONNX bytes and what goes in and comes out. Plain data: it crosses processes. */

import type { NoiseSpec } from '../methods/method';
import type { ParamSpec } from '../nn/params';

export type { Init, ParamSpec } from '../nn/params';

export type Dtype = 'float32' | 'int32' | 'bool';

export interface TensorSpec {
  name: string;
  shape: number[];
  dtype: Dtype;
}

/** One training step as one static graph: (state, x, noise, scalars) -> (state', metrics). */
export interface CompiledStep {
  onnx: Uint8Array;
  params: ParamSpec[];
  /** Carried from step to step, float32: 'param/NAME', 'm/NAME', 'v/NAME', and 'ema/NAME' with an average. */
  state: TensorSpec[];
  /** How the graph carries them: the tensors of a kind ('param', 'm', 'v', 'ema') one after the other in one flat vector, so that the optimiser is a dozen ops
   *  whatever the number of parameters. The input has the kind's name, the output the same with a trailing apostrophe. */
  packed: { kind: string; size: number }[];
  /** Input 'x' [B, H, W, C] float32 in [0, 1]. */
  batch: TensorSpec;
  /** Inputs 'noise/NAME', float32 or int32. */
  noise: Record<string, NoiseSpec>;
  /** Scalar float32 inputs: 'step' (from 1), 'learningRate'. */
  scalars: string[];
  /** Scalar float32 outputs 'metric/NAME', 'loss' and 'gradNorm' among them. */
  metrics: string[];
}

/** One graph of a trained model with a symbolic batch axis and the parameters as inputs 'param/NAME'; `bakeParams` makes them initializers. */
export interface CompiledGraph {
  name: string;
  onnx: Uint8Array;
  params: string[];
  /** Shapes without the batch axis. */
  inputs: TensorSpec[];
  outputs: TensorSpec[];
  metadata: Record<string, string>;
}
