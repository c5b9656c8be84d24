/** @file The side that calls: pending calls over a port, their progress, cancels and ends. */

import { errorFromJson, LabError, type ErrorJson } from '../../preload/contract/errors';
import type { Progress } from '../../preload/contract/progress';
import type { Reply, Request } from './protocol';

export interface CallOptions {
  onProgress?: (report: Progress) => void;
  /** Abort asks for a cancel. The call still ends by its own result or error, or is cut off (LabError 'cancelled') after 10 s. */
  signal?: AbortSignal;
  /** The other side has taken note of the cancel; its work may go on for a while. */
  onCancelling?: () => void;
}

export interface Calls {
  readonly pending: number;
  call<T>(name: string, args: unknown, options?: CallOptions): Promise<T>;
  /** Hands in a message from the other side. */
  receive(reply: Reply): void;
  /** Rejects every pending call: those being cancelled as 'cancelled', the others with `error`. */
  fail(error: LabError): void;
  /** Passes a report to every pending call. */
  announce(report: Progress): void;
}

interface Pending {
  name: string;
  options: CallOptions;
  cancelled: boolean;
  resolve(value: unknown): void;
  reject(error: LabError): void;
  settle(): void;
}

/** How long a cancelled call may go on before its process is killed. */
export const cancelLimitMs = 10_000;

/** `reword` sees every error that comes. `onStuck` is told when a cancelled call has not ended within `cancelLimitMs`: it must kill the other side, then `fail`. */
export function callsOver(send: (request: Request) => void, onStuck: () => void, reword: (error: ErrorJson) => ErrorJson = (error) => error): Calls {
  const pending = new Map<number, Pending>();
  let nextId = 1;

  const call = <T>(name: string, args: unknown, options: CallOptions = {}): Promise<T> => {
    if (options.signal?.aborted) return Promise.reject(new LabError('cancelled', { what: name }));
    const id = nextId++;
    return new Promise<T>((resolve, reject) => {
      let limit: NodeJS.Timeout | undefined;
      const entry: Pending = {
        name,
        options,
        cancelled: false,
        resolve: (value) => resolve(value as T),
        reject,
        settle: () => {
          clearTimeout(limit);
          options.signal?.removeEventListener('abort', onAbort);
          pending.delete(id);
        },
      };
      const onAbort = () => {
        entry.cancelled = true;
        limit = setTimeout(onStuck, cancelLimitMs);
        send({ id, cancel: true });
      };
      options.signal?.addEventListener('abort', onAbort, { once: true });
      pending.set(id, entry);
      send({ id, call: name, args });
    });
  };

  return {
    get pending() {
      return pending.size;
    },
    call,
    receive(reply) {
      if (!('id' in reply)) return;
      const entry = pending.get(reply.id);
      if (!entry) return;
      if ('progress' in reply) entry.options.onProgress?.(reply.progress);
      else if ('cancelling' in reply) entry.options.onCancelling?.();
      else {
        entry.settle();
        if ('error' in reply) entry.reject(errorFromJson(reword(reply.error)));
        else entry.resolve(reply.result);
      }
    },
    fail(error) {
      for (const entry of pending.values()) {
        entry.settle();
        entry.reject(entry.cancelled ? new LabError('cancelled', { what: entry.name }, { cause: error }) : error);
      }
    },
    announce(report) {
      for (const { options } of pending.values()) options.onProgress?.(report);
    },
  };
}
