/** @file Adds a bias inside the product or convolution that it follows. */

import { valuesOf, type Graph } from '../ir/graph';
import type { OpAttrs, Value } from '../ir/op';
import { sizeOf } from '../ir/shapes';
import { rewrite } from './rewrite';

export function fuse(graph: Graph): Graph {
  const uses = new Map<Value, number>();
  const count = (v: Value) => uses.set(v, (uses.get(v) ?? 0) + 1);
  for (const value of valuesOf(graph)) value.inputs.forEach(count);
  graph.outputs.forEach((o) => count(o.value));
  return rewrite(graph, (g, value, inputs) => {
    if (value.op !== 'add') return undefined;
    const at = value.inputs.findIndex((v) => (v.op === 'matMul' || (v.op === 'conv2d' && v.inputs.length === 2)) && uses.get(v) === 1);
    if (at < 0) return undefined;
    const [inner, bias] = [inputs[at], inputs[1 - at]];
    if (inner.op === 'matMul' && inner.shape.length === 2 && isRow(bias, inner.shape[1])) {
      return g.op('gemm', [...inner.inputs, g.reshape(bias, [inner.shape[1]])], inner.attrs as OpAttrs['gemm']);
    }
    const channels = inner.shape[1];
    if (inner.op === 'conv2d' && bias.shape.length === 4 && bias.shape[1] === channels && sizeOf(bias.shape) === channels) {
      return g.op('conv2d', [...inner.inputs, g.reshape(bias, [channels])], inner.attrs as OpAttrs['conv2d']);
    }
    return undefined;
  });
}

const isRow = (bias: Value, width: number): boolean => sizeOf(bias.shape) === width && bias.shape.at(-1) === width;
