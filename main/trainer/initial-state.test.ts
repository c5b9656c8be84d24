/** @file First states: the distributions asked for, repeatable by seed and name. */

import { expect, test } from 'vitest';
import type { ParamSpec, StateSpec } from '../compiler/compiled';
import { initialState } from './initial-state';

const spec = (name: string, init: ParamSpec['init'], shape = [100, 200]): ParamSpec => ({ name, shape, init });
const compiledOf = (params: ParamSpec[]): { state: StateSpec[] } => {
  const start = (kind: string, { name, init }: ParamSpec): StateSpec['start'] => (kind === 'param' ? init : kind === 'ema' ? { kind: 'copy', of: `param/${name}` } : { kind: 'zeros' });
  return { state: ['ema', 'param', 'm', 'v'].flatMap((kind) => params.map((spec) => ({ name: `${kind}/${spec.name}`, shape: spec.shape, dtype: 'float32', start: start(kind, spec) }))) };
};
const moments = (values: Float32Array) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
};

test('parameters are drawn as their specs say, averages start there, moments at zero', () => {
  const state = initialState(compiledOf([spec('n', { kind: 'normal', stddev: 0.5 }), spec('u', { kind: 'uniform', limit: 0.3 }), spec('z', { kind: 'zeros' }), spec('o', { kind: 'ones' })]), 3);
  const part = (name: string) => state.get(name) as Float32Array;
  // Standard errors of 20,000 draws: of the mean sigma / 141, of the deviation about sigma / 200; five of them.
  const normal = moments(part('param/n'));
  expect(Math.abs(normal.mean)).toBeLessThan(0.018);
  expect(Math.abs(normal.deviation - 0.5)).toBeLessThan(0.013);
  const uniform = moments(part('param/u'));
  expect(Math.abs(uniform.mean)).toBeLessThan(0.0062);
  expect(Math.abs(uniform.deviation - 0.3 / Math.sqrt(3))).toBeLessThan(0.0043);
  expect(part('param/u').every((value) => Math.abs(value) <= 0.3)).toBe(true);
  expect(part('param/z').every((value) => value === 0)).toBe(true);
  expect(part('param/o').every((value) => value === 1)).toBe(true);
  for (const name of ['n', 'u', 'z', 'o']) {
    expect(part(`ema/${name}`)).toEqual(part(`param/${name}`));
    expect(part(`ema/${name}`)).not.toBe(part(`param/${name}`));
    expect(part(`m/${name}`).every((value) => value === 0)).toBe(true);
    expect(part(`v/${name}`).every((value) => value === 0)).toBe(true);
  }
});

test('a parameter depends on the seed and its name, not on what stands beside it', () => {
  const normal = { kind: 'normal', stddev: 1 } as const;
  const alone = initialState(compiledOf([spec('a', normal)]), 3);
  const beside = initialState(compiledOf([spec('b', normal), spec('a', normal)]), 3);
  expect(beside.get('param/a')).toEqual(alone.get('param/a'));
  expect(beside.get('param/b')).not.toEqual(alone.get('param/a'));
  expect(initialState(compiledOf([spec('a', normal)]), 4).get('param/a')).not.toEqual(alone.get('param/a'));
});
