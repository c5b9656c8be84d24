/** @file An IR graph as an ONNX model: names the leaves, runs every rule's lowering in order, and shares equal constants. */

import { ops } from '../ops/registry';
import { valuesOf, type Graph } from '../ir/graph';
import type { Op, OpAttrs, OpRule, Value } from '../ir/op';
import { Emitter } from './emitter';
import type { Model } from './onnx';
import type { Target } from './target';

/** What gains from float16, and keeps its range: sums of products of numbers near 1. */
const inHalf = new Set<Op>(['matMul', 'gemm', 'conv2d', 'conv2dInputGrad', 'conv2dFilterGrad']);

/** Constants are not shared yet: `shareConstants` does it once symbolic axes are settled. */
export function emit(graph: Graph, target: Target): Model {
  const e = new Emitter(target);
  const names = new Map<Value, string>();
  for (const { attrs, shape, dtype } of graph.inputs) e.model.inputs.push({ name: attrs.name, dtype, shape });
  for (const value of valuesOf(graph)) {
    if (value.op === 'input') {
      names.set(value, (value.attrs as OpAttrs['input']).name);
    } else if (value.op === 'constant') {
      const data = graph.builder.constants.get((value.attrs as OpAttrs['constant']).key)!;
      names.set(value, e.constant(data, value.shape, value.dtype));
    } else {
      const rule = ops[value.op] as OpRule<Op>;
      const write = (inputs: string[]) => rule.lower(e, { inputs, values: value.inputs, attrs: value.attrs as never, y: value });
      const inputs = value.inputs.map((v) => names.get(v)!);
      names.set(value, target.half && inHalf.has(value.op) ? e.computeInHalf(inputs, write) : write(inputs));
    }
  }
  for (const { name, value } of graph.outputs) {
    e.model.outputs.push({ name, dtype: value.dtype, shape: value.shape });
    e.model.nodes.push({ opType: 'Identity', inputs: [names.get(value)!], outputs: [name], attributes: {} });
  }
  return nameOutputs(e.model);
}

/** Each output is given by the node that computes it, not by a copy; a copy stays where an output is an input, a constant or another output. */
function nameOutputs(model: Model): Model {
  const outputs = new Set(model.outputs.map((o) => o.name));
  const computed = new Set(model.nodes.filter((n) => !outputs.has(n.outputs[0])).flatMap((n) => n.outputs));
  const rename = new Map<string, string>();
  const nodes = model.nodes.filter((n) => {
    const [from] = n.inputs;
    const copies = outputs.has(n.outputs[0]) && computed.has(from) && !rename.has(from);
    if (copies) rename.set(from, n.outputs[0]);
    return !copies;
  });
  const now = (name: string) => rename.get(name) ?? name;
  return { ...model, nodes: nodes.map((n) => ({ ...n, inputs: n.inputs.map(now), outputs: n.outputs.map(now) })) };
}

/** The model with each constant stored once. */
export function shareConstants(model: Model): Model {
  const first = new Map<string, string>();
  const rename = new Map<string, string>();
  const initializers = model.initializers.filter((c) => {
    const key = `${c.dtype}[${c.dims}]${Buffer.from(c.bytes).toString('latin1')}`;
    const known = first.get(key);
    if (known === undefined) first.set(key, c.name);
    else rename.set(c.name, known);
    return known === undefined;
  });
  const nodes = model.nodes.map((n) => ({ ...n, inputs: n.inputs.map((name) => rename.get(name) ?? name) }));
  const used = new Set(nodes.flatMap((n) => n.inputs));
  return { ...model, nodes, initializers: initializers.filter((c) => used.has(c.name)) };
}
