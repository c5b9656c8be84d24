/** @file The diffusion stepper in a real browser, on the starter run: noise becomes an image, is looked at as often as one likes, compared, laid out. */

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chromiumPath } from '../harness/browser';
import { openLab, type OpenLab } from '../harness/served';
import { skipUnlessCi } from '../harness/skips';

/** The software GPU of test machines takes minutes for what the processor does in a second. */
const gpu = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'LD_LIBRARY_PATH'] as const;

/** Where pictures of each tab go, for whoever wants to look. */
const shots = process.env['GENOISE_SHOTS'];

/** The pixels of a canvas by its label, as a short text: equal for equal pictures. */
const pixels = (page: Page, label: string | RegExp, nth = 0): Promise<string> =>
  page
    .getByRole('img', { name: label })
    .nth(nth)
    .evaluate(async (canvas: HTMLCanvasElement) => {
      const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(canvas.toDataURL()));
      return [...new Uint8Array(digest).subarray(0, 8)].join(' ');
    });

/** The red of each pixel. */
const levels = (page: Page, label: string): Promise<number[]> =>
  page
    .getByRole('img', { name: label })
    .first()
    .evaluate((canvas: HTMLCanvasElement) => [...(canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [])].filter((_, i) => i % 4 === 0));

const tab = (page: Page, name: string) => page.getByRole('tab', { name, exact: true }).click();
const slider = (page: Page) => page.getByRole('slider', { name: 'Steps of the walk' });
const atStep = (page: Page, words: string | RegExp) => expect.poll(() => slider(page).getAttribute('aria-valuetext'), { timeout: 30_000 }).toMatch(words);
const shoot = async (page: Page, name: string) => {
  if (shots) await page.screenshot({ path: join(shots, `diffusion-${name}.png`) });
};

if (!chromiumPath()) skipUnlessCi('diffusion stepper', 'no Chromium is installed: install one, or set CHROMIUM_PATH');
else
  describe('diffusion stepper', { timeout: 120_000 }, () => {
    let lab: OpenLab;
    let page: Page;
    const before = gpu.map((name) => [name, process.env[name]] as const);
    /** Calls that the page has sent. */
    const calls: string[] = [];

    beforeAll(async () => {
      for (const name of gpu) delete process.env[name];
      lab = await openLab();
      ({ page } = lab);
      page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => calls.push(...[...String(payload).matchAll(/"call":"([\w.]+)"/g)].map(([, name]) => name))));
      await page.reload();
      await page.getByRole('navigation').getByText('Diffusion', { exact: true }).click();
    });
    afterAll(async () => {
      await lab?.close();
      for (const [name, value] of before) if (value !== undefined) process.env[name] = value;
    });
    beforeEach(() => void calls.splice(0));

    test('a walk begins by itself, every step of it stands, and looking at it computes nothing', async () => {
      await atStep(page, /^Step 50 of 50, t\s=\s0/);
      const end = await pixels(page, 'The noisy image at t = 0');
      expect(await pixels(page, 'The image predicted at t = 0')).toBe(end);
      calls.length = 0;
      await slider(page).focus();
      await page.keyboard.press('Home');
      await atStep(page, /^Step 0 of 50, t\s=\s1,000/);
      const noise = await pixels(page, 'The noisy image at t = 1,000');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowLeft');
      await atStep(page, /^Step 1 of 50, t\s=\s980/);
      const later = await pixels(page, 'The noisy image at t = 980');
      expect(new Set([end, noise, later]).size).toBe(3);
      expect(await page.getByRole('img', { name: 'The noise predicted at t = 980' }).isVisible()).toBe(true);
      await shoot(page, 'denoise');
      await page.getByRole('radio', { name: '4×' }).click();
      await slider(page).press(' ');
      await atStep(page, /^Step 50 of 50/);
      expect(await pixels(page, 'The noisy image at t = 0')).toBe(end);
      await page.getByRole('radio', { name: '1×', exact: true }).click();
      expect(calls.filter((name) => name.startsWith('diffusion.'))).toEqual([]);
    });

    test('another seed is another image; the same settings show the same walk again without asking', async () => {
      const first = await pixels(page, 'The noisy image at t = 0');
      await page.getByRole('textbox', { name: 'Seed of the noise' }).fill('2');
      await expect.poll(() => pixels(page, 'The noisy image at t = 0'), { timeout: 30_000 }).not.toBe(first);
      await atStep(page, /^Step 50 of 50/);
      calls.length = 0;
      await page.getByRole('textbox', { name: 'Seed of the noise' }).fill('1');
      await expect.poll(() => pixels(page, 'The noisy image at t = 0')).toBe(first);
      expect(calls.filter((name) => name.startsWith('diffusion.'))).toEqual([]);
    });

    test('a long walk is seen while it happens, can be stopped, and goes on from there', async () => {
      await page.getByRole('radio', { name: 'DDPM' }).click();
      await page.getByRole('button', { name: 'Denoise' }).first().click();
      await atStep(page, /^Step \d{2,} of 1,000/);
      await shoot(page, 'denoise-busy');
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByRole('button', { name: 'Go on' }).waitFor();
      const reached = Number(/Step ([\d,]+) of/.exec((await slider(page).getAttribute('aria-valuetext')) ?? '')?.[1].replace(',', ''));
      expect(reached).toBeLessThan(1000);
      await page.getByRole('button', { name: 'Go on' }).click();
      await atStep(page, /^Step 1,000 of 1,000/);
      await page.getByRole('radio', { name: 'DDIM' }).click();
    });

    test('an image is noised to any t as fast as a hand moves, once the dataset is fetched', async () => {
      await tab(page, 'Add noise');
      await shoot(page, 'noise-empty');
      await page.getByRole('button', { name: 'Get the sample digits' }).click();
      await page.getByRole('img', { name: 'Image 1', exact: true }).waitFor({ timeout: 60_000 });
      calls.length = 0;
      const time = page.getByRole('slider', { name: 'Diffusion time t' });
      await time.focus();
      await page.keyboard.press('Home');
      expect(await pixels(page, 'The noisy image at t = 0')).toBe(await pixels(page, /^Image 1$/));
      await page.keyboard.press('End');
      const noise = await levels(page, 'The noisy image at t = 1,000');
      await shoot(page, 'noise');
      expect(calls.filter((name) => name.startsWith('diffusion.'))).toEqual([]);
      // The same noise that a walk of the seed begins with.
      await tab(page, 'Denoise');
      await slider(page).focus();
      await page.keyboard.press('Home');
      const first = await levels(page, 'The noisy image at t = 1,000');
      expect(first).toHaveLength(28 * 28);
      // What is left of the image at t = T is less than half a grey level.
      first.forEach((level, i) => expect(Math.abs(level - noise[i])).toBeLessThanOrEqual(1));
      expect(new Set(first).size).toBeGreaterThan(100);
    });

    test('a training step tells its time and its loss, and draws others', async () => {
      await tab(page, 'One training step');
      const loss = page.getByText('Loss', { exact: true });
      await loss.waitFor();
      const before = await pixels(page, 'The noise that is added');
      await page.getByRole('button', { name: 'Draw again' }).click();
      await expect.poll(() => pixels(page, 'The noise that is added')).not.toBe(before);
      await page.getByText('Draw t by chance').click();
      await page.getByRole('slider', { name: 'Diffusion time t' }).press('End');
      // With noise alone the best guess is the noisy image itself: hardly any loss.
      await page.getByRole('img', { name: 'The noisy image at t = 1,000' }).waitFor();
      await expect.poll(async () => Number(await page.locator('span[title*="Mean of the squared"]').textContent())).toBeLessThan(0.01);
      await shoot(page, 'training');
      await page.getByText('Draw t by chance').click();
    });

    test('two samplers begin with the same noise and part', async () => {
      await tab(page, 'Compare');
      await page.getByRole('button', { name: 'Denoise' }).click();
      await expect.poll(() => page.getByText('Step 1,000 of 1,000').count(), { timeout: 60_000 }).toBe(1);
      await slider(page).focus();
      await page.keyboard.press('End');
      const ends = [await pixels(page, 'DDPM: The noisy image at t = 0'), await pixels(page, 'DDIM: The noisy image at t = 0')];
      expect(ends[0]).not.toBe(ends[1]);
      await shoot(page, 'compare');
      await page.keyboard.press('Home');
      expect(await pixels(page, 'DDPM: The noisy image at t = 1,000')).toBe(await pixels(page, 'DDIM: The noisy image at t = 1,000'));
    });

    test('walks in a plane show their ends, and which figures hold', async () => {
      await tab(page, 'Trajectories');
      await page.getByRole('button', { name: 'Walk', exact: true }).first().click();
      const ends = page.getByRole('listbox', { name: 'The finished images' });
      await ends.waitFor({ timeout: 60_000 });
      await page.getByText('Fitted to 1,000 images of the dataset').waitFor();
      await ends.focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await page.getByText('End of walk 2').waitFor();
      const whole = await pixels(page, /walks in a plane/);
      await slider(page).focus();
      await page.keyboard.press('Home');
      await expect.poll(() => pixels(page, /walks in a plane/)).not.toBe(whole);
      await shoot(page, 'trajectories');
    });

    test('a sheet lays two settings out, and a cell opens as the walk that drew it', async () => {
      await tab(page, 'Sheet');
      await page.getByRole('textbox', { name: 'Values' }).nth(1).fill('3, 7');
      await page.getByRole('button', { name: 'Draw the sheet' }).first().click();
      const cell = page.getByRole('button', { name: 'Open the walk: DDIM, 7 steps' });
      await cell.waitFor({ timeout: 60_000 });
      await expect.poll(() => page.getByRole('button', { name: /^Open the walk/ }).count()).toBe(4);
      await shoot(page, 'sheet');
      const drawn = await pixels(page, 'DDIM, 7 steps');
      await cell.click();
      await atStep(page, /^Step 7 of 7/);
      expect(await pixels(page, 'The noisy image at t = 0')).toBe(drawn);
      await tab(page, 'Sheet');
      await page.getByRole('textbox', { name: 'Values' }).nth(1).fill('0');
      await page.getByText('Whole numbers from 1 to 1,000').waitFor();
      await page.getByRole('textbox', { name: 'Values' }).nth(1).fill('3, 7');
    });

    test('what fails says why, and works again once it is mended', async () => {
      await tab(page, 'Denoise');
      const graph = join(lab.home, 'runs', 'starter-ddpm-digits', 'graphs', 'denoise.onnx');
      renameSync(graph, `${graph}.away`);
      await page.getByRole('textbox', { name: 'Seed of the noise' }).fill('77');
      await page.getByRole('tabpanel').getByRole('alert').waitFor();
      await shoot(page, 'failed');
      renameSync(`${graph}.away`, graph);
      await page.getByRole('button', { name: 'Try again' }).click();
      await atStep(page, /^Step \d+ of \d+, t\s=\s0/);
    });

    test.each(['dark', 'light'] as const)('axe finds nothing in any tab, %s', async (scheme) => {
      await page.emulateMedia({ colorScheme: scheme });
      for (const name of ['Denoise', 'Add noise', 'One training step', 'Compare', 'Trajectories', 'Sheet']) {
        await tab(page, name);
        await page.waitForTimeout(300);
        const { violations } = await new AxeBuilder({ page }).include('main').analyze();
        expect(violations.map(({ id, nodes }) => `${name}: ${id} ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
      }
    });

    test('what is shown can be saved, by a key', async () => {
      await tab(page, 'Denoise');
      await page.keyboard.press('Control+e');
      const dialog = page.getByRole('dialog', { name: 'Export' });
      await dialog.getByText('Denoising: all three pictures').first().waitFor();
      await dialog.getByRole('img').first().waitFor({ timeout: 30_000 });
      await shoot(page, 'export');
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });

      await tab(page, 'Trajectories');
      await page.keyboard.press('Control+e');
      await dialog.getByRole('img', { name: 'Preview: Walks in a plane' }).waitFor({ timeout: 60_000 });
      await shoot(page, 'export-trajectories');
      await dialog.getByRole('radio', { name: 'CSV' }).click();
      await dialog.getByText(/^2,632 rows/).waitFor({ timeout: 60_000 });
      const [file] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Export', exact: true }).click()]);
      const [header, first] = readFileSync(await file.path(), 'utf8').split('\n');
      expect(header.trim()).toBe('kind,index,t,label,x,y');
      expect(first).toMatch(/^walk,0,\d+,,-?[\d.e-]+,-?[\d.e-]+/);

      // A sheet whose rows are beginnings.
      await tab(page, 'Sheet');
      await page.getByRole('combobox', { name: 'Rows' }).click();
      await page.getByRole('option', { name: 'Start at t' }).click();
      await page.getByRole('textbox', { name: 'Values' }).first().fill('200, 600');
      await page.keyboard.press('Control+e');
      await dialog.getByRole('img', { name: 'Preview: Sheet of settings' }).waitFor({ timeout: 60_000 });
      await shoot(page, 'export-beginnings');
      await page.keyboard.press('Escape');
    });

    test('a French reader sees French, and no word is cut', async () => {
      const context = await lab.context.browser()!.newContext({ locale: 'fr-FR', colorScheme: 'light', viewport: { width: 1280, height: 800 }, storageState: await lab.context.storageState() });
      const french = await context.newPage();
      french.on('pageerror', (error) => lab.complaints.push(error.message));
      await french.goto(lab.served.origin);
      for (const name of ['Débruiter', 'Bruiter', 'Un pas d’entraînement', 'Comparer', 'Trajectoires', 'Planche']) {
        await tab(french, name);
        await french.waitForTimeout(400);
        const cut = await french.evaluate(() =>
          [...document.querySelectorAll<HTMLElement>('main button, main label, main figcaption, main h3, main p')].filter((one) => one.checkVisibility() && one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent),
        );
        expect(cut, name).toEqual([]);
        await shoot(french, `fr-${name.split(' ')[0].toLowerCase()}`);
      }
      await context.close();
    });

    test('nothing was complained of', () => {
      expect(lab.complaints).toEqual([]);
    });
  });
