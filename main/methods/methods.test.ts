/** @file Every method of the registry, and settings that reach its other branches: ten compiled steps equal ten eager ones, and its graphs equal eager tfjs at batches of several sizes. */

import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { engineDevices } from '../../e2e/harness/devices';
import { compileGraph } from '../compiler/compile-graph';
import { compileStep } from '../compiler/compile-step';
import { stepSource } from '../compiler/step-source';
import { bakeInputs } from '../compiler/emit/onnx';
import { worstError } from '../../e2e/harness/conformance';
import { eagerState, eagerStep } from '../../e2e/harness/eager-step';
import { Params, type ParamSpec } from '../nn/params';
import { randomStream } from '../platform/random';
import { openGraph } from '../runtime/graph';
import { targetOf } from '../runtime/targets';
import { openStepRunner } from '../runtime/step-runner';
import type { HostTensor } from '../runtime/step-runner-types';
import { initialState } from '../trainer/initial-state';
import type { ImageShape, NoiseSpec } from './method';
import { methods } from './registry';

const data: ImageShape = { height: 8, width: 12, channels: 1 };
/** Every method as its `tiny` says, and settings that reach the other branches. */
const cases = [
  ...methods.map((m) => [m.id, m, {}] as const),
  ['vae, convolutional, Gaussian, free bits', methods.find((m) => m.id === 'vae')!, { network: 'convolutional', hidden: [4, 6], likelihood: 'gaussian', freeBits: 0.1, beta: 2 }] as const,
  ['ddpm, eps, linear, whole pixels, attention of two heads', methods.find((m) => m.id === 'ddpm')!, { prediction: 'eps', noiseSchedule: 'linear', patchSize: 1, attentionSize: 16, attentionHeads: 2 }] as const,
  ['ddpm, x0', methods.find((m) => m.id === 'ddpm')!, { prediction: 'x0' }] as const,
];

const sizeOf = (shape: number[]) => shape.reduce((a, b) => a * b, 1);

function drawNoise(specs: Record<string, NoiseSpec>, step: number): Record<string, HostTensor> {
  return Object.fromEntries(Object.entries(specs).map(([name, spec]) => {
    const random = randomStream(3, name, step);
    const out = spec.dist === 'integers' ? new Int32Array(sizeOf(spec.shape)) : new Float32Array(sizeOf(spec.shape));
    if (out instanceof Int32Array) random.fillIntegers(out, spec.below!);
    else if (spec.dist === 'normal') random.fillNormal(out);
    else random.fillUniform(out);
    return [name, out];
  }));
}

const uniform = (shape: number[], stream: string) => {
  const out = new Float32Array(sizeOf(shape));
  randomStream(5, stream, 0).fillUniform(out);
  return out;
};

const levels = (shape: number[], stream: string) => {
  const out = new Uint8Array(sizeOf(shape));
  randomStream(5, stream, 0).fillIntegers(out, 256);
  return out;
};

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe.each(engineDevices())('on %s', (device) => {
  it.each(cases)('%s: ten compiled steps equal ten eager ones', async (_, method, settings) => {
    const config = { ...method.config.parse({ ...method.tiny, ...settings }), beta2: 0.99, weightDecay: 0.01, clipNorm: 1, emaDecay: 0.9 };
    const source = stepSource(method, config, data);
    const compiled = compileStep(source, await targetOf(device));
    const runner = await openStepRunner(compiled, device);
    const start = initialState(compiled, 17);
    await runner.load(start);
    let state = eagerState(compiled, start);
    for (let step = 1; step <= 10; step++) {
      const feeds = { x: levels(compiled.batch.shape, `x${step}`), noise: drawNoise(source.noise, step), scalars: { step, learningRate: 0.01, progress: step / 10 } };
      const metrics = await runner.step(feeds);
      const eager = eagerStep(source, compiled, state, feeds);
      expect(Object.keys(metrics).toSorted()).toEqual(Object.keys(eager.metrics).toSorted());
      for (const [name, value] of Object.entries(eager.metrics)) expect(Math.abs(metrics[name] - value), `${name} of step ${step}`).toBeLessThan((name.endsWith('radNorm') ? 5e-3 : 1e-4) * (1 + Math.abs(value)));
      state = eager.state;
    }
    const end = await runner.read();
    await runner.dispose();
    for (const spec of compiled.state) expect(worstError(end.get(spec.name)!, state.get(spec.name)!.dataSync()), spec.name).toBeLessThan(device === 'cpu' ? 2e-3 : 1e-2);
  });

  it.each(cases)('%s: graphs equal eager tfjs', async (_, method, settings) => {
    const config = method.config.parse({ ...method.tiny, ...settings });
    for (const [name, spec] of Object.entries(method.graphs(config, data))) {
      const compiled = compileGraph(name, spec, await targetOf(device));
      const specs: ParamSpec[] = [];
      const params = new Map<string, tf.Tensor>();
      const eagerParams = new Params((p) => {
        if (!params.has(p.name)) {
          specs.push(p);
          params.set(p.name, tf.tensor(uniform(p.shape, p.name).map((u) => u - 0.5), p.shape));
        }
        return params.get(p.name)!;
      });
      for (const batch of [3, 1]) {
        const inputs = Object.fromEntries(Object.entries(spec.inputs).map(([input, { shape, dtype }]) => {
          const full = [batch, ...shape];
          const values = uniform(full, input);
          return [input, dtype === 'int32' ? { data: Int32Array.from(values, (u) => Math.floor(u * 9)), shape: full } : { data: values, shape: full }] as const;
        }));
        const eager = spec.run(eagerParams, Object.fromEntries(Object.entries(inputs).map(([input, { data: values, shape }]) => [input, tf.tensor(values, shape, values instanceof Int32Array ? 'int32' : 'float32')])));
        const graph = await openGraph(bakeInputs(compiled.onnx, new Map([...params].map(([p, t]) => [`param/${p}`, t.dataSync() as Float32Array]))), device);
        const out = await graph.run(inputs);
        await graph.dispose();
        for (const [output, t] of Object.entries(eager)) {
          expect(out[output].shape, `${name} ${output}`).toEqual(t.shape);
          expect(worstError(out[output].data, t.dataSync()), `${name} ${output} at batch ${batch}`).toBeLessThan(1e-3);
        }
        expect(graph.metadata['genoise.signature']).toBe(spec.signature);
        expect(graph.inputs.every((i) => i.shape[0] === 'batch')).toBe(true);
      }
    }
  });
});
