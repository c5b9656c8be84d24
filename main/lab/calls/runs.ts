/** @file Calls on runs. */

import type { HandlersOf } from '../../../preload/contract/contract';
import type { runs } from '../../../preload/contract/domains/runs';
import { listCheckpoints, listSnapshots } from '../../runs/checkpoints';
import { layoutOf } from '../../runs/layout';
import type { Desk } from '../desk';
import { bytesOf } from '../disk';
import { checkNewRunName, factsOf, openKnownRuns } from '../known-runs';
import { deleteRun, note, purge, rename, restore } from '../runs';
import { trashOfRuns } from '../trash';

export const runCalls = ({ lab, changes }: Desk): HandlersOf<typeof runs> => {
  const known = openKnownRuns(lab);
  return {
    get: ({ run }) => known.one(run),
    facts: ({ runs: names }) => factsOf(lab, names),
    async disk({ run }) {
      // Before the others begin: a name that is none throws.
      const { folder } = layoutOf(lab.home, run);
      const [checkpoints, snapshots, bytes] = await Promise.all([listCheckpoints(lab.home, run), listSnapshots(lab.home, run), bytesOf(folder)]);
      return { checkpoints, snapshots, bytes };
    },
    async checkName({ name }) {
      await checkNewRunName(lab, name);
      return null;
    },
    async rename({ run, name }) {
      await rename(lab, run, name);
      changes.tell('runs');
      return known.one(name);
    },
    async note({ run, notes }) {
      await note(lab, run, notes);
      changes.tell('runs');
      return known.one(run);
    },
    async remove({ run }) {
      const { id } = await deleteRun(lab, run);
      changes.tell('runs');
      return { id };
    },
    async restore({ id }) {
      const { name } = await restore(lab, id);
      changes.tell('runs');
      return { run: name };
    },
    trash: () => trashOfRuns(lab),
    async discard({ id }) {
      await purge(lab, id);
      return null;
    },
    async list(_args, { emit, signal }) {
      const seen = changes.watcher();
      await emit(await known.all());
      while (!signal.aborted) {
        const told = await changes.since(seen, signal);
        // A run tells the name that its dataset has now.
        if (told.includes('runs') || told.includes('datasets')) await emit(await known.all());
      }
    },
  };
};
