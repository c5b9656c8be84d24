/** @file Homes of other versions: older ones are brought up to date, whenever a process is killed at it; newer ones are refused untouched. */

import { spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { bundleEntries } from '../../e2e/harness/bundle';
import { scratchFolder } from '../../e2e/harness/scratch';
import { runFields, weightsOf } from './fixtures/known-run';
import { migrations, openHome } from './home-format';
import { lockHolder } from './lock';
import { createRun, readRun } from './run';
import { listTrash, removeRun, restoreRun } from './trash';
import { openRunWriter } from './writer';

let bundle: Awaited<ReturnType<typeof bundleEntries<'migrator'>>>;
let home: string;
beforeAll(async () => (bundle = await bundleEntries({ migrator: 'main/runs/fixtures/migrator.ts' })));
afterAll(() => bundle.remove());
beforeEach(() => (home = join(scratchFolder(), 'home')));

const homeJson = async (): Promise<unknown> => JSON.parse(await fs.readFile(join(home, 'home.json'), 'utf8'));

/** As Genoise 0.1 left it: deleted runs lie in the trash itself, and no home.json says so. */
async function olderHome(): Promise<void> {
  await createRun(home, runFields('kept'));
  for (const [name, removedMs] of [['gone', 1_790_000_000_000], ['gone', 1_790_000_000_001], ['long-name-2', 1_795_000_000_000]] as const) {
    await createRun(home, runFields(name));
    const writer = await openRunWriter(home, name);
    await writer.saveCheckpoint(1, weightsOf(1), {});
    await writer.close();
    const { path } = await removeRun(home, name);
    await fs.rename(path, join(home, 'trash', `${name}-${removedMs}`));
  }
  await fs.rmdir(join(home, 'trash', 'runs'));
  await fs.mkdir(join(home, 'trash', 'datasets'));
  await fs.writeFile(join(home, 'trash', 'readme.txt'), 'of the user');
}

async function mustBeWhole(what: string): Promise<void> {
  expect(await homeJson(), what).toEqual({ format: migrations.length });
  expect((await fs.readdir(join(home, 'trash'))).sort(), what).toEqual(['datasets', 'readme.txt', 'runs']);
  expect((await listTrash(home)).map(({ name, removedAt }) => [name, Date.parse(removedAt)]), what).toEqual([
    ['long-name-2', 1_795_000_000_000],
    ['gone', 1_790_000_000_001],
    ['gone', 1_790_000_000_000],
  ]);
  expect((await fs.readdir(home)).filter((name) => /genoise-/.test(name)), what).toEqual([]);
  expect(await lockHolder(join(home, 'lock')), what).toBeUndefined();
  expect(await readRun(home, 'kept'), what).toMatchObject({ seed: 7 });
}

test('a new home says its format, and is left alone the next time', async () => {
  await openHome(home);
  expect(await homeJson()).toEqual({ format: migrations.length });
  await fs.writeFile(join(home, 'home.json'), `{"format":${migrations.length},"more":"kept"}`);
  await openHome(home);
  expect(await homeJson()).toEqual({ format: migrations.length, more: 'kept' });
});

test('an older home is migrated; what was deleted can be taken back', async () => {
  await olderHome();
  await openHome(home);
  await mustBeWhole('migrated');
  expect(await restoreRun(home, 'long-name-2')).toMatchObject({ name: 'long-name-2', seed: 7 });
});

test('killed at every file call of a migration, before and after it: the next process goes on, and nothing is lost', async () => {
  const start = (at: number, when: string) =>
    new Promise<{ signal: string | null; said: string }>((resolve) => {
      const child = spawn(process.execPath, [bundle.paths.migrator, home, String(at), when], { stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
      child.on('close', (_code, signal) => resolve({ signal, said }));
    });
  let kills = 0;
  for (const when of ['before', 'after']) {
    for (let at = 1; ; at++) {
      await fs.rm(home, { recursive: true, force: true });
      await olderHome();
      const { signal, said } = await start(at, when);
      if (signal !== 'SIGKILL') {
        expect(said).toBe('open\n');
        await mustBeWhole('not killed');
        break;
      }
      kills++;
      expect((await start(0, when)).said, `${when} ${at}`).toBe('open\n');
      await mustBeWhole(`${when} ${at}`);
    }
  }
  expect(kills).toBeGreaterThan(30);
}, 240_000);

test('a home of a newer version is refused with a word, and not a byte of it is touched', async () => {
  await olderHome();
  await fs.writeFile(join(home, 'home.json'), '{"format":99}');
  const before = (await fs.readdir(home, { recursive: true })).sort();
  await expect(openHome(home)).rejects.toMatchObject({ code: 'home-too-new', params: { path: home, format: 99, known: migrations.length } });
  expect((await fs.readdir(home, { recursive: true })).sort()).toEqual(before);
  expect(await homeJson()).toEqual({ format: 99 });
});

test('a home.json that is none is told, and not overwritten', async () => {
  await fs.mkdir(home, { recursive: true });
  for (const text of ['', '{"format":', '{"format":"1"}', '[]', '{"format":-1}']) {
    await fs.writeFile(join(home, 'home.json'), text);
    await expect(openHome(home), text).rejects.toMatchObject({ code: 'home-broken', params: { path: join(home, 'home.json'), got: text } });
    expect(await fs.readFile(join(home, 'home.json'), 'utf8')).toBe(text);
  }
});

test('steps come in their order, each once, from where the home stands; one that fails leaves the home at the step before', async () => {
  const done: number[] = [];
  let broken = true;
  const step = (k: number) => async () => {
    if (k === 2 && broken) throw new Error('no power');
    done.push(k);
  };
  const steps = [0, 1, 2, 3].map(step);
  await expect(openHome(home, steps)).rejects.toThrow('no power');
  expect(await homeJson()).toEqual({ format: 2 });
  broken = false;
  await openHome(home, steps);
  expect(done).toEqual([0, 1, 2, 3]);
  expect(await homeJson()).toEqual({ format: 4 });
});

test('of two processes that open an older home, one migrates and the other waits for it', async () => {
  let running = 0;
  const done: number[] = [];
  const slow = async () => {
    running += 1;
    expect(running).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 150));
    done.push(1);
    running -= 1;
  };
  await Promise.all([openHome(home, [slow, slow]), openHome(home, [slow, slow])]);
  expect(done).toEqual([1, 1]);
});
