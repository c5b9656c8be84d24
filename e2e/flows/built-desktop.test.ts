/** @file The built desktop program over the stand-in of electron: its files are where it looks for them, and a training runs through utility processes from start to end. */

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { addDataset } from '../../main/inference/scripted/home';
import type { Channel } from '../../preload/contract/channel';
import { hostChannels } from '../../preload/contract/host';
import type { JobInfo } from '../../preload/contract/jobs';
import { openClient, type Client } from '../../renderer/link/client';
import { callNames, callsOf } from '../harness/electron-record';
import type { MessagePortMain } from '../harness/electron-processes';
import { app, BrowserWindow, ipcMain, protocol } from '../harness/electron-stand-in';
import { skipUnlessCi } from '../harness/skips';
import { vulkanEnvironment } from '../harness/vulkan';

const root = join(import.meta.dirname, '..', '..');
const entry = join(root, 'out', 'main', 'index.js');

/** The page's end of a port, as renderer/link has it in a browser. */
function channelOf(port: MessagePortMain): Channel {
  return {
    send: (message) => (port.postMessage(message), 0),
    onMessage: (listener) => {
      port.on('message', ({ data }: { data: unknown }) => listener(data));
      port.start();
    },
    onClose: (listener) => port.on('close', listener),
    close: () => port.close(),
  };
}

const side = 8;
function stripes(count: number) {
  const pixels = new Uint8Array(count * side * side).map((_, at) => (Math.floor(at / side) % 2 === Math.floor(at / (side * side)) % 2 ? 255 : 0));
  return { pixels, labels: new Uint8Array(count).map((_, at) => at % 2) };
}

if (!existsSync(entry)) skipUnlessCi('built desktop program', 'it is not built: npm run build');
else
  describe('built desktop program', () => {
    let home: string;
    let client: Client;
    const { argv } = process;

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'genoise-desktop-'));
      await addDataset(home, 'stripes', { train: stripes(200), test: stripes(40), side });
      // The processor is what any machine has; a software GPU would be taken for a better one.
      for (const name of Object.keys(vulkanEnvironment())) vi.stubEnv(name, '');
      process.argv = ['electron', root, '--home', home, '--lang=en'];
      await import(entry);
      await vi.waitFor(() => expect(BrowserWindow.all.length).toBe(1), { timeout: 20_000 });
      client = openClient({
        onState: () => undefined,
        open: async () => {
          const { webContents } = BrowserWindow.all[0];
          ipcMain.emit(hostChannels.connect, { sender: webContents, senderFrame: webContents.mainFrame });
          const [, , ports] = callsOf('frame.postMessage').at(-1) ?? [];
          return channelOf((ports as MessagePortMain[])[0]);
        },
      });
    });
    afterAll(() => {
      process.argv = argv;
      vi.unstubAllEnvs();
      rmSync(home, { recursive: true, force: true });
    });

    const ended = (job: string): Promise<JobInfo> =>
      new Promise((resolve) => {
        const stop = client.lab.jobs.changes({}, (changed) => {
          const mine = changed.find(({ id, endedAt }) => id === job && endedAt !== undefined);
          if (!mine) return;
          stop();
          resolve(mine);
        });
      });

    test('the window finds its preload script, which needs nothing but electron, and its icon', () => {
      const { webPreferences, icon } = BrowserWindow.all[0].options as unknown as { webPreferences: { preload: string }; icon: string };
      expect(existsSync(icon)).toBe(true);
      const script = readFileSync(webPreferences.preload, 'utf8');
      expect([...script.matchAll(/require\(["'`]([^"'`]+)["'`]\)/g)].map((match) => match[1])).toEqual(['electron']);
      expect(script).not.toMatch(/^import /m);
    });

    test('app:// gives the page and all that it names, under its policy', async () => {
      const get = (path: string) => protocol.handlers.get('app')?.({ url: `app://genoise${path}`, method: 'GET' }) as Promise<Response>;
      const page = await get('/');
      expect(page.status).toBe(200);
      expect(page.headers.get('Content-Security-Policy')).toContain("script-src 'self'");
      const named = [...(await page.text()).matchAll(/(?:src|href)="\.?(\/[^"]+)"/g)].map((match) => match[1]);
      expect(named.length).toBeGreaterThan(1);
      for (const path of named) expect((await get(path)).status, path).toBe(200);
    });

    test('a training runs in a utility process, and what it learnt is answered by another', async () => {
      const started = await client.lab.training.start({ method: 'vae', dataset: 'stripes', config: { latentDim: 2 }, device: 'cpu', steps: 8, run: 'first', seed: 1 });
      const job = await ended(started.id);
      expect(job.error, JSON.stringify(job.error)).toBeUndefined();
      expect(job).toMatchObject({ state: 'done', kind: 'train', subject: 'first' });
      const known = await client.lab.runs.get({ run: 'first' });
      expect(known.abilities).toEqual(expect.arrayContaining(['encode', 'decode']));
      const evaluated = await client.lab.training.evaluate({ run: 'first' });
      expect((await ended(evaluated.id)).state).toBe('done');
      const forked = callsOf('utilityProcess.fork').map(([path]) => String(path).replace(/^.*[\\/]/, ''));
      expect(forked).toEqual(expect.arrayContaining(['trainer.js', 'inference.js']));
    });

    test('quitting ends the processes first', async () => {
      client.close();
      app.quit();
      await expect.poll(() => callNames(), { timeout: 15_000 }).toContain('app.ended');
    });
  });
