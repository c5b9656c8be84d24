/** @file What a page may do: the stated list of web preferences, and refusals that are really given. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { callsOf, forget } from '../../e2e/harness/electron-record';
import { Preventable, session, WebContents } from '../../e2e/harness/electron-stand-in';
import type { Session, WebContents as RealContents } from 'electron';
import { externalHosts, mayOpenOutside } from './external-links';
import { lockContents, lockSession, webPreferences } from './security';

beforeEach(forget);

test('web preferences are these and no others', () => {
  const { preload, ...stated } = webPreferences;
  expect(stated).toEqual({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    safeDialogs: true,
    spellcheck: false,
  });
  expect(preload).toMatch(/preload[\\/]index\.cjs$/);
});

describe('the session', () => {
  beforeEach(() => lockSession(session.defaultSession as unknown as Session));
  const handlerOf = <Args extends unknown[], Result>(call: string) => callsOf(`session.${call}`)[0][0] as (...args: Args) => Result;

  test.each(['media', 'geolocation', 'notifications', 'midi', 'pointerLock', 'fullscreen', 'openExternal', 'clipboard-read', 'usb', 'serial', 'hid', 'fileSystem', 'local-fonts'])(
    '%s is refused, even to our page',
    (permission) => {
      const given: boolean[] = [];
      const request = handlerOf<[unknown, string, (grant: boolean) => void, { requestingUrl: string }], void>('setPermissionRequestHandler');
      request({}, permission, (grant) => given.push(grant), { requestingUrl: 'app://genoise/' });
      expect(given).toEqual([false]);
      expect(handlerOf<[unknown, string, string], boolean>('setPermissionCheckHandler')({}, permission, 'app://genoise')).toBe(false);
    },
  );

  test('our page alone may write text to the clipboard', () => {
    const check = handlerOf<[unknown, string, string], boolean>('setPermissionCheckHandler');
    expect(check({}, 'clipboard-sanitized-write', 'app://genoise/')).toBe(true);
    expect(check({}, 'clipboard-sanitized-write', 'https://example.org/')).toBe(false);
    expect(check({}, 'clipboard-sanitized-write', 'app://genoise.evil.org/')).toBe(false);
  });

  test('devices and the screen are refused', () => {
    expect(handlerOf<[unknown], boolean>('setDevicePermissionHandler')({})).toBe(false);
    const answers: unknown[] = [];
    handlerOf<[unknown, (streams: unknown) => void], void>('setDisplayMediaRequestHandler')({}, (streams) => answers.push(streams));
    expect(answers).toEqual([{}]);
    expect(callsOf('session.setSpellCheckerEnabled')).toEqual([[false]]);
  });

  test.each([
    ['app://genoise/assets/index.js', false],
    ['blob:app://genoise/1', false],
    ['data:image/png;base64,', false],
    ['https://example.org/steal?what=1', true],
    ['http://127.0.0.1:8080/', true],
    ['ws://127.0.0.1:8080/', true],
    ['file:///etc/passwd', true],
    ['ftp://example.org/', true],
  ])('a request to %s is cancelled: %s', (url, cancel) => {
    const answers: unknown[] = [];
    (callsOf('session.onBeforeRequest')[0][0] as (details: { url: string }, answer: (given: unknown) => void) => void)({ url }, (given) => answers.push(given));
    expect(answers).toEqual([{ cancel }]);
  });
});

describe('a page', () => {
  const locked = () => {
    const contents = new WebContents();
    lockContents(contents as unknown as RealContents);
    return contents;
  };

  test.each(['will-navigate', 'will-frame-navigate', 'will-redirect'])('%s to another origin is prevented, within ours not', (name) => {
    const contents = locked();
    const verdicts = ['https://example.org/', 'file:///etc/passwd', 'app://genoise.evil.org/', 'javascript:alert(1)', 'app://genoise/#run'].map((url) => {
      const event = new Preventable(url);
      contents.emit(name, event);
      return event.defaultPrevented;
    });
    expect(verdicts).toEqual([true, true, true, true, false]);
  });

  test('webviews are prevented', () => {
    const event = new Preventable();
    locked().emit('will-attach-webview', event);
    expect(event.defaultPrevented).toBe(true);
  });

  test('windows are denied; a listed host opens in the browser, any other nowhere', () => {
    const contents = locked();
    const open = (url: string) => contents.windowOpenHandler?.({ url });
    expect(open('https://arxiv.org/abs/1312.6114')).toEqual({ action: 'deny' });
    expect(open('https://example.org/')).toEqual({ action: 'deny' });
    expect(open('file:///usr/bin/xcalc')).toEqual({ action: 'deny' });
    expect(callsOf('shell.openExternal')).toEqual([['https://arxiv.org/abs/1312.6114']]);
  });
});

describe('links outside', () => {
  test('every link of the page and its words may be opened', () => {
    const root = join(import.meta.dirname, '..', '..');
    const files = ['renderer', 'resources/locales', 'main/methods'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) => /\.(tsx?|json)$/.test(name) && !name.includes('.test.')).map((name) => join(root, folder, name)),
    );
    const links = files.flatMap((file) => readFileSync(file, 'utf8').match(/https:\/\/[\w./-]+/g) ?? []);
    expect(links.length).toBeGreaterThan(3);
    expect([...new Set(links)].filter((link) => !mayOpenOutside(link))).toEqual([]);
  });

  test.each(externalHosts)('%s', (host) => {
    expect(mayOpenOutside(`https://${host}/a?b=c`)).toBe(true);
  });

  test.each([
    'http://arxiv.org/',
    'https://arxiv.org:8443/',
    'https://arxiv.org.evil.example/',
    'https://evilarxiv.org/',
    'https://user:secret@arxiv.org/',
    'https://arxiv.org@evil.example/',
    'smb://arxiv.org/share',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'ms-msdt:/id',
    'not an address',
  ])('%s is refused', (address) => {
    expect(mayOpenOutside(address)).toBe(false);
  });
});
