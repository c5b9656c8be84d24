/** @file A small convolution in blocks, with its answer: which block a processor's kernels have is seen by computing it. */

import { range } from '../ir/shapes';
import { blockedConvolution } from '../lower/blocked-convolution';
import { Emitter } from './emitter';
import { encodeModel } from './onnx';
import { cpuTarget } from './target';

export interface BlockProbe {
  /** Inputs 'x' and 'filter', one output. */
  onnx: Uint8Array;
  inputs: Record<'x' | 'filter', { data: Float32Array; shape: number[] }>;
  output: string;
  /** Exact: sums of whole numbers. */
  expected: number[];
}

/** One 3 x 3 place of an image of two blocks of channels. */
export function blockProbe(block: number): BlockProbe {
  const [channels, side] = [2 * block, 3];
  const [xShape, filterShape] = [[1, channels, side, side], [channels, channels, side, side]];
  const e = new Emitter({ ...cpuTarget, convBlock: block });
  e.model.inputs.push({ name: 'x', dtype: 'float32', shape: xShape }, { name: 'filter', dtype: 'float32', shape: filterShape });
  const output = blockedConvolution(e, { x: 'x', filter: 'filter', filterShape, strides: [1, 1], pads: [0, 0, 0, 0], filterAxes: 'given' });
  e.model.outputs.push({ name: output, dtype: 'float32', shape: [1, channels, 1, 1] });
  // Different everywhere, so that any other order gives other sums.
  const x = Float32Array.from({ length: channels * side * side }, (_, i) => (i * 7) % 11);
  const filter = Float32Array.from({ length: channels * x.length }, (_, i) => (i * 5) % 13);
  const expected = range(channels).map((k) => x.reduce((sum, v, i) => sum + v * filter[k * x.length + i], 0));
  return { onnx: encodeModel(e.model), inputs: { x: { data: x, shape: xShape }, filter: { data: filter, shape: filterShape } }, output, expected };
}
