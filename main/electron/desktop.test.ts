/** @file The desktop application on a real desk, over the stand-in of electron: start, pages, menu, announcements, crash, end. */

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answer, callNames, callsOf } from '../../e2e/harness/electron-record';
import { BrowserWindow, ipcMain, MessageChannelMain, nativeTheme, Notification, protocol, restart } from '../../e2e/harness/electron-stand-in';
import { scratchFolder } from '../../e2e/harness/scratch';
import { contractVersion } from '../../preload/contract/channel';
import { LabError } from '../../preload/contract/errors';
import { hostChannels } from '../../preload/contract/host';
import { openDesk, type Desk } from '../lab/desk';
import { openDesktop, type Desktop } from './desktop';

let desk: Desk;
let home: string;
beforeEach(() => {
  restart();
  home = scratchFolder();
  // Starter runs are not what is tested: this home was given them.
  writeFileSync(join(home, 'starters.json'), JSON.stringify({ installed: ['starter-vae-digits', 'starter-ddpm-digits'] }));
  desk = openDesk({ home });
});
afterEach(() => desk.close());

/** With the first use of the home over: what it says would else reach the test that follows. */
async function start(options: { lang?: string; open?: string[] } = {}): Promise<Desktop> {
  const desktop = await openDesktop({ home, lang: options.lang, open: options.open ?? [] }, desk);
  await desktop.ready;
  return desktop;
}
const windowOf = (at = 0) => BrowserWindow.all[at];
interface Item {
  id?: string;
  label: string;
  accelerator?: string;
  submenu?: Item[];
  click?: () => void;
}
const menu = () => (callsOf('Menu.setApplicationMenu').at(-1) ?? [[]])[0] as Item[];
const menuLabels = () => menu().map(({ label }) => label);
const menuItem = (wanted: (item: Item) => boolean) => {
  const flat = (items: Item[]): Item[] => items.flatMap((item) => [item, ...flat(item.submenu ?? [])]);
  return flat(menu()).find(wanted);
};

/** Asks for a port as preload does, and greets. -> what the lab says, and a way to ask */
async function connect(window = windowOf(), frame: unknown = window.webContents.mainFrame) {
  const before = callsOf('frame.postMessage').length;
  ipcMain.emit(hostChannels.connect, { sender: window.webContents, senderFrame: frame });
  const given = callsOf('frame.postMessage').slice(before)[0];
  if (!given) return undefined;
  const port = (given[2] as MessageChannelMain['port2'][])[0];
  const heard: Record<string, unknown>[] = [];
  port.on('message', ({ data }: { data: Record<string, unknown> }) => heard.push(data));
  port.start();
  port.postMessage({ hello: { version: contractVersion } });
  await expect.poll(() => heard[0]).toMatchObject({ welcome: { version: contractVersion } });
  const ask = async (id: number, call: string, args: unknown = {}) => {
    port.postMessage({ id, call, args });
    await expect.poll(() => heard.some((message) => message['id'] === id)).toBe(true);
    return heard.find((message) => message['id'] === id) as Record<string, unknown>;
  };
  return { port, heard, ask };
}

describe('start', () => {
  test('one window on app://, with the stated preferences, shown once it has painted', async () => {
    await start();
    expect(BrowserWindow.all).toHaveLength(1);
    expect(windowOf().options).toMatchObject({ width: 1280, height: 800, show: false, webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false } });
    expect(callsOf('window.loadURL')).toEqual([['app://genoise/']]);
    expect(callsOf('window.show')).toEqual([]);
    windowOf().emit('ready-to-show');
    expect(callsOf('window.show')).toHaveLength(1);
    expect(callNames()).toEqual(expect.arrayContaining(['session.setPermissionRequestHandler', 'session.onBeforeRequest']));
  });

  test('app:// gives files of the page under its policy, and nothing else', async () => {
    await start();
    const handler = protocol.handlers.get('app');
    const get = (url: string, method = 'GET') => handler?.({ url, method }) as Promise<Response>;
    const page = await get('app://genoise/');
    // Without a build there is no page to give.
    if (existsSync(join(import.meta.dirname, '..', 'renderer', 'index.html'))) {
      expect(page.status).toBe(200);
      expect(page.headers.get('Content-Security-Policy')).toContain("script-src 'self'");
    } else expect(page.status).toBe(404);
    for (const url of ['app://genoise/../package.json', 'app://genoise/%2e%2e%2fdesktop.ts', 'app://other/']) expect((await get(url)).status).toBe(404);
    expect((await get('app://genoise/', 'POST')).status).toBe(404);
  });

  test('the language is the one set, else that of the command line, else that of the system, and changes at once', async () => {
    answer('app.getLocale', 'fr-FR');
    await start();
    expect(menuLabels()).toContain('Fichier');
    await (await connect())?.ask(1, 'app.changeSettings', { patch: { language: 'en', theme: 'light' } });
    await expect.poll(menuLabels).toContain('File');
    expect(nativeTheme.themeSource).toBe('light');
  });

  test('a home that can not be used is said in words, and the application ends', async () => {
    mkdirSync(join(home, 'starters.json.d'));
    writeFileSync(join(home, 'starters.json'), JSON.stringify({ installed: [] }));
    writeFileSync(join(home, 'runs'), 'a file where a folder belongs');
    await start({ lang: 'fr' });
    await expect.poll(() => callsOf('dialog.showErrorBox').length).toBe(1);
    expect(callNames()).toContain('app.quit');
  });
});

describe('pages', () => {
  test('a page gets a port to the lab, and answers through it', async () => {
    await start();
    const page = await connect();
    expect(await page?.ask(1, 'app.info')).toMatchObject({ result: { home } });
    expect(await page?.ask(2, 'app.nothing')).toMatchObject({ error: { code: 'call-unknown' } });
  });

  test('a frame of another origin, or a frame inside the page, gets none', async () => {
    await start();
    const { mainFrame } = windowOf().webContents;
    expect(await connect(windowOf(), { ...mainFrame })).toBeUndefined();
    mainFrame.url = 'https://example.org/';
    expect(await connect()).toBeUndefined();
  });

  test('a reload closes the old port; jobs go on', async () => {
    await start();
    const first = await connect();
    let done = false;
    const job = desk.jobs.start('train', 'digits', () => new Promise((resolve) => setTimeout(resolve, 300)).then(() => void (done = true)));
    const closed = new Promise((resolve) => first?.port.on('close', resolve));
    const second = await connect();
    await closed;
    expect(await second?.ask(1, 'app.info')).toMatchObject({ result: { home } });
    expect((await desk.jobs.ended(job.id)).state).toBe('done');
    expect(done).toBe(true);
  });

  test('dialogs belong to the window of the page that asks', async () => {
    await start();
    const page = await connect();
    answer('dialog.showOpenDialog', (window: unknown) => ({ canceled: window !== windowOf(), filePaths: ['/photos'] }));
    expect(await page?.ask(1, 'native.choosePaths', { what: 'folder' })).toMatchObject({ result: ['/photos'] });
    expect(callsOf('dialog.showOpenDialog')[0][0]).toMatchObject({ properties: ['openDirectory'] });
    answer('dialog.showSaveDialog', { canceled: false, filePath: join(home, 'out', 'walk.gif') });
    expect(await page?.ask(2, 'native.chooseSave', { name: '../../walk.gif', kinds: [{ name: 'GIF', extensions: ['gif'] }] })).toMatchObject({ result: join(home, 'out', 'walk.gif') });
    expect(callsOf('dialog.showSaveDialog')[0][0]).toMatchObject({ defaultPath: 'walk.gif' });
    const asked = { request: { what: 'settings', run: 'none' }, form: 'csv', language: 'en', name: 'walk' };
    expect(await page?.ask(7, 'exports.start', { ...asked, to: { path: join(home, 'out', 'other.gif') } })).toMatchObject({ error: { code: 'export-path-not-chosen' } });
    expect(await page?.ask(8, 'exports.start', { ...asked, to: { path: join(home, 'out', 'walk.gif') } })).toMatchObject({ result: { kind: 'export' } });
    await page?.ask(3, 'native.chooseSave', { name: 'b.gif', kinds: [] });
    expect(callsOf('dialog.showSaveDialog')[1][0]).toMatchObject({ defaultPath: join(home, 'out', 'b.gif') });
    answer('dialog.showSaveDialog', { canceled: true, filePath: '' });
    expect(await page?.ask(4, 'native.chooseSave', { name: 'c.gif', kinds: [] })).toMatchObject({ result: null });
    expect(await page?.ask(5, 'native.reveal', { path: 'relative' })).toMatchObject({ error: { code: 'path-not-found' } });
    await page?.ask(6, 'native.reveal', { path: home });
    expect(callsOf('shell.showItemInFolder')).toEqual([[home]]);
  });

  test('what the menu and the system ask waits until the page is there', async () => {
    const desktop = await start({ open: ['/a.zip'] });
    menuItem(({ id }) => id === 'palette')?.click?.();
    desktop.open(['/b.zip']);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(callsOf('webContents.send')).toEqual([]);
    await connect();
    expect(callsOf('webContents.send').map(([, message]) => message)).toEqual([{ open: ['/a.zip'] }, { command: 'palette' }, { open: ['/b.zip'] }]);
  });
});

describe('crash', () => {
  test('a page that crashed is loaded again; at the fourth time within a minute the user is asked', async () => {
    await start();
    const crash = () => windowOf().webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 });
    for (let at = 0; at < 3; at++) crash();
    expect(callsOf('webContents.reload')).toHaveLength(3);
    expect(callsOf('dialog.showMessageBox')).toHaveLength(0);
    answer('dialog.showMessageBox', { response: 0 });
    crash();
    await expect.poll(() => callsOf('webContents.reload').length).toBe(4);
    expect(callsOf('dialog.showMessageBox')).toHaveLength(1);
  });

  test('a page that ended in order is left alone', async () => {
    await start();
    windowOf().webContents.emit('render-process-gone', {}, { reason: 'clean-exit', exitCode: 0 });
    expect(callsOf('webContents.reload')).toEqual([]);
  });
});

describe('announcements', () => {
  const job = (work: () => Promise<Record<string, unknown> | void>) => desk.jobs.start('train', 'digits-vae', work);

  test('training that ends while no window is in front is announced, once; a click brings the window forward', async () => {
    await start({ lang: 'fr' });
    job(() => Promise.resolve());
    await expect.poll(() => Notification.shown.length).toBe(1);
    expect(Notification.shown[0]?.options).toEqual({ title: 'L’apprentissage est terminé', body: 'digits-vae' });
    desk.changes.tell('jobs');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(Notification.shown).toHaveLength(1);
    Notification.shown[0]?.emit('click');
    await expect.poll(() => callNames()).toContain('window.focus');
  });

  test('a failure says what failed; a window in front, or a cancel, keeps it quiet', async () => {
    await start({ lang: 'en' });
    job(() => Promise.reject(new LabError('loss-not-finite', { step: 12, name: 'loss' })));
    await expect.poll(() => Notification.shown.length).toBe(1);
    expect(Notification.shown[0]?.options).toMatchObject({ title: 'Training of digits-vae has stopped', body: expect.stringContaining('12') as string });
    const cancelled = desk.jobs.start('train', 'x', ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new LabError('cancelled', { what: 'x' })))));
    desk.jobs.cancel(cancelled.id);
    await desk.jobs.ended(cancelled.id);
    await new Promise((resolve) => setTimeout(resolve, 30));
    windowOf().focused = true;
    await desk.jobs.ended(job(() => Promise.resolve()).id);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(Notification.shown).toHaveLength(1);
  });

  test('the taskbar shows the share done, and the machine stays awake as long as work goes on', async () => {
    await start();
    let end = (): void => undefined;
    desk.jobs.start('train', 'digits', (work) => {
      work.progress({ phase: 'train', done: 1, total: 4 });
      return new Promise<void>((resolve) => (end = resolve));
    });
    await expect.poll(() => callsOf('window.setProgressBar').at(-1)).toEqual([0.25]);
    expect(callsOf('powerSaveBlocker.start')).toEqual([['prevent-app-suspension']]);
    expect(callsOf('powerSaveBlocker.stop')).toEqual([]);
    end();
    await expect.poll(() => callsOf('powerSaveBlocker.stop')).toEqual([[1]]);
    expect(callsOf('window.setProgressBar').at(-1)).toEqual([-1]);
  });
});

describe('end', () => {
  test.skipIf(process.platform === 'darwin')('closing the last window while work goes on asks; staying keeps it, stopping ends the work, then the application', async () => {
    await start();
    const job = desk.jobs.start('train', 'digits', ({ signal }) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())));
    windowOf().close();
    await expect.poll(() => callsOf('dialog.showMessageBox').length).toBe(1);
    expect(windowOf().isDestroyed()).toBe(false);
    answer('dialog.showMessageBox', { response: 0 });
    windowOf().close();
    await expect.poll(() => callNames()).toContain('app.ended');
    expect((await desk.jobs.ended(job.id)).endedAt).toBeDefined();
  });

  test.skipIf(process.platform === 'darwin')('closing one of two windows stops nothing and asks nothing', async () => {
    await start();
    desk.jobs.start('train', 'digits', ({ signal }) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())));
    menuItem(({ accelerator }) => accelerator === 'CmdOrCtrl+Shift+N')?.click?.();
    await expect.poll(() => BrowserWindow.all.length).toBe(2);
    const page = await connect(windowOf(1));
    windowOf(0).close();
    expect(windowOf(0).isDestroyed()).toBe(true);
    expect(callsOf('dialog.showMessageBox')).toEqual([]);
    expect(await page?.ask(1, 'app.info')).toMatchObject({ result: { home } });
  });

  test.skipIf(process.platform === 'darwin')('without work the last window ends the application, and its place is kept', async () => {
    await start();
    windowOf().bounds = { x: 5, y: 6, width: 1200, height: 760 };
    windowOf().close();
    await expect.poll(() => callNames()).toContain('app.ended');
    restart();
    desk = openDesk({ home });
    await start();
    expect(windowOf().options).toMatchObject({ x: 5, y: 6, width: 1200, height: 760 });
  });
});
