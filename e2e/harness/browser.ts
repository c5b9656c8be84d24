/** @file An installed Chromium for tests of pages, and the built page served as the window serves it. */

import { chromium, type Browser } from 'playwright';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { extname, join } from 'node:path';
import { appOrigin, assetPath } from '../../main/electron/assets';
import { pagePolicy } from '../../main/platform/page-policy';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export function chromiumPath(): string | undefined {
  return process.env['CHROMIUM_PATH'] ?? places.find((path) => existsSync(path));
}

/** Chromium's own sandbox needs privileges that a container's root does not have. */
export function launchChromium(path: string): Promise<Browser> {
  return chromium.launch({ executablePath: path, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}

const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json' };

/** Serves out/renderer on loopback by the window's rules: the same files, the same policy. */
export async function servePage(): Promise<{ origin: string; close(): void }> {
  const root = join(import.meta.dirname, '..', '..', 'out', 'renderer');
  const server: Server = createServer((request, response) => {
    const file = assetPath(root, `${appOrigin}${request.url ?? '/'}`);
    if (!file || !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream', 'Content-Security-Policy': pagePolicy() });
    response.end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { origin: `http://127.0.0.1:${port}`, close: () => server.close() };
}
