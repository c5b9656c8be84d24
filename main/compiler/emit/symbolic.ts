/** @file Makes the batch axis symbolic: a graph is emitted at two batch sizes, and what differs between the two is a multiple of the batch. */

import type { Initializer, Model, Node, Port } from './onnx';

export const probeBatches = [1009, 1013] as const; // primes that no layer has as its size

/** `a` and `b`: the same graph at the two probe batches. Throws where they differ in more than the batch. */
export function symbolicBatch(a: Model, b: Model): Model {
  const [batchA, batchB] = probeBatches;
  if (a.nodes.length !== b.nodes.length || a.initializers.length !== b.initializers.length) throw new Error('internal: the graph depends on the batch size');
  const differing = new Map<string, number[]>();
  a.initializers.forEach((c, i) => {
    const d = b.initializers[i];
    if (Buffer.compare(c.bytes, d.bytes) === 0 && c.dims.join() === d.dims.join()) return;
    if (c.dtype !== 'int64') throw new Error(`internal: constant ${c.name} of type ${c.dtype} depends on the batch size`);
    const x = int64List(c);
    const y = int64List(d);
    x.forEach((value, k) => {
      if (value !== y[k] && (value % batchA !== 0 || y[k] % batchB !== 0 || value / batchA !== y[k] / batchB)) throw new Error(`internal: ${value} and ${y[k]} are no multiple of the batch`);
    });
    differing.set(c.name, x.map((value, k) => (value === y[k] ? value : -value / batchA)));
  });
  // `differing` holds -m where the entry is m batches.
  const nodes: Node[] = [];
  const initializers = a.initializers.filter((c) => !differing.has(c.name));
  let next = 0;
  const int64 = (list: number[]): string => {
    const name = `s${next++}`;
    initializers.push({ name, dims: [list.length], dtype: 'int64', bytes: new Uint8Array(BigInt64Array.from(list, BigInt).buffer) });
    return name;
  };
  const emit = (opType: string, inputs: string[], attributes: Node['attributes'] = {}): string => {
    const name = `s${next++}`;
    nodes.push({ opType, inputs, outputs: [name], attributes });
    return name;
  };
  let batch: string | undefined;
  const dynamic = (list: number[]): string => {
    const port = a.inputs.find((p) => p.shape[0] === batchA)!;
    batch ??= emit('Gather', [emit('Shape', [port.name]), int64([0])], { axis: 0 });
    return emit('Concat', list.map((m) => (m < 0 ? emit('Mul', [batch!, int64([-m])]) : int64([m]))), { axis: 0 });
  };
  const known = new Map<string, string>();
  for (const node of a.nodes) {
    const inputs = node.inputs.map((name) => {
      const list = differing.get(name);
      if (!list) return name;
      const symbolic = list.filter((m) => m < 0).length;
      if (node.opType === 'Reshape' && symbolic === 1) return int64(list.map((m) => (m < 0 ? -1 : m)));
      const key = list.join();
      if (!known.has(key)) known.set(key, dynamic(list));
      return known.get(key)!;
    });
    nodes.push({ ...node, inputs });
  }
  const port = (p: Port, q: Port): Port => ({ ...p, shape: p.shape.map((d, i) => (d === q.shape[i] ? d : d === batchA ? 'batch' : `batch_${Number(d) / batchA}`)) });
  return { nodes, initializers, inputs: a.inputs.map((p, i) => port(p, b.inputs[i])), outputs: a.outputs.map((p, i) => port(p, b.outputs[i])), metadata: a.metadata };
}

const int64List = (c: Initializer): number[] => Array.from(new BigInt64Array(c.bytes.slice().buffer), Number);
