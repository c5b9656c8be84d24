/** @file The cache of compiled steps: the same step from it, another step or another compiler past it, and damage is compiled anew. */

import * as tf from '@tensorflow/tfjs-core';
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scratchFolder } from '../../e2e/harness/scratch';
import { compileStep } from '../compiler/compile-step';
import { cpuTarget, gpuTarget } from '../compiler/emit/target';
import type { OneLossSource } from '../compiler/step-source';
import { dense } from '../nn/layers';
import { openContentCache } from '../platform/content-cache';
import { injectFaults } from '../platform/file-calls';
import { compileCached, stepCache } from './step-cache';

const source = (gains: number[] = [1, 2, 3], beta1 = 0.9): OneLossSource => ({
  batchShape: [4, 1, 1, 3],
  noise: {},
  optimiser: { beta1, beta2: 0.999, weightDecay: 0, clipNorm: 0, emaDecay: 0 },
  loss: (p, { x }) => ({ loss: tf.mean(tf.square(dense(p, tf.mul(tf.reshape(x, [4, 3]), tf.tensor1d(gains)) as tf.Tensor2D, 2))), metrics: {} }),
});
const compile = (folder: string, of = source(), lowering = 'a', target = cpuTarget) => compileCached(of, target, stepCache(folder), lowering);

test('what is emitted is kept, and taken from there', async () => {
  const folder = join(scratchFolder(), 'cache', 'steps');
  const fresh = compileStep(source(), cpuTarget);
  expect(await compile(folder)).toEqual(fresh);
  const [name] = readdirSync(folder);
  // Another model under the same key shows whether it is read.
  const other = compileStep(source([4, 5, 6]), cpuTarget).onnx;
  const planted = openContentCache(folder, 1e9);
  await planted.put(name, other);
  expect(Buffer.compare((await compile(folder)).onnx, other)).toBe(0);
});

test('another constant, setting, target or compiler is another entry', async () => {
  const folder = scratchFolder();
  const kept = () => readdirSync(folder).length;
  await compile(folder);
  await compile(folder);
  expect(kept()).toBe(1);
  const long = Array.from({ length: 3 }, (_, i) => i + 1);
  for (const [i, run] of [() => compile(folder, source([1, 2, 3.0000002])), () => compile(folder, source(long, 0.8)), () => compile(folder, source(), 'a', gpuTarget), () => compile(folder, source(), 'a', { ...cpuTarget, convBlock: 8 }), () => compile(folder, source(), 'b')].entries()) {
    await run();
    expect(kept()).toBe(i + 2);
  }
  // Where the program was not built, there is no telling which code emits: nothing is kept.
  await compileCached(source([7, 8, 9]), cpuTarget, stepCache(folder));
  expect(kept()).toBe(6);
});

test('an entry with any byte changed, or cut short, is compiled anew and mended', async () => {
  const folder = scratchFolder();
  const { onnx } = await compile(folder);
  const path = join(folder, readdirSync(folder)[0]);
  const whole = readFileSync(path);
  const damaged = [0, 31, 32, whole.length >> 1, whole.length - 1].map((at) => {
    const copy = Buffer.from(whole);
    copy[at] ^= 1;
    return copy;
  });
  for (const bytes of [...damaged, whole.subarray(0, whole.length - 1), whole.subarray(0, 20), Buffer.alloc(0)]) {
    writeFileSync(path, bytes);
    expect(Buffer.compare((await compile(folder)).onnx, onnx)).toBe(0);
    expect(Buffer.compare(readFileSync(path), whole)).toBe(0);
  }
});

test.each(['ENOSPC', 'EIO'] as const)('%s at any file call of keeping it leaves the step as it is, and the next time a whole entry', async (code) => {
  const { onnx } = compileStep(source(), cpuTarget);
  for (let at = 1; ; at++) {
    const folder = join(scratchFolder(), 'cache');
    const faults = injectFaults({ at, code });
    const { onnx: got } = await compile(folder);
    faults.restore();
    expect(Buffer.compare(got, onnx)).toBe(0);
    expect(Buffer.compare((await compile(folder)).onnx, onnx)).toBe(0);
    if (faults.seen.length < at) break;
  }
});

test('the longest unused go when it grows too large', async () => {
  const folder = scratchFolder();
  const cache = openContentCache(folder, 3 * (100 + 32));
  for (const [i, key] of ['a', 'b', 'c'].entries()) {
    await cache.put(key, new Uint8Array(100).fill(i));
    utimesSync(join(folder, key), 1_000 + i, 1_000 + i);
  }
  expect(await cache.get('a')).toEqual(Buffer.alloc(100, 0));
  expect(statSync(join(folder, 'a')).mtimeMs).toBeGreaterThan(1e9);
  await cache.put('d', new Uint8Array(100));
  expect(readdirSync(folder).toSorted()).toEqual(['a', 'c', 'd']);
  expect(await cache.get('b')).toBeUndefined();
});
