/** @file Settings: set, taken back, kept beside those of a newer version, and read past damage. */

import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { changeSettings, readSettings } from './settings';

let home: string;
beforeEach(async () => {
  home = join(await fs.mkdtemp(join(tmpdir(), 'genoise-settings-')), 'home');
});
afterEach(() => fs.rm(join(home, '..'), { recursive: true, force: true }));
const file = () => join(home, 'settings.json');

test('what is set is read again, and can be taken back', async () => {
  expect(await readSettings(home)).toEqual({});
  await changeSettings(home, { language: 'fr', theme: 'dark' });
  expect(await changeSettings(home, { theme: undefined, threads: 2 })).toEqual({ language: 'fr', threads: 2 });
  expect(await readSettings(home)).toEqual({ language: 'fr', threads: 2 });
});

test('fields of a newer version survive a change; a value that is off counts as not set; a file that is no JSON as empty', async () => {
  await fs.mkdir(home);
  await fs.writeFile(file(), JSON.stringify({ gravity: 9.81, theme: 'puce', language: 'en' }));
  expect(await readSettings(home)).toEqual({ language: 'en' });
  await changeSettings(home, { threads: 4 });
  expect(JSON.parse(await fs.readFile(file(), 'utf8'))).toEqual({ gravity: 9.81, theme: 'puce', language: 'en', threads: 4 });
  for (const text of ['{"language":', '[]', 'null']) {
    await fs.writeFile(file(), text);
    expect(await readSettings(home)).toEqual({});
  }
});
