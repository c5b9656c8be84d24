/** @file A child process for the supervisor's tests: it echoes, fails, waits, dies and blocks on request. */

import { LabError } from '../../../preload/contract/errors';
import type { Work } from '../../../preload/contract/progress';
import { serveProcess } from '../protocol';
import { startThread } from '../thread';

const aborted = (work: Work) =>
  new Promise<void>((resolve) => {
    if (work.signal.aborted) resolve();
    else work.signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Blocks this thread outside JavaScript: neither an event nor terminate() gets in. */
function sleepInside(ms: number) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

serveProcess({
  async echo(args, work) {
    for (let done = 1; done <= 3; done++) work.progress({ phase: 'echo', done, total: 3 });
    return args;
  },
  async failTyped() {
    throw new LabError('path-not-found', { path: '/a/b' });
  },
  async failBug() {
    throw new TypeError('wrong turn');
  },
  async untilCancelled(args, work) {
    work.progress({ phase: 'waiting', done: 0, total: 0 });
    await aborted(work);
    return { cancelled: args };
  },
  async cancelledError(_args, work) {
    await aborted(work);
    throw new LabError('cancelled', { what: 'cancelledError' });
  },
  async exit(args) {
    process.exit(args as number);
  },
  async interruptSelf() {
    process.kill(process.pid, 'SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 100));
    return 'alive';
  },
  async freeze(args) {
    sleepInside(args as number);
    return 'thawed';
  },
  async fillHeap() {
    const kept: string[][] = [];
    for (;;) kept.push(Array.from({ length: 100_000 }, (_, i) => `${kept.length}-${i}`));
  },
  async hugeArray() {
    return new Float64Array(2 ** 45).length;
  },
  /** A thread stuck in a native call; cancels can only be noted, not obeyed. */
  async stuckThread(args, work) {
    const { path, seconds } = args as { path: string; seconds: number };
    const thread = startThread('trainer-worker', { path });
    return thread.call('stuck', seconds, { onProgress: work.progress, signal: work.signal });
  },
  async throwingThread(args) {
    return startThread('trainer-worker', { path: args as string }).call('throw', null);
  },
});
