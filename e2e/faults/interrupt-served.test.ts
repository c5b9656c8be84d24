/** @file Ctrl-C at the built server while a run trains: what was trained is saved, nothing goes on, and the next server goes on from there. */

import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { writeImageFolder } from '../harness/image-folder';
import { openPageLink } from '../harness/page-link';
import { scratchFolder } from '../harness/scratch';
import { startServed } from '../harness/served';
import { readRun } from '../../main/runs/run';
import { listCheckpoints } from '../../main/runs/checkpoints';

/** Those that a server started; itself not counted. */
const childrenOf = (pid: number): number[] =>
  spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((line) => line.trim() !== '')
    .map(Number);
const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('Ctrl-C saves the training and ends every process; the run goes on later', async () => {
  const home = scratchFolder();
  const images = await writeImageFolder(scratchFolder(), 60);
  const served = await startServed({ home });
  const link = await openPageLink(served.url);
  const ended = new Map<string, string>();
  let steps = 0;
  link.lab.jobs.changes({}, (jobs) =>
    jobs.forEach((job) => {
      if (job.endedAt !== undefined) ended.set(job.id, job.state);
      else if (job.progress?.phase === 'train') steps = job.progress.done;
    }),
  );
  const imported = await link.lab.datasets.import({ from: { path: images }, name: 'squares', keep: 'copy' });
  await expect.poll(() => ended.get(imported.id), { timeout: 20_000 }).toBe('done');
  await link.lab.training.start({ method: 'vae', config: {}, dataset: 'squares', run: 'r', seed: 1, device: 'cpu' });
  await expect.poll(() => steps, { timeout: 40_000 }).toBeGreaterThan(3);
  const children = childrenOf(served.process.pid ?? 0);
  expect(children.length).toBeGreaterThan(0);
  expect(await served.stop()).toBe(0);
  link.close();
  expect(children.filter(lives)).toEqual([]);
  const info = await readRun(home, 'r');
  expect(['cancelled', 'stopped']).toContain(info.status);
  expect(info.steps).toBeGreaterThan(3);
  expect((await listCheckpoints(home, 'r')).map(({ step }) => step)).toContain(info.steps);

  const again = await startServed({ home });
  const later = await openPageLink(again.url);
  const known: string[] = [];
  later.lab.runs.list({}, ({ runs }) => void known.splice(0, known.length, ...runs.map(({ name, status }) => `${name} ${status}`)));
  await expect.poll(() => known).toContain(`r ${info.status}`);
  const states = new Map<string, string>();
  later.lab.jobs.changes({}, (jobs) => jobs.forEach(({ id, state }) => states.set(id, state)));
  const { id } = await later.lab.training.goOn({ run: 'r', steps: info.steps + 5 });
  await expect.poll(() => states.get(id), { timeout: 40_000 }).toBe('done');
  expect((await readRun(home, 'r')).steps).toBe(info.steps + 5);
  later.close();
  expect(await again.stop()).toBe(0);
});
