/** @file The lab in the real Electron, for the same flows that run on the served host: `npm run test:electron`. */

import { _electron, type Page } from 'playwright';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { electronPackage, findElectron } from '../../main/start/find-electron';
import type { LabOptions, OpenLab } from './served';

const root = join(import.meta.dirname, '..', '..');

/** Whether flows are to run in Electron. */
export const inElectron = (): boolean => process.env['GENOISE_E2E_HOST'] === 'electron';

/** Electron's program, where it was fetched; it is never fetched here. */
export function electronProgram(): string | undefined {
  const folder = electronPackage();
  return folder ? findElectron(folder) : undefined;
}

/** Electron's own switches and the words of Genoise. */
export const electronWords = (home: string, locale: string): string[] => [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  root,
  '--home',
  home,
  `--lang=${locale}`,
];

/** @throws Error when Electron's program isn't here: ask `electronProgram()` first */
export async function openElectronLab({ locale = 'en-GB', viewport = { width: 1280, height: 800 }, colorScheme = 'dark', reducedMotion, home }: LabOptions = {}) {
  const executablePath = electronProgram();
  if (!executablePath) throw new Error("Electron's program is not here: npx install-electron fetches it");
  const folder = home ?? mkdtempSync(join(tmpdir(), 'genoise-home-'));
  const env = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const app = await _electron.launch({ executablePath, args: electronWords(folder, locale), env: { ...env, LANGUAGE: locale }, locale, colorScheme });
  const complaints: string[] = [];
  const listen = async (page: Page): Promise<Page> => {
    page.on('console', (message) => {
      if (message.type() === 'warning' || message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
    page.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText ?? 'failed';
      // A page that was left or reloaded gives up what was on its way, its icon say.
      if (reason !== 'net::ERR_ABORTED') complaints.push(`${request.url()}: ${reason}`);
    });
    if (reducedMotion) await page.emulateMedia({ reducedMotion });
    await app.evaluate(({ BrowserWindow }, { width, height }) => BrowserWindow.getAllWindows().forEach((window) => window.setContentSize(width, height)), viewport);
    await page.waitForLoadState();
    return page;
  };
  const lab: OpenLab = {
    page: await listen(await app.firstWindow()),
    context: app.context(),
    home: folder,
    get served(): never {
      throw new Error('this flow needs the served host: skip it in Electron');
    },
    complaints,
    async openPage() {
      const opened = app.waitForEvent('window');
      await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items ?? []).find(({ accelerator }) => accelerator === 'CmdOrCtrl+Shift+N')?.click());
      return listen(await opened);
    },
    async close() {
      await app.close();
      if (home === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
  return { ...lab, get served() { return lab.served; }, app };
}
