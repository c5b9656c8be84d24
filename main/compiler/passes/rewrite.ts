/** @file Rebuilds a graph value by value: the frame of every pass. Building simplifies and shares by itself. */

import { Builder } from '../ir/builder';
import { valuesOf, type Graph } from '../ir/graph';
import type { OpAttrs, Value } from '../ir/op';

/** What becomes of a value, its inputs already rewritten; undefined: the same op. */
export type Rewrite = (g: Builder, value: Value, inputs: Value[]) => Value | undefined;

export function rewrite(graph: Graph, rule: Rewrite): Graph {
  const builder = new Builder();
  const now = new Map<Value, Value>();
  const inputs = graph.inputs.map(({ attrs, shape, dtype }) => builder.input(attrs.name, shape, dtype));
  graph.inputs.forEach((v, i) => now.set(v, inputs[i]));
  for (const value of valuesOf(graph)) if (!now.has(value)) now.set(value, rebuild(graph, builder, rule, value, value.inputs.map((v) => now.get(v)!)));
  return { builder, inputs, outputs: graph.outputs.map(({ name, value }) => ({ name, value: now.get(value)! })) };
}

function rebuild(graph: Graph, builder: Builder, rule: Rewrite, value: Value, inputs: Value[]): Value {
  if (value.op === 'constant') return builder.constant(graph.builder.constants.get((value.attrs as OpAttrs['constant']).key)!, value.shape, value.dtype);
  return rule(builder, value, inputs) ?? builder.op(value.op, inputs, value.attrs as never);
}
