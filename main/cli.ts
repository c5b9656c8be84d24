/** @file The terminal's entry: `genoise COMMAND`. */

import type { ExitCode } from '../preload/contract/errors';
import { runCli } from './cli/run-cli';

const interruptSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

// A reader that has gone (`genoise runs | head`) is no error of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}

const code: ExitCode | 0 = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  onInterrupt: (listener) => {
    for (const signal of interruptSignals) process.on(signal, listener);
    return () => {
      for (const signal of interruptSignals) process.off(signal, listener);
    };
  },
  exitNow: (now) => process.exit(now),
});
// Pipes are written in their own time: only when both are empty may the process end.
await Promise.all([process.stdout, process.stderr].map((stream) => new Promise<void>((resolve) => stream.write('', () => resolve()))));
process.exit(code);
