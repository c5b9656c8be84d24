/** @file The built page in a real browser, under the window's policy and without a lab: it stands, says that it waits, and nothing of it is refused. */

import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launchChromium, servePage } from '../harness/browser';
import { skipUnlessCi } from '../harness/skips';

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
      const page = await browser.newPage({ locale });
      const complaints: string[] = [];
      page.on('console', (message) => {
        // There is no lab behind this server.
        if (message.type() !== 'info' && !message.text().includes('WebSocket')) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('requestfailed', (request) => complaints.push(request.url()));
      await page.goto(served.origin);
      return { page, complaints };
    };

    test.each([
      ['en-GB', 'en', 'Waiting for the lab…'],
      ['fr-FR', 'fr', 'En attente du laboratoire…'],
    ])('%s: the page stands and says that its lab is missing', async (locale, language, words) => {
      const { page, complaints } = await open(locale);
      await page.getByText(new RegExp(`${words}|${language === 'en' ? 'does not answer' : 'ne répond plus'}`)).waitFor();
      await page.getByRole('navigation').waitFor();
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
      expect(complaints).toEqual([]);
    });

    test('the policy holds: a script and a style of the page itself are refused', async () => {
      const { page } = await open('en');
      const [ran, styled] = await page.evaluate(() => {
        const script = document.createElement('script');
        script.textContent = 'window.ran = true';
        const style = document.createElement('style');
        style.textContent = 'body { outline: 7px solid red }';
        document.body.append(script, style);
        return ['ran' in window, getComputedStyle(document.body).outlineWidth === '7px'];
      });
      expect(ran).toBe(false);
      expect(styled).toBe(false);
    });
  });
