/** @file A long training on a real session keeps no memory from step to step. */

import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { scratchFolder } from '../../e2e/harness/scratch';
import type { RunInfo } from '../../preload/contract/runs';
import { methods } from '../methods/registry';
import { randomStream } from '../platform/random';
import { createRun } from '../runs/run';
import { controlBuffer, readControl } from './control';
import { prepareTraining } from './prepare';
import { trainRun, type TrainingPieces } from './session';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of JavaScript and of array buffers that are still reachable, and of the whole process. */
function memory() {
  collect();
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { held: heapUsed + external, rss };
}

test('4,000 steps, with checkpoints each second, hold no more than 1,000 did', async () => {
  const home = join(scratchFolder(), 'home');
  const method = methods[0];
  const config = { ...method.config.parse({}), ...method.tiny } as RunInfo['config'];
  await createRun(home, { name: 'long', method: method.id, config, dataset: { name: 'd', hash: '0' }, view: {}, seed: 1, device: 'auto', versions: { genoise: '0', onnxruntime: '0', node: '0' } });
  const seen = new Map<number, ReturnType<typeof memory>>();
  const pieces: TrainingPieces = {
    openData: async () => ({
      shape: { height: 8, width: 8, channels: 1 },
      source: {
        fill(x, _size, seed, step) {
          if (step === 1_000 || step === 4_000) seen.set(step, memory());
          randomStream(seed, 'images', step).fillIntegers(x, 256);
        },
      },
      close: () => undefined,
    }),
    prepare: prepareTraining,
    checkpointSecs: 1,
  };
  const end = await trainRun({ home, run: 'long', steps: 4_000, device: 'cpu' }, pieces, readControl(controlBuffer()), { progress: () => undefined, signal: new AbortController().signal });
  expect(end.status).toBe('completed');
  const [early, late] = [seen.get(1_000)!, seen.get(4_000)!];
  // Ten bytes a step over 3,000 steps would be 30 kB; one tensor of this model kept a step would be megabytes.
  expect(late.held - early.held).toBeLessThan(1_000_000);
  expect(late.rss - early.rss).toBeLessThan(40_000_000);
});
