/** @file What crosses between host and device memory while a method trains: state when it is loaded and read, and in a step its feeds alone go up and its metrics alone come down. */

import { describe, expect, test } from 'vitest';
import { engineDevices } from '../../e2e/harness/devices';
import type { CompiledStep } from '../compiler/compiled';
import { compileStep } from '../compiler/compile-step';
import { stepSource } from '../compiler/step-source';
import { methods } from '../methods/registry';
import { randomStream } from '../platform/random';
import { stepFeeds } from '../trainer/feed';
import { initialState } from '../trainer/initial-state';
import type { Transfer } from './sessions';
import { openStepRunner } from './step-runner';
import { targetOf } from './targets';

const steps = 5;
const data = { height: 8, width: 8, channels: 1 };
const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const moved = (transfers: readonly Transfer[], direction: Transfer['direction']) => Object.fromEntries(transfers.filter((t) => t.direction === direction).map(({ name, bytes }) => [name, bytes]));

/** What a step has to be given, in bytes by input. */
const feedsOf = ({ batch, noise, scalars }: CompiledStep) => ({
  [batch.name]: sizeOf(batch.shape), // a level is a byte
  ...Object.fromEntries(Object.entries(noise).map(([name, { shape }]) => [`noise/${name}`, 4 * sizeOf(shape)])),
  ...Object.fromEntries(scalars.map((name) => [name, 4])),
});

describe.each(engineDevices().filter((device) => device !== 'cpu'))('on %s', (device) => {
  test.each(methods.map((method) => [method.id, method] as const))('%s: weights, moments and averages cross when they are loaded and read, and in no step', async (_, method) => {
    const config = { ...method.config.parse(method.tiny), clipNorm: 1, emaDecay: 0.9 };
    const compiled = compileStep(stepSource(method, config, data), await targetOf(device));
    const seen: Transfer[] = [];
    const during = async <T>(work: Promise<T>): Promise<{ result: T; transfers: Transfer[] }> => ({ result: await work, transfers: seen.splice(0) });
    const runner = await openStepRunner(compiled, device, { strict: true, onTransfer: (transfer) => seen.push(transfer) });
    const start = initialState(compiled, 1);
    const vectors = Object.fromEntries(compiled.packed.map(({ kind, size }) => [kind, 4 * size]));

    const loaded = (await during(runner.load(start))).transfers;
    expect(moved(loaded, 'up')).toEqual(vectors);
    expect(moved(loaded, 'down')).toEqual({});

    const feeds = stepFeeds({ fill: (x, _size, seed, step) => randomStream(seed, 'images', step).fillIntegers(x, 256) }, compiled, 3);
    for (let step = 1; step <= steps; step++) {
      const { result, transfers } = await during(runner.step(feeds(step, 0.01, step / steps)));
      expect(transfers.length).toBe(Object.keys(feedsOf(compiled)).length + compiled.metrics.length);
      expect(moved(transfers, 'up')).toEqual(feedsOf(compiled));
      expect(moved(transfers, 'down')).toEqual(Object.fromEntries(compiled.metrics.map((name) => [`metric/${name}`, 4])));
      expect(Number.isFinite(result['loss'])).toBe(true);
    }

    const { result: end, transfers } = await during(runner.read((name) => name.startsWith('param/')));
    expect(moved(transfers, 'up')).toEqual({});
    expect(moved(transfers, 'down')).toEqual({ "param'": vectors['param'] });
    expect([...end].some(([name, values]) => values.some((value, i) => value !== start.get(name)![i]))).toBe(true);
    await runner.dispose();
  });
});
