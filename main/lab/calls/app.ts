/** @file Calls on the program itself. */

import { cpus, totalmem } from 'node:os';
import type { HandlersOf } from '../../../preload/contract/contract';
import type { app } from '../../../preload/contract/domains/app';
import type { Settings } from '../../../preload/contract/settings';
import { readLayout, saveLayout } from '../../platform/layout-file';
import { changeSettings, readSettings } from '../../platform/settings';
import type { Desk } from '../desk';
import { listDevices } from '../devices';
import { diskUse } from '../disk';

import { genoiseVersion } from '../versions';

export const appCalls = ({ lab, changes }: Desk): HandlersOf<typeof app> => ({
  info: () => ({ version: genoiseVersion, home: lab.home, platform: process.platform, cpus: cpus().length, memoryBytes: totalmem() }),
  devices: (_args, work) => listDevices(lab, work),
  disk: () => diskUse(lab.home),
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
  async settings(_args, { emit, signal }) {
    const seen = changes.watcher();
    await emit(await readSettings(lab.home));
    while (!signal.aborted) {
      if ((await changes.since(seen, signal)).includes('settings')) await emit(await readSettings(lab.home));
    }
  },
});
