/** @file The page's client: answers by id, checks on both sides, and watches that lose nothing when the connection drops again and again. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { contractVersion, type Channel, type LabMessage, type PageMessage } from '../../preload/contract/channel';
import { call, defineDomain, watch } from '../../preload/contract/domain';
import { LabError } from '../../preload/contract/errors';
import { openClient, type Client, type ClientOptions, type LinkState } from './client';

const trial = defineDomain({ add: call(z.object({ a: z.number(), b: z.number() }), z.number()) }, { count: watch(z.object({ from: z.number() }), z.number()) });
type Trial = { trial: { add(args: unknown, options?: { signal?: AbortSignal; onProgress?: (report: { done: number }) => void }): Promise<number>; count(args: unknown, onItem: (item: number) => void, options?: { onError?: (error: LabError) => void }): () => void } };

/** The lab's end of the channel that the client has open. */
interface Lab {
  heard: PageMessage[];
  say(message: LabMessage): void;
  drop(): void;
}

let labs: Lab[];
let states: LinkState[];
let client: Client;
let refuseOpens: number;
let options: ClientOptions;

beforeEach(() => {
  vi.useFakeTimers();
  labs = [];
  states = [];
  refuseOpens = 0;
  options = {
    domains: { trial },
    onState: (state) => states.push(state),
    open: async () => {
      if (refuseOpens-- > 0) throw new Error('nobody there');
      let onMessage: (message: unknown) => void = () => undefined;
      let onClose: () => void = () => undefined;
      const heard: PageMessage[] = [];
      labs.push({ heard, say: (message) => onMessage(message), drop: () => onClose() });
      const channel: Channel = {
        send: (message) => heard.push(message as PageMessage),
        onMessage: (listener) => void (onMessage = listener),
        onClose: (listener) => void (onClose = listener),
        close: () => onClose(),
      };
      return channel;
    },
  };
  client = openClient(options);
});
afterEach(() => {
  client.close();
  vi.useRealTimers();
});

const lab = () => (client.lab as unknown as Trial).trial;
const welcome = { welcome: { version: contractVersion, genoise: '1' } };
const last = (): Lab => labs[labs.length - 1];
const connected = async (): Promise<void> => {
  await vi.advanceTimersByTimeAsync(10_000);
  last().say(welcome);
};
const asked = (here: Lab): Exclude<PageMessage, { ack: number } | { hello: unknown }>[] => here.heard.filter((message) => 'id' in message);

test('greets first; what was asked before the welcome is sent after it; answers find their askers', async () => {
  const sums = [lab().add({ a: 1, b: 2 }), lab().add({ a: 3, b: 4 })];
  await vi.advanceTimersByTimeAsync(0);
  expect(last().heard).toEqual([{ hello: { version: contractVersion } }]);
  last().say(welcome);
  expect(states.map(({ at }) => at)).toEqual(['connecting', 'open']);
  const [first, second] = asked(last());
  expect([first, second]).toMatchObject([
    { call: 'trial.add', args: { a: 1, b: 2 } },
    { call: 'trial.add', args: { a: 3, b: 4 } },
  ]);
  last().say({ id: second.id, result: 7 });
  last().say({ id: first.id, result: 3 });
  expect(await Promise.all(sums)).toEqual([3, 7]);
});

test('what is asked or answered in a wrong form is an error in words, and is never sent on', async () => {
  await connected();
  await expect(lab().add({ a: 'x' })).rejects.toMatchObject({ code: 'call-malformed', params: { call: 'trial.add' } });
  expect(asked(last())).toEqual([]);
  const sum = lab().add({ a: 1, b: 1 });
  last().say({ id: asked(last())[0].id, result: 'two' });
  await expect(sum).rejects.toMatchObject({ code: 'result-malformed' });
  const failing = lab().add({ a: 1, b: 1 });
  last().say({ id: asked(last())[1].id, error: { code: 'disk-full', params: { path: '/x' } } });
  await expect(failing).rejects.toMatchObject({ code: 'disk-full', params: { path: '/x' } });
});

test('progress and cancels belong to their call', async () => {
  await connected();
  const abort = new AbortController();
  const seen: number[] = [];
  const sum = lab().add({ a: 1, b: 1 }, { signal: abort.signal, onProgress: ({ done }) => seen.push(done) });
  const { id } = asked(last())[0];
  last().say({ id, progress: { phase: 'p', done: 3, total: 9 } });
  last().say({ id: id + 1, progress: { phase: 'p', done: 4, total: 9 } });
  abort.abort();
  expect(asked(last())[1]).toEqual({ id, cancel: true });
  last().say({ id, error: { code: 'cancelled', params: { what: 'add' } } });
  await expect(sum).rejects.toMatchObject({ code: 'cancelled' });
  expect(seen).toEqual([3]);
});

test('a lost connection ends calls with a word, and is made again with patience', async () => {
  await connected();
  const sum = lab().add({ a: 1, b: 1 });
  refuseOpens = 3;
  last().drop();
  await expect(sum).rejects.toMatchObject({ code: 'connection-lost' });
  expect(states.at(-1)).toEqual({ at: 'lost' });
  await vi.advanceTimersByTimeAsync(100);
  expect(labs).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(250 + 500 + 1000);
  expect(labs).toHaveLength(2);
  last().say(welcome);
  expect(states.at(-1)).toEqual({ at: 'open', genoise: '1' });
});

test('a watch goes on where it was through 50 drops: no item is lost, none is told twice', async () => {
  await connected();
  const seen: number[] = [];
  const stop = lab().count(
    () => ({ from: seen.length }),
    (item) => seen.push(item),
  );
  let random = 7;
  const draw = (most: number): number => (random = (random * 48271) % 2147483647) % most;
  for (let drops = 0; drops < 50; drops++) {
    const here = last();
    const { id, args } = asked(here).at(-1) as { id: number; args: { from: number } };
    for (let i = 0, count = draw(5); i < count; i++) here.say({ id, item: args.from + i });
    here.drop();
    // What a dead connection still delivers must not count.
    here.say({ id, item: 1_000_000 });
    await connected();
  }
  expect(seen.length).toBeGreaterThan(50);
  expect(seen).toEqual(Array.from({ length: seen.length }, (_, i) => i));
  const { id } = asked(last()).at(-1) as { id: number };
  stop();
  expect(asked(last()).at(-1)).toEqual({ id, cancel: true });
});

test('everything taken in is acknowledged, counted anew for each connection', async () => {
  await connected();
  lab().count({ from: 0 }, () => undefined);
  const { id } = asked(last())[0];
  for (let item = 0; item < 5; item++) last().say({ id, item });
  await vi.advanceTimersByTimeAsync(1);
  expect(last().heard.at(-1)).toEqual({ ack: 6 });
  last().drop();
  await connected();
  await vi.advanceTimersByTimeAsync(1);
  expect(last().heard.at(-1)).toEqual({ ack: 1 });
});

test('a lab of another version is not asked again', async () => {
  await vi.advanceTimersByTimeAsync(0);
  last().say({ refused: { code: 'contract-version', params: { page: 1, lab: 2 } } });
  last().drop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(labs).toHaveLength(1);
  expect(states.at(-1)).toMatchObject({ at: 'refused', error: { code: 'contract-version' } });
});

test('a lab that does not know the page any more is asked seldom, and at once when a person comes back', async () => {
  await connected();
  let opens = 0;
  let knows = false;
  client.close();
  const { open } = options;
  client = openClient({
    ...options,
    open: () => {
      opens += 1;
      return knows ? open() : Promise.reject(new LabError('page-unknown', {}));
    },
  });
  await vi.advanceTimersByTimeAsync(0);
  expect(states.at(-1)).toMatchObject({ at: 'locked', error: { code: 'page-unknown' } });
  const told = states.length;
  await vi.advanceTimersByTimeAsync(120_000);
  // At 2, 7, 17, 47, 77 and 107 s: it says all along that it is locked.
  expect(opens).toBe(7);
  expect(new Set(states.slice(told).map(({ at }) => at))).toEqual(new Set(['locked']));
  knows = true;
  client.hurry();
  await vi.advanceTimersByTimeAsync(0);
  last().say(welcome);
  expect(states.at(-1)).toEqual({ at: 'open', genoise: '1' });
  // A connection that stands isn't made again.
  client.hurry();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(opens).toBe(8);
  last().drop();
  expect(states.at(-1)).toEqual({ at: 'lost' });
});
