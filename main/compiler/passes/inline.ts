/** @file Writes a graph into another builder, with values of that builder in the place of its inputs. */

import type { Builder } from '../ir/builder';
import { valuesOf, type Graph } from '../ir/graph';
import type { OpAttrs, Value } from '../ir/op';

/** `inputOf` gives a value of the input's shape. -> the graph's outputs, in order */
export function inline(graph: Graph, into: Builder, inputOf: (input: Value<'input'>) => Value): Graph['outputs'] {
  const now = new Map<Value, Value>();
  for (const value of valuesOf(graph)) {
    if (value.op === 'input') now.set(value, inputOf(value as Value<'input'>));
    else if (value.op === 'constant') now.set(value, into.constant(graph.builder.constants.get((value.attrs as OpAttrs['constant']).key)!, value.shape, value.dtype));
    else now.set(value, into.op(value.op, value.inputs.map((v) => now.get(v)!), value.attrs as never));
  }
  return graph.outputs.map(({ name, value }) => ({ name, value: now.get(value)! }));
}
