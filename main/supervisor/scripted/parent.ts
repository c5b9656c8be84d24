/** @file A parent process for the supervisor's tests: starts a child, says its pid, then goes idle, waits or is killed. */

import { startProcess } from '../process';

const [mode, childPath, threadPath] = process.argv.slice(2);
const child = startProcess('trainer', { path: childPath });
if (mode === 'idle') {
  await child.call('echo', 1);
  console.log(child.pid);
} else {
  const onProgress = () => console.log(child.pid);
  const call = mode === 'stuck' ? child.call('stuckThread', { path: threadPath, seconds: 30 }, { onProgress }) : child.call('untilCancelled', 0, { onProgress });
  await call;
}
