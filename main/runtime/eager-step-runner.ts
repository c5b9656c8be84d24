/** @file Runs training steps eagerly on a backend of tfjs: slower than a compiled step, of the same state by the same names. */

import * as tf from '@tensorflow/tfjs-core';
import type { CompiledStep } from '../compiler/compiled';
import type { StepFeeds, StepRunner } from './step-runner-types';

/** From the state and a step's feeds, what changes of the state, as new tensors. */
export type EagerStep = (before: ReadonlyMap<string, tf.Tensor>, feeds: StepFeeds) => { metrics: Record<string, number>; state: Map<string, tf.Tensor> };

export interface EagerBackend {
  /** As tfjs has it: 'tensorflow', 'cpu'. */
  backend: string;
}

/** `step` gives each of `state` that it changes. Throws what tfjs throws where the backend can't be had. */
export async function openEagerStepRunner(state: CompiledStep['state'], device: string, { backend }: EagerBackend, step: EagerStep): Promise<StepRunner> {
  let now = new Map<string, tf.Tensor>();
  // Between steps graphs are traced, on a backend of their own.
  const use = async () => {
    if (tf.getBackend() !== backend && !(await tf.setBackend(backend))) throw new Error(`tfjs has no backend ${backend}`);
  };
  await use();
  return {
    device,
    async load(values) {
      await use();
      const loaded = state.map(({ name, shape }) => {
        const data = values.get(name);
        if (data?.length !== shape.reduce((a, b) => a * b, 1)) throw new Error(`internal: state ${name} has ${data?.length ?? 'no'} elements, [${shape}] expected`);
        return [name, tf.tensor(data.slice(), shape)] as const;
      });
      tf.dispose([...now.values()]);
      now = new Map(loaded);
    },
    async step(feeds) {
      await use();
      const { metrics, state: changed } = step(now, feeds);
      for (const [name, tensor] of changed) {
        now.get(name)?.dispose();
        now.set(name, tensor);
      }
      return metrics;
    },
    async read(wanted = () => true) {
      await use();
      const copies = new Map<string, Float32Array>();
      for (const { name } of state) if (wanted(name)) copies.set(name, Float32Array.from(await now.get(name)!.data()));
      return copies;
    },
    async dispose() {
      tf.dispose([...now.values()]);
      now.clear();
    },
  };
}
