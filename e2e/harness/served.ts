/** @file The built lab as a browser's user has it: a server of its own with a fresh home, and pages in Chromium. */

import type { Browser, BrowserContext, Page } from 'playwright';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromiumPath, launchChromium } from './browser';
import { inElectron, openElectronLab } from './electron-lab';

const entry = join(import.meta.dirname, '..', '..', 'bin', 'genoise.mjs');

/** A test that runs out of time, or whose process is killed, stops nothing itself: the server ends with the pipe to it. */
const endsWithStdin = `data:text/javascript,${encodeURIComponent("process.stdin.resume().on('end', () => process.kill(process.pid, 'SIGKILL')).unref()")}`;

export interface ServedHost {
  /** With the token. */
  url: string;
  /** The address itself, ending in '/'. */
  origin: string;
  home: string;
  process: ChildProcess;
  stderr(): string;
  /** As Ctrl-C does. -> the exit code */
  stop(): Promise<number | null>;
}

/** Starts `genoise serve` on a free port. Without `home` a fresh one, which goes with the server. */
export async function startServed({ home, words = [] }: { home?: string; words?: readonly string[] } = {}): Promise<ServedHost> {
  const folder = home ?? mkdtempSync(join(tmpdir(), 'genoise-home-'));
  const child = spawn(process.execPath, ['--import', endsWithStdin, entry, 'serve', '--port', '0', '--json', '--home', folder, '--lang', 'en', ...words], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.includes('\n')) resolve((JSON.parse(stdout.slice(0, stdout.indexOf('\n'))) as { url?: string }).url ?? '');
    });
    child.once('error', reject);
    void ended.then((code) => reject(new Error(`genoise serve ended with ${code}: ${stdout}${stderr}`)));
  });
  if (url === '') throw new Error(`genoise serve told no address: ${stdout}`);
  return {
    url,
    origin: `${new URL(url).origin}/`,
    home: folder,
    process: child,
    stderr: () => stderr,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
      const killed = setTimeout(() => child.kill('SIGKILL'), 20_000);
      const code = await ended;
      clearTimeout(killed);
      if (home === undefined) rmSync(folder, { recursive: true, force: true });
      return code;
    },
  };
}

export interface LabOptions {
  /** Of the browser: 'en-GB' or 'fr-FR'. */
  locale?: string;
  viewport?: { width: number; height: number };
  colorScheme?: 'light' | 'dark';
  reducedMotion?: 'reduce' | 'no-preference';
  /** Kept; without it a fresh one, which goes with the lab. */
  home?: string;
}

export interface OpenLab {
  page: Page;
  context: BrowserContext;
  home: string;
  served: ServedHost;
  /** What the pages complained of: console warnings and errors, exceptions, requests that failed. Expect it to be empty. */
  complaints: string[];
  /** One more page of the same user. */
  openPage(): Promise<Page>;
  close(): Promise<void>;
}

/** Opens the lab in Chromium, or in Electron where flows are run there. @throws Error when there is no Chromium: ask `chromiumPath()` first */
export async function openLab(options: LabOptions = {}): Promise<OpenLab> {
  if (inElectron()) return openElectronLab(options);
  const { locale = 'en-GB', viewport = { width: 1280, height: 800 }, colorScheme = 'dark', reducedMotion, home } = options;
  const path = chromiumPath();
  if (!path) throw new Error('no Chromium is installed: install one, or set CHROMIUM_PATH');
  const opened: { served?: ServedHost; browser?: Browser } = {};
  const close = async (): Promise<void> => {
    await opened.browser?.close();
    await opened.served?.stop();
  };
  try {
    const [served, browser] = await Promise.all([
      startServed({ home }).then((one) => (opened.served = one)),
      launchChromium(path).then((one) => (opened.browser = one)),
    ]);
    const context = await browser.newContext({ locale, viewport, colorScheme, reducedMotion });
    const complaints: string[] = [];
    const openPage = async (): Promise<Page> => {
      const page = await context.newPage();
      page.on('console', (message) => {
        if (message.type() === 'warning' || message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
      });
      page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
      page.on('requestfailed', (request) => {
        const reason = request.failure()?.errorText ?? 'failed';
        // A page that was left or reloaded gives up what was on its way, its icon say.
        if (reason !== 'net::ERR_ABORTED') complaints.push(`${request.url()}: ${reason}`);
      });
      await page.goto(context.pages().length > 1 ? served.origin : served.url);
      return page;
    };
    return { page: await openPage(), context, home: served.home, served, complaints, openPage, close };
  } catch (caught) {
    await close();
    throw caught;
  }
}
