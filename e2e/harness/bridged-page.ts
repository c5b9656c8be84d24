/** @file The built page as Electron shows it, in Chromium: under app://'s policy, with the bridge of the preload script, linked to a desk by a real MessagePort. */

import type { Browser, Page } from 'playwright';
import type { Channel } from '../../preload/contract/channel';
import type { HostMessage } from '../../preload/contract/host';
import { servePage } from './browser';

export interface BridgedPage {
  page: Page;
  complaints: string[];
  /** As the menu or the system does. */
  send(message: HostMessage): Promise<void>;
  close(): Promise<void>;
}

/** Typed arrays as text, between Node and Chromium: Electron clones them. */
const packed = (_key: string, value: unknown): unknown =>
  ArrayBuffer.isView(value) ? { $array: value.constructor.name, base64: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') } : value;

/** `serve` takes the lab's end of each port. Dropped files stand at `/dropped/<name>`. */
export async function openBridgedPage(browser: Browser, serve: (channel: Channel) => void, locale = 'en-GB'): Promise<BridgedPage> {
  const served = await servePage();
  const context = await browser.newContext({ locale, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'warning' || message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));

  let listener: (message: unknown) => void = () => undefined;
  let closers: (() => void)[] = [];
  let sending: Promise<unknown> = Promise.resolve();
  await page.exposeFunction('toLab', (text: string) => listener(JSON.parse(text)));
  await page.exposeFunction('askPort', () => {
    for (const close of closers) close();
    closers = [];
    serve({
      send: (message) => {
        const text = JSON.stringify(message, packed);
        sending = sending.then(() => page.evaluate((given) => (globalThis as unknown as { fromLab(text: string): void }).fromLab(given), text)).catch(() => undefined);
        return text.length;
      },
      onMessage: (given) => void (listener = given),
      onClose: (closer) => void closers.push(closer),
      close: () => undefined,
    });
  });
  await page.addInitScript(() => {
    const host = globalThis as unknown as { toLab(text: string): void; askPort(): Promise<void>; fromLab(text: string): void; fromHost(message: HostMessage): void; lab: unknown };
    const types: Record<string, new (buffer: ArrayBuffer) => unknown> = { Uint8Array, Int8Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array };
    const unpacked = (_key: string, value: unknown): unknown => {
      const { $array, base64 } = (value ?? {}) as { $array?: string; base64?: string };
      return $array && base64 !== undefined ? new types[$array](Uint8Array.from(atob(base64), (one) => one.charCodeAt(0)).buffer) : value;
    };
    const listeners = new Set<(message: HostMessage) => void>();
    host.fromHost = (message) => listeners.forEach((listen) => listen(message));
    host.lab = {
      host: 'electron',
      platform: 'linux',
      connect: () => {
        const { port1, port2 } = new MessageChannel();
        host.fromLab = (text) => port1.postMessage(JSON.parse(text, unpacked));
        port1.onmessage = ({ data }) => host.toLab(JSON.stringify(data));
        void host.askPort().then(() => window.postMessage('genoise:port', window.location.origin, [port2]));
      },
      pathOf: (file: File) => `/dropped/${file.name}`,
      onMessage: (listen: (message: HostMessage) => void) => {
        listeners.add(listen);
        return () => void listeners.delete(listen);
      },
    };
  });
  await page.goto(served.origin);
  return {
    page,
    complaints,
    send: (message) => page.evaluate((given) => (globalThis as unknown as { fromHost(message: HostMessage): void }).fromHost(given), message),
    close: async () => {
      await context.close();
      for (const close of closers) close();
      served.close();
    },
  };
}
