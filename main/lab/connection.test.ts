/** @file A connection: the handshake, refused calls, progress, cancels, and a page that is slow or gone. */

import { expect, test } from 'vitest';
import { z } from 'zod';
import { bytes } from '../../preload/contract/arrays';
import { contractVersion, type Channel, type LabMessage } from '../../preload/contract/channel';
import { call, defineDomain, watch } from '../../preload/contract/domain';
import { LabError } from '../../preload/contract/errors';
import { encodeFrame } from '../../preload/contract/frame';
import type { Work } from '../../preload/contract/progress';
import type { Log } from '../platform/log';
import { serveConnection } from './connection';

const trial = defineDomain(
  {
    add: call(z.object({ a: z.number(), b: z.number() }), z.number()),
    fail: call(z.object({}), z.null()),
    slow: call(z.object({}), z.null()),
    keep: call(z.object({ deep: z.json() }), z.null()),
    big: call(z.object({ megabytes: z.number() }), bytes),
  },
  { count: watch(z.object({ from: z.number() }), z.number()) },
);

interface Page {
  say(message: unknown): void;
  hello(): void;
  /** Takes in everything that has come, as a page does. */
  ack(): void;
  close(): void;
  heard: LabMessage[];
  closed: boolean;
  /** Bytes that wait in the channel. */
  waiting(): number;
  logged: { level: string; fields: unknown }[];
}

const turns = async (count = 20): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

function connect(handlers: Record<string, unknown>): Page {
  const heard: LabMessage[] = [];
  const sizes: number[] = [];
  let acked = 0;
  let onMessage: (message: unknown) => void = () => undefined;
  let onClose: () => void = () => undefined;
  const channel: Channel = {
    send: (message) => {
      const size = Buffer.byteLength(encodeFrame(message));
      heard.push(message as LabMessage);
      sizes.push(size);
      return size;
    },
    onMessage: (listener) => void (onMessage = listener),
    onClose: (listener) => void (onClose = listener),
    close: () => {
      page.closed = true;
      onClose();
    },
  };
  const logged: Page['logged'] = [];
  const log = { write: (level: string, _message: string, fields: unknown) => void logged.push({ level, fields }) } as unknown as Log;
  const page: Page = {
    say: (message) => onMessage(message),
    hello: () => onMessage({ hello: { version: contractVersion } }),
    ack: () => onMessage({ ack: (acked = sizes.length) }),
    close: () => onClose(),
    heard,
    closed: false,
    waiting: () => sizes.slice(acked).reduce((sum, size) => sum + size, 0),
    logged,
  };
  serveConnection(channel, { handlers: { trial: handlers }, domains: { trial }, log });
  return page;
}

test('calls over eight at once wait in order; one that waits can be cancelled', async () => {
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const page = connect({
    add: ({ a }: { a: number }) => {
      started.push(a);
      return new Promise((resolve) => ends.push(() => resolve(a)));
    },
  });
  page.hello();
  for (let id = 0; id < 11; id++) page.say({ id, call: 'trial.add', args: { a: id, b: 0 } });
  await turns();
  expect(started).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  page.say({ id: 8, cancel: true });
  ends[3]();
  ends[0]();
  await turns();
  expect(started).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 9, 10]);
  expect(page.heard).toContainEqual({ id: 8, error: { code: 'cancelled', params: { what: '8' } } });
});

const add = ({ a, b }: { a: number; b: number }): number => a + b;

test('a call is answered, an error comes as code and parameters, each by its id', async () => {
  const page = connect({
    add,
    fail: () => {
      throw new LabError('run-not-found', { run: 'x', known: '-' });
    },
  });
  page.hello();
  page.say({ id: 4, call: 'trial.add', args: { a: 2, b: 3 } });
  page.say({ id: 5, call: 'trial.fail', args: {} });
  await turns();
  expect(page.heard[0]).toMatchObject({ welcome: { version: contractVersion } });
  expect(page.heard).toHaveLength(3);
  expect(page.heard).toContainEqual({ id: 4, result: 5 });
  expect(page.heard).toContainEqual({ id: 5, error: { code: 'run-not-found', params: { run: 'x', known: '-' } } });
});

test.each([
  ['another version', { hello: { version: contractVersion + 1 } }, 'contract-version'],
  ['a call before the greeting', { id: 1, call: 'trial.add', args: { a: 1, b: 1 } }, 'call-malformed'],
])('%s is refused and the channel closed', (_name, message, code) => {
  const page = connect({ add });
  page.say(message);
  expect(page.heard).toMatchObject([{ refused: { code } }]);
  expect(page.closed).toBe(true);
});

test.each([
  ['trial.multiply', {}, 'call-unknown'],
  ['nothing.add', {}, 'call-unknown'],
  ['add', {}, 'call-unknown'],
  ['trial.add.more', {}, 'call-unknown'],
  ['__proto__.toString', {}, 'call-unknown'],
  ['trial.constructor', {}, 'call-unknown'],
  ['trial.count', { from: 0 }, 'call-unknown'],
  ['trial.add', { a: 1 }, 'call-malformed'],
  ['trial.add', null, 'call-malformed'],
  ['trial.add', { a: '1', b: 2 }, 'call-malformed'],
])('the call %s %j is refused, typed and logged', async (name, args, code) => {
  const page = connect({ add });
  page.hello();
  page.say({ id: 1, call: name, args });
  await turns();
  expect(page.heard.at(-1)).toMatchObject({ id: 1, error: { code } });
  expect(page.logged).toMatchObject([{ level: 'warn', fields: { error: { code } } }]);
});

test('messages that make no sense are dropped and logged; a page of nothing else is dismissed', () => {
  const page = connect({ add });
  page.hello();
  for (const nonsense of [null, 7, 'add', [], { id: -1, cancel: true }, { id: 1, call: 'trial.add', args: {}, more: 1 }, { id: 1.5, call: 'x', args: {} }]) page.say(nonsense);
  expect(page.logged).toHaveLength(7);
  expect(page.closed).toBe(false);
  for (let i = 0; i < 100; i++) page.say({});
  expect(page.closed).toBe(true);
});

test('a message nested deeper than a check can go dismisses its page, and throws at nobody', () => {
  const page = connect({ keep: () => null });
  page.hello();
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  page.say({ id: 1, call: 'trial.keep', args: { deep } });
  expect(page.closed).toBe(true);
  expect(page.logged).toMatchObject([{ level: 'error' }]);
});

test('a cancel and the end of the connection abort their calls alone', async () => {
  const aborted: number[] = [];
  let number = 0;
  const slow = (_args: unknown, { signal }: Work) => {
    const own = number++;
    return new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => {
        aborted.push(own);
        reject(new LabError('cancelled', { what: 'slow' }));
      }),
    );
  };
  const page = connect({ slow });
  page.hello();
  for (const id of [10, 11, 12]) page.say({ id, call: 'trial.slow', args: {} });
  await turns();
  page.say({ id: 11, cancel: true });
  await turns();
  expect(aborted).toEqual([1]);
  expect(page.heard.at(-1)).toEqual({ id: 11, error: { code: 'cancelled', params: { what: 'slow' } } });
  page.close();
  expect(aborted).toEqual([1, 0, 2]);
});

test('a page that pauses gets at most 64 MB into its buffer, the newest progress, and every watched item once it goes on', async () => {
  let told = 0;
  let made = 0;
  const page = connect({
    big: ({ megabytes }: { megabytes: number }) => {
      made += 1;
      return new Uint8Array(megabytes * 1_000_000);
    },
    slow: async (_args: unknown, { progress }: Work) => {
      for (let done = 1; done <= 1000; done++) {
        progress({ phase: 'p', done, total: 1000 });
        await turns(1);
      }
      return null;
    },
    count: async ({ from }: { from: number }, { emit, signal }: { emit(item: number): Promise<void>; signal: AbortSignal }) => {
      for (let item = from; item < from + 500 && !signal.aborted; item++) {
        await emit(item);
        told = item;
      }
    },
  });
  page.hello();
  page.ack();
  page.say({ id: 1, call: 'trial.slow', args: {} });
  for (let id = 100; id < 120; id++) page.say({ id, call: 'trial.big', args: { megabytes: 8 } });
  await turns();
  page.say({ id: 2, watch: 'trial.count', args: { from: 5 } });
  await turns(1500);
  // In the channel, and made but waiting for room.
  expect(page.waiting()).toBeLessThan(40_000_000);
  expect(made * 8_000_000 - page.waiting()).toBeLessThanOrEqual(64_000_000);
  expect(told).toBeLessThan(7);
  const progressOf = () => page.heard.flatMap((message) => ('progress' in message ? [message.progress.done] : []));
  expect(progressOf().length).toBeLessThan(3);
  for (let i = 0; i < 1200; i++) {
    page.ack();
    await turns(3);
  }
  expect(page.heard.filter((message) => 'result' in message && message.result instanceof Uint8Array)).toHaveLength(20);
  expect(page.heard.flatMap((message) => ('item' in message ? [message.item] : []))).toEqual(Array.from({ length: 500 }, (_, i) => i + 5));
  expect(page.heard).toContainEqual({ id: 2, ended: true });
  expect(page.heard).toContainEqual({ id: 1, result: null });
});
