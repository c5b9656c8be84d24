/** @file `GET /download/<id>`: a file that the lab made for the page, once. */

import { createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Downloads } from '../lab/downloads';

export const downloadPrefix = '/download/';

const types: Record<string, string> = {
  '.png': 'image/png',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
  '.csv': 'text/csv; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.zip': 'application/zip',
};

/** RFC 6266 and 8187: a name in ASCII for old readers, the true one beside it. `name` is safe already, but for quotes that ASCII may hold. */
export function attachment(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

/** -> false when there is no such file. */
export async function sendDownload(response: ServerResponse, pathname: string, downloads: Downloads, headers: Record<string, string>): Promise<boolean> {
  const file = downloads.take(pathname.slice(downloadPrefix.length));
  if (!file) return false;
  let whole = false;
  try {
    response.writeHead(200, {
      ...headers,
      'Content-Type': types[extname(file.name)] ?? 'application/octet-stream',
      'Content-Length': file.bytes,
      'Content-Disposition': attachment(file.name),
      // It is saved, never shown; should a browser show it all the same, it can do nothing.
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Cache-Control': 'no-store',
    });
    await pipeline(createReadStream(file.path), response);
    whole = true;
  } finally {
    await file.done(whole);
  }
  return true;
}
