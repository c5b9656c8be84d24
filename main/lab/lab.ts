/** @file The laboratory: one home, and the processes that work for it. Hosts (terminal, window, server) open one and call the functions beside this file. */

import type { Work } from '../../preload/contract/progress';
import { readSettings } from '../platform/settings';
import type { Forker } from '../supervisor/fork';
import { startProcess, type WorkerProcess } from '../supervisor/process';
import type { ProcessEntry } from '../supervisor/entries';

export interface Lab {
  /** Absolute path of the folder that holds datasets, views, runs and logs. */
  readonly home: string;
  /** Calls a function of a working process, which is started by its first call. Rejects with LabError. */
  call<T>(entry: ProcessEntry, name: string, args: Record<string, unknown>, work: Work): Promise<T>;
  /** Stops what is under way and ends the processes. */
  close(): Promise<void>;
}

export interface LabOptions {
  home: string;
  /** How processes are made; Node's child processes unless given. */
  fork?: Forker;
}

export function openLab({ home, fork }: LabOptions): Lab {
  const processes = new Map<ProcessEntry, WorkerProcess>();
  /** As set when a process is about to start: one that runs keeps its threads. */
  let threads: number | undefined;
  const startOptions = {
    fork,
    get env() {
      return threads === undefined ? undefined : { GENOISE_THREADS: String(threads) };
    },
  };
  const processOf = (entry: ProcessEntry) => {
    const running = processes.get(entry) ?? startProcess(entry, startOptions);
    processes.set(entry, running);
    return running;
  };
  return {
    home,
    call: async <T>(entry: ProcessEntry, name: string, args: Record<string, unknown>, work: Work) => {
      const running = processOf(entry);
      if (running.pid === undefined) ({ threads } = await readSettings(home));
      return running.call<T>(name, { home, ...args }, { onProgress: (report) => work.progress(report), signal: work.signal });
    },
    close: async () => {
      await Promise.all([...processes.values()].map((running) => running.dispose()));
      processes.clear();
    },
  };
}
