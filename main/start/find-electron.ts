/** @file Electron's program: where it is, and how it is fetched. Nothing here imports the package, which would start a download of its own. */

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The folder of the electron package, or undefined where it isn't installed. */
export function electronPackage(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return undefined;
  }
}

/** The executable that the package fetched before, or the one in ELECTRON_OVERRIDE_DIST_PATH. */
export function findElectron(folder: string, env: Record<string, string | undefined> = process.env): string | undefined {
  let name: string;
  try {
    name = readFileSync(join(folder, 'path.txt'), 'utf8');
  } catch {
    return undefined;
  }
  const path = join(env['ELECTRON_OVERRIDE_DIST_PATH'] || join(folder, 'dist'), name);
  return existsSync(path) ? path : undefined;
}

export type Fetched = { path: string } | { reason: 'failed' | 'slow' | 'cancelled'; detail: string };

/** Lets the package fetch its program, by its own script, for at most `limitMs`. */
export function fetchElectron(folder: string, limitMs: number, signal: AbortSignal, env: Record<string, string | undefined> = process.env): Promise<Fetched> {
  const child = spawn(process.execPath, [join(folder, 'install.js')], { stdio: ['ignore', 'ignore', 'pipe'], env });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-4_000)));
  let ended: 'slow' | 'cancelled' | undefined;
  const end = (why: 'slow' | 'cancelled') => (): void => {
    ended = why;
    child.kill('SIGKILL');
  };
  const timer = setTimeout(end('slow'), limitMs);
  const cancel = end('cancelled');
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  return new Promise((resolve) => {
    child.on('error', (error) => (words += error.message));
    child.on('close', (code) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      const path = code === 0 ? findElectron(folder, env) : undefined;
      if (path) resolve({ path });
      else resolve({ reason: ended ?? 'failed', detail: causeOf(words) });
    });
  });
}

/** The last line of a stack's message or its cause that says something: 'getaddrinfo ENOTFOUND ...'. */
function causeOf(words: string): string {
  const lines = words.split('\n').map((line) => line.trim());
  const said = lines.filter((line) => line !== '' && !/^(at |\}|\{|code:|errno:|syscall:|hostname:)/.test(line));
  return (said.at(-1) ?? '').replace(/^(\[cause\]: )?(\w*Error: )?/, '').replace(/[,{]\s*$/, '').replace(/\s+at .*$/, '').trim().slice(0, 200);
}
