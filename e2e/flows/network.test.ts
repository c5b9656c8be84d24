/** @file The network panel in a real browser: a starter run's network drawn, walked through by keys, looked into, saved; an ONNX file of another maker dropped. */

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath } from '../harness/browser';
import { fillDigitsHome } from '../harness/digits-home';
import { dropOn } from '../harness/drop';
import { openLab, type OpenLab } from '../harness/served';
import { skipUnlessCi } from '../harness/skips';

/** The software GPU of test machines takes minutes for what the processor does in a second. */
const gpu = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'LD_LIBRARY_PATH'] as const;

/** Where pictures go, for whoever wants to look. */
const shots = process.env['GENOISE_SHOTS'];

if (!chromiumPath()) skipUnlessCi('network panel', 'no Chromium is installed: install one, or set CHROMIUM_PATH');
else
  describe('network panel', { timeout: 180_000 }, () => {
    let folder: string;
    let lab: OpenLab;
    let page: Page;
    const before = gpu.map((name) => [name, process.env[name]] as const);

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'genoise-network-flow-'));
      for (const name of gpu) delete process.env[name];
      await fillDigitsHome(join(folder, 'home'));
      lab = await openLab({ home: join(folder, 'home') });
      page = lab.page;
      page.setDefaultTimeout(60_000);
      await page.getByRole('navigation').getByText('Network', { exact: true }).click();
      await page.locator('[data-block]').first().waitFor();
    }, 180_000);
    afterAll(async () => {
      await lab?.close();
      for (const [name, value] of before) if (value !== undefined) process.env[name] = value;
      rmSync(folder, { recursive: true, force: true });
    });

    const block = (name: string) => page.locator(`[data-block="block ${name}"]`);
    const choose = async (label: string, option: RegExp | string): Promise<void> => {
      await page.locator('[data-panel="network"]').getByRole('combobox', { name: label }).click();
      await page.getByRole('option', { name: option }).click();
    };
    const shoot = async (name: string): Promise<void> => {
      if (shots) await page.screenshot({ path: join(shots, `network-${name}.png`) });
    };
    /** The pixels of the sheet of channels, as a short text: equal for equal values. */
    const channels = (): Promise<string> =>
      page.getByRole('slider', { name: /channels?$/ }).locator('canvas').evaluate(async (canvas: HTMLCanvasElement) => {
        const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(canvas.toDataURL()));
        return `${canvas.width} ${[...new Uint8Array(digest).subarray(0, 8)].join(' ')}`;
      });
    const noViolations = async (): Promise<void> => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))).toEqual([]);
    };

    test('a denoiser is a U-Net of stages, and of more blocks the more detail is asked for', async () => {
      await choose('Run', /starter-ddpm-digits/);
      await block('middle').waitFor();
      const stages = await page.locator('[data-block]').count();
      expect(stages).toBeGreaterThan(10);
      expect(await page.locator('[data-line="skip"]').count()).toBeGreaterThan(3);
      expect(await block('middle').getAttribute('aria-label')).toMatch(/^Convolution middle, 7 × 7 × \d+$/);
      await page.getByText(/^[\d.,]+( million)? parameters, [\d.,]+ million multiply-adds an image$/).waitFor();
      const low = (await block('middle').locator('rect').nth(1).boundingBox())!.y;
      for (const name of ['in', 'out']) expect((await block(name).locator('rect').nth(1).boundingBox())!.y).toBeLessThan(low);
      await noViolations();
      await shoot('stages');
      await page.getByRole('radio', { name: 'Layers' }).click();
      await block('middle.attention.q').waitFor();
      expect(await page.locator('[data-block]').count()).toBeGreaterThan(3 * stages);
      await page.getByRole('radio', { name: 'Stages' }).click();
      await block('middle').waitFor();
    });

    test('a block gives its channels for the current image, at the current time', async () => {
      await block('middle').click();
      await page.getByRole('heading', { name: 'middle' }).waitFor();
      const slider = page.getByRole('slider', { name: /^\d+ channels$/ });
      await slider.waitFor();
      const first = await channels();
      await page.getByText(/^As it goes in: 7$/).waitFor();
      await page.getByRole('spinbutton', { name: /^Image, of/ }).or(page.getByRole('textbox', { name: /^Image, of/ })).fill('2');
      await page.keyboard.press('Tab');
      await page.getByText(/^As it goes in: 2$/).waitFor();
      await expect.poll(channels).not.toBe(first);
      const second = await channels();
      await page.getByRole('slider', { name: 'Time' }).focus();
      await page.keyboard.press('Home');
      await expect.poll(channels).not.toBe(second);
      await slider.focus();
      await page.keyboard.press('ArrowRight');
      expect(await slider.getAttribute('aria-valuetext')).toMatch(/^Channel 2: /);
      await noViolations();
      await shoot('activations');
    });

    test('keys go from block to block, open and close', async () => {
      await block('in').focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'down.0.0' }).waitFor();
      expect(await block('down.0.0').getAttribute('aria-pressed')).toBe('true');
      expect(await block('middle').getAttribute('aria-pressed')).toBe('false');
      await page.keyboard.press('Escape');
      await page.getByRole('heading', { name: 'down.0.0' }).waitFor({ state: 'detached' });
    });

    test('the wheel goes closer to what is under the pointer, 0 shows all again', async () => {
      const left = async (): Promise<number> => (await block('in').locator('rect').nth(1).boundingBox())!.x;
      const [whole, { x, y }] = [await left(), (await block('in').locator('rect').nth(1).boundingBox())!];
      await page.mouse.move(x, y);
      await page.mouse.wheel(0, -300);
      await expect.poll(async () => (await block('middle').locator('rect').nth(1).boundingBox())!.x).toBeGreaterThan(900);
      expect(Math.abs((await left()) - whole)).toBeLessThan(2);
      await block('in').focus();
      await page.keyboard.press('0');
      await expect.poll(left).toBeCloseTo(whole, 0);
    });

    test('is saved as a drawing that says where it comes from', async () => {
      await page.getByRole('button', { name: 'Export…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Export', exact: true });
      await dialog.getByRole('img', { name: /Drawing of the network/ }).waitFor();
      await shoot('export');
      const [download] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Export', exact: true }).click()]);
      const svg = readFileSync(await download.path(), 'utf8');
      expect(download.suggestedFilename()).toMatch(/network.*\.svg$/);
      expect(svg.match(/<rect [^>]*rx="3" fill="#fff"/g)).toHaveLength(await page.locator('[data-block]').count());
      expect(svg).toContain('starter-ddpm-digits');
    });

    test('a decoder is a fan, fed with the image\'s latent numbers', async () => {
      await choose('Run', /starter-vae-digits/);
      await choose('Graph', 'Decoder');
      await block('decoder.1').click();
      await page.getByRole('img', { name: /^\d+ numbers, from 0 to/ }).waitFor();
      const heights = await Promise.all(['decoder.0', 'decoder.1', 'out'].map(async (name) => (await block(name).locator('rect').nth(1).boundingBox())!.height));
      expect(heights).toEqual(heights.toSorted((a, b) => a - b));
      await shoot('decoder');
    });

    test('an ONNX file of another maker is drawn; one that is none is refused in words', async () => {
      const model = join(folder, 'unet.onnx');
      copyFileSync(join(import.meta.dirname, '../../main/compiler/network/fixtures/torch-unet.onnx'), model);
      await dropOn(page, [model], { x: 700, y: 300 });
      await block('down2').waitFor();
      await page.getByText('unet.onnx').waitFor();
      await page.getByText('3,763 parameters, 310,216 multiply-adds an image').waitFor();
      expect(await page.locator('[data-line="skip"]').count()).toBe(2);
      await block('down2').click();
      await page.getByText(/^No image of the library fits/).waitFor();
      await noViolations();
      await shoot('dropped');
      const broken = join(folder, 'broken.onnx');
      writeFileSync(broken, 'no model at all');
      await dropOn(page, [broken], { x: 700, y: 300 });
      await page.getByText('This is not an ONNX file that can be read').waitFor();
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('button', { name: 'Back to the runs' }).click();
      await page.getByRole('combobox', { name: 'Run' }).first().waitFor();
    });
  });
