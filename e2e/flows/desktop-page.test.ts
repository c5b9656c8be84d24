/** @file The page as Electron's window shows it, in a real browser: its port, its policy, the menu, the system's dialogs and dropped paths. */

import type { Browser } from 'playwright';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handlersOf } from '../../main/lab/calls/handlers';
import { serveConnection } from '../../main/lab/connection';
import { openDesk, type Desk } from '../../main/lab/desk';
import { firstUse } from '../../main/lab/first-use';
import { openBridgedPage, type BridgedPage } from '../harness/bridged-page';
import { chromiumPath, launchChromium } from '../harness/browser';
import { sampleFolder } from '../../main/lab/sample-data';
import { skipUnlessCi } from '../harness/skips';

const path = chromiumPath();

if (!path) skipUnlessCi('page of the desktop window', 'no Chromium is installed: install one, or set CHROMIUM_PATH');
else
  describe('page of the desktop window', () => {
    let home: string;
    let desk: Desk;
    let browser: Browser;
    let bridged: BridgedPage;
    const asked: unknown[] = [];

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'genoise-bridged-'));
      await firstUse(home);
      desk = openDesk({ home });
      browser = await launchChromium(path);
      const native = {
        choosePaths: (args: unknown) => (asked.push(args), [sampleFolder()]),
        chooseSave: () => null,
        reveal: () => null,
      };
      bridged = await openBridgedPage(browser, (channel) => serveConnection(channel, { handlers: { ...handlersOf(desk), native }, log: desk.log }));
    });
    afterAll(async () => {
      await bridged?.close();
      await browser?.close();
      await desk?.close();
      rmSync(home, { recursive: true, force: true });
    });

    test('it connects by its port, and asks no server for anything', async () => {
      const sockets: string[] = [];
      bridged.page.on('websocket', (socket) => sockets.push(socket.url()));
      await bridged.page.reload();
      await bridged.page.getByRole('navigation').getByText('Library', { exact: true }).click();
      await bridged.page.getByRole('tab', { name: 'Runs' }).click();
      await expect.poll(() => bridged.page.getByText('starter-vae-digits').first().isVisible(), { timeout: 20_000 }).toBe(true);
      expect(sockets).toEqual([]);
      expect(bridged.complaints).toEqual([]);
    });

    test('the menu opens the palette and the settings', async () => {
      const { page } = bridged;
      await bridged.send({ command: 'palette' });
      await expect.poll(() => page.getByRole('dialog').isVisible()).toBe(true);
      await page.keyboard.press('Escape');
      await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
      await bridged.send({ command: 'settings' });
      await expect.poll(() => page.getByRole('heading', { name: 'Look' }).isVisible()).toBe(true);
    });

    test('a path that the system opens is recognised where it stands, and nothing is kept before one says so', async () => {
      const { page } = bridged;
      await bridged.send({ open: [sampleFolder()] });
      const dialog = page.getByRole('dialog');
      await expect.poll(() => dialog.textContent(), { timeout: 30_000 }).toContain('70,000');
      await page.keyboard.press('Escape');
      await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
      expect(desk.jobs.list()).toEqual([]);
    });

    test("the system's dialog is asked for a folder, and the images in it are shown: typed arrays cross by the port", async () => {
      const { page } = bridged;
      await bridged.send({ command: 'import' });
      await page.getByRole('button', { name: 'Choose a folder' }).last().click();
      await expect.poll(() => asked).toEqual([{ what: 'folder' }]);
      const picture = page.getByRole('dialog').locator('canvas').first();
      await expect.poll(() => picture.evaluate((canvas: HTMLCanvasElement) => canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data.some((value, at) => at % 4 !== 3 && value > 0)), { timeout: 30_000 }).toBe(true);
      expect(bridged.complaints).toEqual([]);
    });
  });
