/** @file The catalog's database, HOME/genoise.sqlite: an index that can be lost and made again, shared by several processes. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const busyMs = 10_000;

export const databaseFile = (home: string): string => join(home, 'genoise.sqlite');

const isBusy = (caught: unknown): boolean => {
  const code = (caught as { errcode?: number }).errcode ?? 0;
  // SQLITE_BUSY and SQLITE_LOCKED, in their low byte.
  return (code & 0xff) === 5 || (code & 0xff) === 6;
};

/** SQLITE_CORRUPT or SQLITE_NOTADB. */
export const isCorrupt = (caught: unknown): boolean => {
  const code = (caught as { errcode?: number }).errcode ?? 0;
  return (code & 0xff) === 11 || (code & 0xff) === 26;
};

const pause = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** Tries again while other processes hold the file: turning WAL on doesn't wait by itself. */
export function whileBusy<T>(work: () => T): T {
  const until = performance.now() + busyMs;
  for (;;) {
    try {
      return work();
    } catch (caught) {
      if (!isBusy(caught) || performance.now() > until) throw caught;
      pause(20);
    }
  }
}

/** Opens the database and makes its tables where they are missing. Other parts keep tables of their own in the same file. */
export function openDatabase(home: string): DatabaseSync {
  mkdirSync(home, { recursive: true });
  const database = new DatabaseSync(databaseFile(home), { timeout: busyMs });
  try {
    whileBusy(() => {
      database.exec('PRAGMA journal_mode = WAL');
      database.exec('PRAGMA synchronous = NORMAL');
      database.exec('CREATE TABLE IF NOT EXISTS datasets (name TEXT PRIMARY KEY, stamp TEXT NOT NULL, info TEXT NOT NULL) STRICT');
    });
  } catch (caught) {
    database.close();
    throw caught;
  }
  return database;
}
