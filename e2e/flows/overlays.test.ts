/** @file What opens over the page - hover cards, menus, lists, popovers, dialogs - in both themes: axe finds nothing, and Escape takes it away. */

import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from 'playwright';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addDataset } from '../../main/inference/scripted/home';
import { chromiumPath } from '../harness/browser';
import { openLab, type OpenLab } from '../harness/served';
import { skipUnlessCi } from '../harness/skips';

const violations = async (page: Page): Promise<string[]> => {
  // What still fades in has not its colours yet; it begins to in the frame after it came.
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  await page.evaluate(() => Promise.allSettled(document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity).map(({ finished }) => finished)));
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ').slice(0, 300)}`);
};
const panel = (page: Page, id: string): Locator => page.locator(`[data-panel='${id}']`);
const row = (page: Page, name: string): Locator => page.getByRole('row').filter({ hasText: name }).first();
const rail = async (page: Page, name: string): Promise<void> => page.getByRole('navigation').getByRole('button', { name, exact: true }).click();
const library = async (page: Page, part: RegExp): Promise<void> => {
  await rail(page, 'Library');
  await panel(page, 'library').getByRole('tab', { name: part }).click();
};
const run = 'starter-vae-digits';

interface Overlay {
  name: string;
  /** Opens it. -> what stands there then */
  open(page: Page): Promise<Locator>;
}

const overlays: Overlay[] = [
  {
    name: 'the hover card of a term',
    async open(page) {
      await rail(page, 'Train');
      const term = panel(page, 'train').getByRole('term').first();
      await term.waitFor();
      await term.hover();
      return page.getByRole('tooltip').filter({ has: page.locator('p') });
    },
  },
  {
    name: 'a list of choices',
    async open(page) {
      await rail(page, 'Train');
      await panel(page, 'train').getByRole('combobox').first().click();
      return page.getByRole('listbox');
    },
  },
  {
    name: 'the menu of a tab',
    async open(page) {
      await page.getByRole('tab', { name: 'Library' }).first().click({ button: 'right' });
      return page.getByRole('menu');
    },
  },
  {
    name: 'the menu of a group of panels',
    async open(page) {
      await page.getByRole('button', { name: 'Panel menu' }).first().click();
      return page.getByRole('menu');
    },
  },
  {
    name: 'workspaces',
    async open(page) {
      await page.getByRole('button', { name: 'Layouts' }).click();
      return page.getByRole('dialog', { name: 'Workspaces' });
    },
  },
  {
    name: 'the menu of a dataset',
    async open(page) {
      await library(page, /^Datasets/);
      await row(page, 'waves').click({ button: 'right' });
      return page.getByRole('menu');
    },
  },
  {
    name: 'how a run would see a dataset',
    async open(page) {
      await library(page, /^Datasets/);
      await row(page, 'waves').click();
      await page.getByRole('button', { name: /8 × 8/ }).click();
      return page.getByRole('dialog', { name: 'How a run would see them' });
    },
  },
  {
    name: 'the new name of a dataset',
    async open(page) {
      await library(page, /^Datasets/);
      await row(page, 'waves').click();
      await page.keyboard.press('F2');
      return page.getByRole('dialog', { name: /^Rename/ });
    },
  },
  {
    name: 'the menu of a run',
    async open(page) {
      await library(page, /^Runs/);
      await row(page, run).click({ button: 'right' });
      return page.getByRole('menu');
    },
  },
  {
    name: 'the name of a fork',
    async open(page) {
      await library(page, /^Runs/);
      await row(page, run).click();
      await panel(page, 'library').getByRole('button', { name: 'Fork…' }).click();
      return page.getByRole('dialog', { name: /^Fork/ });
    },
  },
  {
    name: 'the export of a run',
    async open(page) {
      await library(page, /^Runs/);
      await row(page, run).click();
      await panel(page, 'library').getByRole('button', { name: 'Export…' }).click();
      return page.getByRole('dialog', { name: 'Export' });
    },
  },
  {
    name: 'more of a training',
    async open(page) {
      await library(page, /^Runs/);
      await row(page, run).click();
      await panel(page, 'library').getByRole('button', { name: 'Curves and samples' }).click();
      await panel(page, 'run').getByRole('button', { name: 'More', exact: true }).click();
      return page.getByRole('menu');
    },
  },
  {
    name: 'the import',
    async open(page) {
      await page.keyboard.press('Control+o');
      return page.getByRole('dialog', { name: 'Import', exact: true });
    },
  },
  {
    name: 'the palette',
    async open(page) {
      await page.keyboard.press('Control+k');
      return page.getByRole('dialog');
    },
  },
  {
    name: 'shortcuts',
    async open(page) {
      await page.keyboard.press('?');
      return page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    },
  },
  {
    name: 'jobs',
    async open(page) {
      await page.keyboard.press('Control+j');
      return page.getByRole('dialog', { name: 'Jobs' });
    },
  },
];

if (!chromiumPath()) skipUnlessCi('what opens over the page', 'no Chromium is installed: install one, or set CHROMIUM_PATH');
else
  describe.each(['dark', 'light'] as const)('over the page, %s', (colorScheme) => {
    let home: string;
    let lab: OpenLab;

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'genoise-overlays-'));
      const pixels = (count: number) => ({ pixels: Uint8Array.from({ length: count * 64 }, (_, i) => (i * 37) % 256), labels: new Uint8Array(count) });
      await addDataset(home, 'waves', { train: pixels(60), test: pixels(20), side: 8 });
      writeFileSync(join(home, 'settings.json'), '{"device":"cpu"}');
      lab = await openLab({ home, colorScheme });
      await panel(lab.page, 'library').waitFor();
      // A right click must find its tab wherever the others are.
      await rail(lab.page, 'Train');
      await panel(lab.page, 'train').waitFor();
    });
    afterAll(async () => {
      await lab?.close();
      rmSync(home, { recursive: true, force: true });
    });

    test.each(overlays)('$name', async ({ open }) => {
      const { page } = lab;
      page.setDefaultTimeout(30_000);
      const overlay = await open(page);
      try {
        await overlay.first().waitFor();
        expect(await violations(page)).toEqual([]);
      } finally {
        await page.keyboard.press('Escape');
        await page.mouse.move(0, 0);
      }
      await expect.poll(() => overlay.count(), { timeout: 10_000 }).toBe(0);
    });

    test('nothing was complained of', () => {
      expect(lab.complaints).toEqual([]);
    });
  });
