/** @file Files of a page on their way to a real server: all of them, whole, through broken lines, refused ones named, and nothing left when it is given up. */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loginCookie, openLine, openPageLink, type PageLink } from '../../e2e/harness/page-link';
import { labErrorOf, scratchFolder } from '../../e2e/harness/scratch';
import { openDesk, type Desk } from '../../main/lab/desk';
import type { Lab } from '../../main/lab/lab';
import { startServer, type Served } from '../../main/serve/server';
import type { Progress } from '../../preload/contract/progress';
import type { PathedFile } from './dropped-files';
import { sendFiles, type Fetch } from './send-files';

let home: string;
let desk: Desk;
let served: Served;
let link: PageLink;
let send: Fetch;

/** As a browser would fetch a path of the page: with its cookie, through `line`. */
const fetchThrough = async (line?: number): Promise<Fetch> => {
  const cookie = await loginCookie(served.url);
  const origin = new URL(served.url).origin;
  // Node's fetch sets Host itself: through a line the server is called by the line's own port, which it was told to allow.
  return (path, options) => fetch(`${line === undefined ? origin : `http://127.0.0.1:${line}`}${path}`, { ...options, headers: { Cookie: cookie } });
};

beforeEach(async () => {
  const folder = scratchFolder();
  home = join(folder, 'home');
  mkdirSync(join(folder, 'page'));
  writeFileSync(join(folder, 'page', 'index.html'), '<!doctype html>');
  const lab: Lab = { home, call: () => Promise.reject(new Error('no process here')), close: async () => undefined };
  desk = openDesk({ home, openLab: () => lab, log: { write: () => undefined, flush: async () => undefined, close: async () => undefined } });
  served = await startServer({ desk, port: 0, pageFolder: join(folder, 'page'), allowedHosts: ['127.0.0.1'] });
  link = await openPageLink(served.url);
  send = await fetchThrough();
});
afterEach(async () => {
  link.close();
  await served.close();
  await desk.close();
});

const file = (path: string, bytes: Uint8Array<ArrayBuffer> | string): PathedFile => ({ path, file: new File([bytes], path.split('/').at(-1) ?? '') });
const left = (): string[] => (existsSync(join(home, 'quarantine')) ? readdirSync(join(home, 'quarantine')) : []);
const content = (i: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length: 10 + 37 * i }, (_, at) => at * i);

test('a folder of 300 files arrives byte for byte, told as it goes; paths that no system takes are named', async () => {
  const reports: Progress[] = [];
  const files = [...Array.from({ length: 300 }, (_, i) => file(`été #1/${i % 7}/${i} ?.png`.replace('?', '%'), content(i))), file('été #1/bad:name.png', 'x'), file('ÉTÉ #1/0/twice.png', 'x')];
  const sent = await sendFiles(files, { lab: link.lab, fetch: send, onProgress: (report) => reports.push(report) });
  expect(sent.refused.map(({ path, error }) => [path, error.code])).toEqual(expect.arrayContaining([['été #1/bad:name.png', 'upload-path-refused'], ['ÉTÉ #1/0/twice.png', 'upload-collision']]));
  expect(sent.refused).toHaveLength(2);
  await desk.uploads.use(sent.upload, async (path) => {
    expect(path.endsWith('été #1')).toBe(true);
    for (let i = 0; i < 300; i++) expect(readFileSync(join(path, String(i % 7), `${i} %.png`))).toEqual(Buffer.from(content(i)));
  });
  expect(reports.at(-1)).toMatchObject({ phase: 'send', done: 300, total: 300 });
  sent.discard();
  await expect.poll(left).toEqual([]);
});

test('through a line that breaks again and again', async () => {
  const line = await openLine(Number(new URL(served.url).port));
  const through = await fetchThrough(line.port);
  let cutting = true;
  const cuts = (async () => {
    for (let i = 0; i < 6 && cutting; i++) {
      await sleep(60);
      line.cut();
    }
  })();
  const files = Array.from({ length: 200 }, (_, i) => file(`d/${i}.bin`, new Uint8Array(200_000).fill(i)));
  const sent = await sendFiles(files, { lab: link.lab, fetch: through });
  cutting = false;
  await cuts;
  expect(sent.refused).toEqual([]);
  expect(desk.uploads.state(sent.upload)).toEqual({ files: 200, bytes: 40_000_000 });
  await desk.uploads.use(sent.upload, async (path) => {
    for (let i = 0; i < 200; i++) expect(readFileSync(join(path, `${i}.bin`)).every((byte) => byte === i)).toBe(true);
  });
  await line.close();
});

test('given up in the middle: nothing is kept', async () => {
  const abort = new AbortController();
  const files = Array.from({ length: 500 }, (_, i) => file(`d/${i}.bin`, new Uint8Array(100_000)));
  const error = await labErrorOf(
    sendFiles(files, {
      lab: link.lab,
      fetch: send,
      signal: abort.signal,
      onProgress: ({ done }) => {
        if (done > 0) abort.abort();
      },
    }),
  );
  expect(error.code).toBe('cancelled');
  await expect.poll(left).toEqual([]);
});

test('a server that has no room, and an upload that was taken away, end it with their own words', async () => {
  const full: Fetch = async () => new Response(JSON.stringify({ error: { code: 'upload-fills-disk', params: { path: 'a', free: 5 } } }), { status: 507 });
  expect((await labErrorOf(sendFiles([file('a', 'abc')], { lab: link.lab, fetch: full }))).toJSON()).toEqual({ code: 'upload-fills-disk', params: { path: 'a', free: 5 } });
  await expect.poll(left).toEqual([]);
  const taken: Fetch = async (path, options) => {
    await desk.uploads.discard(path.split('/')[2] ?? '');
    return send(path, options);
  };
  expect((await labErrorOf(sendFiles([file('a', 'abc')], { lab: link.lab, fetch: taken }))).code).toBe('upload-not-found');
});
