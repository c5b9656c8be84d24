/** @file A working process seen from its parent: started at the first call, watched, cancelled, and started again by a later call if it died. */

import { LabError } from '../../preload/contract/errors';
import { clock } from '../platform/clock';
import { callsOver, type CallOptions, type Calls } from './calls';
import { deathOf, kernelMemoryKills, worded } from './death';
import { entryPath, type ProcessEntry } from './entries';
import { forkNode, type Forked, type Forker, type ForkOptions } from './fork';
import { restartBudget, type RestartBudget } from './restarts';
import type { Reply } from './protocol';

export interface StartOptions extends ForkOptions {
  fork?: Forker;
  /** A built file to run in place of the entry's own. */
  path?: string;
  /** Shared by all processes of an entry unless given. */
  restarts?: RestartBudget;
}

export interface WorkerProcess {
  /** Undefined before the first call and after the process has ended. */
  readonly pid: number | undefined;
  /** Rejects with LabError: the handler's own error; 'process-died' or 'out-of-memory' within 2 s of the process's death; 'cancelled' when it was
   *  killed 10 s after a cancel; 'restart-storm' when the entry has crashed too often to be started again. A process that has not been heard of
   *  for 5 s reports { phase: 'not-responding', done: seconds }. */
  call<T>(name: string, args: unknown, options?: CallOptions): Promise<T>;
  /** Aborts what is under way, and ends the process within 5 s. A later call would start it anew. */
  dispose(): Promise<void>;
}

const silenceMs = 5_000;
const disposeLimitMs = 5_000;

const budgets = new Map<string, RestartBudget>();
const budgetOf = (entry: ProcessEntry) => {
  const budget = budgets.get(entry) ?? restartBudget(clock.monotonicMs);
  budgets.set(entry, budget);
  return budget;
};

interface Child {
  forked: Forked;
  calls: Calls;
  ended: Promise<void>;
  /** We ended it, by a kill or by dispose: not a crash. */
  dismissed: boolean;
  disposed: boolean;
}

/** Nothing starts before the first call. */
export function startProcess(entry: ProcessEntry, options: StartOptions = {}): WorkerProcess {
  const restarts = options.restarts ?? budgetOf(entry);
  const fork = options.fork ?? forkNode;
  let child: Child | undefined;

  const start = (): Child => {
    restarts.check(entry);
    const killsBefore = kernelMemoryKills();
    const forked = fork(options.path ?? entryPath(entry), { env: options.env, execArgv: options.execArgv });
    let heardMs = clock.monotonicMs();
    const dismiss = () => {
      started.dismissed = true;
      forked.kill();
    };
    const calls = callsOver((request) => forked.send(request), dismiss, (error) => worded(entry, error));
    const watch = setInterval(() => {
      const silent = clock.monotonicMs() - heardMs;
      if (silent > silenceMs) calls.announce({ phase: 'not-responding', done: Math.round(silent / 1000), total: 0 });
    }, 1_000).unref();
    forked.onMessage((message) => {
      heardMs = clock.monotonicMs();
      calls.receive(message as Reply);
    });
    const ended = new Promise<void>((resolve) => {
      forked.onExit((exit) => {
        clearInterval(watch);
        if (child === started) child = undefined;
        if (!started.dismissed) restarts.crashed();
        calls.fail(started.disposed ? new LabError('cancelled', { what: entry }) : deathOf(entry, exit, killsBefore));
        resolve();
      });
    });
    const started: Child = { forked, calls, ended, dismissed: false, disposed: false };
    return started;
  };

  return {
    get pid() {
      return child?.forked.pid;
    },
    async call<T>(name: string, args: unknown, callOptions?: CallOptions): Promise<T> {
      const used = (child ??= start());
      used.forked.hold(true);
      try {
        return await used.calls.call<T>(name, args, callOptions);
      } finally {
        if (used.calls.pending === 0) used.forked.hold(false);
      }
    },
    async dispose() {
      const used = child;
      if (!used) return;
      child = undefined;
      used.dismissed = used.disposed = true;
      used.forked.hold(true);
      used.forked.send({ end: true });
      const limit = setTimeout(() => used.forked.kill(), disposeLimitMs);
      await used.ended;
      clearTimeout(limit);
    },
  };
}
