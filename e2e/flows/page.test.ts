/** @file The built page in a real browser, under the window's policy: English, French, nothing refused, nothing thrown. */

import type { Browser, Page } from 'playwright';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launchChromium, servePage } from '../harness/browser';
import { skipUnlessCi } from '../harness/skips';

const root = join(import.meta.dirname, '..', '..');
const path = chromiumPath();

if (!path) skipUnlessCi('page in a browser', 'no Chromium is installed: install one, or set CHROMIUM_PATH');
else
  describe('page in a browser', () => {
    let browser: Browser;
    let served: Awaited<ReturnType<typeof servePage>>;

    beforeAll(async () => {
      [browser, served] = await Promise.all([launchChromium(path), servePage()]);
    });
    afterAll(async () => {
      await browser?.close();
      served?.close();
    });

    const open = async (locale: string): Promise<{ page: Page; complaints: string[] }> => {
      const page = await browser.newPage({ locale, viewport: { width: 400, height: 800 } });
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (message.type() !== 'info') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('requestfailed', (request) => complaints.push(request.url()));
      await page.goto(served.origin);
      return { page, complaints };
    };

    test('an English reader sees the name, the version and the commands', async () => {
      const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
      const { page, complaints } = await open('en-GB');
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(`Genoise ${version}`);
      expect(await page.getByText('npm run demo').isVisible()).toBe(true);
      expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
      expect(complaints).toEqual([]);
    });

    test('a French reader sees French, can change to English, and nothing is wider than a narrow window', async () => {
      const { page, complaints } = await open('fr-FR');
      expect(await page.getByRole('heading', { level: 2 }).textContent()).toBe('Dans un terminal');
      expect(await page.evaluate(() => document.documentElement.lang)).toBe('fr');
      await page.getByRole('button', { name: 'English' }).click();
      expect(await page.getByRole('heading', { level: 2 }).textContent()).toBe('In a terminal');
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      expect(complaints).toEqual([]);
    });

    test('the policy holds: a script of the page itself is refused', async () => {
      const { page } = await open('en');
      const ran = await page.evaluate(() => {
        const script = document.createElement('script');
        script.textContent = 'window.ran = true';
        document.body.append(script);
        return 'ran' in window;
      });
      expect(ran).toBe(false);
    });
  });
