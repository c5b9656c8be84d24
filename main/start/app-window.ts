/** @file A browser's window without tabs or address bar, on a profile of its own: it looks like a program, and its process ends when it is closed. */

import { spawn } from 'node:child_process';

export interface AppWindow {
  /** Resolves when the window's process has ended, after `failed` is known. */
  ended: Promise<void>;
  /** Asks the browser to close. */
  close(): void;
}

export interface AppWindowOptions {
  browser: string;
  url: string;
  /** The browser's own folder: no bookmark, extension or window of the user's is in it. */
  profile: string;
  env?: Record<string, string | undefined>;
  platform?: NodeJS.Platform;
  /** Whether we are root: Chromium refuses its sandbox then, and only then it is left out. */
  root?: boolean;
}

/** A browser that can't start has ended by then. */
const startMs = 2_500;

export function appWindowWords({ url, profile, platform = process.platform, root = process.getuid?.() === 0 }: Omit<AppWindowOptions, 'browser'>): string[] {
  return [
    `--app=${url}`,
    `--user-data-dir=${profile}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-sync',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-features=Translate,MediaRouter',
    '--window-size=1280,800',
    // A profile of its own needs no keyring, and must not ask for its password.
    ...(platform === 'linux' ? ['--class=genoise', '--password-store=basic'] : []),
    ...(platform === 'darwin' ? ['--use-mock-keychain'] : []),
    // The second keeps Chromium from warning of the first in the window itself.
    ...(root ? ['--no-sandbox', '--test-type'] : []),
  ];
}

/**
 * -> the window, once it has stood for a moment; `again` where the browser handed the address to a process that has the profile in use and ended well;
 * `failed` where it could not start.
 */
export function openAppWindow(options: AppWindowOptions): Promise<AppWindow | { again: true } | { failed: string }> {
  const child = spawn(options.browser, appWindowWords(options), { stdio: ['ignore', 'ignore', 'pipe'], env: options.env ?? process.env });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-4_000)));
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
  return new Promise((resolve) => {
    const stands = setTimeout(() => resolve({ ended, close: () => void child.kill() }), startMs);
    child.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(stands);
      resolve({ failed: error.code ?? error.message });
    });
    child.once('exit', (code, signal) => {
      clearTimeout(stands);
      if (code === 0) resolve({ again: true });
      else resolve({ failed: lastLine(words) || String(signal ?? code) });
    });
  });
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim().slice(0, 200) ?? '';
