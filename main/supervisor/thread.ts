/** @file A worker thread seen from the process that holds it: native calls block the thread, and the process still answers. */

import { Worker } from 'node:worker_threads';
import { LabError } from '../../preload/contract/errors';
import { callsOver, type CallOptions } from './calls';
import { entryPath, type ThreadEntry } from './entries';
import type { Reply } from './protocol';

export interface WorkerThread {
  /** Rejects with LabError: the handler's own error, or 'process-died' if the thread ended. A cancel is not enforced here: a native call can't
   *  be interrupted in a thread, so the parent process kills the whole process. */
  call<T>(name: string, args: unknown, options?: CallOptions): Promise<T>;
  /** Ends the thread; waits for a native call under way. */
  dispose(): Promise<void>;
}

export interface ThreadOptions {
  /** Handed over as it is: SharedArrayBuffers stay shared. */
  data?: unknown;
  /** A built file to run in place of the entry's own. */
  path?: string;
}

/** Starts the thread of a built entry; it serves by `serveThread`. */
export function startThread(entry: ThreadEntry, options: ThreadOptions = {}): WorkerThread {
  const worker = new Worker(options.path ?? entryPath(entry), { workerData: options.data });
  const calls = callsOver((request) => worker.postMessage(request), () => undefined);
  let disposed = false;
  let cause = '';
  worker.on('message', (message: Reply) => calls.receive(message));
  worker.on('error', (error: Error & { code?: string }) => {
    cause = error.message;
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') calls.fail(new LabError('out-of-memory', { entry }));
  });
  worker.on('exit', (code) => {
    if (disposed) calls.fail(new LabError('cancelled', { what: entry }));
    else calls.fail(new LabError('process-died', { entry, how: `exit ${code}`, detail: cause }));
  });
  return {
    call: calls.call,
    async dispose() {
      disposed = true;
      await worker.terminate();
    },
  };
}
