/** @file Gradient checkpointing: the same values and gradients, again differentiable, in less memory; neither our sharing nor ONNX Runtime's undoes it. */

import * as tf from '@tensorflow/tfjs-core';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleEntries } from '../../../e2e/harness/bundle';
import { runGraph, type Operand } from '../../../e2e/harness/conformance';
import { engineDevices } from '../../../e2e/harness/devices';
import { checkpoint } from '../../nn/checkpoint';
import { silu } from '../../nn/kernels';
import { conv2d, groupNorm } from '../../nn/layers';
import type { Params } from '../../nn/params';
import { randomStream } from '../../platform/random';
import { openStepRunner } from '../../runtime/step-runner';
import { targetOf } from '../../runtime/targets';
import { initialState } from '../../trainer/initial-state';
import { buildStep, compileStep } from '../compile-step';
import { Builder } from '../ir/builder';
import { valuesOf } from '../ir/graph';
import type { Value } from '../ir/op';
import type { OneLossSource } from '../step-source';
import { gradients } from './grad';

type Wrap = (f: (x: tf.Tensor4D) => tf.Tensor4D) => (x: tf.Tensor4D) => tf.Tensor4D;
const block = (p: Params, x: tf.Tensor4D) => silu(groupNorm(p, conv2d(p, x, 4), 2));

/** Convolutions whose layout moves, a region in a region, a value from outside, a region used twice. */
const source = (wrap: Wrap): OneLossSource => ({
  batchShape: [2, 6, 4, 4],
  noise: {},
  optimiser: { optimiser: 'sgd', momentum: 0, nesterov: false, weightDecay: 0, clipNorm: 0, emaDecay: 0 },
  loss: (p, { x }) => {
    const scale = tf.sigmoid(tf.mean(block(p.scope('outside'), x)));
    const inner = wrap((h) => block(p.scope('inner'), h));
    const outer = wrap((h) => tf.mul(tf.add(inner(block(p.scope('before'), h)), block(p.scope('after'), h)), scale));
    const y = outer(outer(x));
    return { loss: tf.mean(tf.square(tf.sub(y, inner(x)))), metrics: {} };
  },
});
const plain: Wrap = (f) => f;
const wrapped: Wrap = (f) => checkpoint(f);

describe.each(engineDevices())('on %s', (device) => {
  it('losses, gradients and steps are those without checkpointing', async () => {
    const run = async (wrap: Wrap) => {
      const compiled = compileStep(source(wrap), await targetOf(device));
      const runner = await openStepRunner(compiled, device, { strict: device !== 'cpu' });
      await runner.load(initialState(compiled, 5));
      const metrics = [];
      const x = new Float32Array(2 * 6 * 4 * 4);
      for (let step = 1; step <= 3; step++) {
        randomStream(4, 'x', step).fillNormal(x);
        metrics.push(await runner.step({ x, noise: {}, scalars: { step, learningRate: 0.1 } }));
      }
      const state = await runner.read();
      await runner.dispose();
      return { metrics, state };
    };
    const [without, within] = [await run(plain), await run(wrapped)];
    without.metrics.forEach((metrics, i) => {
      for (const [name, value] of Object.entries(metrics)) expect(Math.abs(within.metrics[i][name] - value), name).toBeLessThan(1e-6 * (1 + value));
    });
    for (const [name, values] of without.state) within.state.get(name)!.forEach((value, i) => expect(Math.abs(value - values[i]), name).toBeLessThan(1e-6));
  }, 180_000);
});

it('what a region computes is in the step once more, the inner region of one in another twice more', () => {
  const forward = (wrap: Wrap) => valuesOf(buildStep(source(wrap)).graph).filter(({ op }) => op === 'conv2d').length;
  // Without: outside; before, inner, after of each of two calls; inner of x. 1 + 6 + 1.
  expect(forward(plain)).toBe(8);
  // Copies: before, inner, after twice by the outer regions, inner three times by its own.
  expect(forward(wrapped)).toBe(8 + 6 + 3);
});

describe('derivatives of derivatives', () => {
  const at: Operand = { data: Float32Array.of(0.3, -0.7, 1.1), shape: [3], dtype: 'float32' };
  const total = (g: Builder, x: Value) => g.sum(x, [0]);
  const derivative = (g: Builder, f: (x: Value) => Value, order: number, x: Value): Value => (order === 0 ? f(x) : gradients(g, total(g, derivative(g, f, order - 1, x)), [x])[0]);
  const expected = async (f: (g: Builder, x: Value) => Value, order: number) => Array.from((await runGraph('cpu', [at], (g, [x]) => ({ y: derivative(g, (v) => f(g, v), order, x) }))).y.data);

  it('are right through a region: sin, three times', async () => {
    const region = (g: Builder, x: Value) => g.op('checkpointOut', [g.op('sin', [g.op('checkpointIn', [x], { region: 0 })], {})], { region: 0 });
    for (const [order, formula] of [Math.sin, Math.cos, (x: number) => -Math.sin(x), (x: number) => -Math.cos(x)].entries()) {
      const got = await expected(region, order);
      got.forEach((value, i) => expect(Math.abs(value - formula(at.data[i])), `order ${order}`).toBeLessThan(1e-5));
    }
  });

  // Third derivatives, each by its formula.
  it.each<[string, (g: Builder, x: Value) => Value, (x: number) => number]>([
    ['tanh', (g, x) => g.op('tanh', [x], {}), (x) => { const t = Math.tanh(x); return (1 - t * t) * (6 * t * t - 2); }],
    ['exp(x) x^2', (g, x) => g.mul(g.exp(x), g.mul(x, x)), (x) => Math.exp(x) * (x * x + 6 * x + 6)],
    ['sigmoid', (g, x) => g.sigmoid(x), (x) => { const s = 1 / (1 + Math.exp(-x)); return s * (1 - s) * (1 - 6 * s + 6 * s * s); }],
    ['1 / (x + 3)', (g, x) => g.reciprocal(g.add(x, 3)), (x) => -6 / (x + 3) ** 4],
  ])('%s: the third derivative', async (_, f, formula) => {
    const got = await expected(f, 3);
    got.forEach((value, i) => expect(Math.abs(value - formula(at.data[i])) / (1 + Math.abs(formula(at.data[i])))).toBeLessThan(1e-5));
  });

  it('of a matrix product: sum of (x W)^3 elementwise, three times along one direction, is 6 (v W)^3', async () => {
    const w = Float32Array.of(0.5, -1, 2, 0.25, 1.5, -0.5);
    const v = Float32Array.of(1, -0.5, 2);
    const { y } = await runGraph('cpu', [{ ...at, shape: [1, 3] }], (g, [x]) => {
      const [weights, direction] = [g.constant(w, [3, 2]), g.constant(v, [1, 3])];
      const h = g.matMul(x, weights);
      const all = (value: Value) => g.sum(value, [0, 1]);
      const along = (value: Value) => all(g.mul(gradients(g, value, [x])[0], direction));
      return { y: along(along(along(all(g.mul(h, g.mul(h, h)))))) };
    });
    const vw = [0, 1].map((j) => [0, 1, 2].reduce((sum, i) => sum + v[i] * w[2 * i + j], 0));
    expect(y.data[0]).toBeCloseTo(6 * (vw[0] ** 3 + vw[1] ** 3), 3);
  });
});

describe('peak memory', () => {
  let bundle: Awaited<ReturnType<typeof bundleEntries<'peak'>>>;
  beforeAll(async () => {
    bundle = await bundleEntries({ peak: 'e2e/harness/peak-memory.ts' });
  });
  afterAll(() => bundle.remove());
  const measure = async (how: string) => {
    const { stdout } = await promisify(execFile)(process.execPath, [bundle.paths.peak, how]);
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as { grownMb: number; metrics: Record<string, number>[] };
  };

  // Seen, each time: 215 MB, and 95 MB with checkpointing; 208 MB of it without the barrier, 213 MB with one that ONNX Runtime can fold.
  it('of 32 layers, batch 2,048, width 256 in 8 regions falls to under 60 %, the losses the same', async () => {
    const [without, within] = [await measure('plain'), await measure('checkpointed')];
    expect(within.grownMb).toBeLessThan(0.6 * without.grownMb);
    within.metrics.forEach((metrics, i) => {
      for (const [name, value] of Object.entries(metrics)) expect(Math.abs(value - without.metrics[i][name]) / (1 + value)).toBeLessThan(1e-6);
    });
  }, 180_000);
});
