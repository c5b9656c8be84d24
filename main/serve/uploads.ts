/** @file `PUT /upload/<id>/<relative path>`: one file that a page streams to be imported. Errors are answered as JSON: `{ error: { code, params } }`. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorToJson, type ErrorCode } from '../../preload/contract/errors';
import type { Uploads } from '../lab/uploads';
import type { Log } from '../platform/log';

export const uploadPrefix = '/upload/';
/** A sender that is silent for so long is gone. */
const silenceMs = 120_000;
/** After an early refusal the rest of the body is not read; the answer gets so long to arrive. */
const lingerMs = 2_000;

const statuses: Partial<Record<ErrorCode, number>> = { 'upload-not-found': 404, 'upload-fills-disk': 507, 'disk-full': 507, 'upload-too-many': 413, internal: 500 };

/** @param pathname of the address, still percent-encoded; it begins with `uploadPrefix` */
export async function takeUpload(request: IncomingMessage, response: ServerResponse, pathname: string, uploads: Uploads, log: Log, headers: Record<string, string>): Promise<void> {
  const [, id, rest] = /^\/upload\/([^/]*)\/(.*)$/s.exec(pathname) ?? [];
  request.setTimeout(silenceMs, () => request.destroy());
  try {
    await uploads.receive(id ?? '', decoded(rest ?? ''), request, sizeOf(request));
    response.writeHead(204, headers).end();
  } catch (caught) {
    const error = errorToJson(caught);
    log.write(error.code === 'internal' ? 'error' : 'info', 'a file of an upload was refused', { error });
    if (response.destroyed) return;
    // What has not been read yet is not read any more.
    const early = !request.complete;
    response.writeHead(statuses[error.code] ?? 422, { ...headers, 'Content-Type': 'application/json; charset=utf-8', ...(early && { Connection: 'close' }) });
    response.end(JSON.stringify({ error }));
    if (early) setTimeout(() => request.destroy(), lingerMs).unref();
  }
}

/** A path that is not one in UTF-8 is refused by the rules of paths, as it stands. */
function decoded(path: string): string {
  try {
    return path.split('/').map(decodeURIComponent).join('/');
  } catch {
    return `\0${path}`;
  }
}

function sizeOf({ headers }: IncomingMessage): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}
