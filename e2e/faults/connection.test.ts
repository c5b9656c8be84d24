/** @file A served lab whose pages come, go and lose their connection: nothing is lost, nothing doubled, nothing stops. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDesk, type Desk } from '../../main/lab/desk';
import type { Lab } from '../../main/lab/lab';
import { runFields } from '../../main/runs/fixtures/known-run';
import { createRun } from '../../main/runs/run';
import { openRunWriter } from '../../main/runs/writer';
import { startServer, type Served } from '../../main/serve/server';
import type { MetricsTail } from '../../preload/contract/domains/training';
import type { JobInfo } from '../../preload/contract/jobs';
import { openLine, openPageLink, type PageLink } from '../harness/page-link';
import { scratchFolder, seededRandom } from '../harness/scratch';

let home: string;
let desk: Desk;
let served: Served;
let links: PageLink[];

beforeEach(async () => {
  const folder = scratchFolder();
  home = join(folder, 'home');
  mkdirSync(join(folder, 'page'));
  writeFileSync(join(folder, 'page', 'index.html'), '<!doctype html>');
  const lab: Lab = { home, call: () => Promise.reject(new Error('no process here')), close: async () => undefined };
  desk = openDesk({ home, openLab: () => lab, log: { write: () => undefined, flush: async () => undefined, close: async () => undefined } });
  served = await startServer({ desk, port: 0, pageFolder: join(folder, 'page') });
  links = [];
});
afterEach(async () => {
  for (const link of links) link.close();
  await served.close();
  await desk.close();
});
const open = async (line?: number): Promise<PageLink> => {
  const link = await openPageLink(served.url, line);
  links.push(link);
  await expect.poll(() => link.state().at).toBe('open');
  return link;
};

test('the socket drops fifty times while a run trains: its curves and its job arrive whole and once', async () => {
  await createRun(home, runFields('r'));
  const writer = await openRunWriter(home, 'r');
  const line = await openLine(served.port);
  const link = await open(line.port);
  const random = seededRandom(19);

  const steps: number[] = [];
  const losses: number[] = [];
  let cursor: MetricsTail['cursor'] | undefined;
  link.lab.training.metrics(
    () => ({ run: 'r', ...(cursor && { cursor }) }),
    (tail) => {
      expect(tail.truncateTo).toBeUndefined();
      steps.push(...tail.steps);
      losses.push(...tail.series['loss']);
      ({ cursor } = tail);
    },
    { onError: (error) => expect.unreachable(error.message) },
  );
  const jobs = new Map<string, JobInfo>();
  const ends: string[] = [];
  link.lab.jobs.changes(
    {},
    (news) => {
      for (const job of news) {
        // Told again after a drop, an end is the same end; it never goes back to running.
        if (jobs.get(job.id)?.endedAt !== undefined) expect(job).toEqual(jobs.get(job.id));
        else if (job.endedAt !== undefined) ends.push(job.id);
        jobs.set(job.id, job);
      }
    },
    { onError: (error) => expect.unreachable(error.message) },
  );

  let dropped = 0;
  let written = 0;
  let going = true;
  const training = desk.jobs.start('train', 'r', async (work) => {
    while (going) {
      for (let i = 0; i < 7; i++) {
        written += 1;
        writer.metrics(written, { loss: Math.sin(written) });
      }
      work.progress({ phase: 'train', done: written, total: 0 });
      await writer.flush();
      await sleep(5);
    }
    return { steps: written };
  });
  while (dropped < 50) {
    const before = link.welcomes();
    // Dropped in the middle of what is being said.
    await sleep(random() * 120);
    if (line.cut() === 0) continue;
    dropped += 1;
    // Jobs that begin and end while nobody listens.
    if (dropped % 10 === 0) desk.jobs.start('export', `e${dropped}`, async () => ({ n: dropped }));
    await expect.poll(() => link.welcomes(), { timeout: 10_000, interval: 5 }).toBeGreaterThan(before);
  }
  going = false;
  await desk.jobs.ended(training.id);
  await expect.poll(() => steps.length, { timeout: 10_000 }).toBe(written);
  expect(written).toBeGreaterThan(1000);
  expect(steps).toEqual(Array.from({ length: written }, (_, i) => i + 1));
  expect(losses).toEqual(Array.from({ length: written }, (_, i) => Math.fround(Math.sin(i + 1))));
  await expect.poll(() => jobs.get(training.id)?.state).toBe('done');
  expect([...jobs.values()].sort((a, b) => a.id.localeCompare(b.id))).toEqual(desk.jobs.list().sort((a, b) => a.id.localeCompare(b.id)));
  expect(jobs.get(training.id)?.result).toEqual({ steps: written });
  expect(ends.sort()).toEqual([...jobs.keys()].sort());
  await writer.close();
  await line.close();
});

test('a call that was under way when the connection dropped ends with a word, one that waited for it is answered', async () => {
  const line = await openLine(served.port);
  const link = await open(line.port);
  line.cut();
  // The page has not noticed yet.
  const unlucky = link.lab.app.info({}).then(() => 'answered', (error: { code: string }) => error.code);
  expect(['connection-lost', 'answered']).toContain(await unlucky);
  await expect.poll(() => link.state().at).toBe('open');
  expect((await link.lab.app.info({})).home).toBe(home);
  await line.close();
});

test('two pages see one state; closing one stops nothing of what it began', async () => {
  const [one, other] = [await open(), await open()];
  const seen: Record<string, string>[] = [{}, {}];
  const settings: (string | undefined)[][] = [[], []];
  [one, other].forEach((link, i) => {
    link.lab.jobs.changes({}, (news) => news.forEach((job) => (seen[i][job.subject] = job.state)));
    link.lab.app.settings({}, ({ theme }) => settings[i].push(theme));
  });
  await expect.poll(() => settings.map(({ length }) => length)).toEqual([1, 1]);
  await one.lab.app.changeSettings({ patch: { theme: 'light' } });
  await expect.poll(() => settings.map((all) => all.at(-1))).toEqual(['light', 'light']);

  // As a call of the first page would start it.
  let aborted = false;
  let finish: () => void = () => undefined;
  const { id } = desk.jobs.start('train', 'digits', (work) => {
    work.signal.addEventListener('abort', () => (aborted = true));
    return new Promise<void>((resolve) => (finish = resolve));
  });
  await expect.poll(() => seen.map((jobs) => jobs['digits'])).toEqual(['running', 'running']);
  one.close();
  await sleep(100);
  expect(aborted).toBe(false);
  const late = await open();
  const jobsOfLate: JobInfo[] = [];
  late.lab.jobs.changes({}, (news) => void jobsOfLate.push(...news));
  await expect.poll(() => jobsOfLate.map(({ id: job, state }) => [job, state])).toEqual([[id, 'running']]);
  finish();
  await expect.poll(() => seen[1]['digits']).toBe('done');
  await expect.poll(() => jobsOfLate.at(-1)?.state).toBe('done');
  expect(seen[0]['digits']).toBe('running');
});
