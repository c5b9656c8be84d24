/** @file A child whose thread is inside a native call for long: cancels are still noted at once, and it never outlives its parent. */

import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { bundleEntries } from '../../e2e/harness/bundle';
import type { LabError } from '../../preload/contract/errors';
import { startProcess } from './process';
import { restartBudget } from './restarts';

let bundle: Awaited<ReturnType<typeof bundleEntries<'child' | 'thread' | 'parent'>>>;
beforeAll(async () => {
  bundle = await bundleEntries({
    child: 'main/supervisor/scripted/child.ts',
    thread: 'main/supervisor/scripted/thread.ts',
    parent: 'main/supervisor/scripted/parent.ts',
  });
});
afterAll(() => bundle.remove());

const parents: ChildProcess[] = [];
afterEach(() => parents.splice(0).forEach((parent) => parent.kill('SIGKILL')));

const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    // An ended process that init has not yet reaped still takes signals.
    return process.platform !== 'linux' || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};
const startTrainer = () => startProcess('trainer', { path: bundle.paths.child, restarts: restartBudget(() => performance.now()) });
const stuckCall = async (child: ReturnType<typeof startTrainer>, signal?: AbortSignal, onCancelling?: () => void) => {
  let failure: Promise<LabError> | undefined;
  await new Promise<void>((resolve) => {
    failure = child
      .call('stuckThread', { path: bundle.paths.thread, seconds: 30 }, { onProgress: () => resolve(), signal, onCancelling })
      .then(() => Promise.reject(new Error('woke')), (error: LabError) => error);
  });
  return { failure: failure as Promise<LabError> };
};

test('a cancel is acknowledged within 100 ms and enforced after 10 s; other calls of the child end as died', async () => {
  const child = startTrainer();
  const abort = new AbortController();
  let acknowledgedAt = NaN;
  const { failure } = await stuckCall(child, abort.signal, () => (acknowledgedAt = performance.now()));
  const bystander = child.call('untilCancelled', 1).catch((error: unknown) => error);
  const pid = child.pid as number;
  await new Promise((resolve) => setTimeout(resolve, 300));
  const abortedAt = performance.now();
  abort.abort();
  expect(await failure).toMatchObject({ code: 'cancelled' });
  const endedAt = performance.now();
  expect(acknowledgedAt - abortedAt).toBeLessThan(100);
  expect(endedAt - abortedAt).toBeGreaterThan(9_900);
  expect(endedAt - abortedAt).toBeLessThan(11_500);
  expect(await bystander).toMatchObject({ code: 'process-died' });
  expect(alive(pid)).toBe(false);
});

test('dispose ends a stuck child within 5 s, and its call as cancelled', async () => {
  const child = startTrainer();
  const { failure } = await stuckCall(child);
  const pid = child.pid as number;
  const at = performance.now();
  await child.dispose();
  expect(performance.now() - at).toBeLessThan(5_500);
  expect(alive(pid)).toBe(false);
  expect(await failure).toMatchObject({ code: 'cancelled' });
});

test('a thread that breaks fails its calls with its reason', async () => {
  const child = startTrainer();
  await expect(child.call('throwingThread', bundle.paths.thread)).rejects.toMatchObject({
    code: 'process-died',
    params: { entry: 'trainer-worker', detail: 'thread broke' },
  });
  await child.dispose();
});

function startParent(mode: 'idle' | 'stuck' | 'waiting') {
  const parent = spawn(process.execPath, [bundle.paths.parent, mode, bundle.paths.child, bundle.paths.thread], { stdio: ['ignore', 'pipe', 'inherit'] });
  parents.push(parent);
  const childPid = new Promise<number>((resolve) => parent.stdout.once('data', (text: Buffer) => resolve(Number(text))));
  const exited = new Promise<number | null>((resolve) => parent.once('exit', (code) => resolve(code)));
  return { parent, childPid, exited };
}

async function goneWithin(pid: number, ms: number) {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    if (!alive(pid)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return !alive(pid);
}

test.each(['stuck', 'waiting'] as const)('no child is left 5 s after its parent was killed: %s', async (mode) => {
  const { parent, childPid } = startParent(mode);
  const pid = await childPid;
  expect(alive(pid)).toBe(true);
  parent.kill('SIGKILL');
  expect(await goneWithin(pid, 5_000)).toBe(true);
});

test('an idle child keeps no parent from ending, and ends with it', async () => {
  const { childPid, exited } = startParent('idle');
  const pid = await childPid;
  expect(await exited).toBe(0);
  expect(await goneWithin(pid, 5_000)).toBe(true);
});
