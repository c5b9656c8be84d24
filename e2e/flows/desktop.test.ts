/** @file What only the real Electron can show: its settings in force, pages that come back, one instance. The other flows run in it as well. */

import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { electronProgram, electronWords, inElectron, openElectronLab } from '../harness/electron-lab';
import { skipWithReason } from '../harness/skips';

const program = electronProgram();

if (!inElectron() || !program) skipWithReason('desktop window', program ? 'run npm run test:electron' : "Electron's program is not on this machine: npx install-electron fetches it");
else
  describe('desktop window', () => {
    let lab: Awaited<ReturnType<typeof openElectronLab>>;
    beforeAll(async () => void (lab = await openElectronLab()));
    afterAll(() => lab?.close());

    test('the page runs sandboxed, isolated and without Node', async () => {
      const inForce = await lab.app.evaluate(({ BrowserWindow }) => {
        // Electron has it for its own tests, and types it not.
        const { webContents } = BrowserWindow.getAllWindows()[0] as unknown as { webContents: { getLastWebPreferences(): Record<string, unknown> } };
        const { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag } = webContents.getLastWebPreferences();
        return { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag };
      });
      expect(inForce).toEqual({ sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true, webviewTag: false });
      expect(await lab.page.evaluate(() => [typeof Reflect.get(globalThis, 'require'), typeof Reflect.get(globalThis, 'process'), location.origin])).toEqual(['undefined', 'undefined', 'app://genoise']);
      expect(await lab.page.evaluate(() => Object.keys(window.lab ?? {}).sort())).toEqual(['connect', 'host', 'onMessage', 'pathOf', 'platform']);
    });

    test('it reaches no network, goes nowhere and is granted nothing', async () => {
      expect(await lab.page.evaluate(() => fetch('https://example.org/').then(() => 'reached', () => 'refused'))).toBe('refused');
      await lab.page.evaluate(() => void (location.href = 'https://example.org/'));
      await lab.page.evaluate(() => void window.open('https://example.org/'));
      await lab.page.waitForTimeout(500);
      expect(lab.page.url()).toContain('app://genoise/');
      expect(lab.app.windows()).toHaveLength(1);
      expect(await lab.page.evaluate(() => navigator.permissions.query({ name: 'geolocation' }).then(({ state }) => state))).toBe('denied');
      lab.complaints.length = 0;
    });

    test('a page that crashes is back within 3 s, connected', async () => {
      const before = Date.now();
      await lab.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].webContents.forcefullyCrashRenderer());
      await expect
        .poll(() => lab.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].webContents.executeJavaScript("document.body.innerText.includes('starter-vae-digits') || document.body.innerText.length > 100").catch(() => false)), { timeout: 10_000 })
        .toBe(true);
      expect(Date.now() - before).toBeLessThan(3_000);
    });

    test('a second start in the same home ends at once and leaves one application', async () => {
      const second = spawn(program, electronWords(lab.home, 'en-GB'), { stdio: 'ignore' });
      expect(await new Promise((resolve) => second.once('exit', resolve))).toBe(0);
      expect(await lab.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
    });
  });
