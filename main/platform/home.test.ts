/** @file The home of each platform, and what goes before it. */

import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { homeFolder } from './home';

test('the option goes before GENOISE_HOME, and that before the data folder of the platform', () => {
  const home = join('/', 'u', 'ada');
  const all = { GENOISE_HOME: 'lab', XDG_DATA_HOME: '/data', APPDATA: join(home, 'Roaming') };
  expect(homeFolder('here', all, 'linux', home)).toBe(resolve('here'));
  expect(homeFolder(undefined, all, 'win32', home)).toBe(resolve('lab'));
  expect(homeFolder('', { ...all, GENOISE_HOME: '' }, 'linux', home)).toBe(join('/data', 'genoise'));
  expect(homeFolder(undefined, {}, 'linux', home)).toBe(join(home, '.local', 'share', 'genoise'));
  expect(homeFolder(undefined, { XDG_DATA_HOME: 'relative' }, 'freebsd', home)).toBe(join(home, '.local', 'share', 'genoise'));
  expect(homeFolder(undefined, all, 'darwin', home)).toBe(resolve('lab'));
  expect(homeFolder(undefined, {}, 'darwin', home)).toBe(join(home, 'Library', 'Application Support', 'Genoise'));
  expect(homeFolder(undefined, { APPDATA: join(home, 'Roaming') }, 'win32', home)).toBe(join(home, 'Roaming', 'Genoise'));
  expect(homeFolder(undefined, {}, 'win32', home)).toBe(join(home, 'AppData', 'Roaming', 'Genoise'));
});
