/** @file app:// serves the built page and nothing else, under its policy. */

import { net, protocol } from 'electron';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pagePolicy } from '../platform/page-policy';
import { assetPath } from './assets';

const page = join(import.meta.dirname, '..', 'renderer');

/** Before the app is ready: app:// is an origin of its own, as safe as https. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } }]);
}

/** Once, when the app is ready. */
export function serveApp(): void {
  protocol.handle('app', async ({ method, url }) => {
    const file = method === 'GET' ? assetPath(page, url) : undefined;
    if (!file) return new Response(null, { status: 404 });
    const response = await net.fetch(pathToFileURL(file).href).catch(() => undefined);
    if (!response?.ok) return new Response(null, { status: 404 });
    const headers = new Headers(response.headers);
    headers.set('Content-Security-Policy', pagePolicy());
    headers.set('X-Content-Type-Options', 'nosniff');
    headers.set('Referrer-Policy', 'no-referrer');
    headers.set('Cross-Origin-Opener-Policy', 'same-origin');
    return new Response(response.body, { headers });
  });
}
