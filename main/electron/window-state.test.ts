/** @file A window opens where it was left, unless no display shows that place any more. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserWindow as RealWindow } from 'electron';
import { expect, test } from 'vitest';
import { BrowserWindow } from '../../e2e/harness/electron-stand-in';
import { scratchFolder } from '../../e2e/harness/scratch';
import { keepWindowState, placeOf, readWindowState, type WindowState } from './window-state';

const screen = { x: 0, y: 0, width: 1920, height: 1040 };
const second = { x: 1920, y: 0, width: 1280, height: 1024 };
const state = (x: number, y: number, width = 1000, height = 700): WindowState => ({ x, y, width, height, maximized: false });

test('the first time: the default size, placed by the system', () => {
  expect(placeOf(undefined, [screen])).toEqual({ width: 1280, height: 800 });
});

test.each([
  ['on the first display', state(100, 80), { x: 100, y: 80, width: 1000, height: 700 }],
  ['on the second display', state(2000, 50), { x: 2000, y: 50, width: 1000, height: 700 }],
  ['half over the left edge', state(-500, 10), { x: -500, y: 10, width: 1000, height: 700 }],
  ['where a display was that is gone', state(4000, 50), { width: 1000, height: 700 }],
  ['above every display: its title bar could not be reached', state(100, -300), { width: 1000, height: 700 }],
  ['below every display', state(100, 1030), { width: 1000, height: 700 }],
  ['a sliver at the right edge', state(1920 + 1280 - 50, 100), { width: 1000, height: 700 }],
  ['larger than its display', state(0, 0, 5000, 3000), { x: 0, y: 0, width: 1920, height: 1040 }],
])('%s', (_what, saved, place) => {
  expect(placeOf(saved, [screen, second])).toEqual(place);
});

test('what the window was when it closed is read back; damage and nonsense are as nothing', async () => {
  const home = scratchFolder();
  const window = new BrowserWindow({ x: 12, y: 34, width: 1100, height: 750, webPreferences: {} });
  const written = keepWindowState(window as unknown as RealWindow, home, (error) => expect.fail(String(error)));
  window.maximized = true;
  window.close();
  await written();
  expect(await readWindowState(home)).toEqual({ x: 12, y: 34, width: 1100, height: 750, maximized: true });
  for (const text of ['{"x": 1', '{"x": 1, "y": 2, "width": -5, "height": 3, "maximized": false}', '[]']) {
    writeFileSync(join(home, 'window.json'), text);
    expect(await readWindowState(home)).toBeUndefined();
  }
});

test('a window on the move is written down once it rests', async () => {
  const home = scratchFolder();
  const window = new BrowserWindow({ x: 1, y: 1, width: 1024, height: 700, webPreferences: {} });
  keepWindowState(window as unknown as RealWindow, home, (error) => expect.fail(String(error)));
  for (let x = 0; x <= 300; x += 10) {
    window.bounds = { ...window.bounds, x };
    window.emit('move');
  }
  await expect.poll(() => JSON.parse(readFileSync(join(home, 'window.json'), 'utf8')) as unknown, { timeout: 5_000 }).toMatchObject({ x: 300 });
});

test('a disk that refuses is told, and the window closes all the same', async () => {
  const home = join(scratchFolder(), 'home');
  mkdirSync(join(home, 'window.json', 'in-the-way'), { recursive: true });
  const window = new BrowserWindow({ width: 1024, height: 700, webPreferences: {} });
  const errors: unknown[] = [];
  const written = keepWindowState(window as unknown as RealWindow, home, (error) => errors.push(error));
  window.close();
  await written();
  expect(errors).toHaveLength(1);
  expect(window.isDestroyed()).toBe(true);
});
