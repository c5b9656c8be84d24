/** @file A model small enough to check by hand, trained with Adam in float32, with faults on request: it stands in for a session in tests. */

import type { CompiledStep } from '../../compiler/compiled';
import type { StepFeeds, StepRunner } from '../../runtime/step-runner-types';
import type { PreparedTraining, State } from '../prepared';

export const linearShape = { height: 2, width: 2, channels: 1 };
const size = 4;

export interface Faults {
  /** Runs before step k (from 1). What it throws is thrown by the step. */
  beforeStep?(k: number): void | Promise<void>;
  /** From this step on, the weights are NaN. */
  nanAt?: number;
  /** At this step the loss alone is infinite. */
  infiniteLossAt?: number;
}

/** y = w . x + 0.1 n is to be mean(x): loss = mean_b (y - mean(x))^2 over a batch [B, 2, 2, 1]. */
export function linearModel(batchSize: number, faults: Faults = {}): PreparedTraining & { state: State; readonly steps: number } {
  const specs = ['param/w', 'm/w', 'v/w', 'ema/w'].map((name) => ({ name, shape: [size], dtype: 'float32' as const, start: name === 'ema/w' ? { kind: 'copy' as const, of: 'param/w' } : { kind: 'zeros' as const } }));
  const compiled: CompiledStep = {
    onnx: new Uint8Array(),
    params: [{ name: 'w', shape: [size], init: { kind: 'normal', stddev: 1 } }],
    state: specs,
    packed: [], // the scripted runner keeps its state by name
    batch: { name: 'x', shape: [batchSize, linearShape.height, linearShape.width, linearShape.channels], dtype: 'float32' },
    noise: { n: { shape: [batchSize], dist: 'normal' } },
    scalars: ['step', 'learningRate'],
    metrics: ['loss', 'gradNorm'],
  };
  const state: State = new Map(specs.map(({ name }) => [name, new Float32Array(size)]));
  const part = (name: string) => state.get(name) as Float32Array;
  let steps = 0;

  const update = ({ x, noise, scalars }: StepFeeds) => {
    const w = part('param/w');
    const gradient = new Float32Array(size);
    let loss = 0;
    for (let b = 0; b < batchSize; b++) {
      const image = Float32Array.from(x.subarray(b * size, (b + 1) * size));
      const mean = image.reduce((sum, value) => sum + value, 0) / size;
      const y = image.reduce((sum, value, i) => sum + value * w[i], 0) + 0.1 * noise.n[b];
      loss += (y - mean) ** 2 / batchSize;
      for (let i = 0; i < size; i++) gradient[i] += (2 * (y - mean) * image[i]) / batchSize;
    }
    const [m, v, ema] = [part('m/w'), part('v/w'), part('ema/w')];
    for (let i = 0; i < size; i++) {
      m[i] = 0.9 * m[i] + 0.1 * gradient[i];
      v[i] = 0.999 * v[i] + 0.001 * gradient[i] ** 2;
      const mHat = m[i] / (1 - 0.9 ** scalars.step);
      const vHat = v[i] / (1 - 0.999 ** scalars.step);
      w[i] -= (scalars.learningRate * mHat) / (Math.sqrt(vHat) + 1e-8);
      ema[i] = 0.9 * ema[i] + 0.1 * w[i];
    }
    return { loss, gradNorm: Math.hypot(...gradient) };
  };

  const runner: StepRunner = {
    device: 'scripted',
    async load(values) {
      for (const [name, data] of state) data.set(values.get(name) as Float32Array);
    },
    async step(feeds) {
      const k = feeds.scalars.step;
      await faults.beforeStep?.(k);
      const metrics = update(feeds);
      steps += 1;
      if (faults.nanAt !== undefined && k >= faults.nanAt) {
        for (const data of state.values()) data.fill(NaN);
        return { loss: NaN, gradNorm: NaN };
      }
      return k === faults.infiniteLossAt ? { ...metrics, loss: Infinity } : metrics;
    },
    read: async (wanted = () => true) => new Map([...state].filter(([name]) => wanted(name)).map(([name, data]) => [name, data.slice()])),
    dispose: async () => undefined,
  };

  return {
    runner,
    compiled,
    initialState: new Map(specs.map(({ name }) => [name, name.startsWith('param/') ? Float32Array.of(1, -1, 0.5, 0) : new Float32Array(size)])),
    exportGraphs: async (weights) => new Map([['features', new Uint8Array((weights.get('ema/w') as Float32Array).slice().buffer)]]),
    device: 'scripted',
    state,
    get steps() {
      return steps;
    },
  };
}
