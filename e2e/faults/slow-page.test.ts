/** @file A page that stops reading, at the built server: what waits for it is bounded, as the server's own memory shows, and all of it arrives once it reads again. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { runFields } from '../../main/runs/fixtures/known-run';
import { createRun } from '../../main/runs/run';
import { openRunWriter } from '../../main/runs/writer';
import { contractVersion } from '../../preload/contract/channel';
import { decodeFrame } from '../../preload/contract/frame';
import { loginCookie, openPageLink } from '../harness/page-link';
import { scratchFolder } from '../harness/scratch';
import { skipWithReason } from '../harness/skips';
import { startServed } from '../harness/served';

const side = 64;
const images = 512;
const calls = 200;
const megabyte = 2 ** 20;

/** Resident memory of a process, in bytes. */
const residentBytes = (pid: number): number => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;

interface Message {
  id?: number;
  result?: { images: Uint8Array };
  item?: { steps: Float64Array };
  error?: unknown;
}

if (process.platform !== 'linux') skipWithReason('a page that stops reading', 'the memory of another process is read from /proc');
else
  test('350 MB asked for and not read: at most 64 MB wait, every answer and every metric arrives', async () => {
    const home = scratchFolder();
    const idx = join(scratchFolder(), 'noise-idx3-ubyte');
    const header = Buffer.alloc(16);
    [0x803, images, side, side].forEach((value, i) => header.writeUInt32BE(value, 4 * i));
    writeFileSync(idx, Buffer.concat([header, Buffer.from(Uint8Array.from({ length: images * side * side }, (_, i) => (i * 2654435761) >>> 24))]));
    await createRun(home, runFields('r'));
    const writer = await openRunWriter(home, 'r');
    const served = await startServed({ home });
    try {
      const link = await openPageLink(served.url);
      const imported = await link.lab.datasets.import({ from: { path: idx }, name: 'noise', keep: 'copy' });
      const ended = new Promise<string>((resolve) => link.lab.jobs.changes({}, (jobs) => jobs.forEach((job) => job.id === imported.id && job.endedAt !== undefined && resolve(job.state))));
      expect(await ended).toBe('done');
      const args = { dataset: 'noise', split: 'train', count: images } as const;
      // As warm as it gets: the same work, read as it comes.
      for (let i = 0; i < 60; i++) await link.lab.datasets.spread(args);
      const one = (await link.lab.datasets.spread(args)).images.length;
      expect((one * calls) / megabyte).toBeGreaterThan(300);
      link.close();
      await sleep(300);

      const socket = new WebSocket(`ws://127.0.0.1:${new URL(served.url).port}/socket`, { headers: { Cookie: await loginCookie(served.url) } });
      await new Promise((resolve) => socket.once('open', resolve));
      const answers = new Set<number>();
      const steps: number[] = [];
      let taken = 0;
      let bytes = 0;
      socket.on('message', (data, isBinary) => {
        const { id = -1, result, item, error } = decodeFrame(isBinary ? (data as Buffer) : (data as Buffer).toString()) as Message;
        expect(error).toBeUndefined();
        if (result) {
          expect(answers.has(id)).toBe(false);
          answers.add(id);
          bytes += result.images.length;
        }
        if (item) steps.push(...item.steps);
        socket.send(JSON.stringify({ ack: ++taken }));
      });
      socket.send(JSON.stringify({ hello: { version: contractVersion } }));
      socket.send(JSON.stringify({ id: 0, watch: 'training.metrics', args: { run: 'r' } }));
      await expect.poll(() => taken).toBeGreaterThan(0);
      const before = residentBytes(served.process.pid ?? 0);
      socket.pause();
      for (let id = 1; id <= calls; id++) socket.send(JSON.stringify({ id, call: 'datasets.spread', args }));
      let highest = 0;
      for (let i = 0; i < 80; i++) {
        for (let more = 0; more < 25; more++) writer.metrics(25 * i + more + 1, { loss: i });
        await writer.flush();
        await sleep(50);
        highest = Math.max(highest, residentBytes(served.process.pid ?? 0) - before);
      }
      expect(answers.size).toBe(0);
      // 64 MB may wait; the runtime holds some of it twice for a moment.
      expect(highest / megabyte).toBeLessThan(96);
      // The page has stopped; the lab has not.
      const other = await openPageLink(served.url);
      expect((await other.lab.app.info({})).home).toBe(home);
      other.close();

      socket.resume();
      await expect.poll(() => answers.size, { timeout: 30_000 }).toBe(calls);
      await expect.poll(() => steps.length, { timeout: 5_000 }).toBe(2000);
      expect(bytes).toBe(one * calls);
      expect(steps).toEqual(Array.from({ length: 2000 }, (_, i) => i + 1));
      socket.close();
    } finally {
      await served.stop();
      await writer.close();
    }
  });
