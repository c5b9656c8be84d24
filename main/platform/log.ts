/** @file What the program did, for whoever looks for a fault: JSON lines in HOME/logs, and what matters on stderr. */

import { join } from 'node:path';
import { errorToJson } from '../../preload/contract/errors';
import { clock } from './clock';
import { statOrNull } from './file-calls';
import { ensureFolder, moveTree, openAppend, removeTree, type AppendFile } from './files';

const levels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof levels)[number];
const rank = (level: LogLevel): number => levels.indexOf(level);

export interface Log {
  /** `fields` are plain JSON; an Error among them is written with its code and stack. */
  write(level: LogLevel, message: string, fields?: Record<string, unknown>): void;
  /** What was written so far is in the file. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface LogOptions {
  /** Usually HOME/logs. */
  folder: string;
  /** Of the process, 'trainer' say: its file is `<name>.log`. */
  name: string;
  /** From which level on a line goes to the file; info when absent. */
  level?: LogLevel;
  /** The same for stderr; warn when absent. */
  stderrLevel?: LogLevel;
  stderr?: (text: string) => void;
  /** Bytes at which the file is put aside as `<name>.1.log`, the one before as `<name>.2.log`. */
  rotateBytes?: number;
}

const keptFiles = 3;

/** A log that can't be written says so once on stderr and stops nobody. */
export function openLog({ folder, name, level = 'info', stderrLevel = 'warn', stderr = (text) => void process.stderr.write(text), rotateBytes = 5_000_000 }: LogOptions): Log {
  const path = (age: number): string => join(folder, age === 0 ? `${name}.log` : `${name}.${age}.log`);
  let file: AppendFile | undefined;
  let waiting: string[] = [];
  let broken = false;
  let last: Promise<void> = Promise.resolve();

  const rotate = async (): Promise<void> => {
    await file?.close();
    file = undefined;
    await removeTree(path(keptFiles - 1));
    for (let age = keptFiles - 2; age >= 0; age--) if (await statOrNull(path(age))) await moveTree(path(age), path(age + 1));
  };

  const drain = async (): Promise<void> => {
    if (broken || waiting.length === 0) return;
    const bytes = Buffer.from(waiting.join(''), 'utf8');
    waiting = [];
    try {
      if (!file) {
        await ensureFolder(folder);
        file = await openAppend(path(0));
      }
      if (file.length > 0 && file.length + bytes.length > rotateBytes) {
        await rotate();
        file = await openAppend(path(0));
      }
      await file.append(bytes);
    } catch (caught) {
      broken = true;
      stderr(`warn: the log ${path(0)} can't be written: ${caught instanceof Error ? caught.message : String(caught)}\n`);
    }
  };

  const flush = (): Promise<void> => (last = last.then(drain));

  return {
    write: (at, message, fields = {}) => {
      const plain = (_key: string, value: unknown): unknown => (value instanceof Error ? { ...errorToJson(value), stack: value.stack } : value);
      if (rank(at) >= rank(stderrLevel)) {
        const detail = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields, plain)}` : '';
        stderr(`${at}: ${message}${detail}\n`);
      }
      if (broken || rank(at) < rank(level)) return;
      waiting.push(`${JSON.stringify({ at: new Date(clock.nowMs()).toISOString(), level: at, pid: process.pid, message, ...fields }, plain)}\n`);
      void flush();
    },
    flush,
    close: async () => {
      await flush();
      await file?.close();
      file = undefined;
      broken = true;
    },
  };
}
