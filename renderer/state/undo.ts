/** @file What can be taken back, newest last: library actions push here, Ctrl+Z and the notice's button take from here. */

import { create } from 'zustand';
import { notify } from './notices';
import { useSettings } from './settings';
import { errorToJson } from '../../preload/contract/errors';
import { wordsOf } from './words';

export interface Undoable {
  /** What was done, as a notice says it: 'digits deleted'. */
  label: string;
  undo(): Promise<void>;
}

const most = 50;

export const useUndo = create<{ stack: readonly Undoable[] }>(() => ({ stack: [] }));

/** Tells what was done, and how to take it back. */
export function pushUndo(entry: Undoable): void {
  const t = wordsOf('window', useSettings.getState().language);
  useUndo.setState(({ stack }) => ({ stack: [...stack, entry].slice(-most) }));
  const close = notify({ title: entry.label, action: { label: t('undo.button'), run: () => void takeBack(entry) } });
  closers.set(entry, close);
}

const closers = new WeakMap<Undoable, () => void>();

/** Takes back the newest; nothing to take back is no fault. */
export async function undoLast(): Promise<void> {
  const entry = useUndo.getState().stack.at(-1);
  if (entry) await takeBack(entry);
}

async function takeBack(entry: Undoable): Promise<void> {
  if (!useUndo.getState().stack.includes(entry)) return;
  useUndo.setState(({ stack }) => ({ stack: stack.filter((one) => one !== entry) }));
  closers.get(entry)?.();
  const t = wordsOf('window', useSettings.getState().language);
  try {
    await entry.undo();
    notify({ kind: 'good', title: t('undo.done', { label: entry.label }) });
  } catch (caught) {
    const { message, hint } = t.error(errorToJson(caught));
    notify({ kind: 'bad', title: t('undo.failed', { label: entry.label }), text: [message, hint].filter(Boolean).join('. ') });
  }
}
