/** @file Long work that goes on whatever becomes of the page that asked for it: listed, watched, cancelled, its end kept to be told. */

import { errorToJson, LabError } from '../../preload/contract/errors';
import type { JobInfo, JobKind } from '../../preload/contract/jobs';
import type { Work } from '../../preload/contract/progress';
import { clock } from '../platform/clock';
import type { Log } from '../platform/log';

/** Ended jobs that are still listed. */
const keptEnded = 50;

export interface Jobs {
  /** Starts `work`; what it resolves with is the job's result, plain and small. -> the job as it begins */
  start(kind: JobKind, subject: string, work: (work: Work) => Promise<Record<string, unknown> | void>): JobInfo;
  /** Newest first. */
  list(): JobInfo[];
  /** Those whose count is over `after`, and the newest count: what a watcher has not seen yet. */
  changedSince(after: number): { jobs: JobInfo[]; count: number };
  /** Asks a job to end; one that has ended is left alone. @throws LabError 'job-not-found' */
  cancel(id: string): JobInfo;
  /** Resolves with the job once it has ended. @throws LabError 'job-not-found' */
  ended(id: string): Promise<JobInfo>;
  /** Cancels all that run, and waits for them. */
  close(): Promise<void>;
}

interface Entry {
  info: JobInfo;
  changed: number;
  abort: AbortController;
  done: Promise<void>;
}

export function openJobs(onChange: () => void, log?: Log): Jobs {
  const entries = new Map<string, Entry>();
  let count = 0;
  let started = 0;

  const change = (entry: Entry, patch: Partial<JobInfo>): void => {
    entry.info = { ...entry.info, ...patch };
    entry.changed = ++count;
    onChange();
  };

  const forgetOldest = (): void => {
    const ended = [...entries.values()].filter(({ info }) => info.endedAt !== undefined);
    for (const { info } of ended.slice(0, Math.max(0, ended.length - keptEnded))) entries.delete(info.id);
  };

  const find = (id: string): Entry => {
    const entry = entries.get(id);
    if (!entry) throw new LabError('job-not-found', { id });
    return entry;
  };

  return {
    start(kind, subject, work) {
      const abort = new AbortController();
      const now = (): string => new Date(clock.nowMs()).toISOString();
      const entry: Entry = {
        info: { id: `job-${++started}`, kind, subject, state: 'running', startedAt: now() },
        changed: ++count,
        abort,
        done: Promise.resolve(),
      };
      const run = async (): Promise<void> => {
        try {
          const result = await work({ progress: (report) => change(entry, { progress: report }), signal: abort.signal });
          change(entry, { state: 'done', endedAt: now(), ...(result && { result: result as JobInfo['result'] }) });
        } catch (caught) {
          const error = errorToJson(caught);
          change(entry, { state: error.code === 'cancelled' ? 'cancelled' : 'failed', endedAt: now(), error });
        }
        const { state, error } = entry.info;
        log?.write(state === 'failed' ? 'warn' : 'info', 'a job ended', { kind, subject, state, ...(error && state === 'failed' && { error }) });
        forgetOldest();
      };
      entries.set(entry.info.id, entry);
      log?.write('info', 'a job began', { kind, subject });
      entry.done = run();
      onChange();
      return entry.info;
    },
    list: () => [...entries.values()].map(({ info }) => info).reverse(),
    changedSince: (after) => ({ jobs: [...entries.values()].filter(({ changed }) => changed > after).map(({ info }) => info), count }),
    cancel(id) {
      const entry = find(id);
      if (entry.info.state === 'running') {
        change(entry, { state: 'cancelling' });
        entry.abort.abort();
      }
      return entry.info;
    },
    async ended(id) {
      const entry = find(id);
      await entry.done;
      return entry.info;
    },
    async close() {
      const running = [...entries.values()].filter(({ info }) => info.endedAt === undefined);
      for (const { abort } of running) abort.abort();
      await Promise.all(running.map(({ done }) => done));
    },
  };
}
