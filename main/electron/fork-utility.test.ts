/** @file The supervisor over utilityProcess: the same entries, values, cancels, deaths. Children are real; Electron's side is the stand-in's. */

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { bundleEntries } from '../../e2e/harness/bundle';
import { callsOf, forget } from '../../e2e/harness/electron-record';
import type { LabError } from '../../preload/contract/errors';
import { startProcess, type WorkerProcess } from '../supervisor/process';
import { restartBudget } from '../supervisor/restarts';
import { exitOf, forkUtility } from './fork-utility';

let bundle: Awaited<ReturnType<typeof bundleEntries<'child' | 'thread'>>>;
beforeAll(async () => {
  bundle = await bundleEntries({ child: 'main/supervisor/scripted/child.ts', thread: 'main/supervisor/scripted/thread.ts' });
});
afterAll(() => bundle.remove());

const started: WorkerProcess[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((child) => child.dispose()));
  forget();
});
function startChild(env: Record<string, string> = {}): WorkerProcess {
  const child = startProcess('trainer', { path: bundle.paths.child, restarts: restartBudget(() => performance.now()), fork: forkUtility, env });
  started.push(child);
  return child;
}
const caught = (promise: Promise<unknown>) => promise.then(() => undefined, (error: unknown) => error as LabError);

test('typed arrays and progress cross, and the child is started as a utility process with the environment', async () => {
  const child = startChild({ GENOISE_TEST: 'yes' });
  const phases: number[] = [];
  const sent = { x: Float32Array.of(0.5, NaN), name: 'é' };
  expect(await child.call('echo', sent, { onProgress: ({ done }) => phases.push(done) })).toEqual(sent);
  expect(phases).toEqual([1, 2, 3]);
  expect(child.pid).toBeGreaterThan(0);
  const [[path, , options]] = callsOf('utilityProcess.fork');
  expect(path).toBe(bundle.paths.child);
  expect(options).toMatchObject({ stdio: ['ignore', 'ignore', 'pipe'], env: { GENOISE_TEST: 'yes', PATH: process.env['PATH'] } });
});

test('a cancel reaches the call', async () => {
  const abort = new AbortController();
  const call = startChild().call('untilCancelled', 7, { signal: abort.signal, onProgress: () => abort.abort() });
  expect(await call).toEqual({ cancelled: 7 });
});

test('an exit is told with its code, and a later call starts anew', async () => {
  const child = startChild();
  expect(await caught(child.call('exit', 3))).toMatchObject({ code: 'process-died', params: { entry: 'trainer', how: 'exit 3' } });
  expect(await child.call('echo', 'again')).toBe('again');
});

test('a kill from outside is told with its signal', async () => {
  const child = startChild();
  await child.call('echo', 1);
  const call = caught(child.call('untilCancelled', 1));
  process.kill(child.pid as number, 'SIGKILL');
  expect(await call).toMatchObject({ code: 'process-died', params: { how: 'SIGKILL' } });
});

test('last words on stderr say that memory ran out', async () => {
  const child = startProcess('trainer', { path: bundle.paths.child, restarts: restartBudget(() => performance.now()), fork: forkUtility, execArgv: ['--max-old-space-size=40'] });
  started.push(child);
  expect(await caught(child.call('fillHeap', null))).toMatchObject({ code: 'out-of-memory' });
});

test('a child that is stuck in native code is gone after dispose', async () => {
  const child = startChild();
  await child.call('echo', 1);
  const { pid } = child;
  const stuck = caught(child.call('freeze', 60_000));
  await child.dispose();
  expect(await stuck).toMatchObject({ code: 'cancelled' });
  expect(() => process.kill(pid as number, 0)).toThrow('ESRCH');
});

test.each([
  [0, 'linux', { code: 0, signal: null }],
  [256, 'linux', { code: 1, signal: null }],
  [9, 'linux', { code: null, signal: 'SIGKILL' }],
  [6 | 0x80, 'darwin', { code: null, signal: 'SIGABRT' }],
  [-1, 'linux', { code: null, signal: 'SIGKILL' }],
  [9, 'win32', { code: 9, signal: null }],
  [0xe0000008 | 0, 'win32', { code: 0xe0000008 | 0, signal: null }],
] as const)('status %i on %s', (status, platform, exit) => {
  expect(exitOf(status, platform)).toEqual(exit);
});
