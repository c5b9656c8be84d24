/** @file The window's frame in a real browser: by the keyboard alone, in both languages and themes, remembered, shared by two windows, and whole when the lab goes. */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright';
import { afterEach, describe, expect, test } from 'vitest';
import { chromiumPath } from '../harness/browser';
import { openLab, type LabOptions, type OpenLab } from '../harness/served';
import { skipUnlessCi } from '../harness/skips';

const active = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const region = document.activeElement?.closest<HTMLElement>('[data-region], [data-panel]');
    return region?.dataset['region'] ?? region?.dataset['panel'] ?? 'none';
  });
const violations = async (page: Page): Promise<string[]> => {
  // What still fades in has not its colours yet.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity).map(({ finished }) => finished)));
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ').slice(0, 300)}`);
};
const tabs = (page: Page): Promise<string[]> => page.getByRole('tablist').first().getByRole('tab').allInnerTexts();
/** Finds by words and runs the first that is found. */
const find = async (page: Page, words: string): Promise<void> => {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(words);
  await page.locator('[cmdk-item][data-selected=true]').waitFor();
  await page.keyboard.press('Enter');
};
/** Devices are tried one after the other, each in its turn beside whatever else the machine does. */
const patienceMs = 50_000;
const panel = (page: Page, id: string) => page.locator(`[data-panel='${id}']`);

const starterSteps = (JSON.parse(readFileSync(resolve('resources/starters/starter-vae-digits/run.json'), 'utf8')) as { steps: number }).steps;

if (!chromiumPath()) skipUnlessCi('the frame in a browser', 'no Chromium is installed: install one, or set CHROMIUM_PATH');
else
  describe('the frame in a browser', () => {
    let lab: OpenLab | undefined;
    const open = async (options?: LabOptions): Promise<OpenLab> => {
      lab = await openLab(options);
      await panel(lab.page, 'start').waitFor();
      return lab;
    };
    afterEach(async () => {
      await lab?.close();
      lab = undefined;
    });

    test('a fresh home opens at the first page, with a way in for each trained model that is there', async () => {
      const { page, complaints } = await open();
      await page.getByRole('heading', { name: 'A map of all digits' }).waitFor();
      expect(await page.getByRole('button', { name: 'Explore a trained model' }).count()).toBe(2);
      expect(await page.getByText('took 2 min on 2 processor cores').count()).toBe(1);
      expect(await page.getByRole('contentinfo').innerText()).toContain('Connected');
      await page.getByRole('button', { name: /^(CPU|.*GPU.*)$/ }).waitFor({ timeout: patienceMs });
      expect(complaints).toEqual([]);
    });

    test('each trained model leads to the panel that works with it', async () => {
      const { page } = await open();
      await page.getByRole('region', { name: 'A map of all digits' }).getByRole('button', { name: 'Explore a trained model' }).click();
      await panel(page, 'latent').getByRole('combobox').filter({ hasText: 'starter-vae-digits' }).waitFor();
      await page.keyboard.press('Alt+ArrowLeft');
      await page.getByRole('region', { name: 'Digits out of noise' }).getByRole('button', { name: 'Explore a trained model' }).click();
      await panel(page, 'diffusion').getByRole('combobox').filter({ hasText: 'starter-ddpm-digits' }).waitFor();
    });

    test.each(['dark', 'light'] as const)('axe finds nothing, %s: first page, palette, shortcuts, settings, log, jobs', async (colorScheme) => {
      const { page, complaints } = await open({ colorScheme });
      await page.getByRole('button', { name: 'Explore a trained model' }).first().waitFor();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').waitFor();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.keyboard.press('?');
      await page.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.keyboard.press('Control+,');
      await page.getByText('ONNX Runtime, cpu provider').waitFor({ timeout: patienceMs });
      expect(await violations(page)).toEqual([]);
      await find(page, 'log');
      await panel(page, 'log').waitFor();
      await page.keyboard.press('Control+j');
      await page.getByText('appear here while they run').waitFor();
      expect(await violations(page)).toEqual([]);
      expect(complaints).toEqual([]);
    });

    test('by the keyboard alone: through the parts of the window, into a panel, beside it, and out again', async () => {
      const { page } = await open();
      await page.keyboard.press('F6');
      expect(await active(page)).toBe('rail');
      await page.keyboard.press('F6');
      expect(await active(page)).toBe('start');
      await page.keyboard.press('F6');
      expect(await active(page)).toBe('status');
      await page.keyboard.press('Shift+F6');
      expect(await active(page)).toBe('start');
      await page.keyboard.press('Control+,');
      await panel(page, 'settings').waitFor();
      await page.keyboard.press('Control+Alt+ArrowRight');
      await expect.poll(() => panel(page, 'settings').count()).toBe(2);
      await page.keyboard.press('Alt+w');
      await expect.poll(() => panel(page, 'settings').count()).toBe(1);
      await page.keyboard.press('Alt+w');
      await expect.poll(() => panel(page, 'settings').count()).toBe(0);
      await page.keyboard.press('Alt+1');
      await panel(page, 'library').waitFor();
      await page.keyboard.press('Alt+ArrowLeft');
      await panel(page, 'start').waitFor({ state: 'visible' });
    });

    test('a panel by the pointer: its tab’s menu splits it, the menu of its group closes the others, the cross closes it', async () => {
      const { page } = await open();
      await page.keyboard.press('Control+,');
      await panel(page, 'settings').waitFor();
      await page.getByRole('tab', { name: 'Settings' }).click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Split below' }).click();
      await expect.poll(() => panel(page, 'settings').count()).toBe(2);
      expect(await violations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Panel menu' }).first().click();
      await page.getByRole('menuitem', { name: 'Close the others' }).click();
      await expect.poll(() => page.locator('[data-panel]').count()).toBe(1);
      await page.locator('[data-close]').click();
      await page.getByText('No panel is open').waitFor();
      expect(await violations(page)).toEqual([]);
    });

    test('keys rest while one types and under an open dialog', async () => {
      const { page } = await open();
      await page.getByPlaceholder('Or a path').fill('');
      await page.getByPlaceholder('Or a path').press('?');
      expect(await page.getByPlaceholder('Or a path').inputValue()).toBe('?');
      expect(await page.getByRole('dialog').count()).toBe(0);
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Control+,');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      expect(await panel(page, 'settings').count()).toBe(0);
    });

    test('the palette finds runs and commands, whatever the accents; the run is selected and described', async () => {
      const { page } = await open({ locale: 'fr-FR' });
      await find(page, 'reglages');
      await panel(page, 'settings').waitFor();
      await find(page, 'digits starter vae');
      await panel(page, 'run').waitFor();
      await page.keyboard.press('Control+i');
      const inspector = page.getByRole('complementary', { name: 'Inspecteur' });
      await inspector.getByRole('heading', { name: 'starter-vae-digits' }).waitFor();
      expect(await inspector.innerText()).toContain(starterSteps.toLocaleString('fr-FR'));
      expect(await violations(page)).toEqual([]);
    });

    test('theme and language change at once, in every window, and are kept', async () => {
      const { page, openPage, complaints } = await open();
      const other = await openPage();
      await panel(other, 'start').waitFor();
      const root = (one: Page) => one.evaluate(() => [document.documentElement.lang, document.documentElement.dataset['theme'] ?? ''].join(' '));
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const before = await ground();
      await find(page, 'light theme');
      await expect.poll(() => root(page)).toBe('en light');
      expect(await ground()).not.toBe(before);
      await find(page, 'language');
      for (const one of [page, other]) {
        await expect.poll(() => root(one)).toBe('fr light');
        await one.getByRole('button', { name: 'Réglages' }).waitFor();
      }
      expect((await tabs(page))[0]).toContain('Accueil');
      await page.reload();
      await page.getByRole('button', { name: 'Réglages' }).waitFor();
      expect(await root(page)).toBe('fr light');
      expect(complaints).toEqual([]);
    });

    test('the layout comes back after a reload; a workspace is kept, opened, deleted and had back', async () => {
      const { page } = await open();
      await page.keyboard.press('Control+,');
      await panel(page, 'settings').waitFor();
      await page.keyboard.press('Control+Alt+ArrowRight');
      await expect.poll(() => panel(page, 'settings').count()).toBe(2);
      await page.getByRole('button', { name: 'Layouts' }).click();
      await page.getByLabel('Name', { exact: true }).fill('two settings');
      await page.keyboard.press('Enter');
      await page.getByText('Workspace saved: two settings').waitFor();
      await page.keyboard.press('Escape');
      // The layout is kept half a second after it changed.
      await page.waitForTimeout(1_200);
      await page.reload();
      await expect.poll(() => panel(page, 'settings').count()).toBe(2);

      await page.keyboard.press('Alt+1');
      for (const id of ['settings', 'start']) for (let left = await panel(page, id).count(); left > 0; left--) await page.keyboard.press('Alt+w');
      await find(page, 'two settings');
      await expect.poll(() => panel(page, 'settings').count()).toBe(2);
      await page.getByRole('button', { name: 'Layouts' }).click();
      await page.getByRole('button', { name: 'Delete two settings' }).click();
      await page.getByText('Keep an arrangement').waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+z');
      await page.getByText('Taken back: Workspace deleted: two settings').waitFor();
      await page.getByRole('button', { name: 'Layouts' }).click();
      await page.getByRole('button', { name: 'two settings', exact: true }).waitFor();
    });

    test('two windows keep a layout each; a third begins with the one that changed last', async () => {
      const { page, openPage } = await open();
      const other = await openPage();
      await panel(other, 'start').waitFor();
      await page.keyboard.press('Control+,');
      await panel(page, 'settings').waitFor();
      // Each layout is kept half a second after it changed.
      await page.waitForTimeout(1_200);
      await other.bringToFront();
      await other.keyboard.press('Alt+1');
      await panel(other, 'library').waitFor();
      await other.waitForTimeout(1_200);
      await Promise.all([page.reload(), other.reload()]);
      await page.bringToFront();
      await panel(page, 'settings').waitFor();
      expect((await tabs(page)).map((words) => words.trim())).not.toContain('Library');
      await other.bringToFront();
      await panel(other, 'library').waitFor();
      expect((await tabs(other)).map((words) => words.trim())).not.toContain('Settings');
      await other.keyboard.press('Alt+ArrowLeft');
      await other.waitForTimeout(1_200);
      const third = await openPage();
      await expect.poll(async () => (await tabs(third)).map((words) => words.trim())).toContain('Library');
      expect((await tabs(third)).map((words) => words.trim())).not.toContain('Settings');
    });

    test('from the first page to one’s own training: the digits are imported as a job, told, listed, opened', async () => {
      const { page } = await open();
      await page.getByRole('button', { name: 'Train it yourself' }).first().click();
      await page.getByText('digits is imported').waitFor();
      await panel(page, 'train').waitFor();
      await page.keyboard.press('Control+j');
      await page.getByText('Import of digits').waitFor();
      expect(await violations(page)).toEqual([]);
      await page.getByRole('dialog', { name: 'Jobs' }).getByRole('button', { name: 'Open' }).click();
      await panel(page, 'library').waitFor();
      await page.getByRole('region', { name: 'Dataset digits' }).getByText('70,000 images').waitFor();
    });

    test('the whole window answers a drag of files, and only of files; a drop goes to the import', async () => {
      const { page } = await open();
      const drag = (type: string, files: boolean) =>
        page.evaluate(
          ([kind, withFiles]) => {
            const dataTransfer = new DataTransfer();
            if (withFiles) dataTransfer.items.add(new File(['x'], 'a.png'));
            else dataTransfer.setData('text/plain', 'a');
            document.body.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
          },
          [type, files] as const,
        );
      await drag('dragenter', false);
      expect(await page.getByText('Drop to import').count()).toBe(0);
      await drag('dragenter', true);
      await page.getByText('Drop to import').waitFor();
      await drag('dragleave', true);
      await page.getByText('Drop to import').waitFor({ state: 'detached' });
      await drag('dragenter', true);
      await drag('drop', true);
      await page.getByRole('dialog').waitFor();
      expect(await page.getByText('Drop to import').count()).toBe(0);
    });

    test('a panel that is asked for before the layout stands is opened once it does', async () => {
      const { page } = await open();
      await page.reload({ waitUntil: 'commit' });
      // At once, as soon as there is a rail.
      await page.evaluate(
        () =>
          new Promise<void>((done) => {
            const look = (): void => {
              const button = [...document.querySelectorAll<HTMLButtonElement>('nav button')].find((one) => one.textContent?.trim() === 'Train');
              if (!button) return void setTimeout(look);
              button.click();
              done();
            };
            look();
          }),
      );
      await page.getByRole('navigation').getByRole('button', { name: 'Train', exact: true }).and(page.locator('[aria-current]')).waitFor();
    });

    test('a lab that goes is said, and what is seen stays', async () => {
      const { page, served } = await open();
      served.process.kill('SIGKILL');
      await page.getByText('The lab does not answer').waitFor();
      expect(await panel(page, 'start').isVisible()).toBe(true);
      expect(await violations(page)).toEqual([]);
    });

    test.each(['en-GB', 'fr-FR'])('nothing overflows a window of 1024 by 700, %s', async (locale) => {
      const { page } = await open({ locale, viewport: { width: 1024, height: 700 } });
      await page.keyboard.press('Control+i');
      await page.getByRole('complementary').waitFor();
      const over = await page.evaluate(() =>
        [document.documentElement, ...document.querySelectorAll('nav, nav button span, footer, aside, [role=tab]')]
          .filter((element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline')
          .map((element) => element.outerHTML.slice(0, 120)),
      );
      expect(over).toEqual([]);
    });
  });
