/** @file How `npm start` shows the lab: Electron where its program is there or can be fetched, else an installed browser's app window, else an address. */

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { clock } from '../platform/clock';
import { readState, removeState, stateFolder, writeState } from '../platform/state-file';
import { openAppWindow, type AppWindow } from './app-window';
import { electronPackage, fetchElectron, findElectron } from './find-electron';
import { findBrowsers, hasDisplay, isSnap, thisMachine, type Browser, type Machine } from './find-browser';

export const ways = ['electron', 'browser', 'address'] as const;
export type Way = (typeof ways)[number];

/** Why a way was taken, or why a better one was not: a code and its facts, worded by the terminal. */
export interface Why {
  code: 'asked' | 'electron-here' | 'electron-fetched' | 'electron-missing' | 'electron-unreachable' | 'electron-slow' | 'electron-failed' | 'no-display' | 'no-browser' | 'browser-failed';
  detail?: string;
}

export interface StartOptions {
  home: string;
  /** This way alone. */
  way?: Way;
  lang?: string;
  signal: AbortSignal;
  /** Told while something takes long. */
  onFetching(limitSeconds: number): void;
  machine?: Machine;
  /** The folder of the electron package; null where there is none. */
  electron?: string | null;
  fetchLimitMs?: number;
  /** An Electron that can't run here has ended by then. */
  standsMs?: number;
}

const usualStandsMs = 4_000;
const fetchMs = 180_000;
/** A download that was too slow is not tried again for so long. */
const patienceMs = 24 * 3_600_000;

const failedFetch = z.object({ version: z.string(), at: z.number() });

/** Tries Electron. -> what it came to: it was shown and has been closed, or why it can't be */
export async function tryElectron(options: StartOptions, onShown: (why: Why) => void): Promise<'closed' | Why> {
  const { home, lang, signal, machine = thisMachine(process.env, homedir()), standsMs = usualStandsMs } = options;
  const folder = options.electron === undefined ? electronPackage() : (options.electron ?? undefined);
  if (!folder) return { code: 'electron-missing' };
  if (!hasDisplay(machine)) return { code: 'no-display' };
  const here = findElectron(folder, machine.env);
  const got = here ? { path: here } : await fetchOnce(folder, options);
  if (!('path' in got)) return got;
  const why: Why = { code: here ? 'electron-here' : 'electron-fetched' };

  const root = machine.platform === 'linux' && process.getuid?.() === 0;
  const words = [...(root ? ['--no-sandbox'] : []), projectFolder(), '--home', home, ...(lang ? [`--lang=${lang}`] : [])];
  const { ELECTRON_RUN_AS_NODE: _node, ...env } = machine.env;
  const child = spawn(got.path, words, { stdio: ['ignore', 'ignore', 'pipe'], env });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4_000)));
  const stop = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  return new Promise((resolve) => {
    let shown = false;
    const settle = (outcome: 'closed' | Why): void => {
      clearTimeout(stands);
      signal.removeEventListener('abort', stop);
      resolve(outcome);
    };
    const show = (): void => {
      if (!shown) onShown(why);
      shown = true;
    };
    const stands = setTimeout(show, standsMs);
    child.once('error', (error) => settle({ code: 'electron-failed', detail: error.message }));
    child.once('exit', (code, ended) => {
      // It ended at once and well: a window was open already, and has come forward.
      if (!shown && code !== 0 && !signal.aborted) return settle({ code: 'electron-failed', detail: lastWords(said) || String(ended ?? code) });
      show();
      settle('closed');
    });
  });
}

/** Fetches Electron's program, unless it was too slow lately. */
async function fetchOnce(folder: string, { home, signal, onFetching, machine, fetchLimitMs = fetchMs }: StartOptions): Promise<{ path: string } | Why> {
  const record = join(home, 'electron-fetch.json');
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  const last = await readState(record, failedFetch);
  if (last?.version === version && clock.nowMs() - last.at < patienceMs) return { code: 'electron-slow', detail: String(fetchLimitMs / 1000) };
  onFetching(fetchLimitMs / 1000);
  const fetched = await fetchElectron(folder, fetchLimitMs, signal, machine?.env);
  if ('path' in fetched) {
    await removeState(record);
    return fetched;
  }
  if (fetched.reason !== 'slow') return { code: 'electron-unreachable', detail: fetched.detail };
  await writeState(record, { version, at: clock.nowMs() });
  return { code: 'electron-slow', detail: String(fetchLimitMs / 1000) };
}

export interface ShownIn extends AppWindow {
  browser: Browser;
  profile: string;
}

/** Opens the address as an app window of the first browser that can. -> the window, or why there is none */
export async function tryBrowsers({ home, machine = thisMachine(process.env, homedir()) }: StartOptions, url: () => string): Promise<ShownIn | Why> {
  if (!hasDisplay(machine)) return { code: 'no-display' };
  const browsers = findBrowsers(machine);
  let why: Why = { code: 'no-browser' };
  for (const browser of browsers) {
    // A profile in use by a window that another start left would take the address and end.
    for (const name of ['browser', 'browser-2', 'browser-3']) {
      const profile = await stateFolder(isSnap(browser.path) ? join(machine.userHome, 'snap', 'chromium', 'common', `genoise-${name}`) : join(home, name));
      const opened = await openAppWindow({ browser: browser.path, url: url(), profile, env: machine.env });
      if ('ended' in opened) return { ...opened, browser, profile };
      if ('failed' in opened) {
        why = { code: 'browser-failed', detail: `${browser.name}: ${opened.failed}` };
        break;
      }
    }
  }
  return why;
}

/** Where package.json and out/ are: above the running bundle, or above this source. */
function projectFolder(): string {
  const places = [join(import.meta.dirname, '..', '..'), join(import.meta.dirname, '..', '..', '..')];
  return places.find((place) => existsSync(join(place, 'package.json'))) ?? places[0];
}

/** One more window beside `standing`, in its browser and profile, which takes the address over. */
export async function openAnother({ browser, profile }: ShownIn, url: string): Promise<ShownIn | { again: true } | Why> {
  const opened = await openAppWindow({ browser: browser.path, url, profile });
  if ('ended' in opened) return { ...opened, browser, profile };
  return 'again' in opened ? opened : { code: 'browser-failed', detail: `${browser.name}: ${opened.failed}` };
}

const lastWords = (text: string): string => text.trim().split('\n').at(-1)?.trim().slice(0, 200) ?? '';
