/** @file The calls of the training process, answered on its main thread while each training runs in a thread of its own. */

import { LabError } from '../../preload/contract/errors';
import type { Progress } from '../../preload/contract/progress';
import { runOrder, trainRequest, trialRequest, type TrainResult, type TrialResult, type TrialTimes } from '../../preload/contract/training';
import { clock } from '../platform/clock';
import type { Handlers } from '../supervisor/protocol';
import type { WorkerThread } from '../supervisor/thread';
import { controlBuffer, giveOrder, type Order } from './control';

/** A step that lasts longer than this, and than `hangRatio` times the longest one before, is reported as hanging. */
const hangMs = 4_500;
const hangRatio = 10;
const watchMs = 250;

/** What the training thread is handed. */
export interface ThreadData {
  control: SharedArrayBuffer;
}

/** Watches the progress of one training: { phase: 'hangs', done: seconds } when no step ends for long. */
function watchSteps(report: (progress: Progress) => void) {
  let training = false;
  let step = 0;
  let lastMs = clock.monotonicMs();
  let longestMs = 0;
  let toldMs = 0;
  const timer = setInterval(() => {
    const now = clock.monotonicMs();
    const silent = now - lastMs;
    if (!training || silent < Math.max(hangMs, hangRatio * longestMs) || now - toldMs < 1_000) return;
    toldMs = now;
    report({ phase: 'hangs', done: Math.round(silent / 1_000), total: 0, step });
  }, watchMs).unref();
  return {
    heard({ phase, done }: Progress) {
      const now = clock.monotonicMs();
      if (training && phase === 'train') longestMs = Math.max(longestMs, now - lastMs);
      training = phase === 'train';
      if (training) step = done;
      lastMs = now;
    },
    end: () => clearInterval(timer),
  };
}

const memoryMs = 20;

/** The most memory that this process holds, in bytes, looked at while a thread of it works. */
function watchMemory() {
  const before = process.memoryUsage.rss();
  let most = before;
  const look = () => (most = Math.max(most, process.memoryUsage.rss()));
  const timer = setInterval(look, memoryMs).unref();
  return {
    end() {
      clearInterval(timer);
      look();
      return { before, most };
    },
  };
}

/**
 * train(TrainRequest) -> TrainResult; trial(TrialRequest) -> TrialResult; pause, resumeTraining and stop({ run }) order the named run alone and reject with LabError 'not-training'
 * if it is not under way. A cancel of the train call saves a checkpoint and ends with status 'cancelled'.
 */
export function trainerHandlers(startTraining: (data: ThreadData) => WorkerThread): Handlers {
  const running = new Map<string, SharedArrayBuffer>();

  const order = (name: Order) => async (args: unknown) => {
    const { run } = runOrder.parse(args);
    const control = running.get(run);
    if (!control) throw new LabError('not-training', { run });
    giveOrder(control, name);
    return { run };
  };

  return {
    async train(args, work) {
      const request = trainRequest.parse(args);
      if (running.has(request.run)) throw new LabError('run-locked', { run: request.run, pid: process.pid, host: 'localhost' });
      const control = controlBuffer();
      running.set(request.run, control);
      const cancel = () => giveOrder(control, 'cancel');
      work.signal.addEventListener('abort', cancel, { once: true });
      if (work.signal.aborted) cancel();
      const watch = watchSteps(work.progress);
      const thread = startTraining({ control });
      try {
        // The signal ends what is under way before the first step; from then on the order does.
        return await thread.call<TrainResult>('train', request, {
          signal: work.signal,
          onProgress: (report) => {
            watch.heard(report);
            work.progress(report.phase === 'train' ? { ...report, memoryBytes: process.memoryUsage.rss() } : report);
          },
        });
      } finally {
        watch.end();
        running.delete(request.run);
        await thread.dispose();
      }
    },
    async trial(args, work): Promise<TrialResult> {
      const request = trialRequest.parse(args);
      const others = running.size;
      const memory = watchMemory();
      const thread = startTraining({ control: controlBuffer() });
      try {
        const times = await thread.call<TrialTimes>('trial', request, { signal: work.signal, onProgress: (report) => work.progress(report) });
        const { before, most } = memory.end();
        return { ...times, memoryBytes: others > 0 ? most - before : most, others };
      } finally {
        memory.end();
        await thread.dispose();
      }
    },
    pause: order('pause'),
    resumeTraining: order('run'),
    stop: order('stop'),
  };
}
