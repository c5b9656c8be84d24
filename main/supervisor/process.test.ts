/** @file Calls to real child processes: values, errors, cancels, deaths and restarts. */

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { bundleEntries } from '../../e2e/harness/bundle';
import type { LabError } from '../../preload/contract/errors';
import type { Progress } from '../../preload/contract/progress';
import { startProcess, type StartOptions, type WorkerProcess } from './process';
import { restartBudget } from './restarts';

let bundle: Awaited<ReturnType<typeof bundleEntries<'child' | 'thread'>>>;
beforeAll(async () => {
  bundle = await bundleEntries({ child: 'main/supervisor/scripted/child.ts', thread: 'main/supervisor/scripted/thread.ts' });
});
afterAll(() => bundle.remove());

const started: WorkerProcess[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((child) => child.dispose()));
});
function startChild(options: StartOptions = {}): WorkerProcess {
  const child = startProcess('trainer', { path: bundle.paths.child, restarts: restartBudget(() => performance.now()), ...options });
  started.push(child);
  return child;
}
const caught = (promise: Promise<unknown>) => promise.then(() => undefined, (error: unknown) => error as LabError);

test('typed arrays, progress and results cross in order', async () => {
  const child = startChild();
  expect(child.pid).toBeUndefined();
  const reports: Progress[] = [];
  const sent = { x: Float32Array.of(0.1, -2, NaN), y: Uint8Array.of(1, 255), name: 'é' };
  const got = await child.call<typeof sent>('echo', sent, { onProgress: (report) => reports.push(report) });
  expect(got).toEqual(sent);
  expect(got.x).toBeInstanceOf(Float32Array);
  expect(reports.map(({ done }) => done)).toEqual([1, 2, 3]);
});

test('errors keep their code and parameters; bugs are internal', async () => {
  const child = startChild();
  expect(await caught(child.call('failTyped', null))).toMatchObject({ name: 'LabError', code: 'path-not-found', params: { path: '/a/b' } });
  const bug = await caught(child.call('failBug', null));
  expect(bug).toMatchObject({ code: 'internal' });
  expect(String((bug as LabError<'internal'>).params.detail)).toContain('wrong turn');
  expect(await caught(child.call('toString', null))).toMatchObject({ code: 'internal' });
});

test('a cancel reaches its own call alone', async () => {
  const child = startChild();
  const first = new AbortController();
  const second = new AbortController();
  let secondEnded = false;
  const one = child.call('untilCancelled', 1, { signal: first.signal });
  const two = child.call('untilCancelled', 2, { signal: second.signal }).finally(() => (secondEnded = true));
  const three = caught(child.call('cancelledError', 3, { signal: first.signal }));
  first.abort();
  expect(await one).toEqual({ cancelled: 1 });
  expect(await three).toMatchObject({ code: 'cancelled' });
  expect(await child.call('echo', 'between')).toBe('between');
  expect(secondEnded).toBe(false);
  second.abort();
  expect(await two).toEqual({ cancelled: 2 });
  expect(await caught(child.call('echo', 1, { signal: first.signal }))).toMatchObject({ code: 'cancelled' });
});

test('a killed child fails its calls within 2 s, and the next call starts it again', async () => {
  const child = startChild();
  const pending = caught(child.call('untilCancelled', 1, { onProgress: () => undefined }));
  await child.call('echo', 0);
  const firstPid = child.pid as number;
  const killedAt = performance.now();
  process.kill(firstPid, 'SIGKILL');
  expect(await pending).toMatchObject({ code: 'process-died', params: { entry: 'trainer', how: 'SIGKILL' } });
  expect(performance.now() - killedAt).toBeLessThan(2_000);
  expect(await child.call('echo', 'again')).toBe('again');
  expect(child.pid).not.toBe(firstPid);
});

test('a child that exits by itself says its code and its last line', async () => {
  const child = startChild();
  expect(await caught(child.call('exit', 7))).toMatchObject({ code: 'process-died', params: { how: 'exit 7' } });
  const missing = startChild({ path: `${bundle.paths.child}.absent` });
  const error = await caught(missing.call('echo', 1));
  expect(error).toMatchObject({ code: 'process-died', params: { how: 'exit 1' } });
});

test('a heap that overflows is out of memory, not an exit code', async () => {
  const child = startChild({ execArgv: ['--max-old-space-size=24'] });
  expect(await caught(child.call('fillHeap', null))).toMatchObject({ code: 'out-of-memory', params: { entry: 'trainer' } });
});

test('an array that the machine refuses is out of memory too, and the child lives on', async () => {
  const child = startChild();
  expect(await caught(child.call('hugeArray', null))).toMatchObject({ code: 'out-of-memory', params: { entry: 'trainer' } });
  expect(await child.call('echo', 1)).toBe(1);
});

/** What Electron's utility processes have in place of process.send, laid over Node's channel. */
const electronsPort = `data:text/javascript,${encodeURIComponent(`
  const send = process.send.bind(process);
  const listen = process.on.bind(process);
  process.parentPort = {
    on: (event, listener) => listen(event === 'close' ? 'disconnect' : event, event === 'close' ? listener : (data) => listener({ data })),
    postMessage: (message) => void send(message),
  };
  process.send = undefined;
`)}`;

test('the same entry serves over the port of a utility process', async () => {
  const child = startChild({ execArgv: ['--import', electronsPort] });
  const reports: Progress[] = [];
  expect(await child.call('echo', Float32Array.of(1.5), { onProgress: (report) => reports.push(report) })).toEqual(Float32Array.of(1.5));
  expect(reports).toHaveLength(3);
  const abort = new AbortController();
  const waiting = child.call('untilCancelled', 'x', { signal: abort.signal });
  abort.abort();
  expect(await waiting).toEqual({ cancelled: 'x' });
});

test('at most 5 restarts within a minute, then the entry rests; nothing starts by itself', async () => {
  let nowMs = 0;
  let starts = 0;
  const restarts = restartBudget(() => nowMs);
  const { forkNode } = await import('./fork');
  const child = startChild({
    restarts,
    fork: (path, options) => {
      starts++;
      return forkNode(path, options);
    },
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(starts).toBe(0);
  for (let k = 0; k < 6; k++) expect(await caught(child.call('exit', 1))).toMatchObject({ code: 'process-died' });
  expect(starts).toBe(6);
  for (let k = 0; k < 3; k++) expect(await caught(child.call('exit', 1))).toMatchObject({ code: 'restart-storm', params: { count: 5 } });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(starts).toBe(6);
  nowMs = 60_001;
  expect(await child.call('echo', 'rested')).toBe('rested');
});

test('disposing again and again is no crash', async () => {
  const child = startChild();
  for (let k = 0; k < 8; k++) {
    expect(await child.call('echo', k)).toBe(k);
    await child.dispose();
  }
});

test('the keys of Ctrl-C do not end the child', async () => {
  expect(await startChild().call('interruptSelf', null)).toBe('alive');
});

test('a child that is not heard of for 5 s is reported', async () => {
  const child = startChild();
  const reports: Progress[] = [];
  expect(await child.call('freeze', 7_500, { onProgress: (report) => reports.push(report) })).toBe('thawed');
  expect(reports.length).toBeGreaterThan(0);
  expect(reports[0]).toMatchObject({ phase: 'not-responding' });
  expect(reports[0].done).toBeGreaterThanOrEqual(5);
  expect(reports[0].done).toBeLessThan(7.5);
});
