/** @file Files made for pages to save: fetched once, kept no longer than they need, under names that are safe everywhere. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { scratchFolder } from '../../e2e/harness/scratch';
import { openDownloads } from './downloads';
import { safeFileName } from './file-names';

const left = (home: string): string[] => (existsSync(join(home, 'exports-tmp')) ? readdirSync(join(home, 'exports-tmp')) : []);

test('a file is fetched once and then gone; one that broke off can be fetched again', async () => {
  const home = scratchFolder();
  const downloads = openDownloads(home);
  const offered = await downloads.offer('walk.gif', async (path) => writeFileSync(path, 'GIF89a'));
  expect(offered).toEqual({ download: expect.stringMatching(/^[0-9a-f]{32}$/), name: 'walk.gif', bytes: 6 });
  const first = downloads.take(offered.download);
  expect(downloads.take(offered.download)).toBeUndefined();
  await first?.done(false);
  const second = downloads.take(offered.download);
  expect(readFileSync(second?.path ?? '', 'utf8')).toBe('GIF89a');
  await second?.done(true);
  expect(downloads.take(offered.download)).toBeUndefined();
  expect(left(home)).toEqual([]);
});

test('a file that nobody fetches goes in time; a failed one leaves nothing; closing removes all', async () => {
  const home = scratchFolder();
  const downloads = openDownloads(home, 100);
  const { download } = await downloads.offer('a.png', async (path) => writeFileSync(path, 'a'));
  await sleep(300);
  expect(downloads.take(download)).toBeUndefined();
  await expect(downloads.offer('b.png', async (path) => {
    writeFileSync(path, 'half');
    throw new Error('disk');
  })).rejects.toThrow('disk');
  expect(left(home)).toEqual([]);
  const kept = openDownloads(home);
  const { download: open } = await kept.offer('c.png', async (path) => writeFileSync(path, 'c'));
  kept.take(open);
  await kept.offer('d.png', async (path) => writeFileSync(path, 'd'));
  await kept.close();
  expect(left(home)).toEqual([]);
});

describe('names', () => {
  test.each([
    ['latent map.png', 'latent map.png'],
    ['../../etc/passwd', 'etc-passwd'],
    ['..\\x.png', 'x.png'],
    ['C:\\x.png', 'C-x.png'],
    ['con.png', 'con-.png'],
    ['nul', 'nul-'],
    ['.png', 'genoise.png'],
    ['', 'genoise'],
    ['...', 'genoise'],
    ['a\r\nSet-Cookie: x.csv', 'a-Set-Cookie- x.csv'],
    ['invoice\u202egnp.exe', 'invoice-gnp.exe'],
    ['<script>.html', 'script.html'],
    ['été 日本.png', 'été 日本.png'],
    ['x'.repeat(400) + '.npz', 'x'.repeat(120) + '.npz'],
    ['\ud800.png', 'genoise.png'],
  ])('%j is saved as %j', (given, safe) => {
    expect(safeFileName(given)).toBe(safe);
  });
});
