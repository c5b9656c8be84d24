/** @file Every method of the registry, and settings that reach its other branches: ten compiled steps equal ten eager ones, and its graphs equal eager tfjs at batches of several sizes. */

import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { engineDevices } from '../../e2e/harness/devices';
import { compileGraph } from '../compiler/compile-graph';
import { compileStep } from '../compiler/compile-step';
import { bakeInputs } from '../compiler/emit/onnx';
import { worstError } from '../../e2e/harness/conformance';
import { adam } from '../nn/adam';
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

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe.each(engineDevices())('on %s', (device) => {
  it.each(cases)('%s: ten compiled steps equal ten eager ones', async (_, method, settings) => {
    const config = method.config.parse({ ...method.tiny, ...settings }) as never as Record<string, number>;
    const batch = config['batchSize'];
    const noise = method.noise(config, data, batch);
    const optimiser = { beta1: 0.9, beta2: 0.99, weightDecay: 0.01, clipNorm: 1, emaDecay: 0.9 };
    const compiled = compileStep({ batchShape: [batch, data.height, data.width, data.channels], noise, optimiser, loss: (p, b, n) => method.loss(p, b, n, config, data) }, await targetOf(device));
    const runner = await openStepRunner(compiled, device);
    const start = initialState(compiled, 17);
    await runner.load(start);

    let state = new Map([...start].map(([name, values]) => [name, tf.tensor(values, compiled.state.find((s) => s.name === name)!.shape)]));
    for (let step = 1; step <= 10; step++) {
      const x = uniform(compiled.batch.shape, `x${step}`);
      const feeds = drawNoise(noise, step);
      const metrics = await runner.step({ x, noise: feeds, scalars: { step, learningRate: 0.01 } });

      const noiseTensors = Object.fromEntries(Object.entries(noise).map(([name, spec]) => [name, tf.tensor(feeds[name], spec.shape, spec.dist === 'integers' ? 'int32' : 'float32')]));
      const names = compiled.params.map((p) => p.name);
      const lossOf = (tensors: tf.Tensor[]) => method.loss(new Params((spec: ParamSpec) => tensors[names.indexOf(spec.name)]), { x: tf.tensor4d(x, compiled.batch.shape as [number, number, number, number]) }, noiseTensors, config, data);
      const { value, grads } = tf.valueAndGrads((...tensors: tf.Tensor[]) => lossOf(tensors).loss as tf.Scalar)(names.map((n) => state.get(`param/${n}`)!));
      expect(Math.abs(metrics['loss'] - value.dataSync()[0]), `loss of step ${step}`).toBeLessThan(1e-4 * (1 + Math.abs(value.dataSync()[0])));
      const slots = compiled.params.map((p, i) => ({ name: p.name, param: state.get(`param/${p.name}`)!, m: state.get(`m/${p.name}`)!, v: state.get(`v/${p.name}`)!, ema: state.get(`ema/${p.name}`)!, grad: grads[i], decays: p.shape.length > 1 }));
      const result = adam(slots, tf.scalar(step), tf.scalar(0.01), optimiser);
      expect(metrics['gradNorm']).toBeCloseTo(result.gradNorm.dataSync()[0], 2);
      state = new Map(result.slots.flatMap((s) => [[`param/${s.name}`, s.param], [`m/${s.name}`, s.m], [`v/${s.name}`, s.v], [`ema/${s.name}`, s.ema!]] as const));
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
