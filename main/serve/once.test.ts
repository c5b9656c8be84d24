/** @file The token for once: one browser is let in, whoever reads it later in a list of processes is not. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { scratchFolder } from '../../e2e/harness/scratch';
import { openDesk } from '../lab/desk';
import { clock } from '../platform/clock';
import { startServer } from './server';

afterEach(() => void vi.restoreAllMocks());

async function served() {
  const home = scratchFolder();
  writeFileSync(join(home, 'index.html'), '<!doctype html>');
  const desk = openDesk({ home });
  const server = await startServer({ desk, port: 0, pageFolder: home });
  return { server, end: () => server.close().then(() => desk.close()) };
}
const statusOf = (url: string, method = 'GET') => fetch(url, { method, redirect: 'manual' }).then(({ status }) => status);

test('it lets one in, once; the server\'s own token goes on', async () => {
  const { server, end } = await served();
  const [first, second] = [server.urlForOnce(), server.urlForOnce()];
  expect(first).not.toBe(second);
  expect(new URL(first).searchParams.get('token')?.length).toBeGreaterThanOrEqual(22);
  expect(await statusOf(first)).toBe(303);
  expect(await statusOf(first)).toBe(401);
  expect(await statusOf(second)).toBe(303);
  expect(await statusOf(server.url)).toBe(303);
  expect(await statusOf(server.url)).toBe(303);
  await end();
});

test('it is good for a minute', async () => {
  const { server, end } = await served();
  const url = server.urlForOnce();
  const now = clock.monotonicMs();
  vi.spyOn(clock, 'monotonicMs').mockReturnValue(now + 60_001);
  expect(await statusOf(url)).toBe(401);
  await end();
});

test('a question that is not a visit of the page does not use it up', async () => {
  const { server, end } = await served();
  const url = server.urlForOnce();
  expect(await statusOf(url, 'POST')).toBe(401);
  expect(await statusOf(url.replace('/?', '/other?'))).toBe(401);
  expect(await statusOf(url)).toBe(303);
  await end();
});
