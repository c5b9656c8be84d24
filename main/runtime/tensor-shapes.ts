/** @file Shapes of all values inside an ONNX file, for one image: seen by running it once on zeros. */

import * as ort from 'onnxruntime-node';
import { withOutputs, type ReadModel, type ReadPort } from '../compiler/emit/read-model';

/** Axes beside the batch that a file leaves open, images of any size, say: one after the other, until the network takes it. */
const openSides = [64, 32, 224, 16, 1];

type Feed = Record<string, ort.Tensor>;

/** By number of TensorProto.DataType; others can't be fed. */
const zeros: Readonly<Record<number, (size: number, shape: number[]) => ort.Tensor>> = {
  1: (size, shape) => new ort.Tensor('float32', new Float32Array(size), shape),
  2: (size, shape) => new ort.Tensor('uint8', new Uint8Array(size), shape),
  3: (size, shape) => new ort.Tensor('int8', new Int8Array(size), shape),
  6: (size, shape) => new ort.Tensor('int32', new Int32Array(size), shape),
  7: (size, shape) => new ort.Tensor('int64', new BigInt64Array(size), shape),
  9: (size, shape) => new ort.Tensor('bool', new Uint8Array(size), shape),
  10: (size, shape) => new ort.Tensor('float16', new Uint16Array(size), shape),
  11: (size, shape) => new ort.Tensor('float64', new Float64Array(size), shape),
};

function feedOf(inputs: readonly ReadPort[], side: number): Feed | undefined {
  const feed: Feed = {};
  for (const { name, dtype, shape } of inputs) {
    const concrete = shape.map((axis, i) => (i === 0 && (typeof axis !== 'number' || axis <= 0) ? 1 : typeof axis === 'number' && axis > 0 ? axis : side));
    const make = zeros[dtype];
    if (!make) return undefined;
    feed[name] = make(concrete.reduce((product, axis) => product * axis, 1), concrete);
  }
  return feed;
}

/**
 * -> shapes by name; where it can't be run, those that ONNX Runtime derives, and of others nothing.
 * Throws what ONNX Runtime throws on a file that it can't load.
 */
export async function tensorShapes(onnx: Uint8Array, model: ReadModel): Promise<Map<string, readonly number[]>> {
  const ports = new Set(model.outputs.map(({ name }) => name));
  const inner = model.nodes.flatMap(({ outputs }) => outputs.filter((name) => name !== '' && !ports.has(name)));
  const session = await ort.InferenceSession.create(withOutputs(onnx, inner), {
    // Values keep their names, and each is computed.
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 4,
  });
  try {
    const found = new Map<string, readonly number[]>();
    for (const { name, shape } of model.inputs) if (shape.length > 0) found.set(name, [1, ...shape.slice(1).map((axis) => (typeof axis === 'number' ? axis : 0))]);
    const isOpen = model.inputs.some(({ shape }) => shape.some((axis, i) => i > 0 && (typeof axis !== 'number' || axis <= 0)));
    for (const side of isOpen ? openSides : [1]) {
      const feed = feedOf(model.inputs, side);
      const results = feed && (await session.run(feed).catch(() => undefined));
      if (!results) continue;
      for (const [name, { dims }] of [...Object.entries(feed), ...Object.entries(results)]) found.set(name, [...dims]);
      return found;
    }
    for (const port of session.outputMetadata) if (port.isTensor) found.set(port.name, port.shape.map((axis, i) => (typeof axis === 'number' ? axis : i === 0 ? 1 : 0)));
    return found;
  } finally {
    await session.release();
  }
}
