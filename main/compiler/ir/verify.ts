/** @file Checks a graph after tracing and after every pass: arity, shapes, dtypes, inputs known. A failure is our own bug. */

import { ops } from '../ops/registry';
import { valuesOf, type Graph } from './graph';
import type { OpRule, Op } from './op';
import { sameShape, sizeOf } from './shapes';

/** Throws an `internal:` error that names the value and the pass. */
export function verify(graph: Graph, after: string): Graph {
  const fail = (what: string): never => {
    throw new Error(`internal: graph after ${after}: ${what}`);
  };
  const inputs = new Set(graph.inputs);
  for (const value of valuesOf(graph)) {
    const name = `%${value.id} ${value.op}`;
    const { arity, shape } = ops[value.op] as OpRule<Op>;
    const [least, most] = typeof arity === 'number' ? [arity, arity] : arity;
    if (value.inputs.length < least || value.inputs.length > most) fail(`${name} has ${value.inputs.length} inputs, ${arity} expected`);
    if (value.op === 'input') {
      if (!inputs.has(value as never)) fail(`${name} is not an input of the graph`);
    } else if (value.op === 'constant') {
      const data = graph.builder.constants.get((value.attrs as { key: string }).key);
      if (data?.length !== sizeOf(value.shape)) fail(`${name} holds ${data?.length} elements for [${value.shape}]`);
    } else {
      const due = shape(value.inputs, value.attrs as never);
      if (!sameShape(due.shape, value.shape) || due.dtype !== value.dtype) fail(`${name} is ${value.dtype} [${value.shape}], its rule gives ${due.dtype} [${due.shape}]`);
    }
    if (value.shape.some((d) => !Number.isInteger(d) || d < 0)) fail(`${name} has the shape [${value.shape}]`);
  }
  return graph;
}
