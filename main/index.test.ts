/** @file Electron's entry: what must be set before the app is ready, one instance a home, files handed over by a second start. */

import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { scratchFolder } from '../e2e/harness/scratch';

const opened: string[][] = [];
const openDesktop = vi.fn(({ open }: { home: string; open: readonly string[] }) => {
  opened.push([...open]);
  return Promise.resolve({ open: (paths: readonly string[]) => void opened.push([...paths]) });
});
vi.mock('./electron/desktop', () => ({ openDesktop }));

type Recording = typeof import('../e2e/harness/electron-record');
type Electron = typeof import('../e2e/harness/electron-stand-in');
let answer: Recording['answer'];
let callNames: Recording['callNames'];
let callsOf: Recording['callsOf'];
let electron: Electron;
let home: string;
const { argv } = process;
/** The entry runs when it is imported: each test imports it, and all that it uses, anew. */
const anew = async (): Promise<void> => {
  vi.resetModules();
  electron = await import('../e2e/harness/electron-stand-in');
  ({ answer, callNames, callsOf } = await import('../e2e/harness/electron-record'));
};
beforeEach(async () => {
  opened.length = 0;
  openDesktop.mockClear();
  home = scratchFolder();
  await anew();
});
afterEach(() => void (process.argv = argv));

const start = async (...words: string[]): Promise<void> => {
  process.argv = ['electron', '.', '--home', home, ...words];
  await import('./index');
};

test('sandbox, scheme and the profile in the home come before the app is ready', async () => {
  let ready = (): void => undefined;
  answer('app.whenReady', new Promise<void>((resolve) => (ready = resolve)));
  await start('--lang=fr', home, '/nowhere/at.all', '--original-process-start-time=1');
  expect(callNames()).toEqual(['app.setPath', 'app.requestSingleInstanceLock', 'protocol.registerSchemesAsPrivileged', 'app.enableSandbox', 'app.setAppUserModelId']);
  expect(callsOf('app.setPath')).toEqual([['userData', join(home, 'electron')]]);
  expect(callsOf('protocol.registerSchemesAsPrivileged')).toEqual([[[{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } }]]]);
  expect(openDesktop).not.toHaveBeenCalled();
  ready();
  await expect.poll(() => openDesktop.mock.calls.length).toBe(1);
  expect(openDesktop).toHaveBeenCalledWith({ home, lang: 'fr', open: [home] });
});

test('a second start in the same home hands its files to the first, which comes forward, and ends', async () => {
  answer('app.requestSingleInstanceLock', false);
  await start(home);
  expect(callsOf('app.requestSingleInstanceLock')).toEqual([[{ open: [home] }]]);
  expect(callNames().at(-1)).toBe('app.ended');
  expect(openDesktop).not.toHaveBeenCalled();

  await anew();
  await start();
  await expect.poll(() => opened).toEqual([[]]);
  electron.app.emit('second-instance', {}, ['electron', '.', home], '/', { open: [home] });
  electron.app.emit('second-instance', {}, ['electron', '.'], '/', {});
  expect(opened).toEqual([[], [home], []]);
});

test('files that the system opens before the window is there are not lost', async () => {
  let ready = (): void => undefined;
  answer('app.whenReady', new Promise<void>((resolve) => (ready = resolve)));
  await start();
  const event = new electron.Preventable();
  electron.app.emit('open-file', event, '/photos.zip');
  expect(event.defaultPrevented).toBe(true);
  ready();
  await expect.poll(() => opened).toEqual([['/photos.zip']]);
});

test('every page that comes to be is locked', async () => {
  await start();
  const contents = new electron.WebContents();
  electron.app.emit('web-contents-created', {}, contents);
  const event = new electron.Preventable('https://example.org/');
  contents.emit('will-navigate', event);
  expect(event.defaultPrevented).toBe(true);
});
