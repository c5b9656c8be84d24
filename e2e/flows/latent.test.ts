/** @file The latent explorer in a real browser, on the starter run and the sample digits: the map by pointer and by keys, walks, axes, grids, images of one's own. */

import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from 'playwright';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath } from '../harness/browser';
import { openLab, type OpenLab } from '../harness/served';
import { skipUnlessCi } from '../harness/skips';

/** A picture of a canvas makes a software driver say that it waited. */
const ofDriver = /GPU stall due to ReadPixels/;

const number = (text: string | null): number => Number((text ?? '').replace(',', '.').replace(/[^\d.-]/g, ''));

if (!chromiumPath()) skipUnlessCi('latent explorer', 'no Chromium is installed: install one, or set CHROMIUM_PATH');
else
  describe('the latent explorer', () => {
    let lab: OpenLab;
    let page: Page;
    let map: Locator;

    const note = (name: string): Locator => page.getByRole('figure').filter({ hasText: name });
    const distance = async (): Promise<number> => number(await page.getByRole('region', { name: 'Decoded' }).locator('output').textContent());
    const ring = async (): Promise<{ x: number; y: number }> => {
      const box = await map.locator('svg > g').last().boundingBox();
      if (!box) throw new Error('no ring');
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };
    /** Clicks a point somewhere about the given part of the map. */
    const clickAt = async (x: number, y: number): Promise<void> => {
      const box = await map.boundingBox();
      if (!box) throw new Error('no map');
      await page.mouse.click(box.x + x * box.width, box.y + y * box.height);
    };
    const violations = async (): Promise<string[]> => (await new AxeBuilder({ page }).include('main').analyze()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);

    const home = mkdtempSync(join(tmpdir(), 'genoise-latent-'));
    beforeAll(async () => {
      // A software WebGPU, where there is one, would take minutes.
      writeFileSync(join(home, 'settings.json'), JSON.stringify({ device: 'cpu' }));
      lab = await openLab({ home });
      page = lab.page;
      map = page.getByRole('application');
    });
    afterAll(async () => {
      await lab?.close();
      rmSync(home, { recursive: true, force: true });
    });

    test('says what is missing, and gets it', { timeout: 240_000 }, async () => {
      // The dock stands.
      await page.getByRole('main').getByText('Start', { exact: true }).first().waitFor();
      await page.getByRole('navigation', { name: 'Panels' }).getByRole('button', { name: 'Latent' }).click();
      await page.getByText('The images of digits are not in the library').waitFor();
      expect(await violations()).toEqual([]);
      await page.getByRole('button', { name: 'Get the sample digits' }).click();
      await page.getByRole('progressbar').first().waitFor();
      await map.waitFor({ timeout: 120_000 });
      expect(await map.getAttribute('aria-label')).toBe('Map of 70,000 images');
      expect(await page.getByText('Trustworthiness 0.').isVisible()).toBe(true);
      expect(await page.getByText('2,000 of 70,000 points').isVisible()).toBe(true);
    });

    test('draws the points in the colours of their labels', async () => {
      const box = await map.boundingBox();
      const { data, info } = await sharp(await page.screenshot({ clip: box ?? undefined })).removeAlpha().raw().toBuffer({ resolveWithObject: true });
      // The colours of 1 and 0 on the dark ground.
      const near = (rgb: readonly number[]): number => {
        let count = 0;
        for (let at = 0; at < data.length; at += info.channels) if (rgb.every((level, k) => Math.abs(level - data[at + k]) < 24)) count++;
        return count;
      };
      expect(near([0xe6, 0x9f, 0x00])).toBeGreaterThan(1000);
      expect(near([0x56, 0xb4, 0xe9])).toBeGreaterThan(1000);
    });

    test('shows the image under the pointer, and starts from the one that is clicked', async () => {
      const box = await map.boundingBox();
      await page.mouse.move((box?.x ?? 0) + 0.5 * (box?.width ?? 0), (box?.y ?? 0) + 0.45 * (box?.height ?? 0));
      await page.getByText(/^(train|test) [\d,]+$/).first().waitFor();
      await clickAt(0.5, 0.45);
      await note('Original').getByText(/\d · (train|test) [\d,]+/).waitFor();
      // The image itself is among the data.
      await expect.poll(distance).toBe(0);
      // Every panel knows of it.
      await page.keyboard.press('Control+i');
      await page.getByText('As seen by').waitFor();
      await page.keyboard.press('Control+i');
      await page.getByText('As seen by').waitFor({ state: 'detached' });
    });

    test('a drag of the ring moves the vector along the map, decoded as it goes', async () => {
      const from = await ring();
      const latencies: number[] = [];
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      const decoded = note('Decoded').locator('canvas');
      for (let step = 1; step <= 12; step++) {
        const before = await decoded.evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
        const began = performance.now();
        await page.mouse.move(from.x + 9 * step, from.y - 5 * step);
        await decoded.evaluate(
          (canvas: HTMLCanvasElement, last) =>
            new Promise<void>((resolve) => {
              const look = (): void => (canvas.toDataURL() === last ? void requestAnimationFrame(look) : resolve());
              look();
            }),
          before,
        );
        latencies.push(performance.now() - began);
      }
      await page.mouse.up();
      const to = await ring();
      expect(Math.hypot(to.x - from.x - 108, to.y - from.y + 60)).toBeLessThan(2);
      expect(await distance()).toBeGreaterThan(0.3);
      await note('Decoded').getByText('moved').waitFor();
      // A bound that only a broken pipe exceeds; what is fast is measured by the bench.
      expect(latencies.sort((a, b) => a - b)[6]).toBeLessThan(1000);
      await page.getByRole('button', { name: 'Back to the start' }).click();
      await expect.poll(distance).toBe(0);
    });

    test('keys do all of it: arrows move, Enter goes to the nearest image, Escape goes back', async () => {
      await map.focus();
      const from = await ring();
      for (let press = 0; press < 6; press++) await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Shift+ArrowUp');
      await note('Decoded').getByText('moved').waitFor();
      const to = await ring();
      expect(to.x - from.x).toBeGreaterThan(20);
      expect(from.y - to.y).toBeGreaterThan(15);
      await page.keyboard.press('Escape');
      await note('Decoded').getByText('as encoded').waitFor();
      expect(Math.hypot((await ring()).x - from.x, (await ring()).y - from.y)).toBeLessThan(1);
      for (let press = 0; press < 3; press++) await page.keyboard.press('Shift+ArrowLeft');
      await expect.poll(distance).toBeGreaterThan(0);
      const nearest = await note('Nearest image').getByText(/(train|test) [\d,]+/).textContent();
      await page.keyboard.press('Enter');
      await note('Original').getByText(nearest ?? '').waitFor();
      await expect.poll(distance).toBe(0);
    });

    test('axes by what they carry, over their histograms; a double click takes a slider back', async () => {
      const sliders = page.getByRole('tabpanel', { name: 'Axes' }).getByRole('slider');
      await sliders.first().waitFor();
      expect(await sliders.count()).toBe(10);
      await page.getByRole('button', { name: /6 more axes/ }).click();
      await expect.poll(() => sliders.count()).toBe(16);
      const told = await page.getByRole('tabpanel', { name: 'Axes' }).getByText(/[\d.]+ nats/).allTextContents();
      const nats = told.map((text) => number(/([\d.]+) nats/.exec(text)?.[1] ?? null));
      expect(nats).toHaveLength(16);
      expect(nats).toEqual([...nats].sort((a, b) => b - a));
      const first = sliders.first();
      const before = await first.getAttribute('aria-valuetext');
      await first.focus();
      for (let press = 0; press < 20; press++) await page.keyboard.press('ArrowRight');
      await note('Decoded').getByText('moved').waitFor();
      expect(await first.getAttribute('aria-valuetext')).not.toBe(before);
      const track = await first.evaluate((input) => (input.closest('[data-orientation]') ?? input).getBoundingClientRect().toJSON() as { x: number; y: number; height: number });
      await page.mouse.dblclick(track.x + 4, track.y + track.height / 2);
      await expect.poll(() => first.getAttribute('aria-valuetext')).toBe(before);
    });

    test('a walk from one image to another: both ways, played, scrubbed, taken', async () => {
      await map.focus();
      await page.keyboard.press('a');
      const start = await note('Original').getByText(/(train|test) [\d,]+/).textContent();
      await clickAt(0.75, 0.6);
      await expect.poll(() => note('Original').getByText(/(train|test) [\d,]+/).textContent()).not.toBe(start);
      await expect.poll(distance).toBe(0);
      await map.focus();
      await page.keyboard.press('b');
      const walk = page.getByRole('tabpanel', { name: 'Walk' });
      await walk.getByText('Step 1 of 31').first().waitFor();
      const spherical = await map.locator('polyline').getAttribute('points');
      await page.keyboard.press('p');
      await walk.getByText(/Step ([2-9]|\d\d) of 31/).first().waitFor();
      await page.keyboard.press('p');
      await walk.getByRole('button', { name: 'Play' }).waitFor();
      await walk.getByRole('radio', { name: 'Linear' }).click();
      await expect.poll(() => map.locator('polyline').getAttribute('points')).not.toBe(spherical);
      // A straight way on the map: its middle is halfway between its ends.
      const points = ((await map.locator('polyline').getAttribute('points')) ?? '').split(' ').map((point) => point.split(',').map(Number));
      expect(points).toHaveLength(31);
      [0, 1].forEach((k) => expect(Math.abs(points[15][k] - (points[0][k] + points[30][k]) / 2)).toBeLessThan(0.3));
      await walk.getByRole('slider', { name: 'Step of the walk' }).focus();
      await page.keyboard.press('End');
      await walk.getByText('Step 31 of 31').first().waitFor();
      await walk.getByRole('slider', { name: 'Step of the walk' }).press('PageDown');
      await walk.getByRole('button', { name: 'Use this step' }).click();
      await expect.poll(distance).toBeGreaterThan(0);
      expect(await violations()).toEqual([]);
    });

    test('a grid along the map and along two axes; a cell is taken over', async () => {
      await page.getByRole('tab', { name: 'Grid' }).click();
      const grid = page.getByRole('listbox', { name: /Grid of decoded images/ });
      await grid.waitFor();
      const at = await grid.getByRole('option').getAttribute('aria-setsize');
      expect(at).toBe('81');
      await page.getByRole('radio', { name: 'Two axes' }).click();
      await page.getByRole('listbox', { name: /z\d+ across and z\d+ down/ }).waitFor();
      const before = await ring();
      await page.getByRole('listbox', { name: /z\d+ across/ }).click({ position: { x: 8, y: 8 } });
      await expect.poll(async () => Math.hypot((await ring()).x - before.x, (await ring()).y - before.y)).toBeGreaterThan(3);
      expect(await violations()).toEqual([]);
    });

    test('an image of one\'s own is placed; what is no image is refused in words', async () => {
      const stroke = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><rect width="200" height="200"/><circle cx="100" cy="100" r="52" fill="none" stroke="#fff" stroke-width="20"/></svg>');
      const input = page.locator('input[type=file][accept="image/*"]');
      await input.setInputFiles({ name: 'circle.png', mimeType: 'image/png', buffer: await sharp(stroke).png().toBuffer() });
      await page.getByText('1 · circle.png').waitFor();
      // A circle is a 0: its nearest image says so.
      await note('Nearest image').getByText(/^0 · /).waitFor();
      await map.locator('title', { hasText: 'circle.png' }).waitFor({ state: 'attached' });
      await page.getByRole('button', { name: 'Take circle.png off the map' }).click();
      await expect.poll(() => map.locator('title', { hasText: 'circle.png' }).count()).toBe(0);

      // Dropped on the map it is placed, and nothing is imported.
      const bytes = [...(await sharp(stroke).png().toBuffer())];
      const transfer = await page.evaluateHandle((content) => {
        const made = new DataTransfer();
        made.items.add(new File([new Uint8Array(content)], 'dropped.png', { type: 'image/png' }));
        return made;
      }, bytes);
      for (const type of ['dragenter', 'dragover']) await map.dispatchEvent(type, { dataTransfer: transfer });
      await page.getByText('Drop to place on the map').waitFor();
      expect(await page.getByText('Drop to import').count()).toBe(0);
      await map.dispatchEvent('drop', { dataTransfer: transfer });
      await page.getByText('1 · dropped.png').waitFor();
      // Notices are dialogs as well, but leave the page alone.
      expect(await page.locator('[role=dialog]:not([aria-modal=false])').count()).toBe(0);
      await map.locator('title', { hasText: 'dropped.png' }).waitFor({ state: 'attached' });

      await input.setInputFiles({ name: 'note.png', mimeType: 'image/png', buffer: Buffer.from('only words') });
      const refusal = page.getByRole('alert').filter({ hasText: 'note.png' });
      await refusal.getByRole('button', { name: 'Close' }).click();
      await expect.poll(() => refusal.count()).toBe(0);
    });

    test('in space, and coloured by the loss', async () => {
      await map.focus();
      await page.keyboard.press('d');
      await page.getByText('Three principal components of 16 axes').waitFor();
      await page.getByRole('radio', { name: 'Error' }).click();
      await page.getByText('Squared error').waitFor();
      await page.getByText(/≥ [\d.]+/).waitFor({ timeout: 60_000 });
      await page.getByRole('radio', { name: '−ELBO' }).click();
      await page.getByText(/≥ [\d.]+/).waitFor({ timeout: 60_000 });
      await page.getByRole('button', { name: 'Cancel' }).first().click();
      await page.getByText(/of 70,000 images/).waitFor();
      expect(await violations()).toEqual([]);
      await page.getByRole('radio', { name: 'Label' }).click();
      await page.getByRole('button', { name: '7', exact: true }).click();
      expect(await page.getByRole('button', { name: '7', exact: true }).getAttribute('aria-pressed')).toBe('true');
    });

    test('a process that dies is told in words, and another one goes on', async () => {
      const second = await lab.openPage();
      await second.getByRole('application').waitFor({ timeout: 60_000 });
      const pids = execFileSync('pgrep', ['-P', String(lab.served.process.pid), '-f', 'inference'], { encoding: 'utf8' }).trim().split('\n').map(Number);
      expect(pids).toHaveLength(1);
      await page.getByRole('tab', { name: 'Axes' }).click();
      process.kill(pids[0], 'SIGKILL');
      // The map stands in the page; the next vector is decoded by a new process, which encodes the data again to tell the distance.
      await map.focus();
      await expect
        .poll(
          async () => {
            await page.keyboard.press('ArrowRight');
            return (await page.getByRole('alert').filter({ hasText: /\w/ }).count()) === 0 && (await note('Decoded').getByText('moved').isVisible());
          },
          { timeout: 30_000 },
        )
        .toBe(true);
      await page.getByText('Distance from the data').waitFor({ timeout: 30_000 });
      await second.close();
    });

    test('speaks French, and complained of nothing', async () => {
      const french = await lab.context.browser()?.newContext({ locale: 'fr-FR', viewport: { width: 1280, height: 800 } });
      await french?.addCookies(await lab.context.cookies());
      const other = await french?.newPage();
      await other?.goto(lab.served.origin);
      await other?.getByRole('application').waitFor({ timeout: 60_000 });
      expect(await other?.getByRole('application').getAttribute('aria-label')).toBe('Carte de 70\u202f000 images');
      expect(await other?.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      await french?.close();
      expect(lab.complaints.filter((complaint) => !ofDriver.test(complaint))).toEqual([]);
    });
  });
