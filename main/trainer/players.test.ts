/** @file A training of several players with a teacher and state: stopped and resumed it is bit by bit the one that never stopped; NaN of any player stops it; the trained model has the right weights. */

import * as tf from '@tensorflow/tfjs-core';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scratchFolder, scriptedWork } from '../../e2e/harness/scratch';
import { compileStep } from '../compiler/compile-step';
import type { PlayersSource } from '../compiler/step-source';
import { dense } from '../nn/layers';
import { zeros, type Params } from '../nn/params';
import { randomStream } from '../platform/random';
import { loadCheckpoint } from '../runs/checkpoints';
import { createRun, readMetrics, readRun } from '../runs/run';
import { openStepRunner } from '../runtime/step-runner';
import { targetOf } from '../runtime/targets';
import { controlBuffer, giveOrder, readControl } from './control';
import { graphsOf } from './graphs';
import { initialState } from './initial-state';
import { weightNames } from './prepared';
import { trainRun, type TrainingPieces } from './session';

const batch = 8;
const critic = (p: Params, x: tf.Tensor2D, scope = 'critic') => dense(p.scope(scope), tf.tanh(dense(p.scope(scope).scope('in'), x, 6)), 1);
const generate = (p: Params, z: tf.Tensor2D) => dense(p.scope('generator'), z, 4);

function gan(nanAt = Infinity): PlayersSource {
  return {
    batchShape: [batch, 2, 2, 1],
    noise: { z: { shape: [batch, 3], dist: 'normal' } },
    moves: 'in turn',
    teachers: { slow: { of: 'critic', momentum: ({ progress }) => tf.add(tf.mul(progress, 0.1), 0.9) as tf.Scalar } },
    players: {
      critic: {
        scopes: ['critic'],
        optimiser: { optimiser: 'adafactor', decayExponent: 0.8, clipThreshold: 1, scaleParameter: false, weightDecay: 0, clipNorm: 0, emaDecay: 0 },
        loss: (p, { x }, { z }) => {
          const real = tf.reshape(x, [batch, 4]) as tf.Tensor2D;
          const mean = p.state<tf.Tensor1D>('mean', [4], zeros);
          p.keep('mean', tf.add(tf.mul(mean, 0.9), tf.mul(tf.mean(real, 0), 0.1)));
          const score = (x2: tf.Tensor2D) => critic(p, tf.sub(x2, mean) as tf.Tensor2D);
          const consistency = tf.mean(tf.square(tf.sub(score(real), critic(p, real, 'slow'))));
          return { loss: tf.add(tf.add(tf.mean(tf.softplus(tf.neg(score(real)))), tf.mean(tf.softplus(score(generate(p, z as tf.Tensor2D))))), tf.mul(consistency, 0.1)), metrics: { consistency } };
        },
      },
      generator: {
        scopes: ['generator'],
        optimiser: { beta1: 0.5, beta2: 0.9, weightDecay: 0, clipNorm: 0, emaDecay: 0.99 },
        every: 2,
        loss: (p, _, { z }, { step }) => {
          const broken = tf.log(tf.sub(nanAt === Infinity ? 1e9 : nanAt, step)); // infinite at that step
          return { loss: tf.add(tf.mean(tf.softplus(tf.neg(critic(p, generate(p, z as tf.Tensor2D))))), tf.mul(broken, 1e-9)), metrics: {} };
        },
      },
    },
  };
}

const graphs = graphsOf({ score: { signature: 'score(x)->y', inputs: { x: { shape: [4] } }, run: (p, { x }) => ({ y: tf.add(critic(p, tf.sub(x, p.state('mean', [4], zeros)) as tf.Tensor2D, 'slow'), tf.sum(generate(p, tf.slice(x, [0, 0], [x.shape[0], 3]) as tf.Tensor2D), 1, true)) }) } });

/** `stopAt`: an order to stop comes after this step. */
function pieces(source: PlayersSource, buffer: SharedArrayBuffer, stopAt?: number): TrainingPieces {
  return {
    openData: async () => ({ shape: { height: 2, width: 2, channels: 1 }, source: { fill: (x, _size, seed, step) => randomStream(seed, 'images', step).fillIntegers(x, 256) }, close: () => undefined }),
    prepare: async ({ seed }) => {
      const compiled = compileStep(source, await targetOf('cpu'));
      const runner = await openStepRunner(compiled, 'cpu');
      const step: typeof runner.step = async (feeds) => {
        const metrics = await runner.step(feeds);
        if (feeds.scalars['step'] === stopAt) giveOrder(buffer, 'stop');
        return metrics;
      };
      return { runner: { ...runner, step }, compiled, initialState: initialState(compiled, seed), exportGraphs: async (state) => graphs.all(state), device: 'cpu' };
    },
  };
}

async function train(home: string, run: string, steps: number, { stopAt, nanAt }: { stopAt?: number; nanAt?: number } = {}) {
  const buffer = controlBuffer();
  return trainRun({ home, run, steps, device: 'cpu' }, pieces(gan(nanAt), buffer, stopAt), readControl(buffer), scriptedWork());
}

async function newHome(...runs: string[]): Promise<string> {
  const home = join(scratchFolder(), 'home');
  const config = { batchSize: batch, learningRate: 0.05, schedule: 'cosine', warmupSteps: 3 };
  for (const name of runs) await createRun(home, { name, method: 'gan', config, dataset: { name: 'd', hash: '0' }, view: {}, seed: 11, device: 'cpu', versions: { genoise: '0', onnxruntime: '0', node: '0' } });
  return home;
}

test('stopped after 11 of 24 steps and resumed, it ends bit by bit as the one that never stopped', async () => {
  const home = await newHome('whole', 'halves');
  expect(await train(home, 'whole', 24)).toMatchObject({ status: 'completed', steps: 24 });
  expect(await train(home, 'halves', 24, { stopAt: 11 })).toMatchObject({ status: 'stopped', steps: 11 });
  const half = await loadCheckpoint(home, 'halves');
  expect(await train(home, 'halves', 24)).toMatchObject({ status: 'completed', steps: 24 });
  const [whole, halves] = [await loadCheckpoint(home, 'whole'), await loadCheckpoint(home, 'halves')];
  expect([...halves.tensors.keys()]).toEqual([...whole.tensors.keys()]);
  for (const [name, { data }] of whole.tensors) {
    expect(Buffer.compare(Buffer.from(halves.tensors.get(name)!.data.buffer), Buffer.from(data.buffer)), name).toBe(0);
    expect(data.some((value, i) => value !== half.tensors.get(name)!.data[i]), `${name} has moved`).toBe(true);
  }
  expect(new Set([...whole.tensors.keys()].map((name) => name.split('/')[0]))).toEqual(new Set(['param', 'rows', 'columns', 'v', 'm', 'ema', 'teacher', 'state']));
  expect(await readMetrics(home, 'halves')).toEqual(await readMetrics(home, 'whole'));
  // Trained parameters alone: the teacher's and the state are not counted. (4 + 1) 6 + (6 + 1) and (3 + 1) 4.
  expect((await readRun(home, 'whole')).parameters).toBe(53);
});

test('a player whose loss is no number stops the run, and is named', async () => {
  const home = await newHome('broken');
  expect(await train(home, 'broken', 24, { nanAt: 7 })).toMatchObject({ status: 'failed', steps: 7, error: { code: 'loss-not-finite', params: { step: 7, name: 'generatorLoss' } } });
});

test('the trained model has averages where there are, teachers and state; snapshots hold these and no more', async () => {
  const compiled = compileStep(gan(), await targetOf('cpu'));
  expect([...weightNames(compiled)].toSorted()).toEqual([
    ...['bias', 'in.bias', 'in.weight', 'weight'].flatMap((name) => [`param/critic.${name}`, `teacher/slow.${name}`]), 'ema/generator.bias', 'ema/generator.weight', 'state/mean',
  ].toSorted());
  const state = new Map([...weightNames(compiled)].map((name) => [name, new Float32Array(compiled.state.find((spec) => spec.name === name)!.shape.reduce((a, b) => a * b, 1)).fill(name === 'state/mean' ? 0.25 : name === 'ema/generator.weight' ? 0.5 : 0.125)]));
  const bytes = Buffer.from(graphs.all(state).get('score')!);
  for (const name of ['teacher/slow.in.weight', 'ema/generator.weight', 'state/mean']) expect(bytes.includes(Buffer.from(state.get(name)!.buffer)), name).toBe(true);
});
