/** @file The bridge: what a page gets of it, and nothing more; messages that come early are told once somebody listens. */

import { beforeEach, expect, test, vi } from 'vitest';
import type { HostBridge, HostMessage } from './contract/host';

let electron: typeof import('../e2e/harness/electron-stand-in');
let callsOf: (typeof import('../e2e/harness/electron-record'))['callsOf'];
let bridge: HostBridge;
const posted: unknown[][] = [];

beforeEach(async () => {
  vi.resetModules();
  posted.length = 0;
  vi.stubGlobal('window', { location: { origin: 'app://genoise' }, postMessage: (...args: unknown[]) => posted.push(args) });
  electron = await import('../e2e/harness/electron-stand-in');
  ({ callsOf } = await import('../e2e/harness/electron-record'));
  await import('./index');
  bridge = callsOf('contextBridge.exposeInMainWorld')[0][1] as HostBridge;
});

test('five members, of which none names a channel', () => {
  expect(callsOf('contextBridge.exposeInMainWorld').map(([name]) => name)).toEqual(['lab']);
  expect(Object.keys(bridge).sort()).toEqual(['connect', 'host', 'onMessage', 'pathOf', 'platform']);
  bridge.connect();
  expect(callsOf('ipcRenderer.send')).toEqual([['genoise:connect']]);
  expect(bridge.pathOf({ path: '/photos' } as unknown as File)).toBe('/photos');
});

test('a port is handed to the page of our own origin alone', () => {
  const port = {};
  electron.ipcRenderer.emit('genoise:port', { ports: [port] });
  expect(posted).toEqual([['genoise:port', 'app://genoise', [port]]]);
});

test('messages of the menu are checked, and none is lost before the page listens', async () => {
  const heard: [string, HostMessage][] = [];
  const send = (message: unknown) => electron.ipcRenderer.emit('genoise:message', {}, message);
  send({ open: ['/a.zip'] });
  send({ command: 'format-disk' });
  send({ open: [] });
  send('nonsense');
  const stop = bridge.onMessage((message) => heard.push(['first', message]));
  bridge.onMessage((message) => heard.push(['second', message]));
  expect(heard).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(heard).toEqual([['first', { open: ['/a.zip'] }], ['second', { open: ['/a.zip'] }]]);
  stop();
  send({ command: 'palette' });
  expect(heard.slice(2)).toEqual([['second', { command: 'palette' }]]);
});
