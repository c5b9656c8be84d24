/** @file Method code compiled as the compiler compiles it, with first and second derivatives along a direction, and the same eagerly in double precision. Used by tests and by the script that writes docs/ops.md. */

import * as tf from '@tensorflow/tfjs-core';
import { emit, shareConstants } from '../../main/compiler/emit/emit';
import { encodeModel } from '../../main/compiler/emit/onnx';
import { gradients } from '../../main/compiler/grad/grad';
import { Builder } from '../../main/compiler/ir/builder';
import type { Graph } from '../../main/compiler/ir/graph';
import type { Value } from '../../main/compiler/ir/op';
import { range } from '../../main/compiler/ir/shapes';
import { verify } from '../../main/compiler/ir/verify';
import { decompose } from '../../main/compiler/passes/decompose';
import { fuse } from '../../main/compiler/passes/fuse';
import { assignLayout } from '../../main/compiler/passes/layout';
import { trace } from '../../main/compiler/trace/trace';
import { openGraph } from '../../main/runtime/graph';
import type { ProviderId } from '../../main/runtime/sessions';
import { targetOf } from '../../main/runtime/targets';
import type { Operand } from './conformance';
import { differencesAlong, type Differences } from './float64';

/** Of tensors in the order of the operands. */
export type TracedFunction = (...xs: tf.Tensor[]) => tf.Tensor;

/** The IR of f as it is traced: inputs x0, x1..., output y. */
export function traceFunction(operands: Omit<Operand, 'data'>[], f: TracedFunction): Graph {
  const builder = new Builder();
  const inputs = operands.map(({ shape, dtype }, i) => builder.input(`x${i}`, shape, dtype));
  const y = trace(builder, (recording) => recording.valueFor(f(...inputs.map((x) => recording.tensorOf(x)))));
  return verify({ builder, inputs, outputs: [{ name: 'y', value: y }] }, 'trace');
}

/** Value, <v, grad> and <v, H v> of sum(w y), compiled and run on the device alone. */
export async function compiledDifferences(device: ProviderId, operands: Operand[], f: TracedFunction, w: (size: number) => Float32Array, vs: Float32Array[]): Promise<{ value: Float32Array; first: number; second: number }> {
  const forward = decompose(assignLayout(traceFunction(operands, f)));
  const g = forward.builder;
  const [{ value: y }] = forward.outputs;
  const floats = forward.inputs.filter((x) => x.dtype === 'float32');
  const total = (x: Value) => g.sum(x, range(x.shape.length));
  const along = (grads: Value[]) => grads.map((d, k) => total(g.mul(d, g.constant(vs[k], d.shape)))).reduce((a, b) => g.add(a, b), g.scalar(0));
  const real = g.cast(y, 'float32');
  const first = along(gradients(g, total(g.mul(real, g.constant(w(y.shape.reduce((a, b) => a * b, 1)), y.shape))), floats));
  const second = along(gradients(g, first, floats));
  const graph = verify(fuse({ ...forward, outputs: [{ name: 'y', value: real }, { name: 'first', value: first }, { name: 'second', value: second }] }), 'fuse');
  const session = await openGraph(encodeModel(shareConstants(emit(graph, await targetOf(device)))), device, { strict: device !== 'cpu' });
  try {
    const out = await session.run(Object.fromEntries(operands.map(({ data, shape, dtype }, i) => [`x${i}`, { data: dtype === 'bool' ? Uint8Array.from(data) : data, shape }])));
    return { value: out['y'].data, first: out['first'].data[0], second: out['second'].data[0] };
  } finally {
    await session.dispose();
  }
}

/** The same eagerly, by differences in double precision. */
export function eagerDifferences(operands: Operand[], f: TracedFunction, w: ArrayLike<number>, vs: Float32Array[]): Differences {
  return differencesAlong((by) => {
    let float = -1;
    const tensors = operands.map(({ data, shape, dtype }) => {
      if (dtype !== 'float32') return tf.tensor(data, shape, dtype);
      const v = vs[++float];
      return tf.tensor(Float64Array.from(data, (x, m) => x + by * v[m]) as never, shape, dtype);
    });
    return f(...tensors).dataSync();
  }, w);
}
