/** @file All that a graph is, in pieces to be hashed: two graphs with the same pieces emit the same model. */

import { topological, type Graph } from './graph';
import type { OpAttrs, Value } from './op';

/** Values are numbered in topological order, so nothing of how the graph was built is left. */
export function* fingerprint({ builder, inputs, outputs }: Graph): Generator<string | Uint8Array> {
  const numbers = new Map<Value, number>();
  for (const value of topological([...inputs, ...outputs.map((o) => o.value)])) {
    numbers.set(value, numbers.size);
    const attrs = value.op === 'constant' ? {} : value.attrs;
    yield `${value.op}(${value.inputs.map((v) => numbers.get(v))})${JSON.stringify(attrs, (_, x: unknown) => (typeof x === 'number' && !Number.isFinite(x) ? String(x) : x))}${value.dtype}[${value.shape}]\n`;
    if (value.op !== 'constant') continue;
    const data = builder.constants.get((value.attrs as OpAttrs['constant']).key)!;
    yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  yield `<- ${inputs.map((v) => numbers.get(v))}\n`;
  for (const { name, value } of outputs) yield `${JSON.stringify(name)} <- ${numbers.get(value)}\n`;
}
