/** @file How soon a trained graph answers: one image and many, on the CPU. `node bench/run.mjs latency` */

import type * as tf from '@tensorflow/tfjs-core';
import { compileGraph } from '../main/compiler/compile-graph';
import { compileStep } from '../main/compiler/compile-step';
import { bakeInputs } from '../main/compiler/emit/onnx';
import { gpuTarget } from '../main/compiler/emit/target';
import { stepSource, type StepSource } from '../main/compiler/step-source';
import type { GraphSpec } from '../main/methods/method';
import { methods } from '../main/methods/registry';
import { randomStream } from '../main/platform/random';
import { openGraph, type GraphInput } from '../main/runtime/graph';
import { denoiser, unet } from './cases/convolutions';

const runs = 200;
const secondsAtMost = 5;
const median = (xs: number[]) => xs.toSorted((a, b) => a - b)[Math.floor(xs.length / 2)];
const normal = (length: number, stream: string): Float32Array => {
  const out = new Float32Array(length);
  randomStream(1, stream, 0).fillNormal(out);
  return out;
};

/** As a run keeps it: lowered for no device in particular, weights inside. */
async function timeGraph(title: string, name: string, spec: GraphSpec, source: StepSource, batches: number[], wantedMs: number): Promise<void> {
  const graph = compileGraph(name, spec, gpuTarget);
  const shapes = new Map(compileStep(source, gpuTarget).params.map((p) => [p.name, p.shape]));
  const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
  const weights = new Map(graph.params.map((param) => [`param/${param}`, normal(sizeOf(shapes.get(param)!), param).map((v) => 0.05 * v)]));
  const open = await openGraph(bakeInputs(graph.onnx, weights), 'cpu');
  for (const batch of batches) {
    const feeds: Record<string, GraphInput> = {};
    for (const [input, { shape, dtype }] of Object.entries(spec.inputs)) {
      const full = [batch, ...shape];
      feeds[input] = { data: dtype === 'int32' ? new Int32Array(sizeOf(full)) : normal(sizeOf(full), input), shape: full };
    }
    const times: number[] = [];
    const end = performance.now() + 1000 * secondsAtMost;
    for (let i = 0; i < runs && performance.now() < end; i++) {
      const start = performance.now();
      await open.run(feeds);
      times.push(performance.now() - start);
    }
    console.log(`${title}, batch ${batch}: median ${median(times).toFixed(2)} ms, least ${Math.min(...times).toFixed(2)} ms${batch === 1 ? ` (wanted under ${wantedMs} ms)` : ''}`);
  }
  await open.dispose();
}

export async function main(): Promise<void> {
  const vae = methods.find((m) => m.id === 'vae')!;
  const config = vae.config.parse({}) as never;
  const data = { height: 28, width: 28, channels: 1 };
  await timeGraph('VAE, decode of 28 x 28 x 1', 'decode', vae.graphs(config, data)['decode'], stepSource(vae, config, data), [1, 64], 1);
  const spec: GraphSpec = { signature: 'denoise(x_t)->eps', inputs: { x: { shape: [32, 32, 3] } }, run: (p, { x }) => ({ eps: denoiser(p, x as tf.Tensor4D) }) };
  await timeGraph('U-Net 2.3 M, 32 x 32 x 3', 'denoise', spec, unet(), [1, 16], 15);
}
