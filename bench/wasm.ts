/** @file tfjs' own wasm backend as a peer: the same loss and optimiser, eager. It lacks the kernels that convolutions train with.
 *
 * `node bench/run.mjs wasm unet|nerf` prints milliseconds of one step; a process of its own, as the backend stays in tfjs for good. */

import '@tensorflow/tfjs-core/dist/register_all_gradients';
import * as tf from '@tensorflow/tfjs-core';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { OneLossSource } from '../main/compiler/step-source';
import { optimise } from '../main/nn/optimisers/optimise';
import { join, split } from '../main/nn/optimisers/flat';
import { Params, type ParamSpec } from '../main/nn/params';
import { randomStream } from '../main/platform/random';
import { cases } from './cases/registry';

const size = (shape: number[]) => shape.reduce((a, b) => a * b, 1);
const normal = (shape: number[], stream: string) => {
  const out = new Float32Array(size(shape));
  randomStream(1, stream, 0).fillNormal(out);
  return tf.tensor(out, shape);
};

/** Milliseconds of the last of `steps` eager steps. Throws what tfjs throws. */
async function wasmSteps(source: OneLossSource, steps: number): Promise<number> {
  const dist = resolve('node_modules', '@tensorflow', 'tfjs-backend-wasm', 'dist');
  // Its loader is CommonJS: bundled, it looks these up as globals.
  Object.assign(globalThis, { __dirname: dist, require: createRequire(import.meta.url) });
  setWasmPaths(`${dist}/`);
  setThreadsCount(availableParallelism());
  await tf.setBackend('wasm');
  const specs: ParamSpec[] = [];
  let tensors: tf.Tensor[] = [];
  const x = normal(source.batchShape, 'x') as tf.Tensor4D;
  const noise = Object.fromEntries(Object.entries(source.noise).map(([name, spec]) => [name, normal(spec.shape, name)]));
  const read = (spec: ParamSpec): tf.Tensor => {
    const at = specs.findIndex((s) => s.name === spec.name);
    if (at >= 0) return tensors[at];
    specs.push(spec);
    tensors.push(tf.keep(tf.mul(normal(spec.shape, spec.name), spec.init.kind === 'uniform' ? spec.init.limit / Math.sqrt(3) : 0)));
    return tensors[tensors.length - 1];
  };
  const time = { step: tf.scalar(1), progress: tf.scalar(0) };
  const loss = () => source.loss(new Params(read), { x }, noise, time).loss as tf.Scalar;
  tf.tidy(() => void loss());
  let moments: Record<string, tf.Tensor> = { m: tf.zerosLike(join(tensors)), v: tf.zerosLike(join(tensors)) };
  let last = 0;
  for (let step = 1; step <= steps; step++) {
    const start = performance.now();
    const { grads, value } = tf.valueAndGrads((...ts: tf.Tensor[]) => {
      tensors = ts;
      return loss();
    })(tensors);
    const next = optimise({ places: specs, param: join(tensors), moments, grad: join(grads), step: tf.scalar(step), learningRate: tf.scalar(1e-3) }, source.optimiser);
    tensors = split(next.param, specs.map(({ shape }) => shape));
    moments = next.moments;
    await value.data();
    last = performance.now() - start;
  }
  return last;
}

export async function main([net = 'nerf']: string[]): Promise<void> {
  const source = cases[net].source();
  if (source.players) throw new Error('several players in a step are not timed eagerly');
  console.log((await wasmSteps(source, 2)).toFixed(1));
}
