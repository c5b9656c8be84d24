/** @file Calls and frames that no page of ours would send, over the real socket, for every row of the contract: refused by a code, logged, and the lab goes on. */

import * as fc from 'fast-check';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openDesk, type Desk } from '../../main/lab/desk';
import type { Lab } from '../../main/lab/lab';
import { startServer, type Served } from '../../main/serve/server';
import { contractVersion } from '../../preload/contract/channel';
import { contract } from '../../preload/contract/contract';
import type { CallSpec, Domain, WatchSpec } from '../../preload/contract/domain';
import { errorKinds, LabError, type ErrorJson } from '../../preload/contract/errors';
import { decodeFrame, encodeFrame } from '../../preload/contract/frame';
import { loginCookie } from '../harness/page-link';
import { anything, hostileText, valuesOf } from '../harness/schema-values';

interface Reply {
  id?: number;
  result?: unknown;
  error?: ErrorJson;
  item?: unknown;
  ended?: true;
  refused?: ErrorJson;
}

/** A page that says what it likes. */
interface Enemy {
  /** -> the first answer, progress not counted; undefined when the socket was closed instead */
  ask(message: Record<string, unknown>): Promise<Reply | undefined>;
  raw(frame: string | Uint8Array): void;
  close(): void;
  /** The code that the socket was closed with. */
  closed: Promise<number>;
}

let folder: string;
let desk: Desk;
let served: Served;
let cookie: string;
const logged: { level: string; error?: ErrorJson }[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'genoise-malformed-'));
  mkdirSync(join(folder, 'page'));
  writeFileSync(join(folder, 'page', 'index.html'), '<!doctype html>');
  // The processes are fuzzed by their own tests: here they refuse, with a word.
  const lab: Lab = { home: join(folder, 'home'), call: () => Promise.reject(new LabError('cancelled', { what: 'test' })), close: async () => undefined };
  desk = openDesk({
    home: lab.home,
    openLab: () => lab,
    log: {
      write: (level, _message, fields) => void logged.push({ level, error: fields?.['error'] instanceof LabError ? fields['error'].toJSON() : (fields?.['error'] as ErrorJson | undefined) }),
      flush: async () => undefined,
      close: async () => undefined,
    },
  });
  served = await startServer({ desk, port: 0, pageFolder: join(folder, 'page') });
  cookie = await loginCookie(served.url);
});
afterAll(async () => {
  await served.close();
  await desk.close();
  rmSync(folder, { recursive: true, force: true });
});

async function enter(greet = true): Promise<Enemy> {
  const socket = new WebSocket(`ws://127.0.0.1:${served.port}/socket`, { headers: { Cookie: cookie } });
  const waiting = new Map<number, (reply: Reply | undefined) => void>();
  let taken = 0;
  let lastId = 0;
  socket.on('error', () => undefined);
  const closed = new Promise<number>((resolve) =>
    socket.on('close', (code) => {
      for (const answer of waiting.values()) answer(undefined);
      resolve(code);
    }),
  );
  socket.on('message', (data, isBinary) => {
    const reply = decodeFrame(isBinary ? (data as Buffer) : (data as Buffer).toString()) as Reply;
    socket.send(JSON.stringify({ ack: ++taken }));
    if (reply.id === undefined || !('result' in reply || 'error' in reply || 'item' in reply || 'ended' in reply)) return;
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
    if ('item' in reply) socket.send(JSON.stringify({ id: reply.id, cancel: true }));
  });
  await new Promise((resolve) => socket.once('open', resolve));
  if (greet) socket.send(JSON.stringify({ hello: { version: contractVersion } }));
  return {
    ask: (message) =>
      new Promise((resolve, reject) => {
        const id = (lastId += 1);
        waiting.set(id, resolve);
        // A call that nobody answers is a fault as well.
        setTimeout(() => {
          if (waiting.delete(id)) reject(new Error(`no answer within 5 s to ${JSON.stringify(message).slice(0, 500)}`));
        }, 5_000).unref();
        socket.send(encodeFrame({ id, ...message }));
      }),
    raw: (frame) => socket.send(frame),
    close: () => socket.close(),
    closed,
  };
}

const rows = Object.entries(contract as Record<string, Domain>).flatMap(([domain, { calls, watches }]) => [
  ...Object.entries(calls).map(([name, spec]): [string, 'call' | 'watch', CallSpec | WatchSpec] => [`${domain}.${name}`, 'call', spec]),
  ...Object.entries(watches).map(([name, spec]): [string, 'call' | 'watch', CallSpec | WatchSpec] => [`${domain}.${name}`, 'watch', spec]),
]);

describe.each(rows)('%s', (name, kind, spec) => {
  test('arguments of any shape: what breaks the schema is refused, named and logged', async () => {
    const enemy = await enter();
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(anything, async (args) => {
        // What JSON makes of them is what arrives.
        const arriving = (decodeFrame(encodeFrame({ args })) as { args?: unknown }).args;
        if (spec.args.safeParse(arriving).success) return;
        const before = logged.length;
        const reply = await enemy.ask({ [kind]: name, args });
        expect(reply?.error).toMatchObject({ code: 'call-malformed', params: { call: name } });
        expect(logged.slice(before).map(({ level, error }) => [level, error?.code])).toContainEqual(['warn', 'call-malformed']);
        refused += 1;
      }),
      { numRuns: 60, seed: 32 },
    );
    expect(refused).toBeGreaterThan(20);
    enemy.close();
  });

  test('arguments of the right shape with hostile leaves: an answer or an error of a known code, never a fault of our own', async () => {
    const enemy = await enter();
    await fc.assert(
      fc.asyncProperty(valuesOf(spec.args), async (args) => {
        const reply = await enemy.ask({ [kind]: name, args });
        expect(reply).toBeDefined();
        if (!reply?.error) return;
        expect(Object.keys(errorKinds)).toContain(reply.error.code);
        expect(reply.error.code === 'internal' ? reply.error.params : undefined).toBeUndefined();
      }),
      { numRuns: 40, seed: 32 },
    );
    enemy.close();
  });
});

describe('what is no call', () => {
  test('names that the contract does not have', async () => {
    const enemy = await enter();
    await fc.assert(
      fc.asyncProperty(fc.oneof(hostileText.filter((text) => text.length <= 100), fc.constantFrom('app', 'app.', '.info', 'app.info.x', 'app.__proto__', '__proto__.toString', 'constructor.constructor', 'app.toString')), fc.constantFrom('call', 'watch'), async (name, kind) => {
        const before = logged.length;
        expect((await enemy.ask({ [kind]: name, args: {} }))?.error?.code).toBe('call-unknown');
        expect(logged.slice(before).map(({ error }) => error?.code)).toContain('call-unknown');
      }),
      { numRuns: 100, seed: 32 },
    );
    enemy.close();
  });

  test('frames of noise, torn and changed frames: that connection may end, the lab does not', async () => {
    const good = await enter();
    const whole = Buffer.from(encodeFrame({ id: 1, call: 'app.info', args: { array: Float32Array.of(1, 2, 3) } }));
    const torn = fc.integer({ min: 0, max: whole.length - 1 }).map((length) => new Uint8Array(whole.subarray(0, length)));
    const changed = fc.tuple(fc.integer({ min: 0, max: whole.length - 1 }), fc.integer({ min: 0, max: 255 })).map(([at, byte]) => {
      const bytes = new Uint8Array(whole);
      bytes[at] = byte;
      return bytes;
    });
    const long = fc.integer({ min: 1, max: 2 ** 31 }).map((length) => {
      const bytes = new Uint8Array(whole);
      new DataView(bytes.buffer).setUint32(0, length, true);
      return bytes;
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: 'binary', maxLength: 200 }), torn, changed, long, fc.json()), fc.boolean(), async (frame, greet) => {
        const enemy = await enter(greet);
        enemy.raw(frame);
        enemy.close();
        await enemy.closed;
        expect((await good.ask({ call: 'app.info', args: {} }))?.result).toMatchObject({ home: desk.lab.home });
      }),
      { numRuns: 150, seed: 32 },
    );
    good.close();
  });

  test.each([
    ['a frame of 65 MB', () => new Uint8Array(65 * 2 ** 20), 1009],
    ['bytes that are no frame', () => Uint8Array.of(1, 2, 3, 4, 5), 1007],
    ['text that is no JSON', () => '{"id":', 1007],
    ['an array that claims 2^40 elements', () => Buffer.from(encodeFrame({ a: Float32Array.of(1) })).toString('latin1').replace('["Float32Array",1]', '["Float32Array",1099511627776]'), 1007],
  ])('%s: closed with its reason', async (_what, frame, code) => {
    const enemy = await enter();
    enemy.raw(frame());
    expect(await enemy.closed).toBe(code);
  });

  test('nested a hundred thousand deep', async () => {
    const good = await enter();
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    for (const call of ['app.info', 'app.saveLayout', 'app.changeSettings', 'training.check']) {
      const enemy = await enter();
      const field = { 'app.info': 'x', 'app.saveLayout': 'layout', 'app.changeSettings': 'patch', 'training.check': 'config' }[call] ?? 'x';
      enemy.raw(`{"id":1,"call":"${call}","args":{"${field}":{"deep":${deep}}}}`);
      enemy.close();
      await enemy.closed;
      expect((await good.ask({ call: 'app.info', args: {} }))?.result, call).toMatchObject({ home: desk.lab.home });
    }
    good.close();
  });
});
