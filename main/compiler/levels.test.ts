/** @file Levels become floats in the graph: all 256 of them, as a loss sees them on each device. */

import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { engineDevices } from '../../e2e/harness/devices';
import { toUnitRange } from '../data/batches/batch';
import { methods } from '../methods/registry';
import { zeros } from '../nn/params';
import { randomStream } from '../platform/random';
import { openStepRunner } from '../runtime/step-runner';
import { targetOf } from '../runtime/targets';
import { noiseSource } from '../trainer/noise';
import { initialState } from '../trainer/initial-state';
import { compileStep } from './compile-step';
import { stepSource, type StepSource } from './step-source';

/** What a loss sees is kept as state. */
const source: StepSource = {
  batchShape: [4, 4, 8, 2],
  batchDtype: 'uint8',
  noise: {},
  optimiser: { beta1: 0.9, beta2: 0.999, weightDecay: 0, clipNorm: 0, emaDecay: 0 },
  loss: (p, { x }) => {
    p.state('seen', [4, 4, 8, 2], zeros);
    p.keep('seen', x);
    return { loss: tf.mean(tf.mul(x, p.get('weight', [2], zeros))), metrics: {} };
  },
};

/** Whole numbers that are neighbours for neighbouring floats, of floats at least 0. */
const order = (values: Float32Array) => new Int32Array(values.slice().buffer);

describe.each(engineDevices())('on %s', (device) => {
  test('x = level / 255, bit for bit on the processor, within one float elsewhere', async () => {
    const levels = Uint8Array.from({ length: 256 }, (_, level) => level);
    const expected = new Float32Array(256);
    toUnitRange(levels, expected);
    const compiled = compileStep(source, await targetOf(device));
    expect(compiled.batch).toEqual({ name: 'x', shape: [4, 4, 8, 2], dtype: 'uint8' });
    const runner = await openStepRunner(compiled, device, { strict: device !== 'cpu' });
    await runner.load(new Map(compiled.state.map(({ name, shape }) => [name, new Float32Array(shape.reduce((a, b) => a * b, 1))])));
    await runner.step({ x: levels, noise: {}, scalars: { step: 1, learningRate: 0.1 } });
    const seen = (await runner.read()).get('state/seen')!;
    await runner.dispose();
    const [got, due] = [order(seen), order(expected)];
    const apart = Math.max(...got.map((value, i) => Math.abs(value - due[i])));
    expect(apart).toBeLessThanOrEqual(device === 'cpu' ? 0 : 1);
  });
});

test.each(methods.map((method) => [method.id, method] as const))('%s: steps on levels equal, bit for bit, steps on the floats that runs were fed before', async (_, method) => {
  const config = { ...method.config.parse(method.tiny), emaDecay: 0.9 };
  const ends = await Promise.all((['uint8', 'float32'] as const).map(async (batchDtype) => {
    const compiled = compileStep({ ...stepSource(method, config, { height: 8, width: 8, channels: 1 }), batchDtype }, await targetOf('cpu'));
    const runner = await openStepRunner(compiled, 'cpu');
    await runner.load(initialState(compiled, 5));
    const noise = noiseSource(compiled.noise, 5);
    const levels = new Uint8Array(compiled.batch.shape.reduce((a, b) => a * b, 1));
    const floats = new Float32Array(levels.length);
    for (let step = 1; step <= 5; step++) {
      randomStream(5, 'images', step).fillIntegers(levels, 256);
      toUnitRange(levels, floats);
      await runner.step({ x: batchDtype === 'uint8' ? levels : floats, noise: noise(step), scalars: { step, learningRate: 0.01, progress: 0 } });
    }
    const end = await runner.read();
    await runner.dispose();
    return end;
  }));
  for (const [name, values] of ends[0]) expect(Buffer.compare(Buffer.from(values.buffer), Buffer.from(ends[1].get(name)!.buffer)), name).toBe(0);
});
