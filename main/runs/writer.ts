/** @file The one writer of a run's folder, while it holds the lock: journal, status, weights, samples, graphs. */

import { relative } from 'node:path';
import { LabError } from '../../preload/contract/errors';
import type { RunInfo } from '../../preload/contract/runs';
import { clock } from '../platform/clock';
import { ensureFolder, openAppend, removeLeftovers, removeTree, writeFileAtomic, type AppendFile } from '../platform/files';
import { stepKey, storedSteps } from './checkpoints';
import { encodeRecord, scanJournal } from './journal';
import { checkName, layoutOf, namesIn, stepOf, type RunLayout } from './layout';
import { takeLock, type RunLock } from './lock';
import { encodeRunInfo, readRun, readRunInfo } from './run';
import { stepsToThin } from './thinning';
import { writeWeights, type Weights } from './weights';

const keptCheckpoints = 3;
const keptSnapshots = 40;
const keptSamples = 60;
/** Metrics wait in memory for this many bytes or milliseconds, whichever comes first. */
const bufferBytes = 64 * 1024;
const bufferMs = 1000;

export type StatusPatch = Partial<Pick<RunInfo, 'status' | 'steps' | 'seconds' | 'device' | 'error' | 'parameters' | 'limits' | 'versions'>>;

/**
 * Calls are carried out one after the other. Each rejects with LabError 'disk-full', 'path-not-writable' or 'file-call-failed' when the system refuses;
 * then what stood before still stands, and what the journal could not take is kept for the next flush.
 */
export interface RunWriter {
  /** As last written. */
  readonly info: RunInfo;
  /** run.json anew. `error: undefined` removes the error. */
  setStatus(patch: StatusPatch): Promise<void>;
  /** Buffered; a failure to write shows at the next awaited call. */
  metrics(step: number, values: Record<string, number>): void;
  /** Buffered likewise. `data` is plain JSON. */
  event(kind: string, data: Record<string, unknown>): void;
  /** What is buffered reaches the disk. */
  flush(): Promise<void>;
  /**
   * The tensors must not change until it resolves. The last 3 checkpoints and the pinned ones stay; later steps than this one
   * belong to a future that was given up, and go.
   * @returns bytes of the file
   */
  saveCheckpoint(step: number, tensors: ReadonlyMap<string, Weights>, meta: Record<string, string>): Promise<number>;
  /** Weights to scrub through; at most 40 stay, spaced by the logarithm of the step. @returns bytes of the file */
  saveSnapshot(step: number, tensors: ReadonlyMap<string, Weights>, meta?: Record<string, string>): Promise<number>;
  /** At most 60 stay, spaced by the logarithm of the step; those of later steps go. */
  saveSample(step: number, png: Uint8Array): Promise<void>;
  /** @throws LabError 'name-invalid' */
  saveGraph(name: string, onnx: Uint8Array): Promise<void>;
  /** Keeps a checkpoint from being thinned out, or lets it go again. @throws LabError 'checkpoint-not-found' */
  pin(step: number, pinned: boolean): Promise<void>;
  /** Flushes and gives up the lock, even when the flush fails. */
  close(): Promise<void>;
}

/** Opens a run for writing. @throws LabError 'run-locked', 'run-not-found', 'run-broken' */
export async function openRunWriter(home: string, name: string): Promise<RunWriter> {
  await readRun(home, name);
  const layout = layoutOf(home, name);
  const lock = await takeLock(layout.lock, name);
  let journal: AppendFile | undefined;
  try {
    const info = await readRunInfo(layout.folder, name);
    for (const folder of [layout.folder, layout.checkpoints, layout.snapshots, layout.samples, layout.graphs]) {
      await ensureFolder(folder);
      await removeLeftovers(folder);
    }
    const { whole } = await scanJournal(layout.journal, () => {});
    journal = await openAppend(layout.journal, whole);
    const writer = makeWriter(layout, lock, journal, info);
    // We hold the lock, so whoever was running is gone.
    if (info.status === 'running') {
      writer.event('interrupted', { step: info.steps });
      await writer.setStatus({ status: 'failed', error: new LabError('run-interrupted', { run: name, step: info.steps }).toJSON() });
    }
    return writer;
  } catch (caught) {
    await journal?.close();
    await lock.release();
    throw caught;
  }
}

function makeWriter(layout: RunLayout, lock: RunLock, journal: AppendFile, opened: RunInfo): RunWriter {
  let info = opened;
  let buffered: string[] = [];
  let bufferedBytes = 0;
  let flushedAt = clock.monotonicMs();
  let closed = false;
  let last: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    if (closed) throw new Error(`internal: the writer of ${layout.folder} is closed`);
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };

  const drain = async (): Promise<void> => {
    flushedAt = clock.monotonicMs();
    if (buffered.length === 0) return;
    const lines = buffered;
    buffered = [];
    bufferedBytes = 0;
    try {
      await journal.append(Buffer.from(lines.join(''), 'utf8'));
    } catch (caught) {
      buffered = [...lines, ...buffered];
      for (const line of lines) bufferedBytes += line.length;
      throw caught;
    }
  };

  const record = (line: string): void => {
    if (closed) throw new Error(`internal: the writer of ${layout.folder} is closed`);
    buffered.push(line);
    bufferedBytes += line.length;
    if (bufferedBytes < bufferBytes && clock.monotonicMs() - flushedAt < bufferMs) return;
    flushedAt = clock.monotonicMs();
    // On failure the lines stay buffered: the next awaited call tries again and says why.
    inTurn(drain).catch(() => {});
  };

  const flushed = async (): Promise<void> => {
    await drain();
    await journal.sync();
  };

  const writeInfo = async (next: RunInfo): Promise<void> => {
    await writeFileAtomic(layout.info, encodeRunInfo(next));
    info = next;
  };

  /** Deletes files of steps; one that can't be deleted now is tried again at the next save. */
  const remove = async (pathOf: (step: number) => string, steps: readonly number[]): Promise<void> => {
    for (const step of steps) {
      try {
        await removeTree(pathOf(step));
      } catch (caught) {
        record(encodeRecord({ event: 'not-removed', at: clock.nowMs(), data: { path: relative(layout.folder, pathOf(step)), step, reason: caught instanceof Error ? caught.message : String(caught) } }));
      }
    }
  };

  const stepsBesides = async (kind: 'checkpoints' | 'snapshots', step: number): Promise<{ later: number[]; upTo: number[] }> => {
    const steps = (await storedSteps(layout, kind)).map((stored) => stored.step);
    return { later: steps.filter((other) => other > step), upTo: steps.filter((other) => other <= step) };
  };

  return {
    get info() {
      return info;
    },
    setStatus: (patch) => inTurn(() => writeInfo({ ...info, ...patch })),
    metrics: (step, values) => record(encodeRecord({ step, m: values })),
    event: (kind, data) => record(encodeRecord({ event: kind, at: clock.nowMs(), data })),
    flush: () => inTurn(flushed),
    saveCheckpoint: (step, tensors, meta) =>
      inTurn(async () => {
        // The curve up to this step must not be younger than the step one resumes from.
        await flushed();
        const bytes = await writeWeights(layout.weights('checkpoints', step), tensors, { ...meta, [stepKey]: String(step) });
        const { later, upTo } = await stepsBesides('checkpoints', step);
        const pinned = new Set(info.pinned);
        await remove((other) => layout.weights('checkpoints', other), [...later, ...upTo.slice(0, -keptCheckpoints)].filter((other) => !pinned.has(other)));
        return bytes;
      }),
    saveSnapshot: (step, tensors, meta = {}) =>
      inTurn(async () => {
        const bytes = await writeWeights(layout.weights('snapshots', step), tensors, { ...meta, [stepKey]: String(step) });
        const { later, upTo } = await stepsBesides('snapshots', step);
        await remove((other) => layout.weights('snapshots', other), [...later, ...stepsToThin(upTo, keptSnapshots)]);
        return bytes;
      }),
    saveSample: (step, png) =>
      inTurn(async () => {
        await writeFileAtomic(layout.sample(step), png);
        const steps = (await namesIn(layout.samples)).flatMap((file) => stepOf(file, '.png') ?? []).sort((a, b) => a - b);
        const upTo = steps.filter((other) => other <= step);
        await remove(layout.sample, [...steps.slice(upTo.length), ...stepsToThin(upTo, keptSamples)]);
      }),
    saveGraph: (name, onnx) =>
      inTurn(async () => {
        checkName(name);
        await writeFileAtomic(layout.graph(name), onnx);
      }),
    pin: (step, pinned) =>
      inTurn(async () => {
        const stored = (await storedSteps(layout, 'checkpoints')).map((other) => other.step);
        if (pinned && !stored.includes(step)) throw new LabError('checkpoint-not-found', { run: info.name, step, known: stored.join(', ') });
        const steps = new Set(info.pinned);
        if (pinned) steps.add(step);
        else steps.delete(step);
        await writeInfo({ ...info, pinned: [...steps].sort((a, b) => a - b) });
      }),
    close: async () => {
      if (closed) return;
      const flushing = inTurn(flushed);
      closed = true;
      try {
        await flushing;
      } finally {
        await journal.close();
        await lock.release();
      }
    },
  };
}
