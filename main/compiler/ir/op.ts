/** @file The operations of the IR: their attributes, and what each one owes. Values are single-assignment, pure and of static shape. */

import type * as tf from '@tensorflow/tfjs-core';
import type { ComputedDtype, Dtype } from '../compiled';
import type { Emitter } from '../emit/emitter';
import type { Builder } from './builder';

/** Attributes of every op. Images are NCHW, filters [K, C, kh, kw]; pads are [top, left, bottom, right]. */
export interface OpAttrs {
  input: { name: string };
  constant: { key: string };
  // elementwise, with numpy broadcasting
  add: None; sub: None; mul: None; div: None; maximum: None; minimum: None; pow: None; atan2: None; logAddExp: None;
  /** Rounded towards minus infinity: a = floorDiv(a, b) b + mod(a, b), the remainder with b's sign. */
  mod: None; floorDiv: None;
  greater: None; greaterEqual: None; less: None; lessEqual: None; equal: None;
  logicalAnd: None; logicalOr: None; logicalNot: None;
  neg: None; exp: None; log: None; log1p: None; expm1: None; sqrt: None; reciprocal: None; abs: None; sign: None;
  /** `round`: halves to even. */
  floor: None; ceil: None; round: None; isNaN: None; isFinite: None;
  sigmoid: None; tanh: None; relu: None; softplus: None; erf: None; silu: None;
  sin: None; cos: None; tan: None; asin: None; acos: None; atan: None; sinh: None; cosh: None; asinh: None; acosh: None; atanh: None;
  gelu: { approximation: 'none' | 'tanh' };
  elu: { alpha: number };
  leakyRelu: { alpha: number };
  clip: { min: number; max: number };
  /** dy where y > 0, else 0: the gradient of relu from its output. Inputs (dy, y). */
  reluGrad: None;
  where: None;
  cast: { to: ComputedDtype };
  stopGradient: None;
  /** Entry and exit of a region that the backward pass computes anew. */
  checkpointIn: { region: number };
  checkpointOut: { region: number };
  /** x, computed after a scalar is known. Inputs (x, scalar). */
  barrier: None;
  /** The first input, the gradient to the second (Bengio et al. 2013). Inputs (hard, soft). */
  straightThrough: None;
  /** Its input, as a value of its own that no rewriting looks through: what a gradient inside a loss is taken with respect to. */
  mark: None;
  // shape
  reshape: { shape: number[] };
  transpose: { perm: number[] };
  broadcastTo: { shape: number[] };
  concat: { axis: number };
  slice: { begin: number[]; size: number[] };
  /** Each `strides`-th element from `begin` on, `size` of them; strides are positive. */
  stridedSlice: { begin: number[]; strides: number[]; size: number[] };
  /** Zeros (or `value`) around; [before, after] an axis. */
  pad: { paddings: [number, number][]; value: number };
  reverse: { axes: number[] };
  // reductions
  sum: Reduction; mean: Reduction; max: Reduction; min: Reduction; prod: Reduction; logSumExp: Reduction;
  /** Where the extremum stands along an axis, the first of equals. -> int32, without the axis */
  argMax: { axis: number }; argMin: { axis: number };
  /** Running sums along an axis: without the element itself if exclusive, from the end if reverse. */
  cumsum: { axis: number; exclusive: boolean; reverse: boolean };
  // products
  matMul: { transposeA: boolean; transposeB: boolean };
  /** a b + bias, rank 2; bias broadcasts over rows. */
  gemm: { transposeA: boolean; transposeB: boolean };
  softmax: { axis: number };
  logSoftmax: { axis: number };
  /** -log softmax(logits)[label]. Inputs (logits [..., C], labels int32 [...]) -> [...]. */
  crossEntropy: None;
  // images
  conv2d: Conv;
  /** d conv2d / d x. Inputs (dy, filter). */
  conv2dInputGrad: Conv & { inputShape: number[] };
  /** d conv2d / d filter. Inputs (x, dy). */
  conv2dFilterGrad: Conv & { filterShape: number[] };
  upsample: { factor: number };
  /** TensorFlow's sampling grids. */
  resize: { size: [number, number]; mode: 'bilinear' | 'nearest'; coordinates: 'asymmetric' | 'halfPixel' | 'alignCorners' };
  resizeGrad: OpAttrs['resize'] & { inputSize: [number, number] };
  /** [before, after] an axis. */
  borderPad: { paddings: [number, number][]; mode: 'reflect' | 'symmetric' | 'edge' };
  depthToSpace: { block: number };
  spaceToDepth: { block: number };
  /** Mean of the pixels in each window, without padding. */
  avgPool: Pool;
  avgPoolGrad: Pool & { inputShape: number[] };
  maxPool: Pool;
  /** dy at the first maximum of each window of x. Inputs (dy, x). */
  maxPoolGrad: Pool;
  /** v at the first maximum of each window of x. Inputs (v, x). */
  maxPoolPick: Pool;
  // normalisation over the last axis: (x - mean) / sqrt(var + epsilon), and 1 / sqrt(var + epsilon) with a last axis of 1
  normalize: { epsilon: number };
  inverseStd: { epsilon: number };
  /** Wu & He 2018, without scale and shift. A macro: `passes/decompose` writes it out once the layout is known. */
  groupNorm: { groups: number; epsilon: number; channelAxis: number };
  // indexing
  /** Rows of a table, axis 0. Inputs (table [T, ...], indices int32 [...]) -> [...indices, ...]. */
  gather: None;
  /** Adds rows of `updates` into zeros of `shape` at `indices` along axis 0. Inputs (indices [N], updates [N, ...]). */
  scatterAdd: { shape: number[] };
  oneHot: { depth: number };
  /** Indices of the k largest along the last axis, largest first, the first of equals first. -> int32 */
  topKIndices: { k: number };
  /** y[i, j, ...] = x[i, indices[i, j, ...], ...] along an axis; the other axes of both are equal. Inputs (x, indices int32). */
  gatherElements: { axis: number };
  /** The reverse: updates added into zeros of `shape`. Inputs (indices int32, updates). */
  scatterElementsAdd: { axis: number; shape: number[] };
}

export type None = Record<string, never>;
export type Reduction = { axes: number[]; keepDims: boolean };
type Pool = { size: [number, number]; strides: [number, number]; pads: [number, number, number, number] };
/** Filters are [K, C / groups, kh, kw]; their elements lie `dilations` pixels apart. */
type Conv = { strides: [number, number]; pads: [number, number, number, number]; dilations?: [number, number]; groups?: number };

export type Op = keyof OpAttrs;

export interface Value<K extends Op = Op> {
  readonly id: number;
  readonly op: K;
  readonly inputs: readonly Value[];
  readonly attrs: OpAttrs[K];
  readonly shape: number[];
  readonly dtype: Dtype;
}

export type Typed = { shape: number[]; dtype: Dtype };

/** Inputs of a conformance case: a shape (normal float32), or more exactly. Whole numbers are of `from` (0) up to `from` + `below` - 1. */
export type CaseInput = number[] | { shape: number[]; range?: [number, number]; dtype?: ComputedDtype; from?: number; below?: number };

/** Everything an op owes. */
export interface Rule<Attrs> {
  arity: number | [number, number];
  shape(inputs: readonly Typed[], attrs: Attrs): Typed;
  /** Vector-Jacobian product: the cotangent of each input (null: none flows), from that of the output, in IR ops that can be differentiated again. */
  vjp(g: Builder, at: { dy: Value; y: Value; inputs: readonly Value[]; attrs: Attrs }): (Value | null)[];
  /** ONNX nodes. -> the name of the output. */
  lower(e: Emitter, at: { inputs: string[]; values: readonly Value[]; attrs: Attrs; y: Value }): string;
  /** The same in eager tfjs: the reference that values and gradients are tested against. */
  reference(tfjs: typeof tf, inputs: tf.Tensor[], attrs: Attrs): tf.Tensor;
  cases: { inputs: CaseInput[]; attrs: Attrs }[];
}

export type OpRule<K extends Op> = Rule<OpAttrs[K]>;

export type OpFamily<Ops extends Op> = { [K in Ops]: OpRule<K> };
