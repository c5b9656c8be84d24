/** @file Installed browsers that can show a page as a window of its own (--app): Chrome, Chromium, Edge. */

import { existsSync, realpathSync } from 'node:fs';
import { posix, win32 } from 'node:path';

export interface Browser {
  name: string;
  path: string;
}

export interface Machine {
  platform: NodeJS.Platform;
  env: Record<string, string | undefined>;
  exists(path: string): boolean;
  userHome: string;
}

const onPath: [program: string, name: string][] = [
  ['google-chrome-stable', 'Chrome'],
  ['google-chrome', 'Chrome'],
  ['chromium', 'Chromium'],
  ['chromium-browser', 'Chromium'],
  ['microsoft-edge-stable', 'Edge'],
  ['microsoft-edge', 'Edge'],
];
const macApps: [bundle: string, name: string][] = [
  ['Google Chrome', 'Chrome'],
  ['Chromium', 'Chromium'],
  ['Microsoft Edge', 'Edge'],
];
const windowsPaths: [below: string, name: string][] = [
  ['Google\\Chrome\\Application\\chrome.exe', 'Chrome'],
  ['Chromium\\Application\\chrome.exe', 'Chromium'],
  ['Microsoft\\Edge\\Application\\msedge.exe', 'Edge'],
];

/** Best first; GENOISE_BROWSER, if it is set, alone. */
export function findBrowsers({ platform, env, exists, userHome }: Machine): Browser[] {
  const named = env['GENOISE_BROWSER'];
  if (named) return exists(named) ? [{ name: named, path: named }] : [];
  const candidates = platform === 'win32' ? onWindows(env) : platform === 'darwin' ? onMac(userHome) : onLinux(env);
  const found = candidates.filter(({ path }) => exists(path));
  return found.filter(({ path }, at) => found.findIndex((one) => one.path === path) === at);
}

function onLinux(env: Machine['env']): Browser[] {
  const folders = [...(env['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/')), '/usr/bin', '/usr/local/bin', '/snap/bin'];
  const installed = [
    { name: 'Chrome', path: '/opt/google/chrome/chrome' },
    { name: 'Edge', path: '/opt/microsoft/msedge/msedge' },
  ];
  return [...onPath.flatMap(([program, name]) => folders.map((folder) => ({ name, path: posix.join(folder, program) }))), ...installed];
}

function onMac(userHome: string): Browser[] {
  const folders = ['/Applications', posix.join(userHome, 'Applications')];
  return macApps.flatMap(([bundle, name]) => folders.map((folder) => ({ name, path: posix.join(folder, `${bundle}.app`, 'Contents', 'MacOS', bundle) })));
}

function onWindows(env: Machine['env']): Browser[] {
  const folders = ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].flatMap((variable) => env[variable] ?? []);
  return windowsPaths.flatMap(([below, name]) => folders.map((folder) => ({ name, path: win32.join(folder, below) })));
}

export const thisMachine = (env: Machine['env'], userHome: string): Machine => ({ platform: process.platform, env, exists: existsSync, userHome });

/** A browser in a snap reads no hidden folder of the user's, and so no profile in the home. */
export function isSnap(path: string): boolean {
  try {
    return /(^|\/)snap(\/|$)/.test(realpathSync(path)) || path.startsWith('/snap/');
  } catch {
    return path.startsWith('/snap/');
  }
}

/** Whether a window could be shown at all. */
export function hasDisplay({ platform, env }: Machine): boolean {
  return platform !== 'linux' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']);
}
