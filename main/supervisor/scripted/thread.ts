/** @file A worker thread for the supervisor's tests. */

import { spawnSync } from 'node:child_process';
import { parentPort } from 'node:worker_threads';
import { serveThread } from '../protocol';

if (!parentPort) throw new Error('not a thread');
serveThread(parentPort, {
  /** A native call that lasts: nothing on this thread runs meanwhile, and terminate() waits for it. */
  async stuck(args, work) {
    work.progress({ phase: 'stuck', done: 0, total: 0, sleeper: process.pid });
    spawnSync(process.execPath, ['-e', `setTimeout(() => {}, ${(args as number) * 1000})`], { stdio: 'ignore' });
    return 'woke';
  },
  async throw() {
    setImmediate(() => {
      throw new Error('thread broke');
    });
    return new Promise(() => undefined);
  },
});
