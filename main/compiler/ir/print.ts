/** @file The IR as text, one value a line: `%3 = matMul(x, %1) : [2, 4]`. */

import { valuesOf, type Graph } from './graph';
import type { Value } from './op';

export function print(graph: Graph): string {
  const names = new Map<Value, string>();
  const lines: string[] = [];
  for (const value of valuesOf(graph)) {
    const attrs = value.attrs as Record<string, unknown>;
    if (value.op === 'input') {
      names.set(value, String(attrs.name));
    } else if (value.op === 'constant') {
      const data = graph.builder.constants.get(String(attrs.key))!;
      names.set(value, data.length === 1 ? String(Number(data[0].toPrecision(6))) : `const[${value.shape}]`);
    } else {
      const name = `%${lines.length}`;
      names.set(value, name);
      const words = Object.entries(attrs).map(([key, x]) => `${key}=${JSON.stringify(x)}`);
      lines.push(`${name} = ${value.op}(${[...value.inputs.map((v) => names.get(v)), ...words].join(', ')}) : ${value.dtype === 'float32' ? '' : value.dtype}[${value.shape.join(', ')}]`);
    }
  }
  return [...lines, ...graph.outputs.map((o) => `${o.name} <- ${names.get(o.value)}`)].join('\n');
}
