/** @file The lock: who counts as alive, and that of many who want a dead one's lock exactly one gets it. */

import fs from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { calls } from '../platform/file-calls';
import { lockHolder, takeLock } from './lock';

let folder: string;
let base: string;
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'genoise-lock-'));
  base = join(folder, 'lock');
});
afterEach(() => fs.rm(folder, { recursive: true, force: true }));

/** No process has this number: Linux ends at 2^22, Windows counts in fours, macOS ends at 99,999. */
const deadPid = 2 ** 30 - 1;
const plant = async (holder: unknown, name = 'lock-000001', ageMs = 0): Promise<void> => {
  const path = join(folder, name);
  await fs.writeFile(path, typeof holder === 'string' ? holder : JSON.stringify(holder));
  const at = new Date(Date.now() - ageMs);
  await fs.utimes(path, at, at);
};
const me = { pid: process.pid, host: hostname(), at: Date.now() };
const taken = async (): Promise<boolean> =>
  takeLock(base, 'run').then(
    async (lock) => {
      await lock.release();
      return true;
    },
    (caught: { code: string }) => {
      expect(caught.code).toBe('run-locked');
      return false;
    },
  );

test('a lock is held until released and leaves nothing', async () => {
  const lock = await takeLock(base, 'run');
  expect(await lockHolder(base)).toMatchObject({ pid: process.pid, host: hostname() });
  expect(await taken()).toBe(false);
  await lock.release();
  expect(await lockHolder(base)).toBeUndefined();
  expect(await fs.readdir(folder)).toEqual([]);
});

test('dead are: a pid that no process has, a lock from before the boot, and on Linux a pid given to another process since', async () => {
  await plant({ ...me, pid: deadPid });
  expect(await taken()).toBe(true);
  await plant({ ...me, at: 1_000_000 });
  expect(await taken()).toBe(true);
  await plant(me);
  expect(await taken()).toBe(false);
  if (process.platform === 'linux') {
    await plant({ ...me, started: '1' });
    expect(await taken()).toBe(true);
  }
});

test('a lock of another machine is dead after ten minutes without a sign of life', async () => {
  const elsewhere = { ...me, host: `not-${hostname()}`, pid: deadPid };
  await plant(elsewhere, 'lock-000001', 9 * 60_000);
  await expect(takeLock(base, 'run')).rejects.toMatchObject({ code: 'run-locked', params: { run: 'run', pid: deadPid, host: elsewhere.host } });
  await plant(elsewhere, 'lock-000001', 11 * 60_000);
  expect(await taken()).toBe(true);
});

test('a lock that can not be read counts as being written for ten seconds, then as dead', async () => {
  for (const text of ['', '{"pid":', '[]']) {
    await plant(text, 'lock-000007', 5000);
    expect(await taken()).toBe(false);
    await plant(text, 'lock-000007', 11_000);
    expect(await taken()).toBe(true);
  }
});

test.each(['lock-000001', 'lock-000009'])('one who was slow between looking and making gives way to %s, taken meanwhile', async (other) => {
  await plant({ ...me, pid: deadPid }, 'lock-000003');
  const { link } = calls;
  calls.link = async (from, to) => {
    calls.link = link;
    // The dead one's lock was taken, left, and another holder came.
    await fs.rm(join(folder, 'lock-000003'));
    await plant(me, other);
    await link(from, to);
  };
  try {
    await expect(takeLock(base, 'run')).rejects.toMatchObject({ code: 'run-locked' });
  } finally {
    calls.link = link;
  }
  expect(await fs.readdir(folder)).toEqual([other]);
});

test('who holds the lock may tidy away what another was about to link: that one looks again', async () => {
  const { link } = calls;
  let tidied = 0;
  calls.link = async (from, to) => {
    if (tidied++ < 2) await fs.rm(from);
    await link(from, to);
  };
  try {
    expect(await taken()).toBe(true);
    tidied = 0;
    calls.link = async (from, to) => {
      if (tidied++ === 0) {
        await fs.rm(from);
        await plant(me);
      }
      await link(from, to);
    };
    expect(await taken()).toBe(false);
  } finally {
    calls.link = link;
  }
  expect(await fs.readdir(folder)).toEqual(['lock-000001']);
});

test('of twelve who find a dead lock at once exactly one gets it, 60 times', async () => {
  for (let round = 0; round < 60; round++) {
    await plant({ ...me, pid: deadPid }, 'lock-000003');
    const results = await Promise.allSettled(Array.from({ length: 12 }, () => takeLock(base, 'run')));
    const won = results.filter((result) => result.status === 'fulfilled');
    expect(won, `round ${round}`).toHaveLength(1);
    expect(await fs.readdir(folder)).toEqual(['lock-000004']);
    await won[0].value.release();
  }
});

test('holders never overlap while they come and go', async () => {
  let inside = 0;
  let turns = 0;
  const worker = async (): Promise<void> => {
    for (let attempt = 0; attempt < 200; attempt++) {
      const lock = await takeLock(base, 'run').catch((caught: { code: string }) => {
        expect(caught.code).toBe('run-locked');
      });
      if (!lock) continue;
      inside += 1;
      expect(inside).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      turns += 1;
      inside -= 1;
      await lock.release();
    }
  };
  await Promise.all(Array.from({ length: 6 }, worker));
  expect(turns).toBeGreaterThan(20);
  expect(await fs.readdir(folder)).toEqual([]);
});
