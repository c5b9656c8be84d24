/** @file One training from its run folder to its end: what was trained so far, the data, the compiled step, the loop. */

import { errorToJson, LabError } from '../../preload/contract/errors';
import type { Work } from '../../preload/contract/progress';
import type { RunInfo } from '../../preload/contract/runs';
import type { TrainRequest, TrainResult } from '../../preload/contract/training';
import { trainingConfig } from '../nn/training';
import { clock } from '../platform/clock';
import { readSettings } from '../platform/settings';
import { stepCacheOf } from './step-cache';
import { listCheckpoints, loadCheckpoint } from '../runs/checkpoints';
import { openRunWriter, type RunWriter, type StatusPatch } from '../runs/writer';
import type { TrainingControl } from './control';
import { stepFeeds, type BatchSource } from './feed';
import { trainLoop } from './loop';
import type { PrepareTraining, State, TrainingShape } from './prepared';
import { startState } from './state';

export interface TrainingData {
  source: BatchSource;
  shape: TrainingShape;
  close(): void;
}

/** What a training is made of besides its run. */
export interface TrainingPieces {
  /** The run's view of its dataset, packed if it isn't yet. */
  openData(home: string, info: RunInfo, work: Work): Promise<TrainingData>;
  prepare: PrepareTraining;
  /** Seconds of training between checkpoints, at least; 30 when absent. */
  checkpointSecs?: number;
}

interface Progressed {
  step: number;
  seconds: number;
  state?: State;
}

/** The newest checkpoint that is whole; the start if the run has none yet. Newer ones that are damaged are named in the journal and in the progress. */
async function lastCheckpoint(home: string, run: string, writer: RunWriter, work: Work): Promise<Progressed> {
  if ((await listCheckpoints(home, run)).length === 0) return { step: 0, seconds: 0 };
  const { step, tensors, meta, rejected } = await loadCheckpoint(home, run);
  if (rejected.length > 0) {
    const damaged = rejected.map(({ step: at, reason }) => ({ step: at, reason: { ...reason } }));
    writer.event('checkpoints-rejected', { step, rejected: damaged });
    work.progress({ phase: 'recover', done: step, total: 0, rejected: damaged });
  }
  return { step, seconds: Number(meta.seconds ?? 0), state: new Map([...tensors].map(([name, { data }]) => [name, data])) };
}

/** Trains a run up to the totals of `request`. Rejects for what keeps it from starting; what ends it later is in the result. */
export async function trainRun(request: TrainRequest, pieces: TrainingPieces, control: TrainingControl, work: Work): Promise<TrainResult> {
  const { home, run, steps, minutes } = request;
  const writer = await openRunWriter(home, run);
  try {
    const result = await train(writer);
    await writer.close();
    return result;
  } catch (caught) {
    const { steps: done, seconds, device } = writer.info;
    const cancelled = caught instanceof LabError && caught.code === 'cancelled';
    await closeEarly(writer, cancelled ? { status: 'cancelled' } : { status: 'failed', error: errorToJson(caught) });
    if (cancelled) return { run, status: 'cancelled', steps: done, seconds, device, metrics: {} };
    throw caught;
  }

  async function train(open: RunWriter): Promise<TrainResult> {
    const { info } = open;
    const config = trainingConfig.parse(info.config);
    const start = await lastCheckpoint(home, run, open, work);
    const data = await pieces.openData(home, info, work);
    try {
      work.progress({ phase: 'compile', done: 0, total: 1 });
      const { threads } = await readSettings(home);
      const prepared = await pieces.prepare({ info, view: data.shape, device: request.device ?? 'auto', seed: info.seed, threads, stepCache: stepCacheOf(home), checkpoint: start.state });
      const { runner, compiled, device, fallback } = prepared;
      try {
        await runner.load(startState(compiled.state, prepared.initialState, start.state));
        work.progress({ phase: 'compile', done: 1, total: 1, device, ...(fallback && { fallback }) });
        const parameters = compiled.params.reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0);
        open.event('started', { step: start.step, device, ...(fallback && { fallback }) });
        await open.setStatus({ status: 'running', device, parameters, limits: steps === undefined && minutes === undefined ? undefined : { steps, minutes }, error: undefined });
        const end = await trainLoop({
          prepared,
          config,
          feeds: stepFeeds(data.source, compiled, info.seed),
          writer: open,
          clock,
          control,
          limits: { steps, minutes },
          start,
          checkpointSecs: pieces.checkpointSecs,
          progress: (report) => work.progress(report),
        });
        return { run, ...end, device, ...(fallback && { fallback }) };
      } finally {
        await runner.dispose();
      }
    } finally {
      data.close();
    }
  }
}

/** A training that was cancelled before its first step, could not start or could not be closed: its run says so too. */
async function closeEarly(writer: RunWriter, patch: StatusPatch): Promise<void> {
  try {
    await writer.setStatus(patch);
  } catch {
    // The error that is thrown is the one to act on; a run left as 'running' without its writer reads as interrupted.
  }
  try {
    await writer.close();
  } catch {
    // Likewise: the lock is given up even then.
  }
}
