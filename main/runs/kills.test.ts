/** @file A real process killed at each file call of saving, and real processes that want the same run. */

import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleEntries } from '../../e2e/harness/bundle';
import { listCheckpoints, listSnapshots, loadCheckpoint, loadSnapshot } from './checkpoints';
import { runFields, weightsOf } from './fixtures/known-run';
import { layoutOf } from './layout';
import { createRun, readGraph, readMetrics, readRun } from './run';
import { openRunWriter } from './writer';

let folder: string;
let bundle: Awaited<ReturnType<typeof bundleEntries<'saver'>>>;
const started = new Set<ChildProcess>();

beforeAll(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'genoise-kills-'));
  bundle = await bundleEntries({ saver: 'main/runs/fixtures/saver.ts' });
});
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  await bundle.remove();
  await fs.rm(folder, { recursive: true, force: true });
});

function start(home: string, at: number, when: string): { child: ChildProcess; said(text: string): Promise<void>; ended: Promise<{ signal: string | null; lines: string[] }> } {
  const child = spawn(process.execPath, [bundle.paths.saver, home, 'run', String(at), when], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.add(child);
  let output = '';
  const listeners = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    for (const listener of listeners) listener();
  });
  return {
    child,
    said: (text) =>
      new Promise((resolve) => {
        const look = (): void => void (output.includes(text) && resolve());
        listeners.add(look);
        look();
      }),
    ended: new Promise((resolve) => {
      child.on('close', (_code, signal) => {
        started.delete(child);
        resolve({ signal, lines: output.trim().split('\n') });
      });
    }),
  };
}

const lastOf = (lines: string[], word: string): number => Math.max(0, ...lines.filter((line) => line.startsWith(`${word} `)).map((line) => Number(line.split(' ')[1])));

/** Everything in the run is whole, of one state, and not older than what the dead process said it had saved. */
async function mustBeSound(home: string, lines: string[], what: string): Promise<void> {
  const layout = layoutOf(home, 'run');
  const saved = lastOf(lines, 'saved');
  const checkpoints = await listCheckpoints(home, 'run');
  expect(checkpoints.at(-1)?.step ?? 0, what).toBeGreaterThanOrEqual(saved);
  if (checkpoints.length > 0) {
    const { step, tensors, rejected } = await loadCheckpoint(home, 'run');
    expect(rejected, what).toEqual([]);
    expect(step, what).toBe(checkpoints.at(-1)?.step);
    expect(tensors, what).toEqual(weightsOf(step));
    const { steps, series } = await readMetrics(home, 'run');
    expect(steps.slice(0, step), what).toEqual(Array.from({ length: step }, (_, index) => index + 1));
    expect(series['loss'], what).toEqual(steps.map((at) => 1 / at));
  }
  for (const { step } of await listSnapshots(home, 'run')) expect((await loadSnapshot(home, 'run', step)).tensors, what).toEqual(weightsOf(step));
  const info = await readRun(home, 'run');
  expect(info.steps, what).toBeGreaterThanOrEqual(lastOf(lines, 'status'));
  if (info.steps > 0) expect(info, what).toMatchObject({ status: 'failed', error: { code: 'run-interrupted', params: { run: 'run', step: info.steps } } });
  if (await fs.stat(layout.graph('decode')).catch(() => undefined)) {
    expect(Buffer.from(await readGraph(home, 'run', 'decode')).toString(), what).toMatch(/^(graph \d+ )\1{49}$/);
  }
}

test('killed at each of 120 file calls, before, after and amid writes: the latest checkpoint loads every time, and the next process goes on', async () => {
  const home = join(folder, 'home');
  await createRun(home, runFields('run'));
  let saved = 0;
  // One run for all: each process finds what the one before it left.
  for (let at = 1; at <= 120; at++) {
    const when = ['after', 'after', 'half', 'before'][at % 4];
    const { signal, lines } = await start(home, at, when).ended;
    expect(signal, `at ${at} ${when}: ${lines.join(' ')}`).toBe('SIGKILL');
    saved = Math.max(saved, lastOf(lines, 'status'));
    await mustBeSound(home, lines, `at ${at} ${when}`);
  }
  // The kills reached well beyond one save.
  expect(saved).toBeGreaterThan(10);
  const writer = await openRunWriter(home, 'run');
  expect(writer.info.status).toBe('failed');
  await writer.close();
  // Nothing half-made is left once a writer has come and gone.
  const left = (await fs.readdir(layoutOf(home, 'run').folder, { recursive: true })).filter((name) => /genoise-|lock/.test(name));
  expect(left).toEqual([]);
  expect((await listCheckpoints(home, 'run')).length).toBeLessThanOrEqual(4);
}, 240_000);

test('while one process writes a run, others are refused by its number; once it is killed they may', async () => {
  const home = join(folder, 'two');
  await createRun(home, runFields('run'));
  const contenders = [0, 1, 2, 3].map(() => start(home, 0, 'after'));
  const held = await Promise.any(contenders.map(({ said }, index) => said('holding').then(() => index)));
  const others = await Promise.all(contenders.filter((_, index) => index !== held).map(({ ended }) => ended));
  expect(others.map(({ lines }) => lines)).toEqual(Array.from({ length: 3 }, () => ['failed run-locked']));
  const holder = contenders[held].child;
  await expect(openRunWriter(home, 'run')).rejects.toMatchObject({ code: 'run-locked', params: { run: 'run', pid: holder.pid } });
  holder.kill('SIGKILL');
  await contenders[held].ended;
  const writer = await openRunWriter(home, 'run');
  await writer.close();
});
