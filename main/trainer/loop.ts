/** @file The training loop: steps, and between them orders, journal, checkpoints and progress. All that acts on the world is handed in. */

import { errorToJson, LabError, type ErrorJson } from '../../preload/contract/errors';
import type { Progress } from '../../preload/contract/progress';
import type { TrainingConfig } from '../nn/training';
import type { StepFeeds } from '../runtime/step-runner-types';
import { checkpointDue, guessedSteps, nextPreview, snapshotDue, trainPerSave } from './cadence';
import type { TrainingControl } from './control';
import { firstNonFinite } from './finite';
import { asMemoryError } from './memory';
import { fractionDone, outlook, recentMeans, speedometer, stopwatch, type Limits, type StopwatchClock } from './meter';
import type { PreparedTraining } from './prepared';
import { savingOf, type TrainingWriter } from './saving';
import { learningRate } from './schedule';

export interface TrainingParts {
  prepared: PreparedTraining;
  config: Pick<TrainingConfig, 'batchSize' | 'learningRate' | 'schedule' | 'warmupSteps'>;
  /** Batch and noise of a step, functions of (seed, step) alone, so that a resumed run goes the way of an uninterrupted one; `progress` is the share of the run done before it. */
  feeds(step: number, learningRate: number, progress: number): StepFeeds;
  writer: TrainingWriter;
  clock: StopwatchClock;
  control: TrainingControl;
  limits: Limits;
  /** Steps done and seconds trained so far; the runner holds their state. */
  start: { step: number; seconds: number };
  /** Seconds of training between checkpoints, at least; 30 when absent. */
  checkpointSecs?: number;
  progress(report: Progress): void;
}

export interface TrainingEnd {
  status: 'completed' | 'stopped' | 'cancelled' | 'failed';
  /** Totals of the run. */
  steps: number;
  seconds: number;
  /** Means over the last steps, at most 100. */
  metrics: Record<string, number>;
  /** Why it failed, or what kept its last state from being saved. */
  error?: ErrorJson;
}

const reportMs = 100;
const recentSteps = 100;
/** While the disk is full, a save is tried again so often. */
const fullDiskRetryMs = 5_000;
const pauseReportMs = 1_000;
/** Metrics that must stay finite: the loss and its gradient, each player's of several. */
const isWatched = (name: string) => /^(loss|gradNorm)$|(Loss|GradNorm)$/.test(name);

/** Trains until a limit or an order; never throws for what happens to the training itself: that is the end's `error`. */
export async function trainLoop(parts: TrainingParts): Promise<TrainingEnd> {
  const { prepared, config, writer, clock, control, limits, progress } = parts;
  const { runner } = prepared;
  const saving = savingOf(prepared, writer);
  const time = stopwatch(clock, parts.start.seconds);
  const speed = speedometer();
  const recent = recentMeans(recentSteps);
  let step = parts.start.step;
  let savedStep = step === 0 ? 0 : undefined;
  let savedSecs = time.seconds();
  let saveCostSecs = 0;
  let snapshotStep = step;
  let snapshotSecs = time.seconds();
  let snapshotCostSecs = 0;
  let previewAt: number | undefined;
  let previewStep = step;
  let previewCostSecs = 0;
  let leastStepSecs = Infinity;
  let reportedMs = -Infinity;

  const report = (latest: Record<string, number>) => {
    const now = clock.monotonicMs();
    if (now - reportedMs < reportMs) return false;
    reportedMs = now;
    const perSecond = speed.perSecond();
    const seconds = time.seconds();
    progress({ phase: 'train', done: step, ...outlook(limits, step, seconds, perSecond), ...latest, stepsPerSecond: perSecond, seconds });
    return true;
  };

  /** Carries out a save. A full disk pauses the run until there is room again; throws 'disk-full' if the run is to end. */
  const persist = async (save: () => Promise<void>) => {
    for (;;) {
      try {
        return await save();
      } catch (caught) {
        const order = control.order();
        if (!(caught instanceof LabError) || caught.code !== 'disk-full' || order === 'stop' || order === 'cancel') throw caught;
        time.pause();
        progress({ phase: 'paused', done: step, total: limits.steps ?? 0, error: { ...caught.toJSON() } });
        await control.changed(order, fullDiskRetryMs);
        if (control.order() !== 'pause') time.go();
      }
    }
  };

  const saveAll = async () => {
    if (savedStep === step) return;
    progress({ phase: 'save', done: step, total: limits.steps ?? 0 });
    const before = clock.monotonicMs();
    await persist(() => saving.checkpoint(step, time.seconds()));
    saveCostSecs = (clock.monotonicMs() - before) / 1000;
    savedStep = step;
    savedSecs = time.seconds();
  };

  const snapshot = async () => {
    if (snapshotStep === step) return;
    const before = clock.monotonicMs();
    await persist(() => saving.snapshot(step));
    snapshotCostSecs = (clock.monotonicMs() - before) / 1000;
    snapshotStep = step;
    snapshotSecs = time.seconds();
  };

  /** Samples from the noise of all previews. An order that comes meanwhile ends it, and it is made another time. */
  const preview = async () => {
    if (!prepared.preview || previewStep === step) return;
    progress({ phase: 'preview', done: step, total: limits.steps ?? 0 });
    const before = clock.monotonicMs();
    const given = control.order();
    const newOrder = new AbortController();
    const look = () => {
      if (control.order() !== given) newOrder.abort();
    };
    await persist(async () => {
      const outcome = await saving.preview(step, { progress: look, signal: newOrder.signal });
      // What failed once would fail each time.
      if (outcome === 'failed') previewAt = Infinity;
      if (outcome === 'saved') progress({ phase: 'preview', done: step, total: limits.steps ?? 0, saved: step });
    });
    previewCostSecs = (clock.monotonicMs() - before) / 1000;
    previewStep = step;
  };

  const pause = async () => {
    await saveAll();
    time.pause();
    await persist(() => writer.setStatus({ status: 'paused', steps: step, seconds: time.seconds() }));
    while (control.order() === 'pause') {
      progress({ phase: 'paused', done: step, total: limits.steps ?? 0 });
      await control.changed('pause', pauseReportMs);
    }
    if (control.order() === 'run') await persist(() => writer.setStatus({ status: 'running' }));
    time.go();
    savedSecs = time.seconds();
  };

  const oneStep = async (): Promise<Record<string, number>> => {
    const startMs = clock.monotonicMs();
    const done = fractionDone(limits, step, time.seconds());
    const rate = learningRate(config, step + 1, done);
    const feeds = parts.feeds(step + 1, rate, done);
    let metrics: Record<string, number>;
    try {
      metrics = await runner.step(feeds);
    } catch (caught) {
      throw asMemoryError(caught, runner.device, config.batchSize);
    }
    step += 1;
    const stepSecs = (clock.monotonicMs() - startMs) / 1000;
    // The first steps allocate, and compile on a GPU: they say nothing of what a preview costs.
    leastStepSecs = Math.min(leastStepSecs, stepSecs);
    speed.step(stepSecs);
    const values = { ...metrics, learningRate: rate };
    writer.metrics(step, values);
    const broken = Object.keys(metrics).filter((name) => isWatched(name) && !Number.isFinite(metrics[name]));
    if (broken.length > 0) {
      const tensor = firstNonFinite(await runner.read());
      throw new LabError('loss-not-finite', { step, name: [...broken, ...(tensor === undefined ? [] : [tensor])].join(', ') });
    }
    recent.add(values);
    return values;
  };

  /** What is due after a step. */
  const keep = async () => {
    if (checkpointDue(time.seconds() - savedSecs, saveCostSecs, parts.checkpointSecs)) {
      await saveAll();
      await persist(() => writer.setStatus({ steps: step, seconds: time.seconds() }));
    }
    if (snapshotDue(step, snapshotStep, time.seconds() - snapshotSecs, snapshotCostSecs)) await snapshot();
    if (time.seconds() >= (previewAt ?? parts.start.seconds + nextPreview(0, guessedSteps * leastStepSecs))) {
      previewAt = undefined;
      await preview();
      previewAt ??= nextPreview(time.seconds(), previewCostSecs);
    }
  };

  const end = async (status: 'completed' | 'stopped' | 'cancelled'): Promise<TrainingEnd> => {
    const seconds = time.seconds();
    const result: TrainingEnd = { status, steps: step, seconds, metrics: recent.means() };
    try {
      await saveAll();
      await snapshot();
      if (status !== 'cancelled' && previewAt !== Infinity && seconds >= trainPerSave * previewCostSecs) await preview();
      await persist(() => writer.setStatus({ status, steps: step, seconds }));
    } catch (caught) {
      if (caught instanceof LabError && caught.code === 'disk-full') return { ...result, error: caught.toJSON() };
      throw caught;
    }
    return result;
  };

  const train = async (): Promise<TrainingEnd> => {
    for (;;) {
      const order = control.order();
      if (order === 'stop') return end('stopped');
      if (order === 'cancel') return end('cancelled');
      if (order === 'pause') {
        await pause();
        continue;
      }
      if (fractionDone(limits, step, time.seconds()) >= 1) return end('completed');
      const values = await oneStep();
      if (report(values)) await new Promise((resolve) => setImmediate(resolve));
      await keep();
    }
  };

  try {
    return await train();
  } catch (caught) {
    time.pause();
    const error = errorToJson(caught);
    const result: TrainingEnd = { status: 'failed', steps: step, seconds: time.seconds(), metrics: recent.means(), error };
    try {
      writer.event('failed', { step, error: { ...error } });
      await writer.setStatus({ status: 'failed', steps: step, seconds: result.seconds, error });
    } catch (unsaved) {
      // The first error is the one to show; that it could not be written down is said beside it.
      progress({ phase: 'not-saved', done: step, total: 0, error: { ...errorToJson(unsaved) } });
    }
    return result;
  }
}
