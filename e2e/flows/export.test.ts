/** @file Files saved from the window in a real browser: an interpolation, a denoising, latent vectors, a report; cancelled, remembered, by the keyboard alone. */

import { AxeBuilder } from '@axe-core/playwright';
import type { Download, Page } from 'playwright';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readNpz } from '../../main/exports/npz';
import { readPngText } from '../../main/exports/png';
import { chromiumPath } from '../harness/browser';
import { fillDigitsHome } from '../harness/digits-home';
import { openLab, type OpenLab } from '../harness/served';
import { skipUnlessCi } from '../harness/skips';

/** Processes below `pid` that run an entry of this name. */
function descendants(pid: number | undefined, entry: string): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [...(readFileSync(`/proc/${child}/cmdline`, 'utf8').includes(entry) ? [child] : []), ...descendants(child, entry)]);
}

/** The software GPU of test machines takes minutes for what the processor does in a second. */
const gpu = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'LD_LIBRARY_PATH'] as const;

if (!chromiumPath()) skipUnlessCi('exports', 'no Chromium is installed: install one, or set CHROMIUM_PATH');
else
  describe('exports', { timeout: 180_000 }, () => {
    let home: string;
    let lab: OpenLab;
    let page: Page;
    const before = gpu.map((name) => [name, process.env[name]] as const);

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'genoise-export-flow-'));
      for (const name of gpu) delete process.env[name];
      await fillDigitsHome(home);
      lab = await openLab({ home });
      page = lab.page;
      // Keys are heard once the frame stands.
      await page.locator('[data-panel]').first().waitFor({ timeout: 60_000 });
    }, 120_000);
    afterAll(async () => {
      await lab?.close();
      for (const [name, value] of before) if (value !== undefined) process.env[name] = value;
      rmSync(home, { recursive: true, force: true });
    });

    const dialog = () => page.getByRole('dialog', { name: 'Export', exact: true });

    /** Finds a run by the palette, and opens what can be exported of it: keys alone. */
    async function openExports(run: string, what: string): Promise<void> {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill(run);
      await page.getByRole('option', { name: run }).first().waitFor();
      await page.keyboard.press('Enter');
      await page.locator("[data-panel='run']").getByRole('heading', { name: run }).waitFor();
      await page.getByRole('dialog', { name: 'Find anything' }).waitFor({ state: 'detached' });
      await page.keyboard.press('Control+Shift+e');
      await dialog().waitFor();
      const choice = dialog().getByRole('combobox', { name: 'What' });
      await expect.poll(() => choice.evaluate((element) => element === document.activeElement)).toBe(true);
      await page.keyboard.press('ArrowDown');
      const option = page.getByRole('option', { name: what });
      await option.waitFor();
      for (let i = 0; i < 20 && (await option.getAttribute('data-highlighted')) === null; i++) await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await expect.poll(() => choice.textContent()).toContain(what);
    }

    async function form(name: string): Promise<void> {
      await dialog().getByRole('radio', { name }).click();
    }

    /** Presses Enter in the name of the file. -> the bytes that the browser saved, and their name */
    async function exported(): Promise<{ bytes: Buffer; name: string; path: string }> {
      const [download] = (await Promise.all([page.waitForEvent('download', { timeout: 90_000 }), dialog().getByLabel('File name').press('Enter')])) as [Download, void];
      const path = await download.path();
      await dialog().waitFor({ state: 'hidden' });
      return { bytes: readFileSync(path), name: download.suggestedFilename(), path };
    }

    test('an interpolation as a picture and as a film, both with their recipe', async () => {
      await openExports('starter-vae-digits', 'Interpolation');
      await dialog().getByRole('img', { name: 'Preview: Interpolation' }).waitFor();
      expect((await new AxeBuilder({ page }).include('[role=dialog][data-modal]').analyze()).violations).toEqual([]);
      const strip = await exported();
      expect(strip.name).toBe('starter-vae-digits-interpolation.png');
      expect(await sharp(strip.bytes).metadata()).toMatchObject({ width: 10 * 88 + 4, height: 92 });
      expect(JSON.parse(readPngText(strip.bytes)['genoise'])).toMatchObject({ run: 'starter-vae-digits', settings: { what: 'walk', method: 'linear', steps: 10 } });

      await openExports('starter-vae-digits', 'Interpolation');
      await form('GIF');
      await dialog().getByLabel('Moments shown').fill('5');
      await dialog().getByLabel('Time a frame, ms').fill('100');
      await dialog().getByLabel('File name').fill('seven to two / <walk>');
      await dialog().getByText('8 frames').waitFor();
      const film = await exported();
      expect(film.name).toBe('seven to two - -walk.gif');
      const { pages, delay, width } = await sharp(film.bytes, { animated: true }).metadata();
      expect({ pages, delay, width }).toEqual({ pages: 8, delay: Array.from({ length: 8 }, () => 100), width: 84 });
      expect(film.bytes.toString('latin1')).toContain('"run":"starter-vae-digits"');
    });

    test('what was chosen last is chosen again, and Escape leaves', async () => {
      await openExports('starter-vae-digits', 'Interpolation');
      expect(await dialog().getByRole('radio', { name: 'GIF' }).getAttribute('aria-checked')).toBe('true');
      expect(await dialog().getByLabel('Moments shown').inputValue()).toBe('5');
      await page.keyboard.press('Escape');
      await dialog().waitFor({ state: 'hidden' });
    });

    test('noise on its way to images as a film that ends in digits', async () => {
      await openExports('starter-ddpm-digits', 'Noise on its way to images');
      await form('GIF');
      await dialog().getByLabel('Moments shown').fill('6');
      const { bytes } = await exported();
      const { pages, delay } = await sharp(bytes, { animated: true }).metadata();
      expect([pages, delay?.at(-1)]).toEqual([6, 2000]);
      const grey = async (frame: number) => (await sharp(bytes, { page: frame }).greyscale().raw().toBuffer()).filter((value) => value > 60 && value < 200).length;
      // Noise is grey, a digit is black and white.
      expect(await grey(5)).toBeLessThan((await grey(0)) / 2);
    });

    test('latent vectors as arrays', async () => {
      await openExports('starter-vae-digits', 'Latent vectors');
      const { path } = await exported();
      const { z, labels } = await readNpz(path);
      expect([z.shape[0], labels.shape]).toEqual([70_000, [70_000]]);
      expect(new Set(labels.data as Int32Array).size).toBe(10);
    });

    test('a report as one page that needs no network', async () => {
      await openExports('starter-vae-digits', 'Report');
      const { bytes, name } = await exported();
      expect(name).toBe('starter-vae-digits-report.html');
      const html = bytes.toString('utf8');
      expect(html.match(/src="data:image\/png/g)?.length).toBeGreaterThan(3);
      expect(html).not.toMatch(/src="https?:/);
    });

    test('one that is cancelled saves nothing and leaves nothing', async () => {
      await openExports('starter-ddpm-digits', 'Report');
      let saved = false;
      page.once('download', () => (saved = true));
      await dialog().getByRole('button', { name: 'Export' }).click();
      await dialog().waitFor({ state: 'hidden' });
      await page.keyboard.press('Control+j');
      await page.getByRole('button', { name: 'Cancel' }).first().click();
      await page.getByText('Cancelled').first().waitFor({ timeout: 30_000 });
      await page.keyboard.press('Escape');
      const waiting = join(home, 'exports-tmp');
      await expect.poll(() => (existsSync(waiting) ? readdirSync(waiting) : [])).toEqual([]);
      expect(saved).toBe(false);
    });

    test('one whose process is killed says so and leaves nothing; the next is made by a new one', async () => {
      await openExports('starter-vae-digits', 'Interpolation');
      await form('WEBP');
      await dialog().getByLabel('Moments shown').fill('500');
      await dialog().getByRole('combobox', { name: 'Size of the images' }).click();
      await page.getByRole('option', { name: '12×', exact: true }).click();
      let saved = false;
      page.once('download', () => (saved = true));
      await dialog().getByRole('button', { name: 'Export' }).click();
      await dialog().waitFor({ state: 'hidden' });
      const waiting = join(home, 'exports-tmp');
      const inMaking = (): string[] => (existsSync(waiting) ? readdirSync(waiting) : []);
      await page.keyboard.press('Control+j');
      await page.getByText('Drawing').first().waitFor({ timeout: 30_000 });
      expect(inMaking()).toHaveLength(1);
      const exporters = descendants(lab.served.process.pid, 'exporter.js');
      expect(exporters).toHaveLength(1);
      for (const pid of exporters) process.kill(pid, 'SIGKILL');
      await page.getByText('Export of starter-vae-digits failed').first().waitFor({ timeout: 20_000 });
      await page.keyboard.press('Escape');
      await expect.poll(inMaking).toEqual([]);
      expect(saved).toBe(false);
      await openExports('starter-vae-digits', 'Settings');
      expect((await exported()).bytes.toString('utf8')).toContain('learningRate');
    });

    test('nothing was complained of', () => {
      expect(lab.complaints).toEqual([]);
    });
  });
