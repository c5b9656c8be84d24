/** @file The machine's own peak as ONNX Runtime reaches it: the better of one large matrix product and one large convolution. */

import { Emitter } from '../main/compiler/emit/emitter';
import { encodeModel } from '../main/compiler/emit/onnx';
import { blockedConvolution } from '../main/compiler/lower/blocked-convolution';
import { convolution } from '../main/compiler/lower/convolution';
import { openGraph } from '../main/runtime/graph';
import { targetOf } from '../main/runtime/targets';

const runs = 12;

export interface Peak {
  matMulGflops: number;
  convGflops: number;
  /** The larger of both. */
  gflops: number;
}

/** Of a product of 1024 x 1024 matrices, and of a 3 x 3 convolution of 128 into 128 channels on 16 images of 16 x 16. */
export async function measurePeak(): Promise<Peak> {
  const target = await targetOf('cpu');
  const product = new Emitter(target);
  const side = [1024, 1024];
  const matMulGflops = await rate(product, product.node('MatMul', ['a', 'b']), side, side, side, 2 * 1024 ** 3);
  const convolved = new Emitter(target);
  const [x, filterShape] = [[16, 128, 16, 16], [128, 128, 3, 3]];
  const attrs = { strides: [1, 1] as [number, number], pads: [1, 1, 1, 1] as [number, number, number, number] };
  const y = target.convBlock > 0 ? blockedConvolution(convolved, { x: 'a', filter: 'b', filterShape, filterAxes: 'given', ...attrs }) : convolution(convolved, { x: 'a', filter: 'b', channels: 128, kernel: [3, 3], ...attrs });
  const convGflops = await rate(convolved, y, x, filterShape, x, 2 * 9 * 128 * 128 * 16 * 16 * 16);
  return { matMulGflops, convGflops, gflops: Math.max(matMulGflops, convGflops) };
}

/** The best of some runs: a peak is what the machine can, not what it does beside other work. */
async function rate(e: Emitter, y: string, a: number[], b: number[], result: number[], flops: number): Promise<number> {
  e.model.inputs.push({ name: 'a', dtype: 'float32', shape: a }, { name: 'b', dtype: 'float32', shape: b });
  e.model.outputs.push({ name: y, dtype: 'float32', shape: result });
  const graph = await openGraph(encodeModel(e.model), 'cpu');
  const filled = (shape: number[]) => ({ data: new Float32Array(shape.reduce((p, q) => p * q, 1)).fill(0.5), shape });
  const feeds = { a: filled(a), b: filled(b) };
  let least = Infinity;
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await graph.run(feeds);
    least = Math.min(least, performance.now() - start);
  }
  await graph.dispose();
  return flops / least / 1e6;
}
