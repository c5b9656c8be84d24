/** @file Calls between two processes or threads: the messages, and the side that answers them. The same code serves Node's child processes,
 *  Electron's utility processes and worker threads. */

import type { MessagePort } from 'node:worker_threads';
import { errorToJson, LabError, type ErrorJson } from '../../preload/contract/errors';
import type { Progress, Work } from '../../preload/contract/progress';

export type Request = { id: number; call: string; args: unknown } | { id: number; cancel: true } | { end: true };

/** `cancelling` acknowledges a cancel at once; the call's own result or error follows when its work has ended. */
export type Reply =
  | { id: number; progress: Progress }
  | { id: number; result: unknown }
  | { id: number; error: ErrorJson }
  | { id: number; cancelling: true }
  | { beat: true };

export type Handler = (args: unknown, work: Work) => Promise<unknown>;
export type Handlers = Record<string, Handler>;

/** One end of a channel; messages are structured clones, so typed arrays cross as they are. */
export interface Port {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

export interface Server {
  /** Aborts every call under way, then resolves once all have ended or `limitMs` has passed. */
  end(limitMs: number): Promise<void>;
}

/** Answers the calls that come through `port`. A handler's error crosses as ErrorJson; a cancel aborts the signal of its call alone. */
export function serve(port: Port, handlers: Handlers, onEnd?: () => void): Server {
  const running = new Map<number, { abort: AbortController; done: Promise<void> }>();
  const reply = (message: Reply) => port.send(message);

  const run = async (id: number, name: string, args: unknown, abort: AbortController) => {
    try {
      if (!Object.hasOwn(handlers, name)) throw new LabError('internal', { detail: `no call named ${name}` });
      const work: Work = { progress: (report) => reply({ id, progress: report }), signal: abort.signal };
      reply({ id, result: await handlers[name](args, work) });
    } catch (error) {
      reply({ id, error: errorToJson(error) });
    } finally {
      running.delete(id);
    }
  };

  port.onMessage((message) => {
    const request = message as Request;
    if ('end' in request) onEnd?.();
    else if ('cancel' in request) {
      reply({ id: request.id, cancelling: true });
      running.get(request.id)?.abort.abort();
    } else {
      const abort = new AbortController();
      const done = Promise.resolve().then(() => run(request.id, request.call, request.args, abort));
      running.set(request.id, { abort, done });
    }
  });

  return {
    async end(limitMs) {
      for (const { abort } of running.values()) abort.abort();
      const limit = new Promise<void>((resolve) => setTimeout(resolve, limitMs));
      await Promise.race([Promise.allSettled([...running.values()].map(({ done }) => done)), limit]);
    },
  };
}

/** How long work may still save what it has once the parent has gone or has asked for the end. */
const graceMs = 2_500;
/** How long the last replies have to leave the channel. */
const lastSendMs = 50;
const beatMs = 1_000;

/** Serves `handlers` to the parent process. When the parent goes away or ends it, calls are aborted and the process is gone within 5 s,
 *  even if a thread of it is inside a native call. */
export function serveProcess(handlers: Handlers): void {
  const { port, onParentGone } = parentChannel();
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    // process.exit would join worker threads, and so wait for a native call under way; only a kill ends it now.
    const kill = () => process.kill(process.pid, 'SIGKILL');
    void server.end(graceMs).then(() => setTimeout(kill, lastSendMs));
  };
  const server = serve(port, handlers, end);
  onParentGone(end);
  // Ctrl-C reaches the whole process group; the parent alone decides what it means, and says so by a cancel.
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGBREAK'] as const) {
    try {
      process.on(signal, () => undefined);
    } catch {
      // SIGBREAK is Windows' own.
    }
  }
  const beat: Reply = { beat: true };
  port.send(beat);
  setInterval(() => port.send(beat), beatMs).unref();
}

/** Serves `handlers` to the thread that started this worker thread. */
export function serveThread(parentPort: MessagePort, handlers: Handlers): void {
  const port: Port = {
    send: (message) => parentPort.postMessage(message),
    onMessage: (listener) => parentPort.on('message', listener),
  };
  serve(port, handlers);
}

/** What Electron's utility processes have on `process`. */
interface ElectronParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
  postMessage(message: unknown): void;
}

function parentChannel(): { port: Port; onParentGone(listener: () => void): void } {
  const { parentPort } = process as unknown as { parentPort?: ElectronParentPort };
  const parent = process.ppid;
  const onOrphaned = (listener: () => void) => {
    const watch = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(watch);
      listener();
    }, beatMs);
    watch.unref();
  };
  if (parentPort) {
    return {
      port: {
        send: (message) => parentPort.postMessage(message),
        onMessage: (listener) => parentPort.on('message', ({ data }) => listener(data)),
      },
      onParentGone: (listener) => {
        parentPort.on('close', listener);
        onOrphaned(listener);
      },
    };
  }
  if (!process.send) throw new LabError('internal', { detail: 'this entry must be started by a parent process' });
  return {
    port: {
      // The callback takes the error of a channel that has closed: the parent's going is answered by onParentGone.
      send: (message) => void (process.connected && process.send?.(message, undefined, undefined, () => undefined)),
      onMessage: (listener) => process.on('message', listener),
    },
    onParentGone: (listener) => {
      process.on('disconnect', listener);
      onOrphaned(listener);
    },
  };
}
