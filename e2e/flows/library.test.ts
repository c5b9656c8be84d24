/** @file The library in a real browser: what is dropped is named before it is kept, looked into, removed and had back. */

import { AxeBuilder } from '@axe-core/playwright';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chromiumPath } from '../harness/browser';
import { bytesOf, flat, idx, noise, otherSoftware, pictureOf, writeTree } from '../harness/data-files';
import { dropOn } from '../harness/drop';
import { zip } from '../harness/hostile-archives';
import { openLab, type LabOptions, type OpenLab } from '../harness/served';
import { skipUnlessCi } from '../harness/skips';

/** Where pictures go, for whoever wants to look. */
const shots = process.env['GENOISE_SHOTS'];

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Import', exact: true });
const confirm = (page: Page) => dialog(page).getByRole('button', { name: /^Import( \d+ datasets)?$/ });
const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(`(^|\\s)${name}(\\s|$)`) });
const inHome = (lab: OpenLab, folder: string): string[] => (existsSync(join(lab.home, folder)) ? readdirSync(join(lab.home, folder)).filter((name) => !name.startsWith('.')) : []);

if (!chromiumPath()) skipUnlessCi('library', 'no Chromium is installed: install one, or set CHROMIUM_PATH');
else
  describe('library', () => {
    let lab: OpenLab;
    let page: Page;
    let from: string;

    const open = async (options: LabOptions = {}): Promise<void> => {
      lab = await openLab(options);
      ({ page } = lab);
      await toLibrary(page);
    };
    const toLibrary = async (on: Page): Promise<void> => {
      // Once the remembered layout stands.
      await on.locator('[data-panel]').first().waitFor();
      await on.getByRole('navigation').getByRole('button', { name: /^(Library|Bibliothèque)$/ }).click();
      await on.getByRole('tab', { name: /^(Trash|Corbeille)/ }).waitFor({ timeout: 10_000 });
    };
    const files = (tree: Record<string, Uint8Array | string>): void => writeTree(from, tree);
    const at = (...names: string[]): string => join(from, ...names);
    /** Types a path into the dialog, as one who knows where things are. */
    const look = async (path: string): Promise<void> => {
      await page.keyboard.press('Control+o');
      await dialog(page).getByRole('textbox', { name: /path on the lab/ }).fill(path);
      await page.keyboard.press('Enter');
    };
    const importPath = async (path: string, name: string): Promise<void> => {
      await look(path);
      await dialog(page).getByRole('textbox', { name: 'Name of the dataset' }).fill(name);
      await expect.poll(() => confirm(page).isEnabled()).toBe(true);
      await confirm(page).click();
      await row(page, name).waitFor();
    };
    const shoot = async (name: string): Promise<void> => {
      if (shots) await page.screenshot({ path: join(shots, `library-${name}.png`) });
    };
    const violations = async (): Promise<unknown[]> => (await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html.slice(0, 200)) }));

    beforeEach(() => {
      from = mkdtempSync(join(tmpdir(), 'genoise-drop-'));
    });
    afterEach(async () => {
      await lab?.close();
      rmSync(from, { recursive: true, force: true });
    });

    test('a dropped folder is sent, named and shown; nothing is kept before one says so, and it is what stands on the disk then', async () => {
      await open();
      const tree: Record<string, Uint8Array | string> = { 'pets/cat/broken.png': 'no picture', 'pets/notes.txt': 'words' };
      for (let i = 0; i < 9; i++) tree[`pets/${['cat', 'dog', 'hen'][i % 3]}/${i}.png`] = flat(20, 16, [20 * i, 200 - 20 * i, 90]);
      files(tree);
      await dropOn(page, [at('pets')]);
      await dialog(page).getByText('10 images in 3 folders').waitFor();
      await dialog(page).getByRole('img', { name: 'Some of the images' }).waitFor();
      expect(inHome(lab, 'datasets')).toEqual([]);
      await shoot('dialog');
      const name = dialog(page).getByRole('textbox', { name: 'Name of the dataset' });
      expect(await name.inputValue()).toBe('pets');
      await name.fill('a/b');
      await dialog(page).getByRole('alert').waitFor();
      expect(await confirm(page).isEnabled()).toBe(false);
      await name.fill('my pets');
      await expect.poll(() => confirm(page).isEnabled()).toBe(true);
      await confirm(page).click();
      await row(page, 'my pets').waitFor();
      await expect.poll(() => dialog(page).isVisible()).toBe(false);
      expect(inHome(lab, 'datasets')).toEqual(['my pets']);
      expect(readdirSync(join(lab.home, 'datasets', 'my pets', 'originals', 'dog')).sort()).toEqual(['1.png', '4.png', '7.png']);
      await expect.poll(() => inHome(lab, 'quarantine')).toEqual([]);

      // It is chosen: its images, their classes, and what was left out.
      const details = page.getByRole('region', { name: 'Dataset my pets' });
      await details.getByRole('listbox', { name: 'Images of my pets' }).waitFor();
      await details.getByRole('tab', { name: /Classes/ }).click();
      const counts = await details.getByRole('row').allInnerTexts();
      expect(counts.slice(1).map((text) => text.split(/\s+/).slice(0, 2))).toEqual([
        ['cat', '3'],
        ['dog', '3'],
        ['hen', '3'],
      ]);
      await details.getByRole('tab', { name: /Left out/ }).click();
      expect(await details.getByRole('listitem').allInnerTexts()).toHaveLength(2);
      await details.getByText('cat/broken.png').waitFor();
      expect(lab.complaints).toEqual([]);
    });

    test('loose IDX files are one dataset; an archive and a folder beside them are two more', async () => {
      await open();
      files({
        'train-images-idx3-ubyte': idx(8, [60, 4, 5], noise(1200)),
        'train-labels-idx1-ubyte': idx(8, [60], Buffer.from(Array.from({ length: 60 }, (_, i) => i % 3))),
        'more/a.png': pictureOf(1),
        'more/b.png': pictureOf(2),
      });
      writeFileSync(at('packed.zip'), zip([{ name: 'x/1.png', data: pictureOf(3) }, { name: 'y/2.png', data: pictureOf(4) }, { name: '../up.png', data: pictureOf(5) }]));
      await dropOn(page, ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte', 'more', 'packed.zip'].map((name) => at(name)));
      await dialog(page).getByText('60 images of 5 × 4 pixels in IDX files').waitFor();
      await dialog(page).getByText('Archive of 3 files').waitFor();
      await dialog(page).getByText('2 images', { exact: true }).waitFor();
      await expect.poll(() => confirm(page).innerText()).toBe('Import 3 datasets');
      await shoot('dialog-three');
      await confirm(page).click();
      for (const name of ['images', 'more', 'packed']) await row(page, name).waitFor();
      expect(await row(page, 'images').innerText()).toMatch(/60/);
      expect(await row(page, 'packed').innerText()).toMatch(/\b2\b/);
      expect(existsSync(join(lab.home, 'datasets', 'up.png'))).toBe(false);
    });

    test('a pickle is refused in words with what to do; a cancelled import leaves nothing', async () => {
      await open();
      files({ 'weights.pkl': bytesOf(otherSoftware.pickles['object, protocol 4']), 'two/a.png': pictureOf(1), 'two/b.png': pictureOf(2) });
      await dropOn(page, [at('weights.pkl')]);
      const alert = dialog(page).getByRole('alert');
      await alert.getByText(/Python pickle/).waitFor();
      expect(await alert.innerText()).toMatch(/numpy.save/);
      expect(await alert.innerText()).not.toMatch(/quarantine/);
      expect(await confirm(page).isEnabled()).toBe(false);
      await shoot('pickle');
      await dropOn(page, [at('two')]);
      await dialog(page).getByText('2 images').waitFor();
      await dialog(page).getByRole('button', { name: 'Cancel' }).click();
      await expect.poll(() => dialog(page).isVisible()).toBe(false);
      await expect.poll(() => inHome(lab, 'quarantine')).toEqual([]);
      expect(inHome(lab, 'datasets')).toEqual([]);
      await page.getByRole('heading', { name: 'Drop images here' }).waitFor();
    });

    test('an archive that unpacks to much asks first; one that lies about it fails in words that stay until they are read', async () => {
      await open();
      const picture = pictureOf(1);
      // Its directory says 3 GB; there are some hundred bytes.
      writeFileSync(at('large.zip'), zip([{ name: 'a.png', data: picture, size: 3_000_000_000 }]));
      await look(at('large.zip'));
      const agree = dialog(page).getByRole('checkbox');
      await agree.waitFor();
      expect(await confirm(page).isEnabled()).toBe(false);
      await agree.click();
      await expect.poll(() => confirm(page).isEnabled()).toBe(true);
      await confirm(page).click();
      const imports = page.getByRole('region', { name: 'Imports' });
      await imports.getByText('large was not imported').waitFor();
      expect(await imports.getByRole('alert').innerText()).toMatch(/damaged|Found/);
      await shoot('failed');
      await imports.getByRole('button', { name: 'Dismiss' }).click();
      await expect.poll(() => imports.isVisible()).toBe(false);
      expect(inHome(lab, 'datasets')).toEqual([]);
    });

    test('what is deleted comes back by Ctrl+Z or out of the trash; two pages show the same', async () => {
      await open();
      files({ 'one/a.png': pictureOf(1), 'one/b.png': pictureOf(2), 'two/c.png': pictureOf(3), 'two/d.png': pictureOf(4) });
      await importPath(at('one'), 'one');
      await importPath(at('two'), 'two');
      const other = await lab.openPage();
      await toLibrary(other);
      await row(other, 'two').waitFor();
      // A page in the background is drawn once a second.
      await page.bringToFront();

      await row(page, 'one').click();
      await row(page, 'two').click({ modifiers: ['Shift'] });
      await page.keyboard.press('Delete');
      await page.getByText('2 datasets deleted').waitFor();
      await other.getByRole('heading', { name: 'Drop images here' }).waitFor();
      expect(inHome(lab, 'datasets')).toEqual([]);
      await page.keyboard.press('Control+z');
      for (const on of [page, other]) for (const name of ['one', 'two']) await row(on, name).waitFor();
      expect(inHome(lab, 'datasets').sort()).toEqual(['one', 'two']);

      await row(page, 'two').click();
      await page.keyboard.press('Delete');
      await page.getByRole('tab', { name: /Trash/ }).click();
      await page.getByText(/gone for good in 30 days/).waitFor();
      expect(await violations()).toEqual([]);
      await page.getByRole('button', { name: 'Restore' }).click();
      await page.getByText('The trash is empty').waitFor();
      await row(other, 'two').waitFor();

      // For good, after a question.
      await page.getByRole('tab', { name: /Datasets/ }).click();
      await row(page, 'one').click();
      await page.keyboard.press('Delete');
      await page.getByRole('tab', { name: /Trash/ }).click();
      await page.getByRole('button', { name: 'Delete for good' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click();
      await page.getByText('The trash is empty').waitFor();
      expect(readdirSync(join(lab.home, 'trash', 'datasets'))).toEqual([]);
      expect(lab.complaints).toEqual([]);
    });

    test('hostile names are text, and the layout holds', async () => {
      await open();
      const names = ['<img src=x onerror=hit()>', '\u202eغير مرئي‎', '🍰'.repeat(50), 'x'.repeat(200)];
      for (const [i, name] of names.entries()) {
        mkdirSync(at('odd', name), { recursive: true });
        writeFileSync(at('odd', name, `${i}.png`), pictureOf(i));
      }
      await page.evaluate(() => Object.assign(window, { hit: () => Object.assign(window, { wasHit: true }) }));
      await importPath(at('odd'), 'odd <b>name'.replace(/[<>]/g, ''));
      await page.getByRole('tab', { name: /Classes/ }).click();
      await page.getByRole('rowheader').first().waitFor();
      const labels = await page.getByRole('rowheader').allInnerTexts();
      expect(labels.map((label) => label.trim()).sort()).toEqual([...names].sort());

      // A note of a run, as another program may have written it.
      const note = `<script>hit()</script> \u202e${'w'.repeat(10_000)}`;
      await page.getByRole('tab', { name: /Runs/ }).click();
      await row(page, 'starter-vae-digits').click();
      const field = page.getByRole('textbox', { name: 'Note' });
      await field.fill(note);
      await field.blur();
      await expect.poll(() => row(page, 'starter-vae-digits').innerText()).toMatch(/<script>hit\(\)<\/script>/);
      await shoot('hostile');
      expect(await page.evaluate(() => 'wasHit' in window)).toBe(false);
      const overflow = await page.evaluate(() => [...document.querySelectorAll('main, main *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('[role="tooltip"]')).length);
      expect(overflow).toBe(0);
      // And taken back.
      await page.locator('body').click({ position: { x: 700, y: 790 } });
      await page.keyboard.press('Control+z');
      await expect.poll(() => row(page, 'starter-vae-digits').innerText()).not.toMatch(/script/);
    });

    test('by keyboard alone: imported, looked at, renamed, taken back', async () => {
      await open();
      files({ 'keys/a.png': pictureOf(1), 'keys/b.png': pictureOf(2), 'keys/c.png': pictureOf(3) });
      await page.keyboard.press('Control+o');
      await dialog(page).waitFor();
      const press = async (key: string, times = 1): Promise<void> => {
        for (let i = 0; i < times; i++) await page.keyboard.press(key);
      };
      const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '');
      const tabTo = async (wanted: RegExp): Promise<void> => {
        for (let i = 0; i < 60; i++) {
          if (wanted.test(await focused()) || (await page.evaluate(() => document.activeElement?.getAttribute('placeholder') ?? '')).match(wanted)) return;
          await press('Tab');
        }
        throw new Error(`Tab never came to ${wanted.source}, last at ${await focused()}`);
      };
      await tabTo(/path on the lab/);
      await page.keyboard.type(at('keys'));
      await press('Enter');
      await dialog(page).getByText('3 images').waitFor();
      await tabTo(/^Import$/);
      await press('Enter');
      await row(page, 'keys').waitFor();
      await expect.poll(() => dialog(page).isVisible()).toBe(false);

      await tabTo(/^Datasets$/);
      await page.getByRole('grid', { name: 'Datasets' }).focus();
      await press('ArrowDown');
      expect(await row(page, 'keys').getAttribute('aria-selected')).toBe('true');
      await tabTo(/^Images of keys$/);
      await press('End');
      await press('Enter');
      await press('Control+i');
      await page.getByRole('complementary', { name: 'Inspector' }).getByText(/of training|training/).first().waitFor();

      // A dataset under another name, and back.
      await page.getByRole('grid', { name: 'Datasets' }).focus();
      await press('F2');
      await page.getByRole('dialog').getByRole('textbox').waitFor();
      await page.keyboard.type('taken/name');
      await page.getByText('This can’t be a dataset’s name').or(page.getByText("This can't be a dataset's name")).first().waitFor();
      await press('Control+a');
      await page.keyboard.type('other keys');
      await press('Enter');
      await row(page, 'other keys').waitFor();
      expect(inHome(lab, 'datasets')).toEqual(['other keys']);
      expect(await row(page, 'other keys').getAttribute('aria-selected')).toBe('true');
      await expect.poll(() => page.getByRole('dialog', { name: /^Rename/ }).count()).toBe(0);
      await press('Control+z');
      await row(page, 'keys').waitFor();

      await page.getByRole('tab', { name: /Runs/ }).focus();
      await press('Enter');
      await page.getByRole('grid', { name: 'Runs' }).focus();
      await press('End');
      await press('F2');
      await page.getByRole('dialog').getByRole('textbox').waitFor();
      await page.keyboard.type('mine');
      await press('Enter');
      await row(page, 'mine').waitFor();
      await expect.poll(() => page.getByRole('dialog', { name: /^Rename/ }).count()).toBe(0);
      await press('Control+z');
      await expect.poll(() => row(page, 'mine').count()).toBe(0);
    });

    test.each(['dark', 'light'] as const)('no violation of accessibility rules, %s', async (colorScheme) => {
      await open({ colorScheme });
      expect(await violations()).toEqual([]);
      files({ 'pets/cat/1.png': flat(30, 20, [200, 30, 30]), 'pets/dog/2.png': flat(30, 20, [30, 30, 200]), 'pets/dog/3.png': 'no picture' });
      await look(at('pets'));
      await dialog(page).getByText('3 images in 2 folders').waitFor();
      await dialog(page).getByRole('img', { name: 'Some of the images' }).waitFor();
      await page.waitForTimeout(300);
      expect(await violations()).toEqual([]);
      await confirm(page).click();
      await row(page, 'pets').waitFor();
      for (const name of [/Images/, /Classes/, /Left out/, /About/]) {
        await page.getByRole('region', { name: 'Dataset pets' }).getByRole('tab', { name }).click();
        await page.waitForTimeout(200);
        expect(await violations(), String(name)).toEqual([]);
      }
      await page.getByRole('tab', { name: /Runs/ }).click();
      await row(page, 'starter-vae-digits').click();
      await page.getByText('on the disk').first().waitFor();
      expect(await violations()).toEqual([]);
    });

    test('a French reader at 1024 x 700 reads French, and nothing overflows', async () => {
      await open({ locale: 'fr-FR', viewport: { width: 1024, height: 700 } });
      await page.getByRole('heading', { name: 'Déposez des images ici' }).waitFor();
      files({ 'animaux/chat/1.png': flat(30, 20, [200, 30, 30]), 'animaux/chien/2.png': flat(30, 20, [30, 30, 200]) });
      await dropOn(page, [at('animaux')]);
      const importer = page.getByRole('dialog', { name: 'Importer', exact: true });
      await importer.getByText('2 images dans 2 dossiers').waitFor();
      await expect.poll(() => importer.getByRole('button', { name: 'Importer', exact: true }).isEnabled()).toBe(true);
      await importer.getByRole('button', { name: 'Importer', exact: true }).click();
      await row(page, 'animaux').waitFor();
      await page.getByRole('region', { name: 'Jeu de données animaux' }).waitFor();
      await page.waitForTimeout(500);
      await shoot('french');
      const wide = await page.evaluate(() => [...document.querySelectorAll('main button, main h2, main [role="tab"], main label')].filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).textOverflow !== 'ellipsis' && one.clientWidth > 1).map((one) => one.outerHTML.slice(0, 120)));
      expect(wide).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    });
  });
