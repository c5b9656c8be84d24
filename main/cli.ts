/** @file The terminal's entry: `genoise COMMAND`. */

import { createInterface } from 'node:readline/promises';
import type { ExitCode } from '../preload/contract/errors';
import { runCli } from './cli/run-cli';
import { firstUse } from './lab/first-use';

const interruptSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

// A reader that has gone (`genoise runs | head`) is no error of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}

/** On stderr: stdout has results alone. */
async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
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
  firstUse,
  ask: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined,
});
// Pipes are written in their own time: only when both are empty may the process end.
await Promise.all([process.stdout, process.stderr].map((stream) => new Promise<void>((resolve) => stream.write('', () => resolve()))));
process.exit(code);
