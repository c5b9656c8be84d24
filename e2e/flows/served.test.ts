/** @file The served lab in a real browser: opened by its address, connected, nothing refused by the policy, ended by Ctrl-C. */

import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { UploadState } from '../../preload/contract/domains/uploads';
import { chromiumPath } from '../harness/browser';
import { openPageLink } from '../harness/page-link';
import { scratchFolder } from '../harness/scratch';
import { openLab, startServed, type ServedHost } from '../harness/served';
import { skipUnlessCi } from '../harness/skips';

if (!chromiumPath()) skipUnlessCi('served lab', 'no Chromium is installed: install one, or set CHROMIUM_PATH');
else {
  test('the address opens the lab, leaves no token behind, and a reload finds it again', async () => {
    const lab = await openLab();
    try {
      const { page, served } = lab;
      expect(page.url()).toBe(served.origin);
      const heard: string[] = [];
      page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => heard.push(String(payload))));
      await page.reload();
      await expect.poll(() => heard[0]).toContain('"welcome"');
      expect(await page.evaluate(() => document.cookie)).toBe('');
      expect(await page.evaluate(() => performance.getEntriesByType('navigation').map(({ name }) => name))).toEqual([served.origin]);
      expect(lab.complaints).toEqual([]);
      expect(await served.stop()).toBe(0);
    } finally {
      await lab.close();
    }
  });

  test('a browser without the token is told in its language what to do', async () => {
    const lab = await openLab();
    try {
      const stranger = await lab.context.browser()?.newContext({ locale: 'fr-FR' });
      const page = await stranger?.newPage();
      const answer = await page?.goto(lab.served.origin);
      expect(answer?.status()).toBe(401);
      expect(await page?.textContent('body')).toContain('Ouvrez l’adresse complète affichée dans le terminal');
    } finally {
      await lab.close();
    }
  });

  test.each([
    { locale: 'en-GB', says: 'The lab was started again', hint: 'Open the address that it printed' },
    { locale: 'fr-FR', says: 'Le laboratoire a redémarré', hint: 'Ouvrez dans ce navigateur l’adresse qu’il a affichée' },
  ])('a page of a lab that was started again says so, asks seldom, and goes on once its browser is let in: $locale', async ({ locale, says, hint }) => {
    const home = scratchFolder();
    const lab = await openLab({ home, locale });
    let again: ServedHost | undefined;
    try {
      await lab.page.locator("[data-panel='start'] button").first().waitFor();
      await lab.served.stop();
      let asked = 0;
      lab.page.on('request', (request) => (asked += request.resourceType() === 'fetch' ? 1 : 0));
      lab.page.on('websocket', () => (asked += 1));
      again = await startServed({ home, words: ['--port', new URL(lab.served.origin).port] });
      const banner = lab.page.getByRole('alert').filter({ hasText: says });
      await banner.waitFor({ timeout: 15_000 });
      expect(await banner.textContent()).toContain(hint);
      asked = 0;
      await sleep(4_000);
      // A socket and the question why it was refused, after 2 s and after 7.
      expect(asked).toBeLessThanOrEqual(4);
      const next = await lab.context.newPage();
      await next.goto(again.url);
      await lab.page.bringToFront();
      await banner.waitFor({ state: 'detached', timeout: 35_000 });
      expect(await lab.page.locator('footer').textContent()).toContain(locale === 'en-GB' ? 'Connected' : 'Connecté');
      expect(lab.complaints.filter((one) => !/401|ERR_CONNECTION_REFUSED|WebSocket/.test(one))).toEqual([]);
    } finally {
      await lab.close();
      await again?.stop();
    }
  });

  test('files of the browser reach the server from its own page, whole, and are gone with it', async () => {
    const lab = await openLab();
    const link = await openPageLink(lab.served.url);
    try {
      const { id } = await link.lab.uploads.begin({ files: 40, bytes: 40 * 100_000 });
      const states: UploadState[] = [];
      const letGo = link.lab.uploads.hold({ id }, (state) => states.push(state));
      const statuses = await lab.page.evaluate(async (upload) => {
        const put = (i: number) => fetch(`/upload/${upload}/${encodeURIComponent('été #1')}/${i}.bin`, { method: 'PUT', body: new File([new Uint8Array(100_000).fill(i)], 'x') });
        return (await Promise.all(Array.from({ length: 40 }, (_, i) => put(i)))).map(({ status }) => status);
      }, id);
      expect(new Set(statuses)).toEqual(new Set([204]));
      await expect.poll(() => states.at(-1)).toEqual({ files: 40, bytes: 4_000_000 });
      const [folder] = readdirSync(join(lab.home, 'quarantine'));
      const sent = join(lab.home, 'quarantine', folder, 'images', 'été #1');
      expect(readdirSync(sent)).toHaveLength(40);
      for (let i = 0; i < 40; i++) expect(readFileSync(join(sent, `${i}.bin`)).equals(Buffer.alloc(100_000, i))).toBe(true);
      letGo();
      await link.lab.uploads.discard({ id });
      expect(readdirSync(join(lab.home, 'quarantine'))).toEqual([]);
      expect(lab.complaints).toEqual([]);
    } finally {
      link.close();
      await lab.close();
    }
  });

  test('what gets into the page can neither run, reach another machine nor send what it finds', async () => {
    const lab = await openLab();
    try {
      const { page } = lab;
      const asked: string[] = [];
      await lab.context.route(/genoise-test\.invalid/, (route) => {
        asked.push(route.request().url());
        return route.fulfill({ status: 200, body: '' });
      });
      const result = await page.evaluate(async () => {
        const violated: string[] = [];
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => violated.push(effectiveDirective));
        const put = (html: string): void => void document.body.insertAdjacentHTML('beforeend', html);
        put('<img src="nothing.png" onerror="document.title = 1">');
        put('<img src="https://genoise-test.invalid/a.png">');
        put('<iframe src="https://genoise-test.invalid/"></iframe>');
        put('<link rel="stylesheet" href="https://genoise-test.invalid/a.css">');
        put('<form action="https://genoise-test.invalid/" id="form"></form>');
        (document.getElementById('form') as HTMLFormElement).submit();
        for (const [name, value] of [['textContent', 'document.title = "2"'], ['src', 'https://genoise-test.invalid/a.js'], ['src', 'data:text/javascript,document.title="3"']]) {
          const script = document.createElement('script');
          script[name as 'src'] = value;
          document.body.append(script);
        }
        const refused = async (work: () => unknown): Promise<boolean> => {
          try {
            await work();
            return false;
          } catch {
            return true;
          }
        };
        const results = {
          fetch: await refused(() => fetch('https://genoise-test.invalid/')),
          beacon: navigator.sendBeacon('https://genoise-test.invalid/', 'x'),
          socket: await new Promise<string>((resolve) => {
            try {
              const socket = new WebSocket('wss://genoise-test.invalid/');
              socket.onerror = () => resolve('refused');
              socket.onopen = () => resolve('open');
            } catch {
              resolve('refused');
            }
          }),
        };
        // What a script of ours would be talked into.
        // oxlint-disable-next-line typescript/no-implied-eval -- to see it refused
        setTimeout('document.title = "4"', 0);
        await new Promise((resolve) => setTimeout(resolve, 300));
        return { ...results, violated: [...new Set(violated)].sort(), title: document.title };
      });
      expect(result).toMatchObject({ fetch: true, socket: 'refused' });
      expect(['1', '2', '3', '4']).not.toContain(result.title);
      expect(result.violated).toEqual(expect.arrayContaining(['connect-src', 'form-action', 'frame-src', 'img-src', 'script-src', 'script-src-attr', 'script-src-elem', 'style-src-elem']));
      expect(asked).toEqual([]);
    } finally {
      await lab.close();
    }
  });

  test('another page on the same machine gets nothing, though the browser has the cookie', async () => {
    const lab = await openLab();
    const other = createServer((_request, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<title>other</title>'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    try {
      const page = await lab.context.newPage();
      await page.goto(`http://127.0.0.1:${port}/`);
      const { origin } = lab.served;
      expect(
        await page.evaluate(async (target) => {
          const status = (options?: RequestInit) => fetch(target, { credentials: 'include', ...options }).then((answer) => answer.text(), () => 'nothing');
          const socket = new Promise((resolve) => {
            const opening = new WebSocket(`${target.replace('http', 'ws')}socket`);
            opening.onopen = () => resolve('open');
            opening.onerror = () => resolve('nothing');
          });
          const frame = document.createElement('iframe');
          frame.src = target;
          document.body.append(frame);
          return {
            read: await status(),
            sent: await status({ method: 'PUT', mode: 'cors', body: 'x' }),
            image: await new Promise((resolve) => {
              const image = new Image();
              image.onload = () => resolve('shown');
              image.onerror = () => resolve('nothing');
              image.src = `${target}favicon.svg`;
            }),
            socket: await socket,
          };
        }, origin),
      ).toEqual({ read: 'nothing', sent: 'nothing', image: 'nothing', socket: 'nothing' });
      expect(await Promise.all(page.frames().slice(1).map((frame) => frame.content()))).not.toContainEqual(expect.stringContaining('id="root"'));
    } finally {
      other.close();
      await lab.close();
    }
  });
}
