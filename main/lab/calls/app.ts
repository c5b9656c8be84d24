/** @file Calls on the program itself. */

import { cpus, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HandlersOf } from '../../../preload/contract/contract';
import type { app } from '../../../preload/contract/domains/app';
import type { Settings } from '../../../preload/contract/settings';
import { memoryInUse } from '../../platform/memory';
import { readLayout, saveLayout } from '../../platform/layout-file';
import { changeSettings, readSettings } from '../../platform/settings';
import type { Desk } from '../desk';
import { listDevices } from '../devices';
import { diskUse, emptyCache } from '../disk';
import { logTail } from '../log-tail';
import { sampleDataset, sampleName } from '../sample-data';
import { genoiseVersion } from '../versions';

const machineMs = 2_000;

export const appCalls = ({ lab, changes, jobs, log }: Desk): HandlersOf<typeof app> => ({
  info: () => ({ version: genoiseVersion, home: lab.home, platform: process.platform, cpus: cpus().length, memoryBytes: totalmem() }),
  devices: (_args, work) => listDevices(lab, work),
  disk: () => diskUse(lab.home),
  emptyCache: async () => ({ freed: await emptyCache(lab.home) }),
  async changeSettings({ patch }) {
    const fields = Object.entries(patch).map(([field, value]) => [field, value ?? undefined]);
    const all = await changeSettings(lab.home, Object.fromEntries(fields) as Partial<Settings>);
    changes.tell('settings');
    return all;
  },
  layout: () => readLayout(lab.home),
  async saveLayout({ layout }) {
    await saveLayout(lab.home, layout);
    return null;
  },
  async log({ count }) {
    await log.flush();
    return logTail(lab.home, count);
  },
  importSample: () =>
    jobs.start('import', sampleName, async (work) => {
      const { name, count } = await sampleDataset(lab, work);
      changes.tell('datasets');
      return { dataset: name, count };
    }),
  async machine(_args, { emit, signal }) {
    let told = '';
    while (!signal.aborted) {
      const now = memoryInUse();
      if (JSON.stringify(now) !== told) await emit(now);
      told = JSON.stringify(now);
      await sleep(machineMs, undefined, { signal }).catch(() => undefined);
    }
  },
  async settings(_args, { emit, signal }) {
    const seen = changes.watcher();
    await emit(await readSettings(lab.home));
    while (!signal.aborted) {
      if ((await changes.since(seen, signal)).includes('settings')) await emit(await readSettings(lab.home));
    }
  },
});
