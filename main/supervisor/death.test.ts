/** @file The words of a process's end. */

import { expect, test } from 'vitest';
import { deathOf } from './death';

test('the detail is the last line that says something, without the colours of a native library', () => {
  const stderr = '\u001B[1;31m2026-11-24 [E:onnxruntime] Failed to load library\n\u001B[m\n';
  expect(deathOf('trainer', { code: null, signal: 'SIGSEGV', stderr }).toJSON()).toEqual({ code: 'process-died', params: { entry: 'trainer', how: 'SIGSEGV', detail: '2026-11-24 [E:onnxruntime] Failed to load library' } });
  // A process that is killed writes nothing: those words are of before and explain nothing.
  expect(deathOf('trainer', { code: null, signal: 'SIGKILL', stderr }).toJSON().params).toEqual({ entry: 'trainer', how: 'SIGKILL', detail: '' });
});

test('words of refused memory make it out of memory', () => {
  expect(deathOf('trainer', { code: 134, signal: null, stderr: 'FATAL ERROR: JavaScript heap out of memory\n' }).code).toBe('out-of-memory');
});
