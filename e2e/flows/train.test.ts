/** @file A training in a real browser: planned, forecast, started, watched, paused, killed, gone on with, forked, evaluated; by the keyboard; in both languages. */

import { AxeBuilder } from '@axe-core/playwright';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { addDataset } from '../../main/inference/scripted/home';
import { readRun } from '../../main/runs/run';
import { chromiumPath } from '../harness/browser';
import { openLab, type OpenLab } from '../harness/served';
import { skipUnlessCi } from '../harness/skips';

/** Where pictures go, for whoever wants to look. */
const shots = process.env['GENOISE_SHOTS'];
const shoot = async (page: Page, name: string) => {
  if (shots) await page.screenshot({ path: join(shots, `train-${name}.png`) });
};

const side = 12;
/** Bars, upright or level, one of twelve places each. */
function bars(count: number) {
  const pixels = new Uint8Array(count * side * side);
  const labels = new Uint8Array(count);
  for (let n = 0; n < count; n++) {
    labels[n] = n % 2;
    const place = (n * 7) % side;
    for (let i = 0; i < side; i++) pixels[n * side * side + (n % 2 === 0 ? i * side + place : place * side + i)] = 255;
  }
  return { pixels, labels };
}

const numberOf = (text: string | null): number => Number((text ?? '').replaceAll(/[^\d.]/g, ''));
const axe = async (page: Page, part = 'main') => (await new AxeBuilder({ page }).include(part).analyze()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(', ')}`);
const toTrain = (page: Page) => page.getByRole('navigation').getByText('Train', { exact: true }).click();
/** The figure under a label of the run's header. */
const fact = (page: Page, label: string) => page.locator('header').getByText(label, { exact: true }).locator('xpath=following-sibling::*[1]');
const steps = async (page: Page) => numberOf(await fact(page, 'Steps').textContent());
const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });

if (!chromiumPath()) skipUnlessCi('training', 'no Chromium is installed: install one, or set CHROMIUM_PATH');
else
  describe('training', { timeout: 180_000 }, () => {
    let home: string;
    let lab: OpenLab;
    let page: Page;

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'genoise-train-'));
      await addDataset(home, 'bars', { train: bars(1200), test: bars(200), side });
      // The processor, whatever else the machine has: a software GPU takes minutes for what follows.
      writeFileSync(join(home, 'settings.json'), '{"device":"cpu"}');
      lab = await openLab({ home });
      ({ page } = lab);
      await toTrain(page);
    });
    afterEach(async ({ task }) => {
      if (task.result?.state === 'fail') await shoot(page, `failed-${task.id}`);
    });
    afterAll(async () => {
      await lab?.close();
      rmSync(home, { recursive: true, force: true });
    });

    test('a wrong value is told at its field as one types, and keeps the training from starting; a reset takes it back', async () => {
      const start = page.getByRole('button', { name: 'Start training' });
      await expect.poll(() => start.isEnabled(), { timeout: 20_000 }).toBe(true);
      await field(page, 'Latent dimensions').fill('0');
      await expect.poll(() => page.locator('[data-field="latentDim"] [role="alert"]').textContent()).toBe('A whole number from 1 up to 512');
      expect(await start.isEnabled()).toBe(false);
      expect(await field(page, 'Latent dimensions').getAttribute('aria-invalid')).toBe('true');
      await shoot(page, 'wrong');
      expect(await axe(page)).toEqual([]);
      await page.getByRole('button', { name: 'Latent dimensions back to 20' }).click();
      expect(await field(page, 'Latent dimensions').inputValue()).toBe('20');
      await expect.poll(() => start.isEnabled()).toBe(true);
      await field(page, 'Name').fill('a/b');
      await expect.poll(() => start.isEnabled()).toBe(false);
      await field(page, 'Name').fill('');
      await expect.poll(() => start.isEnabled()).toBe(true);
      expect(await field(page, 'Name').inputValue()).toBe('vae-bars');
    });

    test('changed settings are counted and all taken back at once, and that is undone', async () => {
      await field(page, 'Latent dimensions').fill('2');
      await page.getByRole('button', { name: /^\d+ more settings$/ }).click();
      await field(page, 'Hidden layers').fill('16, 16');
      await page.getByRole('button', { name: 'Take 2 changes back' }).click();
      expect(await field(page, 'Hidden layers').inputValue()).toBe('500, 500');
      await page.getByRole('button', { name: 'Undo' }).first().click();
      expect(await field(page, 'Hidden layers').inputValue()).toBe('16, 16');
      expect(await field(page, 'Latent dimensions').inputValue()).toBe('2');
    });

    test('twenty trial steps forecast it, warn where it will disappoint, and leave nothing behind', async () => {
      const forecast = page.getByRole('region', { name: 'Forecast' });
      await forecast.getByText('Ends at').waitFor({ timeout: 60_000 });
      const inMinutes = numberOf(await forecast.getByText('Steps', { exact: true }).locator('xpath=following-sibling::*[1]').textContent());
      expect(inMinutes).toBeGreaterThan(500);
      expect(await forecast.getByRole('list').count()).toBe(0);
      await page.getByRole('radio', { name: 'By steps' }).click();
      await field(page, 'Steps').fill('50');
      await forecast.getByText('50 steps are few').waitFor({ timeout: 60_000 });
      await shoot(page, 'forecast');
      expect(await axe(page)).toEqual([]);
      await page.getByRole('radio', { name: 'Until stopped' }).click();
      await forecast.getByText('Trains until you stop it').waitFor();
      await page.getByRole('navigation').getByText('Library', { exact: true }).click();
      expect(await page.getByText('vae-bars').count()).toBe(0);
      await toTrain(page);
    });

    test('by the keyboard it starts; curves and samples come while it trains', async () => {
      await page.getByRole('button', { name: 'Start training' }).waitFor();
      await expect.poll(() => page.getByRole('button', { name: 'Start training' }).isEnabled()).toBe(true);
      await field(page, 'Beta').focus();
      await page.keyboard.press('Control+Enter');
      await page.getByRole('heading', { name: 'vae-bars' }).waitFor({ timeout: 30_000 });
      await page.getByRole('img', { name: /^Loss: / }).waitFor({ timeout: 30_000 });
      const before = await steps(page);
      await expect.poll(() => steps(page), { timeout: 20_000 }).toBeGreaterThan(before);
      await page.getByRole('img', { name: /samples at step/ }).waitFor({ timeout: 60_000 });
      await shoot(page, 'live');
      expect(await axe(page)).toEqual([]);
    });

    test('it pauses, and no step is taken; it goes on; a reload in the middle changes nothing', async () => {
      await page.getByRole('button', { name: 'Pause', exact: true }).click();
      await page.getByRole('button', { name: 'Go on', exact: true }).waitFor({ timeout: 30_000 });
      const at = await steps(page);
      await page.waitForTimeout(1_500);
      expect(await steps(page)).toBe(at);
      await shoot(page, 'paused');
      await page.reload();
      await page.getByRole('button', { name: 'Go on', exact: true }).click();
      await expect.poll(() => steps(page), { timeout: 30_000 }).toBeGreaterThan(at);
      expect(await page.getByRole('button', { name: 'Pause', exact: true }).isVisible()).toBe(true);
    });

    test('samples are scrubbed over the training step, from blur to bars, and the newest come back', async () => {
      const sheet = page.getByRole('img', { name: /samples at step/ });
      const slider = page.getByRole('slider', { name: 'Training step' });
      await expect.poll(async () => Number(await slider.getAttribute('max')), { timeout: 60_000 }).toBeGreaterThan(2);
      const stepShown = async (): Promise<number> => numberOf((await sheet.getAttribute('aria-label'))?.split('step')[1] ?? '');
      const newest = await stepShown();
      await slider.focus();
      await page.keyboard.press('Home');
      await expect.poll(stepShown).toBeLessThan(newest);
      const early = await stepShown();
      const picture = await sheet.evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
      await page.getByRole('button', { name: 'Newest samples' }).click();
      await expect.poll(stepShown).toBeGreaterThan(early);
      expect(await sheet.evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL())).not.toBe(picture);
    });

    test('the trainer is killed: what failed is told, and one button goes on from the last checkpoint', async () => {
      const trainer = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(lab.served.process.pid)], { encoding: 'utf8' })
        .split('\n')
        .find((line) => line.includes('trainer.js'));
      process.kill(Number(trainer?.trim().split(' ')[0]), 'SIGKILL');
      await page.getByText('ended by itself: SIGKILL').first().waitFor({ timeout: 20_000 });
      await shoot(page, 'failed');
      expect(await axe(page)).toEqual([]);
      const goOn = page.getByRole('button', { name: /^Go on from step/ });
      const from = numberOf((await goOn.textContent())?.split('step')[1] ?? '');
      expect(from).toBeGreaterThan(0);
      await goOn.click();
      await page.getByRole('button', { name: 'Pause', exact: true }).waitFor({ timeout: 60_000 });
      await expect.poll(() => steps(page), { timeout: 30_000 }).toBeGreaterThan(from);
    });

    test('it is stopped, trained on, evaluated and forked', async () => {
      await page.getByRole('button', { name: 'Stop', exact: true }).click();
      await page.getByRole('button', { name: 'Train on' }).waitFor({ timeout: 60_000 });
      expect(await page.locator('header').getByText('Stopped').isVisible()).toBe(true);
      const at = await steps(page);
      await page.getByRole('button', { name: 'Train on' }).click();
      await page.getByRole('menuitem', { name: '1,000 steps more' }).click();
      await page.locator('header').getByText('Completed').waitFor({ timeout: 120_000 });
      expect(await steps(page)).toBe(at + 1_000);

      await page.getByRole('button', { name: 'More', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Evaluate on the test images' }).click();
      await page.getByText('On 200 test images').waitFor({ timeout: 120_000 });
      await shoot(page, 'completed');
      expect(await axe(page)).toEqual([]);
      // Kept with the run, whatever becomes of the job and of the page.
      const evaluated = `Evaluated at step ${(at + 1_000).toLocaleString('en')}`;
      await page.getByText(evaluated).waitFor();
      expect((await readRun(home, 'vae-bars')).evaluation).toMatchObject({ step: at + 1_000, device: 'cpu', figures: { images: 200 } });
      await page.reload();
      await page.getByText(evaluated).waitFor();

      await page.getByRole('button', { name: 'More', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Fork…' }).click();
      await field(page, 'Name of the new run').fill('vae-fork');
      expect(await axe(page, '[role="dialog"]')).toEqual([]);
      await page.getByRole('button', { name: 'Fork', exact: true }).click();
      await page.getByRole('heading', { name: 'vae-fork' }).waitFor({ timeout: 20_000 });
      expect(await steps(page)).toBe(at + 1_000);
      await page.getByRole('img', { name: /^Loss: / }).waitFor();
    });

    test('in French and in the light, on a small and a large window', async () => {
      const context = await lab.context.browser()!.newContext({ locale: 'fr-FR', colorScheme: 'light', viewport: { width: 1920, height: 1080 }, storageState: await lab.context.storageState() });
      try {
        const french = await context.newPage();
        await french.goto(lab.served.origin);
        await french.getByRole('heading', { name: 'vae-fork' }).waitFor({ timeout: 20_000 });
        await french.getByText('Échantillons du même bruit').waitFor();
        await shoot(french, 'fr-run-1920');
        expect(await axe(french)).toEqual([]);
        await french.getByRole('navigation').getByText('Entraîner', { exact: true }).click();
        await french.getByRole('button', { name: 'Lancer l’entraînement' }).waitFor();
        await shoot(french, 'fr-plan-1920');
        await french.setViewportSize({ width: 1024, height: 700 });
        await shoot(french, 'fr-plan-1024');
        expect(await axe(french)).toEqual([]);
        const overflow = await french.evaluate(() => [...document.querySelectorAll('[data-panel="train"] *')].filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === 'visible' && one.clientWidth > 0).map((one) => one.outerHTML.slice(0, 120)));
        expect(overflow).toEqual([]);
      } finally {
        await context.close();
      }
    });

    test('nothing was complained of', () => {
      expect(lab.complaints).toEqual([]);
    });
  });
