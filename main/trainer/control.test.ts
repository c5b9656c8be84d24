/** @file Orders between threads. */

import fc from 'fast-check';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { controlBuffer, giveOrder, readControl, type Order } from './control';

const order = fc.constantFrom<Order[]>('run', 'pause', 'stop', 'cancel');

test('an end stays ordered whatever follows; a cancel overrides a stop, nothing a cancel', () => {
  fc.assert(
    fc.property(fc.array(order, { minLength: 1 }), (given) => {
      const buffer = controlBuffer();
      for (const one of given) giveOrder(buffer, one);
      const expected = given.includes('cancel') ? 'cancel' : given.includes('stop') ? 'stop' : given.at(-1);
      expect(readControl(buffer).order()).toBe(expected);
    }),
  );
});

test('a change is seen across threads at once, and no change at the limit', async () => {
  const buffer = controlBuffer();
  const control = readControl(buffer);
  const start = performance.now();
  await control.changed('run', 150);
  expect(performance.now() - start).toBeGreaterThan(140);
  await control.changed('pause', 60_000);
  const worker = new Worker('const { workerData } = require("node:worker_threads"); Atomics.store(new Int32Array(workerData), 0, 1); Atomics.notify(new Int32Array(workerData), 0);', {
    eval: true,
    workerData: buffer,
  });
  await control.changed('run', 60_000);
  expect(control.order()).toBe('pause');
  await worker.terminate();
});
