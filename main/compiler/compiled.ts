/** @file What the compiler gives: ONNX bytes and what goes in and comes out. Plain data: it crosses processes. */

import type { NoiseSpec } from '../methods/method';
import type { Init, ParamSpec } from '../nn/params';

export type { Init, ParamSpec } from '../nn/params';

/** uint8: levels of a batch alone, made floats at once. */
export type Dtype = ComputedDtype | 'uint8';
/** What losses compute in. */
export type ComputedDtype = 'float32' | 'int32' | 'bool';

export interface TensorSpec {
  name: string;
  shape: number[];
  dtype: Dtype;
}

/** A tensor that is carried from step to step, and how it starts: drawn, or equal to another one. */
export interface StateSpec extends TensorSpec {
  start: Init | { kind: 'copy'; of: string };
}

/** One training step as one static graph: (state, x, noise, scalars) -> (state', metrics). */
export interface CompiledStep {
  onnx: Uint8Array;
  params: ParamSpec[];
  /** Carried from step to step, float32: 'param/NAME'; the optimiser's moments, 'm/NAME' and 'v/NAME' of Adam's; 'ema/NAME' with an average; 'teacher/NAME' of a teacher; 'state/NAME' of what losses keep.
   *  In the order of `packed`, each vector's tensors together. */
  state: StateSpec[];
  /** How the graph carries them: tensors of a kind one after the other in one flat vector, so that the optimiser is a dozen ops whatever the number of parameters. A player among several has
   *  vectors of its own ('param:generator'), a teacher too ('teacher:SCOPE'). The input has this name, the output the same with a trailing apostrophe. */
  packed: { kind: string; size: number }[];
  /** Input 'x' [B, H, W, C]: levels as uint8, which the graph brings to [0, 1], or float32 as the losses are to see them. */
  batch: TensorSpec;
  /** Inputs 'noise/NAME', float32 or int32. */
  noise: Record<string, NoiseSpec>;
  /** Scalar float32 inputs: 'step' (from 1), 'learningRate', and 'progress' (share of the run, 0 to 1) where something depends on it. */
  scalars: string[];
  /** Scalar float32 outputs 'metric/NAME', 'loss' and 'gradNorm' among them; of several players 'PLAYERLoss' and 'PLAYERGradNorm'. */
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
