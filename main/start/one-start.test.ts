/** @file A second start of a home finds the first one, and only that of its own home. */

import { statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scratchFolder } from '../../e2e/harness/scratch';
import { answerLaterStarts, askFirstStart, socketOf } from './one-start';

test('nobody is there, then the first answers each start, then nobody again', async () => {
  const home = scratchFolder();
  expect(await askFirstStart(home)).toBeUndefined();
  let shows = 0;
  const stop = await answerLaterStarts(home, () => Promise.resolve(++shows === 1 ? { window: true } : { url: 'http://127.0.0.1:4747/?token=t' }));
  expect(await askFirstStart(home)).toEqual({ window: true });
  expect(await askFirstStart(home)).toEqual({ url: 'http://127.0.0.1:4747/?token=t' });
  expect(await askFirstStart(scratchFolder())).toBeUndefined();
  await stop();
  expect(await askFirstStart(home)).toBeUndefined();
});

test('a socket that a dead start left, or a file of its name, is replaced', async () => {
  const home = scratchFolder();
  writeFileSync(join(home, 'start.sock'), 'left');
  expect(await askFirstStart(home)).toBeUndefined();
  const stop = await answerLaterStarts(home, () => Promise.resolve({ window: true }));
  expect(await askFirstStart(home)).toEqual({ window: true });
  await stop();
});

test('a first start that can show nothing says nothing', async () => {
  const home = scratchFolder();
  const stop = await answerLaterStarts(home, () => Promise.reject(new Error('no window')));
  expect(await askFirstStart(home)).toBeUndefined();
  // One that only looks in hurts nobody.
  connect(socketOf(home)).destroy();
  await stop();
});

test.skipIf(process.platform === 'win32')('others of the machine can not ask: the socket is its owner\'s', async () => {
  const home = scratchFolder();
  const stop = await answerLaterStarts(home, () => Promise.resolve({ window: true }));
  expect(statSync(socketOf(home)).mode & 0o022).toBe(0);
  await stop();
});

test('a long home has its socket elsewhere, each home its own', () => {
  const long = `/home/${'deep/'.repeat(30)}`;
  expect(socketOf(long, 'linux').length).toBeLessThan(100);
  expect(socketOf(long, 'linux')).not.toBe(socketOf(`${long}er`, 'linux'));
  expect(socketOf('C:\\Users\\ana\\Genoise', 'win32')).toMatch(/^\\\\\.\\pipe\\genoise-[0-9a-f]{16}$/);
});
