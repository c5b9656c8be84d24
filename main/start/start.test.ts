/** @file Which of the three ways is taken, with browsers and an Electron that are scripts: found, fetched, too slow, failing, handed over. */

import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { scratchFolder } from '../../e2e/harness/scratch';
import { appWindowWords } from './app-window';
import { findBrowsers, isSnap, type Machine } from './find-browser';
import { openAnother, tryBrowsers, tryElectron, type StartOptions, type Why } from './start';

const onPosix = test.skipIf(process.platform === 'win32');
let folder: string;
let home: string;
beforeEach(() => {
  folder = scratchFolder();
  home = join(folder, 'home');
});

function script(path: string, text: string): string {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}
/** Its words, one a line, then what it does. */
const browser = (name: string, then: string): string => script(join(folder, 'bin', name), `printf '%s\\n' "$@" >> '${join(folder, `${name}.words`)}'\n${then}`);
const wordsOf = (name: string): string[] => readFileSync(join(folder, `${name}.words`), 'utf8').trim().split('\n');

const machine = (env: Record<string, string> = {}): Machine => ({
  platform: 'linux',
  env: { PATH: `${join(folder, 'bin')}:/bin:/usr/bin`, DISPLAY: ':7', ...env },
  exists: (path) => path.startsWith(folder) && existsSync(path),
  userHome: folder,
});
const options = (more: Partial<StartOptions> = {}): StartOptions => ({ home, signal: new AbortController().signal, onFetching: () => undefined, machine: machine(), electron: null, standsMs: 500, ...more });

describe('browsers', () => {
  onPosix('the first that stands is opened as an app window on its own profile in the home; closing it is told', async () => {
    browser('chromium', 'sleep 3');
    browser('microsoft-edge', 'sleep 3');
    const opened = await tryBrowsers(options(), () => 'http://127.0.0.1:1/?token=t');
    if (!('ended' in opened)) throw new Error(JSON.stringify(opened));
    expect(opened.browser).toEqual({ name: 'Chromium', path: join(folder, 'bin', 'chromium') });
    expect(wordsOf('chromium')).toEqual(expect.arrayContaining(['--app=http://127.0.0.1:1/?token=t', `--user-data-dir=${join(home, 'browser')}`, '--no-first-run']));
    expect(existsSync(join(home, 'browser'))).toBe(true);
    let closed = false;
    void opened.ended.then(() => (closed = true));
    expect(closed).toBe(false);
    await opened.ended;
  });

  onPosix('one that fails is passed over for the next; when all fail, the last words of the last are the reason', async () => {
    browser('google-chrome', 'echo "no usable sandbox" >&2; exit 1');
    browser('chromium', 'echo "cannot open display" >&2; exit 1');
    expect(await tryBrowsers(options(), () => 'http://x/')).toEqual({ code: 'browser-failed', detail: 'Chromium: cannot open display' });
    browser('microsoft-edge', 'sleep 3');
    const opened = await tryBrowsers(options(), () => 'http://x/');
    expect(opened).toMatchObject({ browser: { name: 'Edge' } });
    await ('ended' in opened && opened.ended);
  });

  onPosix('a profile that another window has in use is left to it: the next one is taken', async () => {
    browser('chromium', `case "$*" in *${join(home, 'browser')}\\ *) exit 0;; *) sleep 3;; esac`);
    const opened = await tryBrowsers(options(), () => 'http://x/');
    expect(opened).toMatchObject({ profile: join(home, 'browser-2') });
    await ('ended' in opened && opened.ended);
  });

  onPosix('a second window beside the first is taken over by its browser', async () => {
    const path = browser('chromium', 'exit 0');
    const standing = { browser: { name: 'Chromium', path }, profile: join(home, 'browser'), ended: Promise.resolve(), close: () => undefined };
    expect(await openAnother(standing, 'http://x/')).toEqual({ again: true });
  });

  test('none, or no display: that is the reason', async () => {
    expect(await tryBrowsers(options(), () => '')).toEqual({ code: 'no-browser' });
    expect(await tryBrowsers(options({ machine: machine({ DISPLAY: '' }) }), () => '')).toEqual({ code: 'no-display' });
  });

  test('each system has its places', () => {
    const found = (platform: NodeJS.Platform, env: Record<string, string>, standing: string[]) =>
      findBrowsers({ platform, env, userHome: '/Users/ana', exists: (path) => standing.includes(path) });
    const chrome = 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe';
    const edge = 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe';
    expect(found('win32', { ProgramFiles: 'C:\\Program Files', 'ProgramFiles(x86)': 'C:\\Program Files (x86)' }, [edge, chrome])).toEqual([
      { name: 'Chrome', path: chrome },
      { name: 'Edge', path: edge },
    ]);
    const mac = '/Users/ana/Applications/Chromium.app/Contents/MacOS/Chromium';
    expect(found('darwin', {}, [mac])).toEqual([{ name: 'Chromium', path: mac }]);
    expect(found('linux', { PATH: 'relative:/opt/bin' }, ['relative/chromium', '/snap/bin/chromium', '/opt/bin/google-chrome'])).toEqual([
      { name: 'Chrome', path: '/opt/bin/google-chrome' },
      { name: 'Chromium', path: '/snap/bin/chromium' },
    ]);
    expect(found('linux', { GENOISE_BROWSER: '/opt/thorium' }, ['/opt/thorium', '/usr/bin/chromium'])).toEqual([{ name: '/opt/thorium', path: '/opt/thorium' }]);
    expect(found('linux', { GENOISE_BROWSER: '/opt/gone' }, ['/usr/bin/chromium'])).toEqual([]);
  });

  onPosix('a snap is known by where its link leads', () => {
    expect(isSnap('/snap/bin/chromium')).toBe(true);
    mkdirSync(join(folder, 'snap', 'chromium'), { recursive: true });
    writeFileSync(join(folder, 'snap', 'chromium', 'chrome'), '');
    symlinkSync(join(folder, 'snap', 'chromium', 'chrome'), join(folder, 'chromium'));
    expect(isSnap(join(folder, 'chromium'))).toBe(true);
    expect(isSnap('/usr/bin/env')).toBe(false);
  });

  test('the sandbox stays on for everybody but root', () => {
    const words = (root: boolean) => appWindowWords({ url: 'http://x/', profile: '/p', platform: 'linux', root });
    expect(words(false)).not.toContain('--no-sandbox');
    expect(words(true)).toContain('--no-sandbox');
  });
});

describe('Electron', () => {
  /** A package whose script does `install`; its program does `program`. */
  function electron(install: string, program = 'sleep 1'): string {
    const at = join(folder, 'electron');
    mkdirSync(join(at, 'dist'), { recursive: true });
    writeFileSync(join(at, 'package.json'), JSON.stringify({ name: 'electron', version: '45.0.0' }));
    script(join(at, 'program'), `printf '%s\\n' "$@" > '${join(folder, 'electron.words')}'\nenv > '${join(folder, 'electron.env')}'\n${program}`);
    writeFileSync(join(at, 'install.js'), `const fs = require('fs');\nfs.appendFileSync(__dirname + '/asked', 'x');\n${install}`);
    return at;
  }
  const arrive = "fs.copyFileSync(__dirname + '/program', __dirname + '/dist/electron'); fs.writeFileSync(__dirname + '/path.txt', 'electron');";
  const asked = (at: string): number => (existsSync(join(at, 'asked')) ? readFileSync(join(at, 'asked'), 'utf8').length : 0);
  const attempt = async (more: Partial<StartOptions>): Promise<{ outcome: 'closed' | Why; shown: Why[] }> => {
    const shown: Why[] = [];
    const outcome = await tryElectron(options(more), (why) => shown.push(why));
    return { outcome, shown };
  };

  onPosix('is fetched once, then found; it is told home and language, and its end is told', async () => {
    const at = electron(arrive);
    const fetching: number[] = [];
    expect(await attempt({ electron: at, lang: 'fr', onFetching: (seconds) => fetching.push(seconds) })).toEqual({ outcome: 'closed', shown: [{ code: 'electron-fetched' }] });
    expect(fetching).toEqual([180]);
    expect(wordsOf('electron').slice(-3)).toEqual(['--home', home, '--lang=fr']);
    expect(await attempt({ electron: at, machine: machine({ ELECTRON_RUN_AS_NODE: '1' }) })).toEqual({ outcome: 'closed', shown: [{ code: 'electron-here' }] });
    expect(asked(at)).toBe(1);
    expect(readFileSync(join(folder, 'electron.env'), 'utf8')).not.toContain('ELECTRON_RUN_AS_NODE');
  });

  onPosix('that can not be fetched says why, and is asked for again the next time', async () => {
    const at = electron("const error = new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND downloads.example') }); console.error(error); process.exit(1);");
    const { outcome, shown } = await attempt({ electron: at });
    expect(outcome).toEqual({ code: 'electron-unreachable', detail: 'getaddrinfo ENOTFOUND downloads.example' });
    expect(shown).toEqual([]);
    await attempt({ electron: at });
    expect(asked(at)).toBe(2);
  });

  onPosix('that comes too slowly is given up within the limit, and not waited for again the same day', async () => {
    const at = electron('setTimeout(() => undefined, 60_000);');
    const slow = { outcome: { code: 'electron-slow', detail: '0.5' }, shown: [] };
    const began = performance.now();
    expect(await attempt({ electron: at, fetchLimitMs: 500 })).toEqual(slow);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(await attempt({ electron: at, fetchLimitMs: 500 })).toEqual(slow);
    expect(asked(at)).toBe(1);
    // Another version is another download.
    writeFileSync(join(at, 'package.json'), JSON.stringify({ name: 'electron', version: '46.0.0' }));
    await attempt({ electron: at, fetchLimitMs: 500 });
    expect(asked(at)).toBe(2);
  });

  onPosix('that does not start here says its last words', async () => {
    const at = electron(arrive, 'echo "The SUID sandbox helper binary was found, but is not configured correctly" >&2; exit 1');
    expect(await attempt({ electron: at })).toEqual({ outcome: { code: 'electron-failed', detail: 'The SUID sandbox helper binary was found, but is not configured correctly' }, shown: [] });
  });

  onPosix('that ends at once and well has brought the window of a first one forward', async () => {
    expect(await attempt({ electron: electron(arrive, 'exit 0') })).toEqual({ outcome: 'closed', shown: [{ code: 'electron-fetched' }] });
  });

  onPosix('ends when the start is ended', async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 300);
    const began = performance.now();
    expect((await attempt({ electron: electron(arrive, 'exec sleep 60'), signal: abort.signal })).outcome).toBe('closed');
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  test('is not asked for where there is no package or no display', async () => {
    expect((await attempt({ electron: null })).outcome).toEqual({ code: 'electron-missing' });
    const at = electron(arrive);
    expect((await attempt({ electron: at, machine: machine({ DISPLAY: '' }) })).outcome).toEqual({ code: 'no-display' });
    expect(asked(at)).toBe(0);
  });
});
