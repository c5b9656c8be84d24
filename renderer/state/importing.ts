/** @file What is about to be imported: sent to the lab where need be, recognised, shown, named. Nothing of it is kept before one says so. */

import { create } from 'zustand';
import type { SourceImages } from '../../preload/contract/dataset-images';
import type { ImportSource, Recognised } from '../../preload/contract/domains/datasets';
import type { KeepOriginals } from '../../preload/contract/datasets';
import { errorToJson, type ErrorJson } from '../../preload/contract/errors';
import type { Progress } from '../../preload/contract/progress';
import { chosenFiles, droppedFiles, type PathedFile } from '../link/dropped-files';
import { lab } from '../link/lab';
import { sendFiles } from '../link/send-files';
import { groupFiles, nameOfPath } from './import-groups';
import { useLibrary } from './library';
import { select } from './selection';
import { changeSettings, useSettings } from './settings';

export type Step =
  | { at: 'reading' }
  | { at: 'sending'; report?: Progress }
  | { at: 'looking' }
  | { at: 'ready'; found: Recognised }
  | { at: 'failed'; error: ErrorJson };

/** One thing that may become a dataset. */
export interface Candidate {
  id: number;
  /** What was dropped, as the user's system names it. */
  given: string;
  /** Files beside that one, of the same drop. */
  others: number;
  step: Step;
  from?: ImportSource;
  /** Files of it that the lab refused, and the first reason. */
  refused: number;
  refusal?: ErrorJson;
  /** The dataset's name to be. */
  name: string;
  nameError?: ErrorJson;
  keep: KeepOriginals;
  /** undefined: not known yet. null: nothing can be shown. */
  images?: SourceImages;
  /** A large archive is unpacked once the user has said so. */
  agreed: boolean;
}

interface Importing {
  open: boolean;
  candidates: readonly Candidate[];
  /** Of the import itself. */
  error?: ErrorJson;
}

/** What an archive unpacks to above which one is asked first, bytes. */
export const largeArchiveBytes = 2e9;
const shownImages = 24;

export const useImporting = create<Importing>(() => ({ open: false, candidates: [] }));

const ways = new Map<number, { abort: AbortController; discard?: () => void }>();
let lastId = 0;

const find = (id: number): Candidate | undefined => useImporting.getState().candidates.find((one) => one.id === id);
const change = (id: number, patch: Partial<Candidate>): void =>
  useImporting.setState(({ candidates }) => ({ candidates: candidates.map((one) => (one.id === id ? { ...one, ...patch } : one)) }));

const rememberedKeep = (): KeepOriginals => useSettings.getState().set?.keepOriginals ?? 'copy';

function add(given: string, step: Step, others = 0): number {
  const id = ++lastId;
  ways.set(id, { abort: new AbortController() });
  const candidate: Candidate = { id, given, others, step, refused: 0, name: '', keep: rememberedKeep(), agreed: false };
  // What a closed dialog still holds is on its way out.
  useImporting.setState(({ open, candidates }) => ({ open: true, candidates: open ? [...candidates, candidate] : [candidate], error: undefined }));
  return id;
}

/** Opens the dialog, empty: one drops, chooses or names a path there. */
export const openImport = (): void => useImporting.setState(({ open, candidates }) => ({ open: true, candidates: open ? candidates : [] }));

/** What was dropped on the page. Call it within the drop's event. */
export function importDropped(transfer: DataTransfer): void {
  const host = window.lab;
  if (host) {
    const paths = [...transfer.files].map((file) => host.pathOf(file)).filter((path) => path !== '');
    const folders = [...transfer.items].map((item) => item.webkitGetAsEntry()?.isDirectory === true);
    return importPaths(paths, folders);
  }
  const reading = droppedFiles(transfer.items);
  const waiting = add('', { at: 'reading' });
  void reading.then(
    (files) => {
      if (!find(waiting)) return;
      drop(waiting);
      importGroups(files);
    },
    (caught: unknown) => fail(waiting, caught),
  );
}

/** What was chosen in the browser's own dialog. */
export const importChosen = (files: FileList): void => importGroups(chosenFiles(files));

/** Files or folders on the lab's machine. Files of no container that came together belong together. */
export function importPaths(paths: readonly string[], folders: readonly boolean[] = []): void {
  const { alone, together } = groupFiles(paths.map((path, place) => ({ path, folder: folders[place] ?? false })));
  for (const path of alone) void look(add(path, { at: 'looking' }), { path });
  if (together.length === 0) return;
  const id = add(nameOfPath(together[0]), { at: 'sending' }, together.length - 1);
  void lab.datasets.gather({ paths: [...together] }).then(
    ({ upload }) => arrived(id, upload, () => void lab.uploads.discard({ id: upload }).catch(() => undefined)),
    // A folder is among them: then each stands alone.
    () => {
      if (!find(id)) return;
      drop(id);
      for (const path of together) void look(add(path, { at: 'looking' }), { path });
    },
  );
}

/** Anything at all: a drop, chosen files, paths; nothing opens the dialog. */
export function startImport(what?: DataTransfer | FileList | readonly string[]): void {
  if (what === undefined) openImport();
  else if (what instanceof DataTransfer) importDropped(what);
  else if (what instanceof FileList) importChosen(what);
  else importPaths(what);
}

function importGroups(files: readonly PathedFile[]): void {
  const byRoot = new Map<string, PathedFile[]>();
  for (const one of files) {
    const root = one.path.split('/')[0];
    const known = byRoot.get(root);
    if (known) known.push(one);
    else byRoot.set(root, [one]);
  }
  const { alone, together } = groupFiles([...byRoot].map(([root, [first]]) => ({ path: root, folder: first.path.includes('/') })));
  for (const root of alone) void send(root, byRoot.get(root) ?? []);
  if (together.length > 0) void send(together[0], together.flatMap((root) => byRoot.get(root) ?? []), together.length - 1);
  if (files.length === 0) fail(add('', { at: 'reading' }), { code: 'folder-empty', params: { path: '' } });
}

async function send(given: string, files: readonly PathedFile[], others = 0): Promise<void> {
  const id = add(given, { at: 'sending' }, others);
  const signal = ways.get(id)?.abort.signal;
  try {
    const sent = await sendFiles(files, { lab, signal, onProgress: (report) => find(id)?.step.at === 'sending' && change(id, { step: { at: 'sending', report } }) });
    change(id, { refused: sent.refused.length, refusal: sent.refused[0]?.error.toJSON() });
    arrived(id, sent.upload, () => sent.discard());
  } catch (caught) {
    fail(id, caught);
  }
}

function arrived(id: number, upload: string, discard: () => void): void {
  const way = ways.get(id);
  // Taken away meanwhile.
  if (!way) return discard();
  way.discard = discard;
  void look(id, { upload });
}

async function look(id: number, from: ImportSource): Promise<void> {
  const signal = ways.get(id)?.abort.signal;
  change(id, { from, step: { at: 'looking' } });
  try {
    const found = await lab.datasets.recognise({ from }, { signal });
    if (!find(id)) return;
    change(id, { step: { at: 'ready', found }, keep: found.canLink ? rememberedKeep() : 'copy' });
    rename(id, freeAmongCandidates(id, found.name));
    const images = await lab.datasets.sourceImages({ from, count: shownImages }, { signal }).catch(() => null);
    if (find(id)) change(id, { images });
  } catch (caught) {
    fail(id, caught);
  }
}

/** Tries again what failed. */
export function lookAgain(id: number): void {
  const from = find(id)?.from;
  if (from) void look(id, from);
}

function fail(id: number, caught: unknown): void {
  const isJson = typeof caught === 'object' && caught !== null && 'code' in caught && 'params' in caught && !(caught instanceof Error);
  if (find(id)) change(id, { step: { at: 'failed', error: isJson ? (caught as ErrorJson) : errorToJson(caught) } });
}

function freeAmongCandidates(id: number, wanted: string): string {
  const taken = useImporting.getState().candidates.filter((one) => one.id !== id).map(({ name }) => name);
  if (!taken.includes(wanted)) return wanted;
  for (let number = 2; ; number++) if (!taken.includes(`${wanted}-${number}`)) return `${wanted}-${number}`;
}

const waits = new Map<number, number>();
const typingMs = 150;

/** A name as it is typed; what is wrong with it follows. */
export function rename(id: number, name: string): void {
  change(id, { name, nameError: undefined });
  window.clearTimeout(waits.get(id));
  waits.set(
    id,
    window.setTimeout(() => void check(id, name), typingMs),
  );
}

/** -> whether the name may stand */
async function check(id: number, name: string): Promise<boolean> {
  const twin = useImporting.getState().candidates.some((one) => one.id !== id && one.name === name && one.step.at === 'ready');
  const error = twin ? ({ code: 'dataset-exists', params: { name } } as const) : await lab.datasets.checkName({ name }).then(() => undefined, errorToJson);
  if (find(id)?.name === name) change(id, { nameError: error });
  return error === undefined;
}

export const setKeep = (id: number, keep: KeepOriginals): void => change(id, { keep });
export const agree = (id: number, agreed: boolean): void => change(id, { agreed });

/** How much an archive unpacks to, where one is asked about it first. */
export function largeBytes({ step }: Candidate): number | undefined {
  if (step.at !== 'ready' || step.found.recognition.code !== 'archive') return undefined;
  const bytes = Number(step.found.recognition.params['bytes'] ?? 0);
  return bytes > largeArchiveBytes ? bytes : undefined;
}

export const isReady = (candidate: Candidate): boolean =>
  candidate.step.at === 'ready' && candidate.name !== '' && candidate.nameError === undefined && (largeBytes(candidate) === undefined || candidate.agreed);

/** Ends all that is done for a candidate; what was sent of it is removed. */
function letGo(id: number): void {
  const way = ways.get(id);
  ways.delete(id);
  window.clearTimeout(waits.get(id));
  way?.abort.abort();
  way?.discard?.();
}

/** Takes one away. */
export function drop(id: number): void {
  letGo(id);
  useImporting.setState(({ candidates }) => ({ candidates: candidates.filter((one) => one.id !== id) }));
}

/** Closes the dialog; nothing is kept. What it showed goes with it. */
export function cancelImport(): void {
  for (const { id } of useImporting.getState().candidates) letGo(id);
  useImporting.setState({ open: false, error: undefined });
}

/** Selects a dataset once it stands; if its import fails, never. */
function selectOnceThere(name: string, job: string): void {
  const stop = useLibrary.subscribe(({ datasets, jobs }) => {
    const ended = jobs.find(({ id }) => id === job)?.endedAt !== undefined;
    const stands = datasets?.some((one) => one.name === name);
    if (stands) select({ kind: 'dataset', dataset: name });
    if (stands || (ended && jobs.find(({ id }) => id === job)?.state !== 'done')) stop();
  });
}

/** Imports all that is ready, as jobs; closes the dialog when nothing is left in it. */
export async function confirmImport(): Promise<void> {
  useImporting.setState({ error: undefined });
  const ready = useImporting.getState().candidates.filter(isReady);
  const choice = ready.find(({ step }) => step.at === 'ready' && step.found.canLink)?.keep;
  if (choice && choice !== rememberedKeep()) void changeSettings({ keepOriginals: choice }).catch(() => undefined);
  for (const [place, candidate] of ready.entries()) {
    const { id, from, name, keep } = candidate;
    if (!from || !(await check(id, name))) continue;
    try {
      const job = await lab.datasets.import({ from, name, keep });
      if (place === 0) selectOnceThere(name, job.id);
    } catch (caught) {
      useImporting.setState({ error: errorToJson(caught) });
      return;
    }
    // The job uses it now, and removes what was sent once it is done.
    ways.delete(id);
    const { candidates } = useImporting.getState();
    // The last one goes with the dialog.
    if (candidates.length === 1) useImporting.setState({ open: false });
    else useImporting.setState({ candidates: candidates.filter((one) => one.id !== id) });
  }
}
