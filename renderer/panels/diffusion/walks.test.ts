/** @file Walks in the page: parts put together, stopped, gone on with, failed, and forgotten when there is no room. */

import { expect, it } from 'vitest';
import { LabError } from '../../../preload/contract/errors';
import type { WalkResult } from '../../../preload/contract/diffusion';
import { momentAt, noiseTo, signalToNoiseDb } from './forward';
import { openWalks, walkKey, type WalkSettings } from './walks';

const settings: WalkSettings = { run: 'digits', sampler: 'ddim', steps: 7, eta: 0, seed: 1, n: 2 };
/** The part from `first` on of a walk of 7 steps, in parts of 3, each moment's pictures full of its number. */
const part = (first: number): WalkResult => {
  const count = Math.min(first === 0 ? 1 : 3, 7 - first);
  const filled = (offset: number) => Uint8Array.from({ length: count * 4 }, (_, i) => offset + first + Math.floor(i / 4));
  return {
    first,
    count,
    total: 7,
    timesteps: Int32Array.from({ length: count }, (_, i) => 60 - 10 * (first + i)),
    shape: [count, 2, 1, 2, 1],
    noisy: filled(0),
    predicted: filled(50),
    noise: filled(100),
    x: new Float32Array(4).fill(first + count === 7 ? 0.6 : first + count),
    device: 'cpu',
  };
};
const until = async (condition: () => boolean): Promise<void> => {
  for (let i = 0; i < 200 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(condition()).toBe(true);
};

it('are asked for from where they stand, and hold every moment with the finished images last', async () => {
  const asked: { first: number; x: number | undefined }[] = [];
  const walks = openWalks(async ({ first, x }) => {
    asked.push({ first, x: x?.[0] });
    return part(first);
  });
  const key = walks.start(settings);
  await until(() => walks.use.getState()[key].state === 'done');
  const walk = walks.use.getState()[key];
  expect(asked).toEqual([{ first: 0, x: undefined }, { first: 1, x: 1 }, { first: 4, x: 4 }]);
  expect(walk).toMatchObject({ total: 7, available: 8, shape: [2, 1, 2, 1], device: 'cpu' });
  expect([...walk.timesteps]).toEqual([60, 50, 40, 30, 20, 10, 0, -1]);
  expect([...walk.noisy].filter((_, i) => i % 4 === 0)).toEqual([0, 1, 2, 3, 4, 5, 6, 204]);
  expect([...walk.predicted].filter((_, i) => i % 4 === 3)).toEqual([50, 51, 52, 53, 54, 55, 56, 204]);
  expect([...walk.noise].filter((_, i) => i % 4 === 0)).toEqual([100, 101, 102, 103, 104, 105, 106, 127]);
  walks.start({ ...settings });
  expect(asked).toHaveLength(3);
});

it('keep what they have when stopped, and go on from there', async () => {
  let release: (() => void) | undefined;
  const firsts: number[] = [];
  const walks = openWalks(async ({ first }, { signal }) => {
    firsts.push(first);
    if (first === 4 && firsts.length === 3)
      await new Promise<void>((resolve, reject) => {
        release = resolve;
        signal.addEventListener('abort', () => reject(new LabError('cancelled', { what: 'walk' })));
      });
    return part(first);
  });
  const key = walks.start(settings);
  await until(() => release !== undefined);
  walks.stop(key);
  await until(() => walks.use.getState()[key].state === 'stopped');
  expect(walks.use.getState()[key].available).toBe(4);
  walks.start(settings);
  await until(() => walks.use.getState()[key].state === 'done');
  expect(firsts).toEqual([0, 1, 4, 4]);
});

it('go on when they are begun again before they have stopped', async () => {
  let release: (() => void) | undefined;
  const walks = openWalks(async ({ first }, { signal }) => {
    if (first === 1 && release === undefined) await new Promise<void>((resolve) => (release = resolve));
    if (signal.aborted) throw new LabError('cancelled', { what: 'walk' });
    return part(first);
  });
  const key = walks.start(settings);
  await until(() => release !== undefined);
  walks.stop(key);
  walks.start(settings);
  release?.();
  await until(() => walks.use.getState()[key].state === 'done');
});

it('go on until nobody looks at them any more', async () => {
  const waiting: (() => void)[] = [];
  const release = (): void => waiting.splice(0).forEach((one) => one());
  const walks = openWalks(async ({ first }, { signal }) => {
    if (first === 1) await new Promise<void>((resolve) => void waiting.push(resolve));
    if (signal.aborted) throw new LabError('cancelled', { what: 'walk' });
    return part(first);
  });
  const [one, other] = [walks.want(settings), walks.want(settings)];
  const key = walkKey(settings);
  await until(() => waiting.length > 0);
  one();
  release();
  await until(() => walks.use.getState()[key].state === 'done');
  const last = walks.want({ ...settings, seed: 2 });
  await until(() => waiting.length > 0);
  last();
  release();
  await until(() => walks.use.getState()[walkKey({ ...settings, seed: 2 })].state === 'stopped');
  other();
  expect(walks.use.getState()[key].state).toBe('done');
});

it('say why they failed, and try again', async () => {
  let broken = true;
  const walks = openWalks(async ({ first }) => {
    if (first === 1 && broken) throw new LabError('model-not-finite', { signature: 'denoise', output: 'eps' });
    return part(first);
  });
  const key = walks.start(settings);
  await until(() => walks.use.getState()[key].state === 'failed');
  expect(walks.use.getState()[key]).toMatchObject({ available: 1, error: { code: 'model-not-finite' } });
  broken = false;
  walks.start(settings);
  await until(() => walks.use.getState()[key].state === 'done');
  expect(walks.use.getState()[key].error).toBeUndefined();
});

it('are forgotten, oldest first, when there is no room', async () => {
  // A walk of 8 moments of 4 bytes, three pictures each: 96 bytes.
  const walks = openWalks(async ({ first }) => part(first), 200);
  const keys: string[] = [];
  for (const seed of [1, 2, 3]) {
    keys.push(walks.start({ ...settings, seed }));
    await until(() => walks.use.getState()[keys.at(-1)!].state === 'done');
  }
  walks.start({ ...settings, seed: 4 });
  await until(() => Object.keys(walks.use.getState()).length === 3 && walks.use.getState()[walkKey({ ...settings, seed: 4 })].state === 'done');
  expect(Object.keys(walks.use.getState())).toEqual([keys[1], keys[2], walkKey({ ...settings, seed: 4 })]);
});

it('of other settings have other keys', () => {
  const from = { split: 'test' as const, index: 3, t: 40 };
  const keys = [settings, { ...settings, at: 5 }, { ...settings, eta: 0.5 }, { ...settings, from }, { ...settings, from: { ...from, t: 41 } }, { ...settings, from: { ...from, dataset: 'other' } }];
  expect(new Set(keys.map(walkKey)).size).toBe(keys.length);
  expect(walkKey({ ...settings, from })).toBe(walkKey({ n: 2, seed: 1, from: { t: 40, index: 3, split: 'test' }, eta: 0, steps: 7, sampler: 'ddim', run: 'digits' }));
});

it('stand, at a time of the process, at their last moment that is not past it', () => {
  const timesteps = Int32Array.of(99, 50, 20, 0, -1);
  expect([99, 98, 51, 50, 49, 20, 1, 0, -1].map((t) => momentAt(timesteps, t))).toEqual([0, 0, 0, 1, 1, 2, 2, 3, 4]);
});

it('noises an image by the closed form', () => {
  const eps = Float32Array.of(1, -2, 0, 0.5);
  expect([...noiseTo(Uint8Array.of(0, 255, 128, 200), eps, 1)]).toEqual([0, 255, 128, 200]);
  // 0.6 x_0 + 0.8 eps: -0.6 + 0.8 = 0.2, 0.6 - 1.6 = -1, 0.6 * 0.0039 = 0.0024, 0.6 * 0.5686 + 0.4 = 0.7412
  expect([...noiseTo(Uint8Array.of(0, 255, 128, 200), eps, 0.36)]).toEqual([153, 0, 128, 222]);
  expect(signalToNoiseDb(0.5)).toBe(0);
  expect(signalToNoiseDb(10 / 11)).toBeCloseTo(10, 10);
});
