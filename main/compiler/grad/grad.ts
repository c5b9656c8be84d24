/** @file Reverse-mode differentiation of the IR (one vector-Jacobian rule an op). The result is IR again, so it can be differentiated again. */

import { ops } from '../ops/registry';
import type { Builder } from '../ir/builder';
import { topological } from '../ir/graph';
import type { Op, OpRule, Value } from '../ir/op';
import { Recomputation } from './recompute';

/** d loss / d each of `wrt`; zeros where the loss does not depend on it. `loss` is a float32 scalar. */
export function gradients(g: Builder, loss: Value, wrt: readonly Value[]): Value[] {
  if (loss.shape.length !== 0) throw new Error(`internal: a gradient is of a scalar, found [${loss.shape}]`);
  const order = topological([loss]);
  const needed = new Set<Value>(wrt);
  for (const value of order) if (value.inputs.some((v) => needed.has(v))) needed.add(value);
  const again = new Recomputation(g, loss, order);
  const cotangents = new Map<Value, Value>([[loss, g.scalar(1)]]);
  for (const y of order.toReversed()) {
    const dy = cotangents.get(y);
    if (!dy || !needed.has(y) || y.inputs.length === 0) continue;
    again.reach(y, dy);
    const rule = ops[y.op] as OpRule<Op>;
    rule.vjp(g, { dy, y: again.read(y, y), inputs: y.inputs.map((x) => again.read(y, x)), attrs: y.attrs as never }).forEach((d, i) => {
      const x = y.inputs[i];
      if (!d || !needed.has(x)) return;
      const sum = cotangents.get(x);
      cotangents.set(x, sum ? g.add(sum, d) : d);
    });
  }
  return wrt.map((x) => cotangents.get(x) ?? g.zerosLike(x));
}
