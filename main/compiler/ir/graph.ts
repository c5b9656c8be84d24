/** @file A graph: named outputs over a builder's values. What no output needs does not exist. */

import type { Builder } from './builder';
import type { Value } from './op';

export interface Graph {
  builder: Builder;
  /** In the order that the compiled model lists them, used or not. */
  inputs: Value<'input'>[];
  outputs: { name: string; value: Value }[];
}

/** Every value that the roots need, inputs before users. */
export function topological(roots: readonly Value[]): Value[] {
  const order: Value[] = [];
  const state = new Map<Value, 'open' | 'done'>();
  const stack = [...roots].reverse();
  while (stack.length > 0) {
    const value = stack[stack.length - 1];
    const seen = state.get(value);
    if (seen === 'done') {
      stack.pop();
    } else if (seen === 'open') {
      state.set(value, 'done');
      order.push(value);
      stack.pop();
    } else {
      state.set(value, 'open');
      for (let i = value.inputs.length - 1; i >= 0; i--) if (!state.has(value.inputs[i])) stack.push(value.inputs[i]);
    }
  }
  return order;
}

export const valuesOf = (graph: Graph): Value[] => topological(graph.outputs.map((o) => o.value));
