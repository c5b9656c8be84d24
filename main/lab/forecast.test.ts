/** @file Forecasts: the sums, and each warning at its bound. */

import { describe, expect, test } from 'vitest';
import type { Forecast } from '../../preload/contract/domains/training';
import type { TrialResult } from '../../preload/contract/training';
import { methods } from '../methods/registry';
import { forecastOf } from './forecast';
import { configFromText, settingErrors } from './methods';

const trial: TrialResult = { device: 'cpu', parameters: 1_000, steps: 20, stepSecs: 0.05, compileSecs: 2, readSecs: 0.01, memoryBytes: 400e6, others: 0 };
const data = { images: 60_000, side: 28, memoryLimit: 4e9 };
const vae = (settings: string[] = []) => configFromText('vae', settings);

const warned = ({ warnings }: Forecast) => warnings.map(({ code }) => code);
const of = (limits: { steps?: number; minutes?: number }, changes: { trial?: Partial<TrialResult>; data?: Partial<typeof data>; settings?: string[]; method?: string } = {}) =>
  forecastOf({ method: changes.method ?? 'vae', config: configFromText(changes.method ?? 'vae', changes.settings ?? []), ...limits }, { ...trial, ...changes.trial }, { ...data, ...changes.data });

test('steps, epochs and seconds in a time: 5 minutes of 0.05 s a step are 6,000 steps of 128 images', () => {
  const forecast = of({ minutes: 5 });
  expect(forecast).toMatchObject({ device: 'cpu', parameters: 1_000, stepSecs: 0.05, steps: 6_000, seconds: 302, images: 60_000, memoryBytes: 400e6, warnings: [] });
  expect(forecast.epochs).toBeCloseTo((6_000 * 128) / 60_000, 9);
});

test('whichever limit is reached first counts; none is endless', () => {
  expect(of({ steps: 2_000, minutes: 5 })).toMatchObject({ steps: 2_000, seconds: 102 });
  expect(of({ steps: 10_000, minutes: 5 })).toMatchObject({ steps: 6_000 });
  const endless = of({});
  expect([endless.steps, endless.epochs, endless.seconds, endless.warnings]).toEqual([undefined, undefined, undefined, []]);
});

describe('each warning at its bound', () => {
  const { steps } = methods.find(({ id }) => id === 'vae')!.suits(vae());

  test('steps until pictures can be recognised, with the time that they take', () => {
    expect(warned(of({ steps }))).toEqual([]);
    expect(of({ steps: steps - 1 }).warnings).toEqual([{ code: 'few-steps', params: { steps: steps - 1, wanted: steps, seconds: Math.ceil(steps * 0.05) } }]);
  });

  test('images: few, fewer than a batch, some never seen', () => {
    expect(warned(of({ steps: 5_000 }, { data: { images: 500 } }))).toEqual([]);
    expect(of({ steps: 5_000 }, { data: { images: 499 } }).warnings).toEqual([{ code: 'few-images', params: { images: 499, wanted: 500 } }]);
    expect(warned(of({ steps: 5_000 }, { data: { images: 127 } }))).toEqual(['few-images', 'batch-over-images']);
    expect(warned(of({ steps: 5_000 }, { data: { images: 640_000 } }))).toEqual([]);
    expect(of({ steps: 5_000 }, { data: { images: 640_001 } }).warnings).toEqual([{ code: 'part-unseen', params: { images: 640_001, seen: 640_000 } }]);
  });

  test('images larger than the depth of the network suits', () => {
    expect(warned(of({ steps: 5_000 }, { data: { side: 64 } }))).toEqual([]);
    expect(of({ steps: 5_000 }, { data: { side: 65 } }).warnings).toEqual([{ code: 'images-large', params: { side: 65, suits: 64 } }]);
    const deeper = { data: { side: 128 }, settings: ['network=convolutional', 'hidden=32,64,128,256,256'] };
    expect(warned(of({ steps: 5_000 }, deeper))).toEqual([]);
    expect(warned(of({ steps: 5_000 }, { ...deeper, method: 'ddpm', settings: [] }))).toEqual(['images-large']);
    expect(warned(of({ steps: 5_000 }, { ...deeper, method: 'ddpm', settings: ['channelMultipliers=1,2,2,2'] }))).toEqual([]);
  });

  test('memory, a long warm-up, other trainings', () => {
    expect(warned(of({ steps: 5_000 }, { trial: { memoryBytes: 4e9 } }))).toEqual([]);
    expect(of({ steps: 5_000 }, { trial: { memoryBytes: 4e9 + 1 } }).warnings).toEqual([{ code: 'memory-over', params: { needed: 4e9 + 1, limit: 4e9 } }]);
    expect(warned(of({ steps: 5_000 }, { settings: ['warmupSteps=2500'] }))).toEqual([]);
    expect(warned(of({ steps: 5_000 }, { settings: ['warmupSteps=2501'] }))).toEqual(['warmup-long']);
    expect(warned(of({ steps: 5_000 }, { trial: { others: 1 } }))).toEqual(['others-train']);
  });
});

test.each(methods.map((method) => [method.id, method] as const))('%s: its main fields are fields, at most six, and its defaults suit its own warnings', (id, method) => {
  expect(settingErrors(id, {})).toEqual([]);
  expect(method.main.filter((field) => !Object.hasOwn(method.config.shape, field))).toEqual([]);
  expect(method.main.length).toBeLessThanOrEqual(6);
  expect(new Set(method.main).size).toBe(method.main.length);
  const { steps, side } = method.suits(method.config.parse({}));
  expect(steps).toBeGreaterThan(0);
  expect(side).toBeGreaterThanOrEqual(28);
});
