/** @file Orders to many trainings at once: whatever the sequence, each reaches the training it was meant for and no other. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LabError } from '../../preload/contract/errors';
import type { Work } from '../../preload/contract/progress';
import type { TrainRequest } from '../../preload/contract/training';
import type { WorkerThread } from '../supervisor/thread';
import { readControl, type Order } from './control';
import { trainerHandlers, type ThreadData } from './process';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A thread that trains until it reads an end, and answers a pause by waiting. */
function scriptedThread({ control }: ThreadData): WorkerThread {
  const orders = readControl(control);
  return {
    async call<T>(_name: string, args: unknown): Promise<T> {
      const { run } = args as TrainRequest;
      for (;;) {
        const order = orders.order();
        if (order === 'stop' || order === 'cancel') return { run, order } as T;
        await turn();
      }
    },
    dispose: async () => undefined,
  };
}

type Deed = { kind: 'start' | 'stop' | 'pause' | 'resumeTraining'; run: string } | { kind: 'cancel'; training: number };
const run = fc.constantFrom('a', 'b');
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ kind: fc.constantFrom('start', 'start', 'stop', 'pause', 'resumeTraining'), run }) as fc.Arbitrary<Deed>,
  // Any training ever started, also one that has ended while another of the same run goes on.
  fc.record({ kind: fc.constant('cancel' as const), training: fc.nat(5) }),
);

test('only the named run stops, also when cancels and new starts race', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(deed, fc.boolean()), { minLength: 20, maxLength: 60 }), async (deeds) => {
      const handlers = trainerHandlers(scriptedThread);
      const trainings: { run: string; abort: AbortController; expected: Order; got?: string; under: boolean; done: Promise<void> }[] = [];
      const current = (name: string) => trainings.find((training) => training.run === name && training.under);

      for (const [{ kind, ...rest }, wait] of deeds) {
        if (kind === 'cancel') {
          const training = trainings[(rest as { training: number }).training];
          training?.abort.abort();
          if (training?.under) training.expected = 'cancel';
        } else {
          const { run: name } = rest as { run: string };
          const under = current(name);
          if (kind === 'start') {
            const abort = new AbortController();
            const work: Work = { progress: () => undefined, signal: abort.signal };
            const result = handlers.train({ home: '', run: name }, work) as Promise<{ order: string }>;
            if (under) {
              expect(await result.then(() => undefined, (error: LabError) => error.code)).toBe('run-locked');
            } else {
              const training: (typeof trainings)[number] = { run: name, abort, expected: 'run', under: true, done: Promise.resolve() };
              training.done = result.then(({ order }) => {
                training.got = order;
                training.under = false;
              });
              trainings.push(training);
            }
          } else {
            const answer = await handlers[kind]({ run: name }, { progress: () => undefined, signal: new AbortController().signal }).then(() => 'done', (error: LabError) => error.code);
            expect(answer).toBe(under ? 'done' : 'not-training');
            if (under && kind === 'stop' && under.expected !== 'cancel') under.expected = 'stop';
          }
        }
        if (wait) for (let k = 0; k < 4; k++) await turn();
      }
      for (let k = 0; k < 6; k++) await turn();
      for (const training of trainings) expect(training.got).toBe(training.expected === 'run' ? undefined : training.expected);
      for (const training of trainings) training.abort.abort();
      await Promise.all(trainings.map(({ done }) => done));
    }),
    { numRuns: 500, seed: 12 },
  );
});
