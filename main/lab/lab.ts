/** @file The laboratory: one home, and the processes that work for it. Hosts (terminal, window, server) open one and call the functions beside this file. */

import type { Work } from '../../preload/contract/progress';
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
  const processOf = (entry: ProcessEntry) => {
    const running = processes.get(entry) ?? startProcess(entry, { fork });
    processes.set(entry, running);
    return running;
  };
  return {
    home,
    call: <T>(entry: ProcessEntry, name: string, args: Record<string, unknown>, work: Work) =>
      processOf(entry).call<T>(name, { home, ...args }, { onProgress: (report) => work.progress(report), signal: work.signal }),
    close: async () => {
      await Promise.all([...processes.values()].map((running) => running.dispose()));
      processes.clear();
    },
  };
}
