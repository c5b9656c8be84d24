/** @file A child process as Electron makes it: utilityProcess in the form that the supervisor knows. */

import { utilityProcess } from 'electron';
import type { Forker } from '../supervisor/fork';

/** As much of a child's stderr as is kept to say why it died, in characters. */
const stderrTail = 4_000;
/** How long an ended child's stderr is waited for. */
const lastWordsMs = 300;

const signals: Record<number, string> = { 4: 'SIGILL', 6: 'SIGABRT', 7: 'SIGBUS', 8: 'SIGFPE', 9: 'SIGKILL', 11: 'SIGSEGV', 15: 'SIGTERM' };

/**
 * What 'exit' tells: GetExitCodeProcess on Windows; elsewhere the status of waitpid, which holds an exit code in its high byte and a signal in its
 * low seven bits, or -1 where Chromium only knows that a signal ended it.
 */
export function exitOf(status: number, platform: NodeJS.Platform = process.platform): { code: number | null; signal: string | null } {
  if (platform === 'win32' || status === 0) return { code: status, signal: null };
  if (status === -1) return { code: null, signal: 'SIGKILL' };
  if (status > 0xff) return { code: status >> 8, signal: null };
  const signal = signals[status & 0x7f];
  return signal ? { code: null, signal } : { code: status, signal: null };
}

export const forkUtility: Forker = (path, options) => {
  const child = utilityProcess.fork(path, [], {
    env: { ...definedOnly(process.env), ...options.env },
    execArgv: options.execArgv ?? [],
    stdio: ['ignore', 'ignore', 'pipe'],
    serviceName: 'Genoise',
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-stderrTail)));
  child.on('error', (type, location) => (stderr += `${type} at ${location}`));

  let spawned = false;
  let ended = false;
  let toKill = false;
  const kill = (): void => {
    toKill = true;
    if (ended || !spawned) return;
    try {
      // child.kill() sends SIGTERM, which native code may keep waiting.
      if (process.platform === 'win32' || child.pid === undefined) child.kill();
      else process.kill(child.pid, 'SIGKILL');
    } catch {
      child.kill();
    }
  };
  child.on('spawn', () => {
    spawned = true;
    if (toKill) kill();
  });

  return {
    get pid() {
      return child.pid;
    },
    send: (message) => {
      if (!ended) child.postMessage(message);
    },
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => {
      child.on('exit', (status) => {
        if (ended) return;
        ended = true;
        const exit = exitOf(status);
        setTimeout(() => listener({ ...exit, stderr }), lastWordsMs);
      });
    },
    kill,
    // Electron lives by its windows, not by its children.
    hold: () => undefined,
  };
};

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
