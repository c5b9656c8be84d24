/** @file Where a training starts from, and what is no number or no memory any more. */

import { expect, test } from 'vitest';
import { LabError } from '../../preload/contract/errors';
import type { StateSpec } from '../compiler/compiled';
import { firstNonFinite } from './finite';
import { asMemoryError } from './memory';
import { startState } from './state';

const specs: StateSpec[] = ['param/w', 'm/w', 'ema/w'].map((name) => ({ name, shape: [2], dtype: 'float32', start: name === 'ema/w' ? { kind: 'copy', of: 'param/w' } : { kind: 'zeros' } }));
const initial = new Map([
  ['param/w', Float32Array.of(1, 2)],
  ['m/w', Float32Array.of(0, 0)],
  ['ema/w', Float32Array.of(1, 2)],
]);

test('a new run starts from the initial state', () => {
  expect(startState(specs, initial)).toBe(initial);
});

test('a checkpoint gives all it has; an average that it lacks starts at its parameter, moments at the initial ones', () => {
  const w = Float32Array.of(5, 6);
  const state = startState(specs, initial, new Map([['param/w', w]]));
  expect([...state]).toEqual([['param/w', w], ['m/w', Float32Array.of(0, 0)], ['ema/w', w]]);
});

test('a checkpoint of another model is refused, with both sizes', () => {
  const refusal = (checkpoint: Map<string, Float32Array>) => {
    try {
      startState(specs, initial, checkpoint);
    } catch (caught) {
      return caught instanceof LabError ? caught.toJSON() : caught;
    }
    return undefined;
  };
  expect(refusal(new Map([['param/w', new Float32Array(3)]]))).toEqual({ code: 'checkpoint-mismatch', params: { name: 'param/w', expected: 2, got: 3 } });
  expect(refusal(new Map([['m/w', new Float32Array(2)]]))).toEqual({ code: 'checkpoint-mismatch', params: { name: 'param/w', expected: 2, got: 0 } });
});

test('the first tensor that is not finite is found wherever it is', () => {
  const clean = Float32Array.of(1e38, -1e38, 3e38, 0, -0);
  for (const value of [NaN, Infinity, -Infinity]) {
    for (const at of [0, 2, 4]) {
      const broken = clean.slice();
      broken[at] = value;
      expect(firstNonFinite(new Map([['a', clean], ['b', broken], ['c', broken]]))).toBe('b');
    }
  }
  expect(firstNonFinite(new Map([['a', clean], ['empty', new Float32Array(0)]]))).toBeUndefined();
});

test.each([
  'Non-zero status code returned while running Conv node. Failed to allocate memory for requested buffer of size 2147483648',
  'CUDA failure 2: out of memory ; GPU=0',
  'CUDNN failure 4: CUDNN_STATUS_ALLOC_FAILED',
  'CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED',
  'Array buffer allocation failed',
  'std::bad_alloc',
  'Exception 8007000E Not enough memory resources are available',
])('words for a lack of memory: %s', (text) => {
  expect(asMemoryError(new Error(text), 'cuda', 64)).toMatchObject({ code: 'device-out-of-memory', params: { device: 'cuda', batchSize: 64, smaller: 32 } });
});

test('other failures stay what they are', () => {
  const other = new Error('Got invalid dimensions for input: x');
  expect(asMemoryError(other, 'cpu', 64)).toBe(other);
});
