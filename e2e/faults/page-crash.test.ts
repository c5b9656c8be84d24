/** @file A panel that crashes, a panel that can't be loaded, and a page whose process dies: the others and the training go on, and what was open comes back. */

import type { Page } from 'playwright';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { addDataset } from '../../main/inference/scripted/home';
import type { JobInfo } from '../../preload/contract/jobs';
import { chromiumPath } from '../harness/browser';
import { openPageLink } from '../harness/page-link';
import { scratchFolder } from '../harness/scratch';
import { openLab, type LabOptions, type OpenLab } from '../harness/served';
import { skipUnlessCi } from '../harness/skips';

const panel = (page: Page, id: string) => page.locator(`[data-panel='${id}']`);
const find = async (page: Page, words: string): Promise<void> => {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(words);
  await page.locator('[cmdk-item][data-selected=true]').waitFor();
  await page.keyboard.press('Enter');
};
/** The layout is kept half a second after it changed. */
const kept = (page: Page) => page.waitForTimeout(1_200);

if (!chromiumPath()) skipUnlessCi('pages that crash', 'no Chromium is installed: install one, or set CHROMIUM_PATH');
else
  describe('what crashes in a page', () => {
    let lab: OpenLab | undefined;
    const open = async (options?: LabOptions): Promise<OpenLab> => {
      lab = await openLab(options);
      await panel(lab.page, 'start').locator('button').first().waitFor();
      return lab;
    };
    afterEach(async () => {
      await lab?.close();
      lab = undefined;
    });

    test('a panel that crashes says so in its place; the others work; it is shown again by a button, as it was or afresh', async () => {
      const { page, complaints, served } = await open();
      // A stranger is refused, which the log tells.
      await fetch(served.origin);
      await find(page, 'log');
      const log = panel(page, 'log');
      await log.getByRole('log').waitFor();
      await log.getByRole('radio', { name: 'Errors' }).click();
      await page.keyboard.press('Control+,');
      await panel(page, 'settings').waitFor();
      // Times to the second: this panel alone tells them.
      await page.evaluate(() => {
        const own = window as unknown as { real: typeof Date.prototype.toLocaleString };
        const real = Date.prototype.toLocaleString;
        own.real = real;
        Reflect.set(Date.prototype, 'toLocaleString', function toLocaleString(this: Date, tags?: Intl.LocalesArgument, options?: Intl.DateTimeFormatOptions) {
          if (options?.timeStyle === 'medium') throw new TypeError('a <b>test</b> of crashes');
          return real.call(this, tags, options);
        });
      });
      await page.getByRole('tab', { name: 'Log' }).click();
      await log.getByRole('radio', { name: 'All' }).click();
      const card = log.getByRole('alert');
      await card.waitFor();
      expect(await card.textContent()).toContain('a <b>test</b> of crashes');
      // Still broken: it crashes anew, and still alone.
      await card.getByRole('button', { name: 'Reload the panel' }).click();
      await card.waitFor();
      await page.getByRole('tab', { name: 'Settings' }).click();
      await panel(page, 'settings').getByRole('radio', { name: 'Light' }).click();
      await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBe('light');
      await page.evaluate(() => Reflect.set(Date.prototype, 'toLocaleString', (window as unknown as { real: typeof Date.prototype.toLocaleString }).real));
      await page.getByRole('tab', { name: 'Log' }).click();
      await card.getByRole('button', { name: 'Reload the panel' }).click();
      await log.getByRole('log').waitFor();
      expect(await log.getByRole('radio', { name: 'All' }).isChecked()).toBe(true);
      expect(complaints.filter((one) => !one.includes('a <b>test</b> of crashes'))).toEqual([]);
    });

    test('a panel whose code does not arrive says so, and comes with a fresh page', async () => {
      const { page } = await open();
      await page.route('**/assets/*', (route) => route.abort());
      await find(page, 'settings');
      const card = panel(page, 'settings').getByRole('alert');
      await card.getByText('This panel could not be loaded').waitFor();
      await kept(page);
      await page.unroute('**/assets/*');
      await card.getByRole('button', { name: 'Reload the page' }).click();
      await panel(page, 'settings').getByRole('radio', { name: 'Light' }).waitFor();
    });

    test('a page whose process dies comes back with its panels, while a training goes on', async () => {
      const home = scratchFolder();
      const pixels = (count: number) => ({ pixels: Uint8Array.from({ length: count * 64 }, (_, i) => (i * 37) % 256), labels: new Uint8Array(count) });
      await addDataset(home, 'waves', { train: pixels(400), test: pixels(50), side: 8 });
      writeFileSync(join(home, 'settings.json'), '{"device":"cpu"}');
      lab = await openLab({ home });
      const { page, context, served } = lab;
      const link = await openPageLink(served.url);
      try {
        const jobs = new Map<string, JobInfo>();
        link.lab.jobs.changes({}, (news) => news.forEach((job) => jobs.set(job.id, job)));
        const { id } = await link.lab.training.start({ method: 'vae', config: { hidden: [16] }, dataset: 'waves', device: 'cpu', run: 'goes-on', seed: 1 });
        const step = (): number => jobs.get(id)?.progress?.done ?? 0;
        await panel(page, 'library').waitFor();
        await page.keyboard.press('Control+,');
        await panel(page, 'settings').waitFor();
        await page.keyboard.press('Control+Alt+ArrowRight');
        await kept(page);
        await expect.poll(step, { timeout: 60_000 }).toBeGreaterThan(20);

        const session = await context.newCDPSession(page);
        const crashed = page.waitForEvent('crash');
        await Promise.race([session.send('Page.crash').catch(() => undefined), crashed]);
        await crashed;
        const at = step();
        const back = await context.newPage();
        await back.goto(served.origin);
        await expect.poll(() => panel(back, 'settings').count(), { timeout: 10_000 }).toBe(2);
        await panel(back, 'library').or(back.getByRole('tab', { name: 'Library' })).first().waitFor();
        await expect.poll(() => back.getByRole('contentinfo').innerText()).toContain('Connected');
        await back.getByRole('contentinfo').getByText(/steps\/s/).waitFor({ timeout: 20_000 });
        await expect.poll(step, { timeout: 20_000 }).toBeGreaterThan(at);
        expect(jobs.get(id)?.state).toBe('running');
      } finally {
        link.close();
      }
    });
  });
