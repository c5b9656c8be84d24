/** @file The tail of the log: whole lines, over a rotation, whatever stands in them. */

import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLog } from '../platform/log';
import { logTail } from './log-tail';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'genoise-log-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('a home without a log has no lines', async () => {
  expect(await logTail(home, 10)).toEqual({ folder: join(home, 'logs'), lines: [] });
});

test('the newest lines come oldest first, going on in the file that was put aside', async () => {
  const log = openLog({ folder: join(home, 'logs'), name: 'lab', stderr: () => undefined, rotateBytes: 1_000 });
  for (let line = 0; line < 12; line++) {
    log.write(line === 11 ? 'warn' : 'info', `line ${line}`, { line });
    await log.flush();
  }
  await log.close();
  const { lines } = await logTail(home, 8);
  expect(lines.map(({ message }) => message)).toEqual(['line 4', 'line 5', 'line 6', 'line 7', 'line 8', 'line 9', 'line 10', 'line 11']);
  expect(lines.at(-1)).toMatchObject({ level: 'warn', fields: '{"line":11}' });
  expect(Date.parse(lines[0]!.at)).toBeGreaterThan(0);
});

test('a line that is no JSON is shown as it is; of a long file only whole lines are read', async () => {
  mkdirSync(join(home, 'logs'));
  const path = join(home, 'logs', 'lab.log');
  writeFileSync(path, `{"at":"2026-01-01T00:00:00.000Z","level":"info","message":"${'x'.repeat(1_100_000)}"}\n`);
  appendFileSync(path, '{"at":"2026-01-01T00:00:01.000Z","level":"error","message":"kept"}\nSegmentation fault\n{"at":"2026');
  expect((await logTail(home, 10)).lines).toEqual([
    { at: '2026-01-01T00:00:01.000Z', level: 'error', message: 'kept', fields: '' },
    { at: '', level: 'info', message: 'Segmentation fault', fields: '' },
    { at: '', level: 'info', message: '{"at":"2026', fields: '' },
  ]);
});
