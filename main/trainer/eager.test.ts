/** @file The same training step by step in tfjs, on its CPU backend in the place of tfjs-node-gpu's: equal to compiled steps, and a run goes from one to the other and back. */

import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { worstError } from '../../e2e/harness/conformance';
import { labErrorOf, scratchFolder, scriptedWork } from '../../e2e/harness/scratch';
import type { RunInfo } from '../../preload/contract/runs';
import { methods } from '../methods/registry';
import { randomStream } from '../platform/random';
import { loadCheckpoint } from '../runs/checkpoints';
import { createRun, readMetrics, readRun } from '../runs/run';
import { controlBuffer, readControl } from './control';
import { prepareOn, prepareTraining } from './prepare';
import { trainRun, type TrainingPieces } from './session';

const eagerDevice = 'tfjs-cpu';
const pieces: TrainingPieces = {
  openData: async () => ({ shape: { height: 8, width: 8, channels: 1 }, source: { fill: (x, _size, seed, step) => randomStream(seed, 'images', step).fillIntegers(x, 256) }, close: () => undefined }),
  prepare: (request) => prepareOn(new Map([[eagerDevice, async () => ({ backend: 'cpu' })]]), request),
};

async function newRun(home: string, name: string, id: string): Promise<void> {
  const method = methods.find((m) => m.id === id)!;
  const config = { ...method.config.parse({}), ...method.tiny, schedule: 'constant', warmupSteps: 0, learningRate: 0.005, clipNorm: 1, emaDecay: 0.9 } as RunInfo['config'];
  await createRun(home, { name, method: id, config, dataset: { name: 'd', hash: '0' }, view: {}, seed: 11, device: 'auto', versions: { genoise: '0', onnxruntime: '0', node: '0' } });
}
const trainOn = (device: string, home: string, run: string, steps: number) => trainRun({ home, run, steps, device }, pieces, readControl(controlBuffer()), scriptedWork());

test.each(methods.map(({ id }) => id))('%s: ten steps on either, five on one and five on the other, all end alike', async (id) => {
  const home = join(scratchFolder(), 'home');
  const ways = { compiled: ['cpu', 'cpu'], eager: [eagerDevice, eagerDevice], 'eager, then compiled': [eagerDevice, 'cpu'], 'compiled, then eager': ['cpu', eagerDevice] };
  const ends = new Map<string, { tensors: Map<string, Float32Array>; loss: ArrayLike<number> }>();
  for (const [way, [first, second]] of Object.entries(ways)) {
    const run = way.replaceAll(/\W+/g, '-');
    await newRun(home, run, id);
    expect(await trainOn(first, home, run, 5)).toMatchObject({ status: 'completed', steps: 5, device: first });
    expect(await trainOn(second, home, run, 10)).toMatchObject({ status: 'completed', steps: 10, device: second });
    expect((await readRun(home, run)).device).toBe(second);
    const { tensors } = await loadCheckpoint(home, run);
    ends.set(way, { tensors: new Map([...tensors].map(([name, { data }]) => [name, data])), loss: (await readMetrics(home, run)).series.loss });
  }
  const whole = ends.get('compiled')!;
  const start = (await prepareTraining({ info: { ...(await readRun(home, 'compiled')) }, view: { height: 8, width: 8, channels: 1 }, device: 'cpu', seed: 11 })).initialState;
  for (const [way, { tensors, loss }] of ends) {
    expect([...tensors.keys()], way).toEqual([...whole.tensors.keys()]);
    expect(worstError(Array.from(loss), Array.from(whole.loss)), way).toBeLessThan(1e-4);
    for (const [name, values] of tensors) expect(worstError(values, whole.tensors.get(name)!), `${way}: ${name}`).toBeLessThan(2e-3);
    // Ten steps of 0.005 move a weight by up to 0.05: far more than what the ways may differ by.
    const moved = Math.max(...[...tensors].filter(([name]) => name.startsWith('param/')).map(([name, values]) => worstError(values, start.get(name)!)));
    expect(moved, way).toBeGreaterThan(1e-2);
  }
});

test('tensors of the steps before are let go', async () => {
  const home = join(scratchFolder(), 'home');
  await newRun(home, 'r', 'vae');
  const held: number[] = [];
  const counting: TrainingPieces = {
    ...pieces,
    prepare: async (request) => {
      const prepared = await pieces.prepare(request);
      const { runner } = prepared;
      return { ...prepared, preview: undefined, runner: { ...runner, step: async (feeds) => {
        const metrics = await runner.step(feeds);
        held.push(tf.memory().numTensors);
        return metrics;
      } } };
    },
  };
  const before = tf.memory().numTensors;
  await trainRun({ home, run: 'r', steps: 6, device: eagerDevice }, counting, readControl(controlBuffer()), scriptedWork());
  expect(new Set(held).size).toBe(1);
  expect(held[0]).toBeGreaterThan(before);
  expect(tf.memory().numTensors).toBe(before);
});

test('tfjs-node-gpu without its binary: the run is refused, with what it lacks', async () => {
  const home = join(scratchFolder(), 'home');
  await newRun(home, 'r', 'vae');
  const error = await labErrorOf(trainRun({ home, run: 'r', steps: 1, device: 'tfjs-node-gpu' }, { ...pieces, prepare: prepareTraining }, readControl(controlBuffer()), scriptedWork()));
  expect(error).toMatchObject({ code: 'device-missing', params: { device: 'tfjs-node-gpu', reason: expect.stringMatching(/no binary at|Cannot find module|finds no GPU/) as string, usable: expect.stringContaining('cpu') as string } });
});
