/** @file A training thread on the linear model, with the faults that the run's config asks for. */

import { spawnSync } from 'node:child_process';
import { LabError } from '../../../preload/contract/errors';
import type { RunInfo } from '../../../preload/contract/runs';
import { linearModel, type Faults } from './linear-model';
import { scriptedData } from './data';
import { serveTraining } from '../thread';

/** Memory that a model would hold. */
let held: Buffer | undefined;

/** The run's config says what happens: { stepMs, hangAt, hangMs, memoryAt, nanAt, packMs, prepareMs, batchSize, holdMb }. */
function faultsOf(config: RunInfo['config']): Faults {
  const number = (name: string) => (typeof config[name] === 'number' ? config[name] : undefined);
  const stepMs = number('stepMs') ?? 0;
  return {
    nanAt: number('nanAt'),
    beforeStep(k) {
      if (k === 1 && number('holdMb') !== undefined) held = Buffer.alloc((number('holdMb') as number) * 2 ** 20, 1);
      if (k === number('memoryAt')) throw new Error('Failed to allocate memory for requested buffer of size 4294967296');
      // A native call that lasts: nothing on this thread runs meanwhile.
      if (k === number('hangAt')) spawnSync(process.execPath, ['-e', `setTimeout(() => {}, ${number('hangMs')})`], { stdio: 'ignore' });
      if (held && k === 20) held = undefined;
      if (stepMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stepMs);
    },
  };
}

serveTraining({
  checkpointSecs: 0.2,
  openData: async (_home, { config }, work) => {
    if (typeof config.packMs === 'number') {
      work.progress({ phase: 'pack', done: 0, total: 2 });
      await new Promise<void>((resolve, reject) => {
        setTimeout(resolve, Number(config.packMs));
        work.signal.addEventListener('abort', () => reject(new LabError('cancelled', { what: 'pack' })));
      });
    }
    return scriptedData();
  },
  prepare: async ({ info }) => {
    const prepareMs = info.config.prepareMs;
    if (typeof prepareMs === 'number') await new Promise((resolve) => setTimeout(resolve, prepareMs));
    return linearModel(Number(info.config.batchSize), faultsOf(info.config));
  },
});
