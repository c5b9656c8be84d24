/** @file What changes the library: removed and had back, named, noted. Each can be taken back. */

import { errorToJson } from '../../preload/contract/errors';
import type { RunNotes } from '../../preload/contract/runs';
import { lab } from '../link/lab';
import { notify } from './notices';
import { select, useSelection } from './selection';
import { useSettings } from './settings';
import { pushUndo } from './undo';
import { wordsOf, type Words } from './words';

const words = (): Words => wordsOf('library', useSettings.getState().language);

/** Says in words what went wrong. */
export function tell(caught: unknown): void {
  const { message, hint } = words().error(errorToJson(caught));
  notify({ kind: 'bad', title: message, text: hint });
}

interface Kind {
  remove(name: string): Promise<{ id: string }>;
  restore(id: string): Promise<string>;
  /** Key of its words: 'dataset' or 'run'. */
  word: 'dataset' | 'run';
}

const datasetKind: Kind = { word: 'dataset', remove: (dataset) => lab.datasets.remove({ dataset }), restore: async (id) => (await lab.datasets.restore({ id })).dataset };
const runKind: Kind = { word: 'run', remove: (run) => lab.runs.remove({ run }), restore: async (id) => (await lab.runs.restore({ id })).run };

async function remove(kind: Kind, names: readonly string[]): Promise<void> {
  const removed: { id: string; name: string }[] = [];
  for (const name of names) {
    try {
      removed.push({ id: (await kind.remove(name)).id, name });
    } catch (caught) {
      tell(caught);
    }
  }
  if (removed.length === 0) return;
  const { selected } = useSelection.getState();
  const gone = new Set(removed.map(({ name }) => name));
  if (selected && ((kind.word === 'run' && selected.kind === 'run' && gone.has(selected.run)) || (kind.word === 'dataset' && selected.kind !== 'run' && gone.has(selected.dataset)))) select(undefined);
  const t = words();
  pushUndo({
    label: removed.length === 1 ? t('removed.one', { name: removed[0].name }) : t(`removed.${kind.word}`, { count: removed.length }),
    async undo() {
      for (const { id } of removed) await kind.restore(id);
    },
  });
}

export const removeDatasets = (names: readonly string[]): Promise<void> => remove(datasetKind, names);
export const removeRuns = (names: readonly string[]): Promise<void> => remove(runKind, names);

/** Out of the trash, to where it was. */
export async function restore(word: Kind['word'], id: string, name: string): Promise<void> {
  const kind = word === 'run' ? runKind : datasetKind;
  const back = await kind.restore(id);
  select(word === 'run' ? { kind: 'run', run: back } : { kind: 'dataset', dataset: back });
  pushUndo({
    label: words()('restored', { name }),
    undo: async () => void (await kind.remove(back)),
  });
}

const renamings = {
  run: {
    rename: (run: string, name: string): Promise<unknown> => lab.runs.rename({ run, name }),
    follow(from: string, run: string): void {
      const { selected } = useSelection.getState();
      if (selected?.kind === 'run' && selected.run === from) select({ kind: 'run', run });
    },
  },
  dataset: {
    rename: (dataset: string, name: string): Promise<unknown> => lab.datasets.rename({ dataset, name }),
    follow(from: string, dataset: string): void {
      const { selected } = useSelection.getState();
      if (selected && selected.kind !== 'run' && selected.dataset === from) select({ ...selected, dataset });
    },
  },
};

/** @throws LabError 'run-exists', 'dataset-exists', and as the names of each may be */
export async function rename(word: Kind['word'], from: string, to: string): Promise<void> {
  const kind = renamings[word];
  const change = async (old: string, next: string): Promise<void> => {
    await kind.rename(old, next);
    kind.follow(old, next);
  };
  await change(from, to);
  pushUndo({ label: words()('renamed', { from, to }), undo: () => change(to, from) });
}

export async function noteRun(run: string, notes: Partial<RunNotes>, before: RunNotes | undefined): Promise<void> {
  await lab.runs.note({ run, notes });
  const old = before ?? { text: '', tags: [], pinned: false };
  if (notes.text === undefined || notes.text === old.text) return;
  pushUndo({
    label: words()('noted', { name: run }),
    undo: async () => void (await lab.runs.note({ run, notes: { text: old.text } })),
  });
}
