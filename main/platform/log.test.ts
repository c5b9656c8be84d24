/** @file The log keeps what it should where it should, turns over, and never stops its program. */

import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LabError } from '../../preload/contract/errors';
import { injectFaults } from './file-calls';
import { openLog } from './log';

let folder: string;
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'genoise-log-'));
});
afterEach(() => fs.rm(folder, { recursive: true, force: true }));

const lines = async (file: string): Promise<Record<string, unknown>[]> =>
  (await fs.readFile(join(folder, 'logs', file), 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);

test('levels decide what goes to the file and what to stderr, and errors keep their code', async () => {
  let shown = '';
  const log = openLog({ folder: join(folder, 'logs'), name: 'trainer', stderr: (text) => (shown += text) });
  log.write('debug', 'unseen');
  log.write('info', 'started', { device: 'cpu' });
  log.write('warn', 'slow', { error: new LabError('disk-full', { path: '/x' }) });
  log.write('error', 'broken', { error: new TypeError('why') });
  await log.close();
  const written = await lines('trainer.log');
  expect(written.map(({ level, message }) => [level, message])).toEqual([['info', 'started'], ['warn', 'slow'], ['error', 'broken']]);
  expect(written[0]).toMatchObject({ device: 'cpu', pid: process.pid });
  expect(written[1]).toMatchObject({ error: { code: 'disk-full', params: { path: '/x' } } });
  expect(JSON.stringify(written[2])).toContain('TypeError: why');
  expect(shown.split('\n').map((line) => line.slice(0, 13))).toEqual(['warn: slow {"', 'error: broken', '']);
});

test('a full file is put aside, three are kept, and no line is lost in between', async () => {
  const log = openLog({ folder: join(folder, 'logs'), name: 'cli', rotateBytes: 1000 });
  for (let index = 0; index < 30; index++) {
    log.write('info', `line ${index} ${'x'.repeat(50)}`);
    await log.flush();
  }
  await log.close();
  expect((await fs.readdir(join(folder, 'logs'))).sort()).toEqual(['cli.1.log', 'cli.2.log', 'cli.log']);
  const kept: number[] = [];
  for (const file of ['cli.2.log', 'cli.1.log', 'cli.log']) {
    expect((await fs.stat(join(folder, 'logs', file))).size).toBeLessThanOrEqual(1000);
    for (const { message } of await lines(file)) kept.push(Number(String(message).split(' ')[1]));
  }
  expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => 30 - kept.length + index));
  expect(kept.length).toBeGreaterThan(12);
});

test('a log that can not be written says so once and goes on', async () => {
  let shown = '';
  const log = openLog({ folder: join(folder, 'logs'), name: 'cli', stderr: (text) => (shown += text) });
  const { restore } = injectFaults({ at: 1, code: 'ENOSPC', times: Infinity });
  try {
    log.write('info', 'one');
    await log.flush();
    log.write('info', 'two');
    await log.close();
  } finally {
    restore();
  }
  expect(shown.match(/can't be written/g)).toHaveLength(1);
});
