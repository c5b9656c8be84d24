/** @file Calls on runs. */

import type { HandlersOf } from '../../../preload/contract/contract';
import type { KnownRun, runs } from '../../../preload/contract/domains/runs';
import type { BrokenRun, RunInfo } from '../../../preload/contract/runs';
import { abilitiesOf } from '../abilities';
import type { Desk } from '../desk';
import type { Lab } from '../lab';
import { runOf, runsOf } from '../runs';

export const runCalls = ({ lab, changes }: Desk): HandlersOf<typeof runs> => ({
  get: async ({ run }) => known(lab, await runOf(lab, run)),
  async list(_args, { emit, signal }) {
    const seen = changes.watcher();
    await emit(await listRuns(lab));
    while (!signal.aborted) {
      if ((await changes.since(seen, signal)).includes('runs')) await emit(await listRuns(lab));
    }
  },
});

async function listRuns(lab: Lab): Promise<{ runs: KnownRun[]; broken: BrokenRun[] }> {
  const { runs, broken } = await runsOf(lab);
  return { runs: await Promise.all(runs.map((info) => known(lab, info))), broken };
}

/** A run whose graphs can't be read can do nothing, and is listed all the same. */
async function known(lab: Lab, info: RunInfo): Promise<KnownRun> {
  return { ...info, abilities: [...(await abilitiesOf(lab, info.name).catch(() => new Set<never>()))] };
}
