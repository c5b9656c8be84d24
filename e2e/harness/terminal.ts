/** @file The built terminal as scripts use it: a command line in, JSON lines and an exit code out. */

import { spawn } from 'node:child_process';
import { join } from 'node:path';

const entry = join(import.meta.dirname, '..', '..', 'bin', 'genoise.mjs');

export interface Ended {
  code: number | null;
  /** The JSON lines of stdout that are not progress. */
  lines: Record<string, unknown>[];
  progress: Record<string, unknown>[];
  /** The last line. */
  last: Record<string, unknown>;
  stderr: string;
}

export interface Options {
  /** Is told of each progress line; may send the command a signal. */
  onProgress?(report: Record<string, unknown>, kill: (signal: NodeJS.Signals) => void): void;
}

/** Runs `genoise WORDS --json` in `home`. */
export function genoise(home: string, words: readonly string[], options: Options = {}): Promise<Ended> {
  const child = spawn(process.execPath, [entry, ...words, '--json', '--home', home, '--lang', 'en'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: Record<string, unknown>[] = [];
  const progress: Record<string, unknown>[] = [];
  let rest = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const line = JSON.parse(part) as Record<string, unknown>;
      if (!('progress' in line)) lines.push(line);
      else {
        const report = line['progress'] as Record<string, unknown>;
        progress.push(report);
        options.onProgress?.(report, (signal) => child.kill(signal));
      }
    }
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, lines, progress, last: lines.at(-1) ?? {}, stderr: stderr + rest }));
  });
}
