/** @file What reaches every tfjs kernel that can be traced, and every kernel of our own. */

import * as tf from '@tensorflow/tfjs-core';
import type { CaseInput } from '../../main/compiler/ir/op';
import { gelu } from '../../main/nn/activations';
import { checkpoint } from '../../main/nn/checkpoint';
import { grad } from '../../main/nn/gradient';
import { groupNormalize, layerNormalize, silu, stopGradient, straightThrough, upsample } from '../../main/nn/kernels';
import { scatterAdd, sort, takeAlong } from '../../main/nn/selection';
import { crossEntropy, logAddExp, logSoftmax, logSumExp, softmax } from '../../main/nn/softmax';
import { imageKernelCases } from './image-kernel-cases';
import type { TracedFunction } from './traced';

export interface KernelCase {
  inputs: CaseInput[];
  f: TracedFunction;
}

const whole = (shape: number[], below: number, from = 0): CaseInput => ({ shape, dtype: 'int32', below, from });
const bools = (shape: number[]): CaseInput => ({ shape, dtype: 'bool', below: 2 });
const within = (shape: number[], low: number, high: number): CaseInput => ({ shape, range: [low, high] });

const one = (f: (x: tf.Tensor) => tf.Tensor, input: CaseInput = [2, 3]): KernelCase[] => [{ inputs: [input], f }];
const two = (f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, a: CaseInput = [2, 3], b: CaseInput = [3]): KernelCase[] => [{ inputs: [a, b], f }];
const compared = (f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) => two(f, whole([4, 3], 3), whole([3], 3));
/** Nonlinear in all that it is given, so that second derivatives are not zero. */
const squared = (f: TracedFunction): TracedFunction => (...xs) => tf.square(f(...xs));
const joined = (xs: tf.Tensor[]) => tf.concat(xs.map((x) => tf.reshape(x, [-1])));
const indices = (rows: number[][]) => tf.tensor2d(rows, [rows.length, rows[0].length], 'int32');

export const kernelCases: Record<string, KernelCase[]> = {
  Add: two((a, b) => tf.square(tf.add(a, b))),
  AddN: two((a, b) => tf.square(tf.addN([a, b, a])), [2, 3], [2, 3]),
  Sub: two((a, b) => tf.square(tf.sub(a, b))),
  Multiply: [...two((a, b) => tf.mul(a, b)), ...two((a, b) => tf.mul(a, b), whole([3], 9, -4), whole([2, 3], 9, -4))],
  RealDiv: two((a, b) => tf.div(a, b), [2, 3], within([3], 0.5, 2)),
  Maximum: two((a, b) => tf.square(tf.maximum(a, b))),
  Minimum: two((a, b) => tf.square(tf.minimum(a, b))),
  Pow: two((a, b) => tf.pow(a, b), within([2, 3], 0.3, 2)),
  Mod: [...two((a, b) => tf.square(tf.mod(a, b)), [2, 3], within([3], 0.6, 2)), ...two((a, b) => tf.mod(a, b), whole([6], 40, -20), whole([1], 5, 2))],
  FloorDiv: [...two((a, b) => tf.floorDiv(a, b), whole([6], 40, -20), whole([1], 5, 2)), ...two((a, b) => tf.floorDiv(a, b), [6], within([6], 0.6, 2))],
  Atan2: two((a, b) => tf.atan2(a, b)),
  LogAddExp: two((a, b) => logAddExp(a, b), within([2, 3], -30, 30), [3]),
  SquaredDifference: two((a, b) => tf.squaredDifference(a, b)),
  Greater: compared(tf.greater), GreaterEqual: compared(tf.greaterEqual), Less: compared(tf.less), LessEqual: compared(tf.lessEqual), Equal: compared(tf.equal), NotEqual: compared(tf.notEqual),
  LogicalAnd: two(tf.logicalAnd, bools([4, 3]), bools([3])), LogicalOr: two(tf.logicalOr, bools([4, 3]), bools([3])), LogicalNot: one(tf.logicalNot, bools([4])),
  Exp: one(tf.exp), Expm1: one(tf.expm1), Log: one(tf.log, within([5], 0.2, 3)), Log1p: one(tf.log1p, within([5], -0.5, 3)), Sqrt: one(tf.sqrt, within([5], 0.2, 3)), Rsqrt: one(tf.rsqrt, within([5], 0.2, 3)),
  Square: one(tf.square), Neg: one((x) => tf.square(tf.neg(x))), Reciprocal: one(tf.reciprocal, within([5], 0.4, 2)), Abs: one((x) => tf.mul(x, tf.abs(x))), Sign: one((x) => tf.mul(tf.square(x), tf.sign(x))),
  Floor: one((x) => tf.mul(tf.square(x), tf.floor(x))), Ceil: one((x) => tf.mul(tf.square(x), tf.ceil(x))), Round: one((x) => tf.mul(tf.square(x), tf.round(x))),
  IsNan: one((x) => tf.isNaN(tf.div(tf.relu(x), tf.relu(x))), [9]), IsFinite: one((x) => tf.isFinite(tf.div(1, tf.relu(x))), [9]), IsInf: one((x) => tf.isInf(tf.div(1, tf.relu(x))), [9]),
  Sigmoid: one(tf.sigmoid), Tanh: one(tf.tanh), Relu: one((x) => tf.square(tf.relu(x))), Softplus: one(tf.softplus), Erf: one(tf.erf),
  Sin: one(tf.sin), Cos: one(tf.cos), Tan: one(tf.tan, within([5], -1, 1)), Asin: one(tf.asin, within([5], -0.8, 0.8)), Acos: one(tf.acos, within([5], -0.8, 0.8)), Atan: one(tf.atan),
  Sinh: one(tf.sinh), Cosh: one(tf.cosh), Asinh: one(tf.asinh), Acosh: one(tf.acosh, within([5], 1.5, 4)), Atanh: one(tf.atanh, within([5], -0.8, 0.8)),
  Elu: one(tf.elu), Selu: one(tf.selu), LeakyRelu: one((x) => tf.square(tf.leakyRelu(x, 0.3))), Prelu: two((x, alpha) => tf.square(tf.prelu(x, alpha))),
  Relu6: one((x) => tf.square(tf.relu6(x)), within([9], -2, 9)), Step: one((x) => tf.mul(tf.square(x), tf.step(x, 0.2))), ClipByValue: one((x) => tf.square(tf.clipByValue(x, -0.5, 0.8))),
  Silu: one(silu), Gelu: [...one((x) => gelu(x)), ...one((x) => gelu(x, 'tanh'))], StopGradient: one((x) => stopGradient(tf.cast(tf.greater(x, 0), 'float32'))),
  StraightThrough: one((x) => straightThrough(tf.square(x), tf.square(x))),
  Select: [{ inputs: [bools([4, 3]), [4, 3], [4, 3]], f: (c, a, b) => tf.square(tf.where(c, a, b)) }],
  Cast: one((x) => tf.mul(tf.cast(x, 'float32'), 0.5), whole([5], 9, -4)),
  Identity: one((x) => tf.square(tf.clone(x))), ZerosLike: one((x) => tf.mul(x, tf.add(tf.square(x), tf.zerosLike(x)))), OnesLike: one((x) => tf.mul(tf.square(x), tf.onesLike(x))),
  Fill: one((x) => tf.mul(tf.square(x), tf.fill([2, 3], 1.5))), Range: one((x) => tf.mul(tf.square(x), tf.range(1, 4, 1))), LinSpace: one((x) => tf.mul(tf.square(x), tf.linspace(-1, 2, 3))),

  Reshape: one((x) => tf.square(tf.reshape(x, [3, -1]))), ExpandDims: one((x) => tf.square(tf.expandDims(x, -1))), Transpose: one((x) => tf.square(tf.transpose(x, [2, 0, 1])), [2, 3, 4]),
  BroadcastTo: one((x) => tf.square(tf.broadcastTo(x, [4, 2, 3]))), Tile: one((x) => tf.square(tf.tile(x, [2, 3]))), Concat: two((a, b) => tf.square(tf.concat([a, b], -1)), [2, 3], [2, 2]),
  Pack: two((a, b) => tf.square(tf.stack([a, b], 1)), [2, 3], [2, 3]), Unpack: one((x) => joined(tf.unstack(tf.square(x), 1).map((v, i) => tf.mul(v, i + 1)))),
  Slice: one((x) => tf.square(tf.slice(x, [0, 1], [-1, 2]))), SplitV: one((x) => joined(tf.split(tf.square(x), [1, 2], 1).map((v, i) => tf.mul(v, i + 1)))),
  StridedSlice: [...one((x) => tf.square(tf.stridedSlice(x, [0, 1], [4, 7], [2, 3])), [4, 7]), ...one((x) => tf.square(tf.stridedSlice(x, [3, 6], [0, 0], [-2, -1])), [4, 7]), ...one((x) => tf.stridedSlice(x, [5], [0], [-2]), whole([6], 9, -4))],
  PadV2: one((x) => tf.square(tf.pad(x, [[1, 0], [0, 2]], 0.5))), Reverse: one((x) => tf.mul(x, tf.reverse(x, 1))), Diag: one((x) => tf.square(tf.diag(x)), [3]),

  Sum: [...one((x) => tf.square(tf.sum(x, 1))), ...one((x) => tf.sum(x, 0), bools([5, 2]))], Mean: one((x) => tf.square(tf.mean(x, [0, 2], true)), [2, 3, 4]),
  Max: one((x) => tf.square(tf.max(x, 1))), Min: one((x) => tf.square(tf.min(x, 0, true))), Prod: [...one((x) => tf.prod(x, [0, 2]), [2, 3, 2]), ...one((x) => tf.prod(tf.mul(x, [1, 0, 1, 2]), 1), [2, 4])],
  All: one((x) => tf.all(x, 1), bools([6, 2])), Any: one((x) => tf.any(x, 1), bools([6, 2])), ArgMax: one((x) => tf.argMax(x, 0), [3, 4]), ArgMin: one((x) => tf.argMin(x, -1), [3, 4]),
  Cumsum: one((x) => tf.square(tf.cumsum(x, 1, true))), Cumprod: [...one((x) => tf.cumprod(x, 1), [2, 5]), ...one((x) => tf.cumprod(tf.mul(x, [1, 0, 1, 1, 0]), 0, true, true), [5]), ...one((x) => tf.cumprod(x, 0, false, true), [3, 2])],
  BatchMatMul: [
    ...two((a, b) => tf.matMul(a, b), [3, 4], [4, 2]), ...two((a, b) => tf.matMul(a, b, false, true), [1, 3, 4], [2, 5, 2, 4]), ...two((a, b) => tf.matMul(a, b, true), [2, 4, 3], [4, 2]),
    ...two((a, b) => tf.dot(a as tf.Tensor1D, b as tf.Tensor1D), [4], [4]), ...two((a, b) => tf.outerProduct(a as tf.Tensor1D, b as tf.Tensor1D), [4], [3]),
  ],
  Einsum: [
    ...two((a, b) => tf.einsum('bij,bjk->bik', a, b), [2, 3, 4], [2, 4, 3]), ...two((a, b) => tf.einsum('ab,cd->dbca', a, b), [2, 3], [2, 2]), ...two((a, b) => tf.einsum('abc,cb->a', a, b), [2, 3, 4], [4, 3]),
    ...one((a) => tf.square(tf.einsum('ijk->ki', a)), [2, 3, 4]), ...two((a, b) => tf.einsum('bi,bj->bij', a, b), [2, 3], [2, 4]),
  ],
  Softmax: one((x) => softmax(x)),
  AxisSoftmax: [...one((x) => softmax(x, 0), [4, 2]), ...one((x) => softmax(tf.transpose(x, [0, 2, 3, 1]), 1), [2, 3, 2, 4])],
  LogSoftmax: one((x) => (tf.getKernel('Mark', tf.getBackend()) ? tf.engine().runKernel('LogSoftmax', { logits: x }, { axis: -1 }) : tf.logSoftmax(x)) as tf.Tensor),
  AxisLogSoftmax: [...one((x) => logSoftmax(x, 1), [2, 4, 3]), ...one((x) => logSoftmax(x))],
  LogSumExp: [...one((x) => logSumExp(x)), ...one((x) => logSumExp(x, [0, 2], true), [2, 3, 4])],
  CrossEntropy: two((logits, labels) => crossEntropy(logits, labels), [2, 3, 5], whole([2, 3], 5)),
  GroupNorm: one((x) => groupNormalize(x as tf.Tensor4D, 2), [2, 3, 3, 4]), LayerNorm: one((x) => layerNormalize(x), [3, 6]),

  TopK: [...one((x) => tf.square(tf.topk(x, 2).values), [3, 5]), ...one((x) => tf.topk(x, 3).indices, [3, 5]), ...one((x) => tf.square(sort(x, 0).values), [5, 2]), ...one((x) => sort(x, -1, 'descending').indices, whole([2, 6], 4))],
  GatherV2: [
    ...two((x, i) => tf.square(tf.gather(x, i as tf.Tensor1D, 1)), [2, 5, 3], whole([4], 5)), ...two((x, i) => tf.square(tf.gather(x, i as tf.Tensor1D)), [5, 3], whole([2, 2], 5)),
    ...two((x, i) => tf.square(tf.gather(x, i as tf.Tensor1D, 2, 1)), [2, 3, 5], whole([2, 4], 5)), ...two((x, i) => tf.square(tf.gather(x, i as tf.Tensor1D, 1, 1)), [2, 5, 3], whole([2, 4], 5)),
  ],
  GatherElements: two((x, i) => tf.square(takeAlong(x, i, 1)), [2, 5, 3], whole([2, 4, 3], 5)),
  GatherNd: one((x) => tf.square(tf.gatherND(x, indices([[0, 1], [2, 3], [0, 1]]))), [3, 4, 2]),
  ScatterNd: [...one((x) => tf.square(tf.scatterND(indices([[1, 0], [3, 1], [1, 0]]), x, [4, 2, 2])), [3, 2]), ...two((x, u) => tf.square(scatterAdd(x, indices([[1], [1]]), u)), [3, 2], [2, 2])],
  TensorScatterUpdate: two((x, u) => tf.square(tf.tensorScatterUpdate(tf.add(x, 0), indices([[3], [1]]), u)), [4, 2], [2, 2]),
  UnsortedSegmentSum: one((x) => tf.square(tf.unsortedSegmentSum(x, tf.tensor1d([2, -1, 2, 0], 'int32'), 3)), [4, 2]),
  OneHot: two((x, i) => tf.mul(tf.square(x), tf.oneHot(i as tf.Tensor1D, 4, 2, -1)), [3, 4], whole([3], 4)),

  CheckpointIn: one(squared(checkpoint((x: tf.Tensor) => tf.exp(x)))), CheckpointOut: one(squared(checkpoint((x: tf.Tensor) => tf.sin(x)))),
  Mark: one((x) => tf.square(grad((v) => tf.sum(tf.exp(tf.mul(v, v))))(x))),
  GradientOf: [...one((x) => tf.mul(x, grad((v) => tf.sum(tf.pow(v, tf.scalar(3))))(x))), ...two((x, w) => tf.square(grad((v) => tf.sum(tf.tanh(tf.matMul(tf.reshape(v, [2, 3]), w))))(tf.reshape(x, [3, 2]))), [6], [3, 2])],
  Upsample: one((x) => tf.square(upsample(x as tf.Tensor4D, 2)), [1, 2, 3, 2]),
  ...imageKernelCases,
};
