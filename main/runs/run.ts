/** @file Runs as a whole: made, read, listed, removed. */

import fs from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { errorToJson, LabError } from '../../preload/contract/errors';
import { runInfo, type BrokenRun, type Evaluation, type RunInfo, type RunNotes } from '../../preload/contract/runs';
import { clock } from '../platform/clock';
import { createFolderAtomic, ensureFolder, removeLeftovers, writeFileAtomic } from '../platform/files';
import { readEvaluation, writeEvaluation } from './evaluations';
import { readJournalMetrics, scanJournal, type JournalEvent, type Metrics } from './journal';
import { layoutOf, namesIn, runLayout, runsFolder, stepOf } from './layout';
import { lockHolder } from './lock';
import { readNotes, writeNotes } from './notes';

/** The version of what stands in a run's folder. */
const format = 1;
const formatField = z.object({ format: z.number() });

/** What the maker of a run says of it; the rest follows. */
export type RunFields = Omit<RunInfo, 'status' | 'steps' | 'seconds' | 'createdAt'> & Partial<Pick<RunInfo, 'steps' | 'seconds' | 'status' | 'createdAt'>>;

/** Notes and evaluations have files of their own. */
export const encodeRunInfo = ({ notes: _notes, evaluation: _evaluation, ...info }: RunInfo): string => `${JSON.stringify({ format, ...info }, null, 2)}\n`;

/** A run that died half-made leaves a hidden folder; one as old as this has no maker any more. */
const leftoverMs = 60 * 60_000;

/**
 * Makes a run's folder, all of it or nothing.
 * @param fill writes more into the folder before it appears
 * @throws LabError 'run-exists', 'name-invalid', 'disk-full', 'path-not-writable'
 */
export async function createRun(home: string, fields: RunFields, fill?: (folder: string) => Promise<void>): Promise<RunInfo> {
  const info = runInfo.parse({ status: 'created', steps: 0, seconds: 0, createdAt: new Date(clock.nowMs()).toISOString(), ...fields } satisfies RunInfo);
  const layout = layoutOf(home, info.name);
  await ensureFolder(runsFolder(home));
  await removeLeftovers(runsFolder(home), leftoverMs);
  const folder = await createFolderAtomic(layout.folder);
  try {
    const inMaking = runLayout(folder.path);
    for (const path of [inMaking.checkpoints, inMaking.snapshots, inMaking.samples, inMaking.graphs]) await ensureFolder(path);
    await fill?.(folder.path);
    await writeFileAtomic(inMaking.info, encodeRunInfo(info));
    await folder.commit();
  } catch (caught) {
    await folder.abort();
    if ((caught as NodeJS.ErrnoException).code === 'EEXIST') throw new LabError('run-exists', { run: info.name }, { cause: caught });
    throw caught;
  }
  return info;
}

/** @param text of a run.json @param run the name it goes by now: its folder's */
export function decodeRunInfo(text: string, run: string, path: string): RunInfo {
  const broken = (detail: string) => new LabError('run-broken', { run, path, detail });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (caught) {
    throw broken(caught instanceof Error ? caught.message : String(caught));
  }
  const version = formatField.safeParse(json);
  if (!version.success) throw broken('format');
  if (version.data.format > format) throw new LabError('run-too-new', { run, format: version.data.format, known: format });
  const parsed = runInfo.safeParse(json);
  if (!parsed.success) throw broken(parsed.error.issues.map((issue) => issue.path.join('.')).join(', '));
  return { ...parsed.data, name: run };
}

/** run.json as it stands. @throws LabError 'run-broken', 'run-too-new'; an error with code ENOENT */
export async function readRunInfo(folder: string, run: string): Promise<RunInfo> {
  const { info: path } = runLayout(folder);
  return decodeRunInfo(await fs.readFile(path, 'utf8'), run, path);
}

/** A run that says it is running while no process holds it was interrupted; the folder itself is corrected by its next writer. */
async function withTruth(folder: string, info: RunInfo): Promise<RunInfo> {
  if (info.status !== 'running' || (await lockHolder(runLayout(folder).lock))) return info;
  // Its writer may have said how it ended and left between our two looks.
  const again = await readRunInfo(folder, info.name);
  if (again.status !== 'running') return again;
  return { ...again, status: 'failed', error: { code: 'run-interrupted', params: { run: again.name, step: again.steps } } };
}

async function runNames(home: string): Promise<string[]> {
  try {
    const entries = await fs.readdir(runsFolder(home), { withFileTypes: true });
    return entries.filter((entry) => !entry.name.startsWith('.') && (entry.isDirectory() || entry.isSymbolicLink())).map((entry) => entry.name);
  } catch (caught) {
    if ((caught as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw caught;
  }
}

/** @throws LabError 'run-not-found', 'name-invalid', 'run-broken', 'run-too-new' */
export async function readRun(home: string, name: string): Promise<RunInfo> {
  const { folder } = layoutOf(home, name);
  try {
    const info = await withTruth(folder, await readRunInfo(folder, name));
    const [notes, evaluation] = await Promise.all([readNotes(folder), readEvaluation(folder)]);
    const noted = notes.text !== '' || notes.tags.length > 0 || notes.pinned;
    return { ...info, ...(noted && { notes }), ...(evaluation && { evaluation }) };
  } catch (caught) {
    if ((caught as NodeJS.ErrnoException).code !== 'ENOENT') throw caught;
    const known = await runNames(home);
    if (known.includes(name)) throw new LabError('run-broken', { run: name, path: runLayout(folder).info, detail: 'ENOENT' }, { cause: caught });
    throw new LabError('run-not-found', { run: name, known: known.sort().join(', ') }, { cause: caught });
  }
}

/** All runs, newest first; folders that can't be read, with the reason of each. */
export async function listRuns(home: string): Promise<{ runs: RunInfo[]; broken: BrokenRun[] }> {
  const runs: RunInfo[] = [];
  const broken: BrokenRun[] = [];
  const names = await runNames(home);
  const readOne = async (name: string): Promise<void> => {
    try {
      runs.push(await readRun(home, name));
    } catch (caught) {
      broken.push({ name, reason: errorToJson(caught) });
    }
  };
  for (let first = 0; first < names.length; first += 32) await Promise.all(names.slice(first, first + 32).map(readOne));
  runs.sort((a, b) => b.createdAt.localeCompare(a.createdAt) || a.name.localeCompare(b.name));
  broken.sort((a, b) => a.name.localeCompare(b.name));
  return { runs, broken };
}

/** Changes what is noted of a run, while it is trained too. @throws LabError 'run-not-found', 'notes-too-long' */
export async function noteRun(home: string, name: string, patch: Partial<RunNotes>): Promise<RunInfo> {
  await readRun(home, name);
  await writeNotes(layoutOf(home, name).folder, name, patch);
  return readRun(home, name);
}

/** Keeps what an evaluation found, while the run is trained too. @throws LabError 'run-not-found', 'disk-full', 'path-not-writable' */
export async function keepEvaluation(home: string, name: string, found: Evaluation): Promise<void> {
  await readRun(home, name);
  await writeEvaluation(layoutOf(home, name).folder, found);
}

/** The curves of a run. @throws LabError 'run-not-found' */
export async function readMetrics(home: string, name: string): Promise<Metrics> {
  await readRun(home, name);
  const { steps, series } = await readJournalMetrics(layoutOf(home, name).journal);
  return { steps, series };
}

/** What happened to a run beside its metrics, oldest first. @throws LabError 'run-not-found' */
export async function readEvents(home: string, name: string): Promise<JournalEvent[]> {
  await readRun(home, name);
  const events: JournalEvent[] = [];
  await scanJournal(layoutOf(home, name).journal, (record) => {
    if ('event' in record) events.push(record);
  });
  return events;
}

/** The pictures saved while training, ascending by step. @throws LabError 'run-not-found' */
export async function listSamples(home: string, name: string): Promise<{ step: number; path: string }[]> {
  await readRun(home, name);
  const { samples } = layoutOf(home, name);
  const stored: { step: number; path: string }[] = [];
  for (const file of await namesIn(samples)) {
    const step = stepOf(file, '.png');
    if (step !== undefined) stored.push({ step, path: join(samples, file) });
  }
  return stored.sort((a, b) => a.step - b.step);
}

/** Names without '.onnx', sorted. @throws LabError 'run-not-found' */
export async function listGraphs(home: string, name: string): Promise<string[]> {
  await readRun(home, name);
  const files = await namesIn(layoutOf(home, name).graphs);
  return files.filter((file) => file.endsWith('.onnx') && !file.startsWith('.')).map((file) => file.slice(0, -'.onnx'.length)).sort();
}

/** A graph's ONNX bytes. @throws LabError 'run-not-found', 'graph-not-found' */
export async function readGraph(home: string, name: string, graph: string): Promise<Uint8Array> {
  const known = await listGraphs(home, name);
  if (!known.includes(graph)) throw new LabError('graph-not-found', { run: name, graph, known: known.join(', ') });
  return fs.readFile(layoutOf(home, name).graph(graph));
}

