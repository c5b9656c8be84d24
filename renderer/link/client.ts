/** @file The page's side of the contract: typed calls and watches over any channel, checked both ways, and taken up again when a lost connection comes back. */

import type { z } from 'zod';
import { contract, type Contract } from '../../preload/contract/contract';
import { contractVersion, type Channel, type LabMessage, type PageMessage } from '../../preload/contract/channel';
import type { CallSpec, Domain, WatchSpec } from '../../preload/contract/domain';
import { errorFromJson, LabError } from '../../preload/contract/errors';
import type { Progress } from '../../preload/contract/progress';

export type LinkState = { at: 'connecting' } | { at: 'open'; genoise: string } | { at: 'lost' } | { at: 'locked'; error: LabError } | { at: 'refused'; error: LabError };

export interface CallOptions {
  signal?: AbortSignal;
  onProgress?: (report: Progress) => void;
}

export interface WatchOptions {
  /** Why the watch ended, other than by being stopped. A lost connection does not end it. */
  onError?: (error: LabError) => void;
}

type Call<Spec> = Spec extends CallSpec<infer Args, infer Result> ? (args: z.input<Args>, options?: CallOptions) => Promise<z.output<Result>> : never;
/** `args` may be a function, asked again whenever the watch is taken up anew: where it goes on from. -> stops the watch */
type Watch<Spec> =
  Spec extends WatchSpec<infer Args, infer Item> ? (args: z.input<Args> | (() => z.input<Args>), onItem: (item: z.output<Item>) => void, options?: WatchOptions) => () => void : never;

export type LabClient = {
  [D in keyof Contract]: { [C in keyof Contract[D]['calls']]: Call<Contract[D]['calls'][C]> } & { [W in keyof Contract[D]['watches']]: Watch<Contract[D]['watches'][W]> };
};

export interface Client {
  lab: LabClient;
  /** Tries now instead of later, where the connection is lost. */
  hurry(): void;
  close(): void;
}

export interface ClientOptions {
  /** Opens a channel; rejects when it can't be had now, and is asked again: with 'page-unknown' where the lab is there and lets this page in no more. */
  open(): Promise<Channel>;
  onState(state: LinkState): void;
  domains?: Record<string, Domain>;
}

interface PendingCall {
  resolve(result: unknown): void;
  reject(error: LabError): void;
  onProgress?: (report: Progress) => void;
}

interface ActiveWatch {
  id: number;
  name: string;
  args(): unknown;
  take(item: unknown): void;
  fail(error: LabError): void;
}

const retryMs = [100, 250, 500, 1_000, 2_000, 5_000];
/** Only a person can let the page in again: the lab is asked now and then whether one has. */
const lockedMs = [2_000, 5_000, 10_000, 30_000];

export function openClient({ open, onState, domains = contract }: ClientOptions): Client {
  const calls = new Map<number, PendingCall>();
  const watches = new Map<number, ActiveWatch>();
  /** Sent once the lab has welcomed us. */
  let queued: PageMessage[] = [];
  let channel: Channel | undefined;
  let welcomed = false;
  let nextId = 1;
  let taken = 0;
  let ackDue = false;
  let failures = 0;
  /** How often in a row the lab was there and didn't know this page. */
  let unknown = 0;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  const send = (message: PageMessage): void => {
    if (welcomed) channel?.send(message);
    else if ('call' in message) queued.push(message);
  };

  const ackSoon = (): void => {
    if (ackDue) return;
    ackDue = true;
    setTimeout(() => {
      ackDue = false;
      if (channel) channel.send({ ack: taken });
    });
  };

  const startWatch = (watch: ActiveWatch): void => {
    if (welcomed) channel?.send({ id: watch.id, watch: watch.name, args: watch.args() });
  };

  const onMessage = (message: LabMessage): void => {
    taken += 1;
    ackSoon();
    if ('welcome' in message) {
      welcomed = true;
      failures = 0;
      unknown = 0;
      onState({ at: 'open', genoise: message.welcome.genoise });
      for (const one of queued) channel?.send(one);
      queued = [];
      for (const one of watches.values()) startWatch(one);
      return;
    }
    if ('refused' in message) {
      closed = true;
      return onState({ at: 'refused', error: errorFromJson(message.refused) });
    }
    const call = calls.get(message.id);
    const watch = watches.get(message.id);
    if ('progress' in message) return call?.onProgress?.(message.progress);
    if ('item' in message) return watch?.take(message.item);
    calls.delete(message.id);
    if ('result' in message) return call?.resolve(message.result);
    if ('error' in message) {
      call?.reject(errorFromJson(message.error));
      watch?.fail(errorFromJson(message.error));
    }
    watches.delete(message.id);
  };

  const connect = async (): Promise<void> => {
    waiting = undefined;
    if (closed) return;
    if (unknown === 0) onState({ at: failures === 0 ? 'connecting' : 'lost' });
    try {
      const fresh = await open();
      if (closed) return fresh.close();
      channel = fresh;
      taken = 0;
      fresh.onMessage((message) => {
        if (channel === fresh) onMessage(message as LabMessage);
      });
      fresh.onClose(() => {
        if (channel === fresh) lost();
      });
      fresh.send({ hello: { version: contractVersion } });
    } catch (caught) {
      lost(caught);
    }
  };

  const lost = (why?: unknown): void => {
    channel = undefined;
    welcomed = false;
    // What was asked may or may not have been done: the asker must know.
    for (const call of calls.values()) call.reject(new LabError('connection-lost', {}));
    calls.clear();
    queued = [];
    if (closed) return;
    const locked = why instanceof LabError && why.code === 'page-unknown';
    onState(locked ? { at: 'locked', error: why } : { at: 'lost' });
    unknown = locked ? unknown + 1 : 0;
    failures += 1;
    const [pauses, times] = locked ? [lockedMs, unknown] : [retryMs, failures];
    waiting = setTimeout(() => void connect(), pauses[Math.min(times, pauses.length) - 1]);
  };

  const callOf = (name: string, { args: argsSchema, result: resultSchema }: CallSpec) => (args: unknown, { signal, onProgress }: CallOptions = {}): Promise<unknown> => {
    const id = nextId++;
    const given = argsSchema.safeParse(args);
    if (!given.success) return Promise.reject(new LabError('call-malformed', { call: name, detail: issueOf(given.error) }));
    if (signal?.aborted) return Promise.reject(new LabError('cancelled', { what: name }));
    return new Promise((resolve, reject) => {
      const onAbort = (): void => send({ id, cancel: true });
      const settle = (): void => signal?.removeEventListener('abort', onAbort);
      signal?.addEventListener('abort', onAbort, { once: true });
      calls.set(id, {
        onProgress,
        resolve: (result) => {
          settle();
          const parsed = resultSchema.safeParse(result);
          if (parsed.success) resolve(parsed.data);
          else reject(new LabError('result-malformed', { call: name, detail: issueOf(parsed.error) }));
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      send({ id, call: name, args });
    });
  };

  const watchOf = (name: string, { args: argsSchema, item: itemSchema }: WatchSpec) => (args: unknown, onItem: (item: unknown) => void, { onError }: WatchOptions = {}): (() => void) => {
    const id = nextId++;
    const argsNow = (): unknown => argsSchema.parse(typeof args === 'function' ? (args as () => unknown)() : args);
    const watch: ActiveWatch = {
      id,
      name,
      args: argsNow,
      take: (item) => {
        const parsed = itemSchema.safeParse(item);
        if (parsed.success) onItem(parsed.data);
        else watch.fail(new LabError('result-malformed', { call: name, detail: issueOf(parsed.error) }));
      },
      fail: (error) => {
        watches.delete(id);
        onError?.(error);
      },
    };
    watches.set(id, watch);
    startWatch(watch);
    return () => {
      if (watches.delete(id)) send({ id, cancel: true });
    };
  };

  const lab = Object.fromEntries(
    Object.entries(domains).map(([domain, specs]) => [
      domain,
      Object.fromEntries([
        ...Object.entries(specs.calls).map(([name, spec]) => [name, callOf(`${domain}.${name}`, spec)]),
        ...Object.entries(specs.watches).map(([name, spec]) => [name, watchOf(`${domain}.${name}`, spec)]),
      ]),
    ]),
  ) as LabClient;

  void connect();
  return {
    lab,
    hurry: () => {
      if (waiting === undefined) return;
      clearTimeout(waiting);
      void connect();
    },
    close: () => {
      closed = true;
      clearTimeout(waiting);
      channel?.close();
    },
  };
}

const issueOf = (error: z.ZodError): string => `${error.issues[0].path.map(String).join('.') || 'value'}: ${error.issues[0].message}`;
