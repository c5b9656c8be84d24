/** @file Optimisers step by step beside PyTorch's and timm's (fixtures/make-reference.py), compiled and eager; and what those don't show, beside formulas in float64. */

import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import * as tf from '@tensorflow/tfjs-core';
import { readFileSync } from 'node:fs';
import { join as pathOf } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { engineDevices } from '../../../e2e/harness/devices';
import { eagerState, eagerStep } from '../../../e2e/harness/eager-step';
import { compileStep } from '../../compiler/compile-step';
import type { OneLossSource } from '../../compiler/step-source';
import { openStepRunner } from '../../runtime/step-runner';
import { targetOf } from '../../runtime/targets';
import { initialState } from '../../trainer/initial-state';
import { zeros } from '../params';
import { momentsOf, type OptimiserConfig } from './optimise';

type ByName = Record<string, number[]>;
const reference = JSON.parse(readFileSync(pathOf(import.meta.dirname, 'fixtures', 'reference.json'), 'utf8')) as { start: ByName; grads: ByName[]; runs: Record<string, ByName[]> };
const shapes: ByName = { weight: [4, 3], filter: [2, 3, 2, 2], bias: [3] };
const names = Object.keys(shapes);

/** A loss whose gradient is what is fed: sum of p g. */
const source = (optimiser: OptimiserConfig): OneLossSource => ({
  batchShape: [1, 1, 1, 1],
  noise: Object.fromEntries(names.map((name) => [name, { shape: shapes[name], dist: 'normal' as const }])),
  optimiser,
  loss: (p, _, g) => ({ loss: names.map((name) => tf.sum(tf.mul(p.get(name, shapes[name], zeros), g[name]))).reduce((a, b) => tf.add(a, b)), metrics: {} }),
});
const feedsOf = (grads: ByName, step: number, learningRate: number) => ({ x: new Float32Array(1), noise: Object.fromEntries(names.map((name) => [name, Float32Array.from(grads[name])])), scalars: { step, learningRate } });

const none = { weightDecay: 0, clipNorm: 0, emaDecay: 0 };
const adafactor = { optimiser: 'adafactor', decayExponent: 0.8, clipThreshold: 1 } as const;
const cases: Record<string, [number, OptimiserConfig]> = {
  adam: [0.05, { ...none, beta1: 0.8, beta2: 0.95 }],
  'adamw, clipped': [0.05, { ...none, optimiser: 'adam', beta1: 0.9, beta2: 0.999, weightDecay: 0.1, clipNorm: 2 }],
  sgd: [0.05, { ...none, optimiser: 'sgd', momentum: 0, nesterov: false }],
  'sgd, momentum, decay': [0.05, { ...none, optimiser: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 0.1 }],
  'sgd, nesterov, decay, clipped': [0.05, { ...none, optimiser: 'sgd', momentum: 0.8, nesterov: true, weightDecay: 0.1, clipNorm: 2 }],
  lars: [0.5, { ...none, optimiser: 'lars', momentum: 0.9, trustCoefficient: 0.02, weightDecay: 0.01 }],
  'adafactor, absolute': [0.03, { ...none, ...adafactor, scaleParameter: false }],
  'adafactor, relative, decay': [0.01, { ...none, ...adafactor, scaleParameter: true, weightDecay: 0.2 }],
};

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test('every run of the fixture has its case', () => {
  expect(Object.keys(cases)).toEqual(Object.keys(reference.runs));
});

// Float32 against float64 over six steps: parameters of size 1, so within some ten units in the last place. Of Adam 1 - 0.999^t, whose relative error in the first step is 5e-5.
const tolerance = (name: string) => (name.startsWith('adamw') ? 2e-5 : 2e-6);
const furthest = (got: ArrayLike<number>, expected: number[]) => Math.max(...expected.map((value, i) => Math.abs(got[i] - value)));

test.each(engineDevices().flatMap((device) => Object.keys(cases).map((name) => [name, device] as const)))('%s takes the steps that the reference takes, on %s', async (name, device) => {
  const [learningRate, optimiser] = cases[name];
  const compiled = compileStep(source(optimiser), await targetOf(device));
  const runner = await openStepRunner(compiled, device, { strict: device !== 'cpu' });
  const start = initialState(compiled, 1);
  for (const param of names) start.set(`param/${param}`, Float32Array.from(reference.start[param]));
  await runner.load(start);
  let eager = eagerState(compiled, start);
  for (const [i, grads] of reference.grads.entries()) {
    const feeds = feedsOf(grads, i + 1, learningRate);
    await runner.step(feeds);
    eager = eagerStep(source(optimiser), compiled, eager, feeds).state;
    const state = await runner.read();
    for (const param of names) {
      const expected = reference.runs[name][i][param];
      expect(furthest(state.get(`param/${param}`)!, expected), `${param} after step ${i + 1}`).toBeLessThan(tolerance(name) * (device === 'cpu' ? 1 : 10));
      expect(furthest(eager.get(`param/${param}`)!.dataSync(), expected), `${param} after eager step ${i + 1}`).toBeLessThan(tolerance(name));
    }
  }
  await runner.dispose();
});

test('an optimiser keeps what it needs and no more', () => {
  const kept = (name: string) => Object.entries(momentsOf(cases[name][1])).map(([kind, shapeOf]) => [kind, ...names.map((param) => shapeOf(shapes[param])?.reduce((a, b) => a * b, 1) ?? 0)]);
  expect(kept('adam')).toEqual([['m', 12, 24, 3], ['v', 12, 24, 3]]);
  expect(kept('sgd')).toEqual([]);
  expect(kept('lars')).toEqual([['velocity', 12, 24, 3]]);
  expect(kept('adafactor, absolute')).toEqual([['rows', 4, 2, 0], ['columns', 3, 12, 0], ['v', 0, 0, 3]]);
});

test('a layer of zeros, and one without a gradient, move as by plain descent under LARS; nothing is no number', async () => {
  const optimiser: OptimiserConfig = { ...none, optimiser: 'lars', momentum: 0, trustCoefficient: 0.02 };
  const compiled = compileStep(source(optimiser), await targetOf('cpu'));
  const runner = await openStepRunner(compiled, 'cpu');
  const start = initialState(compiled, 1);
  start.set('param/filter', new Float32Array(24).fill(2));
  await runner.load(start);
  await runner.step(feedsOf({ weight: new Array<number>(12).fill(3), filter: new Array<number>(24).fill(0), bias: [1, 2, 3] }, 1, 0.1));
  const state = await runner.read();
  await runner.dispose();
  expect([...state.get('param/weight')!]).toEqual(new Array(12).fill(Math.fround(-0.3)));
  expect([...state.get('param/filter')!]).toEqual(new Array(24).fill(2));
  expect(furthest(state.get('param/bias')!, [-0.1, -0.2, -0.3])).toBeLessThan(1e-7);
});

test('the average follows by min(decay, (1 + t) / (10 + t)) with any optimiser', async () => {
  const optimiser: OptimiserConfig = { ...none, optimiser: 'sgd', momentum: 0, nesterov: false, emaDecay: 0.4 };
  const compiled = compileStep(source(optimiser), await targetOf('cpu'));
  const runner = await openStepRunner(compiled, 'cpu');
  await runner.load(initialState(compiled, 1));
  let [w, ema] = [0, 0];
  for (let step = 1; step <= 8; step++) {
    await runner.step(feedsOf({ weight: new Array<number>(12).fill(step), filter: new Array<number>(24).fill(0), bias: [0, 0, 0] }, step, 0.1));
    w -= 0.1 * step;
    ema += (1 - Math.min(0.4, (1 + step) / (10 + step))) * (w - ema);
    expect((await runner.read()).get('ema/weight')![7]).toBeCloseTo(ema, 5);
  }
  await runner.dispose();
});
