/** @file Whether a device computes in float16: asked by a product, as drivers name what they have in ways of their own. */

import { encodeModel, type Model } from '../compiler/emit/onnx';
import { openGraph } from './graph';
import type { ProviderId } from './sessions';

/** Why float16 brings nothing there or can't be had; undefined where products are computed in it. */
export async function halfRefusal(device: ProviderId): Promise<string | undefined> {
  // ONNX Runtime would cast every value there and back.
  if (device === 'cpu') return 'the processor computes float16 by casting it to float32';
  try {
    const graph = await openGraph(product(), device, { strict: true, threads: 1 });
    const { y } = await graph.run({ x: { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] } });
    await graph.dispose();
    return [7, 10, 15, 22].every((value, i) => y.data[i] === value) ? undefined : `computed ${y.data.join(', ')}`;
  } catch (caught) {
    return (caught instanceof Error ? caught.message : String(caught)).split('\n')[0].slice(0, 300);
  }
}

/** x x, in float16. */
function product(): Uint8Array {
  const port = (name: string) => ({ name, dtype: 'float32' as const, shape: [2, 2] });
  const model: Model = {
    nodes: [
      { opType: 'Cast', inputs: ['x'], outputs: ['half'], attributes: { to: 10 } },
      { opType: 'MatMul', inputs: ['half', 'half'], outputs: ['product'], attributes: {} },
      { opType: 'Cast', inputs: ['product'], outputs: ['y'], attributes: { to: 1 } },
    ],
    initializers: [],
    inputs: [port('x')],
    outputs: [port('y')],
    metadata: {},
  };
  return encodeModel(model);
}
