/** @file Several players in a step, teachers and state: closed forms, eager tfjs beside them, a GAN that finds its optimum, and what is refused. */

import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { engineDevices } from '../../e2e/harness/devices';
import { eagerState, eagerStep } from '../../e2e/harness/eager-step';
import { dense } from '../nn/layers';
import type { OptimiserConfig } from '../nn/optimisers/optimise';
import { ones, zeros, type Init, type Params } from '../nn/params';
import { randomStream } from '../platform/random';
import type { ProviderId } from '../runtime/sessions';
import { openStepRunner } from '../runtime/step-runner';
import { targetOf } from '../runtime/targets';
import { initialState } from '../trainer/initial-state';
import { buildStep, compileStep } from './compile-step';
import { valuesOf } from './ir/graph';
import type { OneLossSource, PlayersSource, SourceLoss, StepSource } from './step-source';
import { traceLoss } from './trace-step';

const descent: OptimiserConfig = { optimiser: 'sgd', momentum: 0, nesterov: false, weightDecay: 0, clipNorm: 0, emaDecay: 0 };
const scalar = (p: Params, name: string, init: Init = ones) => p.get<tf.Scalar>(name, [], init);
const one: Omit<OneLossSource, 'loss'> = { batchShape: [4, 1, 1, 1], noise: {}, optimiser: descent };

async function open(source: StepSource, device: ProviderId = 'cpu', start?: ReadonlyMap<string, number[]>) {
  const compiled = compileStep(source, await targetOf(device));
  const runner = await openStepRunner(compiled, device, { strict: device !== 'cpu' });
  const first = initialState(compiled, 3);
  for (const [name, values] of start ?? []) first.set(name, Float32Array.from(values));
  await runner.load(first);
  return { compiled, runner, first };
}

const normal = (size: number, name: string, step: number, mean = 0, deviation = 1) => {
  const out = new Float32Array(size);
  randomStream(9, name, step).fillNormal(out);
  return out.map((value) => mean + deviation * value);
};

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('turns', () => {
  // min over a of a b, min over b of -a b: plain descent goes around the origin.
  const game = (moves: PlayersSource['moves'], every?: number): PlayersSource => {
    const product = (p: Params) => tf.mul(scalar(p, 'a'), scalar(p, 'b'));
    return {
      batchShape: [1, 1, 1, 1],
      noise: {},
      moves,
      players: {
        first: { scopes: ['a'], optimiser: descent, loss: (p) => ({ loss: product(p), metrics: {} }) },
        second: { scopes: ['b'], optimiser: descent, rate: 0.5, every, loss: (p) => ({ loss: tf.neg(product(p)), metrics: {} }) },
      },
    };
  };
  it.each(['together', 'in turn'] as const)('%s: a bilinear game goes as by hand, each player with its own rate', async (moves) => {
    const { runner } = await open(game(moves), 'cpu', new Map([['param/a', [1]], ['param/b', [2]]]));
    let [a, b] = [1, 2];
    for (let step = 1; step <= 5; step++) {
      const metrics = await runner.step({ x: new Float32Array(1), noise: {}, scalars: { step, learningRate: 0.1 } });
      const seen = moves === 'together' ? a : a - 0.1 * b;
      expect(metrics['firstLoss']).toBeCloseTo(a * b, 5);
      expect(metrics['secondLoss']).toBeCloseTo(-seen * b, 5);
      expect(metrics['firstGradNorm']).toBeCloseTo(Math.abs(b), 5);
      // No gradient flows through what the first made of b.
      expect(metrics['secondGradNorm']).toBeCloseTo(Math.abs(seen), 5);
      [a, b] = [a - 0.1 * b, b + 0.05 * seen];
      const state = await runner.read();
      expect(state.get('param/a')![0]).toBeCloseTo(a, 5);
      expect(state.get('param/b')![0]).toBeCloseTo(b, 5);
    }
    await runner.dispose();
  });
  it('a player that moves at every third step rests between, its moments too', async () => {
    const source = game('in turn', 3);
    source.players['second'] = { ...source.players['second'], optimiser: { beta1: 0.9, beta2: 0.99, weightDecay: 0, clipNorm: 0, emaDecay: 0 } };
    const { runner } = await open(source, 'cpu', new Map([['param/a', [1]], ['param/b', [2]]]));
    const bs: number[] = [];
    for (let step = 1; step <= 6; step++) {
      await runner.step({ x: new Float32Array(1), noise: {}, scalars: { step, learningRate: 0.1 } });
      const state = await runner.read();
      bs.push(state.get('param/b')![0]);
      if (step < 3) expect(state.get('m/b')![0]).toBe(0);
    }
    expect(bs[0]).toBe(2);
    expect(bs[1]).toBe(2);
    // Adam's first step is the learning rate's length: 0.1 x 0.5.
    expect(bs[2]).toBeCloseTo(2 + Math.sign(1 - 0.1 * 2 * 3) * 0.05, 4);
    expect(bs[4]).toBe(bs[2]);
    expect(Math.abs(bs[5] - bs[4])).toBeGreaterThan(0.01);
    await runner.dispose();
  });
});

describe('a teacher', () => {
  it('follows by the momentum of the time, is read by the loss, and no gradient reaches it', async () => {
    const source: OneLossSource = {
      ...one,
      teachers: { teacher: { of: 'student', momentum: ({ progress }) => tf.add(tf.mul(progress, 0.4), 0.5) as tf.Scalar } },
      loss: (p) => {
        const teacher = scalar(p.scope('teacher'), 'w', { kind: 'normal', stddev: 1 });
        return { loss: tf.add(scalar(p.scope('student'), 'w', { kind: 'normal', stddev: 1 }), tf.square(teacher)), metrics: { teacher } };
      },
    };
    const { compiled, runner, first } = await open(source);
    expect(compiled.params.map(({ name }) => name)).toEqual(['student.w']);
    expect(compiled.state.map(({ name }) => name)).toEqual(['param/student.w', 'teacher/teacher.w']);
    expect(compiled.scalars).toEqual(['step', 'learningRate', 'progress']);
    const start = first.get('param/student.w')![0];
    expect(first.get('teacher/teacher.w')).toEqual(first.get('param/student.w'));
    let [student, teacher] = [start, start];
    for (let step = 1; step <= 10; step++) {
      const { teacher: read } = await runner.step({ x: new Float32Array(4), noise: {}, scalars: { step, learningRate: 0.1, progress: (step - 1) / 10 } });
      expect(read).toBeCloseTo(teacher, 5);
      student -= 0.1; // the gradient is 1 whatever the teacher is
      const m = 0.5 + 0.04 * (step - 1);
      teacher = m * teacher + (1 - m) * student;
      const state = await runner.read();
      expect(state.get('param/student.w')![0]).toBeCloseTo(student, 5);
      expect(state.get('teacher/teacher.w')![0]).toBeCloseTo(teacher, 5);
    }
    await runner.dispose();
  });
});

describe('state', () => {
  it('is a running average: mean_t = sum_k 0.1 0.9^(t - k) x_k', async () => {
    const source: OneLossSource = {
      ...one,
      loss: (p, { x }) => {
        const mean = p.scope('norm').state<tf.Scalar>('mean', [], zeros);
        p.scope('norm').keep('mean', tf.add(tf.mul(mean, 0.9), tf.mul(tf.mean(x), 0.1)));
        return { loss: tf.square(tf.sub(scalar(p, 'w'), mean)), metrics: { before: mean, after: p.scope('norm').state('mean', [], zeros) } };
      },
    };
    const { runner } = await open(source);
    for (let step = 1; step <= 12; step++) {
      const metrics = await runner.step({ x: Float32Array.of(step, step + 1, step - 1, step), noise: {}, scalars: { step, learningRate: 0 } });
      const average = (t: number) => Array.from({ length: t }, (_, k) => 0.1 * 0.9 ** (t - k - 1) * (k + 1)).reduce((a, b) => a + b, 0);
      expect(metrics['before']).toBeCloseTo(average(step - 1), 5);
      expect(metrics['after']).toBeCloseTo(average(step), 5);
      expect((await runner.read()).get('state/norm.mean')![0]).toBeCloseTo(average(step), 5);
    }
    await runner.dispose();
  });
  it('that a loss kept of its parameters and reads again is a constant to the gradient', async () => {
    const { runner } = await open({
      ...one,
      loss: (p) => {
        const w = scalar(p, 'w');
        p.state('seen', [], zeros);
        p.keep('seen', tf.mul(w, 3));
        return { loss: tf.mul(w, p.state('seen', [], zeros)) as tf.Scalar, metrics: {} };
      },
    }, 'cpu', new Map([['param/w', [2]]]));
    // d (w 6) / d w = 6, not d (3 w^2) / d w = 12
    expect(await runner.step({ x: new Float32Array(4), noise: {}, scalars: { step: 1, learningRate: 0 } })).toMatchObject({ loss: 12, gradNorm: 6 });
    await runner.dispose();
  });
});

/** Players by dense layers, one of them with Adam and an average, one with momentum and rests; a teacher; state that both write. */
function everything(moves: PlayersSource['moves']): PlayersSource {
  const generator = (p: Params, z: tf.Tensor2D) => dense(p.scope('generator').scope('out'), tf.tanh(dense(p.scope('generator').scope('in'), z, 6)), 3);
  const critic = (p: Params, x: tf.Tensor2D, scope = 'critic') => dense(p.scope(scope).scope('out'), tf.tanh(dense(p.scope(scope).scope('in'), x, 5)), 1);
  const centred = (p: Params, x: tf.Tensor2D) => {
    const centre = p.state<tf.Tensor1D>('centre', [3], zeros);
    p.keep('centre', tf.add(tf.mul(centre, 0.7), tf.mul(tf.mean(x, 0), 0.3)));
    return tf.sub(x, centre) as tf.Tensor2D;
  };
  const loss = (f: (p: Params, real: tf.Tensor2D, fake: tf.Tensor2D) => { loss: tf.Tensor; metrics: Record<string, tf.Tensor> }): SourceLoss => (p, { x }, { z }) => f(p, tf.reshape(x, [4, 3]), generator(p, z as tf.Tensor2D));
  return {
    batchShape: [4, 1, 3, 1],
    noise: { z: { shape: [4, 2], dist: 'normal' } },
    moves,
    teachers: { old: { of: 'critic', momentum: () => 0.9 } },
    players: {
      critic: {
        scopes: ['critic'],
        optimiser: { optimiser: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0.01, clipNorm: 1, emaDecay: 0 },
        rate: 2,
        loss: loss((p, real, fake) => ({ loss: tf.add(tf.mean(tf.softplus(tf.neg(critic(p, centred(p, real))))), tf.mean(tf.softplus(critic(p, centred(p, fake))))), metrics: { agreement: tf.mean(tf.square(tf.sub(critic(p, real), critic(p, real, 'old')))) } })),
      },
      generator: {
        scopes: ['generator'],
        optimiser: { beta1: 0.5, beta2: 0.9, weightDecay: 0.02, clipNorm: 0, emaDecay: 0.9 },
        every: 2,
        loss: loss((p, _, fake) => ({ loss: tf.mean(tf.softplus(tf.neg(critic(p, centred(p, fake))))), metrics: { spread: tf.mean(tf.square(fake)) } })),
      },
    },
  };
}

describe.each(engineDevices())('on %s', (device) => {
  it.each(['together', 'in turn'] as const)('%s: six steps of all there is equal six eager ones', async (moves) => {
    const source = everything(moves);
    const { compiled, runner, first } = await open(source, device);
    expect(compiled.packed.map(({ kind }) => kind)).toEqual(['param:critic', 'velocity:critic', 'param:generator', 'm:generator', 'v:generator', 'ema:generator', 'teacher:old', 'state']);
    let state = eagerState(compiled, first);
    for (let step = 1; step <= 6; step++) {
      const feeds = { x: normal(12, 'x', step, 1, 0.5), noise: { z: normal(8, 'z', step) }, scalars: { step, learningRate: 0.05 } };
      const metrics = await runner.step(feeds);
      const eager = eagerStep(source, compiled, state, feeds);
      expect(Object.keys(metrics).toSorted()).toEqual(Object.keys(eager.metrics).toSorted());
      for (const [name, value] of Object.entries(eager.metrics)) expect(Math.abs(metrics[name] - value), `${name} of step ${step}`).toBeLessThan(2e-5 * (1 + Math.abs(value)));
      state = eager.state;
    }
    const end = await runner.read();
    await runner.dispose();
    for (const { name } of compiled.state) {
      const expected = state.get(name)!.dataSync();
      end.get(name)!.forEach((value, i) => expect(Math.abs(value - expected[i]), `${name} [${i}]`).toBeLessThan(5e-5));
    }
  });
});

it('what the generator computes is computed once for both players, even in turn: it has not moved when its turn comes', () => {
  const products = (moves: PlayersSource['moves']) => valuesOf(buildStep(everything(moves)).graph).filter(({ op }) => op === 'gemm' || op === 'matMul').length;
  expect(products('in turn')).toBe(products('together'));
});

describe('a generative adversarial network', () => {
  const [mean, deviation, batch] = [1.5, 0.6, 256];
  /** G(z) = a z + b against D(x) = logit of c x^2 + d x + e, which tells Gaussians apart. Goodfellow et al. 2014, the generator's loss not saturating; the critic's weights cost, so that the game converges (Mescheder et al. 2018). */
  const source: PlayersSource = {
    batchShape: [batch, 1, 1, 1],
    noise: { zd: { shape: [batch], dist: 'normal' }, zg: { shape: [batch], dist: 'normal' } },
    moves: 'in turn',
    players: {
      discriminator: {
        scopes: ['discriminator'],
        optimiser: { beta1: 0.5, beta2: 0.99, weightDecay: 0, clipNorm: 0, emaDecay: 0 },
        rate: 2,
        loss: (p, { x }, { zd }) => {
          const real = tf.mean(tf.softplus(tf.neg(discriminate(p, tf.reshape(x, [batch])))));
          const fake = tf.mean(tf.softplus(discriminate(p, generate(p, zd))));
          const weights = ['c', 'd'].map((name) => tf.square(scalar(p.scope('discriminator'), name, zeros)));
          return { loss: tf.add(tf.add(real, fake), tf.mul(tf.add(weights[0], weights[1]), 0.05)), metrics: {} };
        },
      },
      generator: {
        scopes: ['generator'],
        optimiser: { beta1: 0.5, beta2: 0.99, weightDecay: 0, clipNorm: 0, emaDecay: 0.99 },
        loss: (p, _, { zg }) => ({ loss: tf.mean(tf.softplus(tf.neg(discriminate(p, generate(p, zg))))), metrics: {} }),
      },
    },
  };
  const generate = (p: Params, z: tf.Tensor) => tf.add(tf.mul(z, scalar(p.scope('generator'), 'a')), scalar(p.scope('generator'), 'b', zeros));
  const discriminate = (p: Params, x: tf.Tensor) => {
    const [c, d, e] = ['c', 'd', 'e'].map((name) => scalar(p.scope('discriminator'), name, zeros));
    return tf.add(tf.add(tf.mul(tf.square(x), c), tf.mul(x, d)), e);
  };

  it('finds mean and deviation of a Gaussian within 0.05, where the discriminator can tell nothing: log 4 within 0.01', async () => {
    const { runner } = await open(source);
    const last: number[] = [];
    for (let step = 1; step <= 3000; step++) {
      const metrics = await runner.step({ x: normal(batch, 'data', step, mean, deviation), noise: { zd: normal(batch, 'zd', step), zg: normal(batch, 'zg', step) }, scalars: { step, learningRate: 0.01 } });
      if (step > 2500) last.push(metrics['discriminatorLoss']);
    }
    const state = await runner.read();
    await runner.dispose();
    expect(Math.abs(state.get('ema/generator.b')![0] - mean)).toBeLessThan(0.05);
    expect(Math.abs(Math.abs(state.get('ema/generator.a')![0]) - deviation)).toBeLessThan(0.05);
    expect(Math.abs(last.reduce((a, b) => a + b, 0) / last.length - Math.log(4))).toBeLessThan(0.01);
  });
});

describe('what is refused', () => {
  const players = (scopes: Record<string, string[]>, loss: SourceLoss): PlayersSource => ({ ...one, moves: 'together', players: Object.fromEntries(Object.entries(scopes).map(([name, own]) => [name, { scopes: own, optimiser: descent, loss }])) });
  const both: SourceLoss = (p) => ({ loss: tf.mul(scalar(p, 'a'), scalar(p, 'b')), metrics: {} });
  it.each<[string, StepSource, RegExp]>([
    ['a parameter of no player', players({ first: ['a'] }, both), /parameter b belongs to no player/],
    ['a parameter of two players', players({ first: ['a', 'b'], second: ['b'] }, both), /parameter b belongs to first and second/],
    ['a player without parameters', players({ first: ['a', 'b'], second: ['c'] }, both), /player second has no parameters/],
    ['a metric that two players give', players({ first: ['a'], second: ['b'] }, (p) => ({ loss: scalar(p, 'a'), metrics: { b: scalar(p, 'b') } })), /metric\/b is given twice/],
    ['a teacher of nobody', { ...one, teachers: { t: { of: 's', momentum: () => 0.9 } }, loss: (p) => ({ loss: tf.mul(scalar(p, 'w'), scalar(p.scope('t'), 'w')), metrics: {} }) }, /t\.w \[\] follows s\.w, which is asked for by no loss/],
    ['state that nobody asked for', { ...one, loss: (p) => (p.keep('s', tf.scalar(1)), { loss: scalar(p, 'w'), metrics: {} }) }, /state s is kept but was never asked for/],
    ['state of another shape', { ...one, loss: (p) => (p.state('s', [2], zeros), p.keep('s', tf.scalar(1)), { loss: scalar(p, 'w'), metrics: {} }) }, /state s of shape \[2\] is kept as \[\]/],
    ['state that has a parameter\'s name', { ...one, loss: (p) => ({ loss: tf.mul(scalar(p, 'w'), p.state('w', [], zeros)), metrics: {} }) }, /w is both a parameter and state/],
  ])('%s', (_, source, message) => {
    expect(() => traceLoss(source)).toThrow(message);
  });
});
