/** @file A child process, whoever forks it. This is Node's way; Electron's utilityProcess is handed in by main/electron in the same form. */

import { fork } from 'node:child_process';

export interface ForkOptions {
  env?: Record<string, string>;
  execArgv?: string[];
}

export interface Forked {
  readonly pid: number | undefined;
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, when the process has ended and its last words on stderr have come. */
  onExit(listener: (exit: { code: number | null; signal: string | null; stderr: string }) => void): void;
  /** At once and for sure: SIGKILL, TerminateProcess. */
  kill(): void;
  /** Whether the child keeps this process from ending. */
  hold(on: boolean): void;
}

export type Forker = (path: string, options: ForkOptions) => Forked;

/** As much of a child's stderr as is kept to say why it died, in characters. */
const stderrTail = 4_000;
/** How long an ended child's stderr is waited for. */
const lastWordsMs = 300;

export const forkNode: Forker = (path, options) => {
  const child = fork(path, [], {
    serialization: 'advanced',
    env: { ...process.env, ...options.env },
    execArgv: options.execArgv ?? [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-stderrTail)));
  const pipe = child.stderr as unknown as { ref?(): void; unref?(): void } | null;

  return {
    pid: child.pid,
    send: (message) => {
      // The callback takes the error of a channel that has closed: the exit says what happened.
      if (child.connected) child.send(message as object, () => undefined);
    },
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => {
      let told = false;
      const tell = (code: number | null, signal: string | null) => {
        if (told) return;
        told = true;
        listener({ code, signal, stderr });
      };
      child.on('error', (error) => {
        stderr += error.message;
        if (child.pid === undefined) tell(null, null);
      });
      child.on('exit', (code, signal) => setTimeout(tell, lastWordsMs, code, signal));
      child.on('close', tell);
    },
    kill: () => void child.kill('SIGKILL'),
    hold: (on) => {
      const change = on ? 'ref' : 'unref';
      child[change]();
      child.channel?.[change]();
      pipe?.[change]?.();
    },
  };
};
