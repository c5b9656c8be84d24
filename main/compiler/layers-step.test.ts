/** @file Whole steps with layers that a step treats specially: batch norm's state, gradients inside losses. */

import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { engineDevices } from '../../e2e/harness/devices';
import { eagerState, eagerStep } from '../../e2e/harness/eager-step';
import { mendEagerGradients } from '../nn/eager-gradients';
import { grad } from '../nn/gradient';
import { conv2d } from '../nn/layers';
import { batchNorm, norm } from '../nn/norms';
import { randomStream } from '../platform/random';
import { openStepRunner } from '../runtime/step-runner';
import { targetOf } from '../runtime/targets';
import { initialState } from '../trainer/initial-state';
import { compileStep } from './compile-step';
import type { OneLossSource } from './step-source';

beforeAll(async () => {
  await tf.setBackend('cpu');
  mendEagerGradients();
});

const shape = [4, 4, 4, 2];
const one: Omit<OneLossSource, 'loss'> = { batchShape: shape, noise: {}, optimiser: { optimiser: 'sgd', momentum: 0, nesterov: false, weightDecay: 0, clipNorm: 0, emaDecay: 0 } };
const images = (step: number) => {
  const x = new Float32Array(shape.reduce((a, b) => a * b, 1));
  randomStream(5, 'images', step).fillUniform(x);
  return x;
};

const sources: Record<string, OneLossSource> = {
  'batch norm between convolutions': { ...one, loss: (p, { x }) => {
    const h = tf.relu(batchNorm(p.scope('norm'), conv2d(p.scope('in'), x, 4)));
    return { loss: tf.mean(tf.square(tf.sub(conv2d(p.scope('out'), h, 2), x))), metrics: {} };
  } },
  'a penalty on the gradient of a critic with batch norm': { ...one, loss: (p, { x }) => {
    const score = (v: tf.Tensor4D) => tf.mean(tf.square(conv2d(p.scope('out'), tf.tanh(batchNorm(p.scope('norm'), conv2d(p.scope('in'), v, 4, { stride: 2 }))), 1)), [1, 2, 3]);
    const slope = norm(tf.reshape(grad((v: tf.Tensor4D) => tf.sum(score(v)))(x), [x.shape[0], -1]), 1);
    return { loss: tf.add(tf.mean(score(x)), tf.mul(tf.mean(tf.square(tf.sub(slope, 1))), 0.1)), metrics: { slope: tf.mean(slope) } };
  } },
};

it.each(engineDevices().flatMap((device) => Object.entries(sources).map(([name, source]) => [device, name, source] as const)))('on %s: five steps of %s equal eager ones, running averages too', async (device, _, source) => {
  const compiled = compileStep(source, await targetOf(device));
  const runner = await openStepRunner(compiled, device, { strict: device !== 'cpu' });
  const first = initialState(compiled, 3);
  await runner.load(first);
  let state = eagerState(compiled, first);
  for (let step = 1; step <= 5; step++) {
    const feeds = { x: images(step), noise: {}, scalars: { step, learningRate: 0.01 } };
    const metrics = await runner.step(feeds);
    const eager = eagerStep(source, compiled, state, feeds);
    for (const [name, value] of Object.entries(eager.metrics)) expect(Math.abs(metrics[name] - value) / (1 + Math.abs(value)), `${name} of step ${step}: ${metrics[name]} for ${value}`).toBeLessThan(1e-4);
    state = eager.state;
  }
  const now = await runner.read();
  await runner.dispose();
  expect([...now.keys()].filter((name) => name.startsWith('state/'))).toEqual(['state/norm.mean', 'state/norm.variance']);
  for (const [name, values] of now) {
    const expected = state.get(name)!.dataSync();
    values.forEach((v, i) => expect(Math.abs(v - expected[i]), `${name}[${i}]`).toBeLessThan(2e-3 * (1 + Math.abs(expected[i]))));
  }
});
