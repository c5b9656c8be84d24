/** @file `PUT /upload/<id>/<relative path>`: one file that a page streams to be imported. Errors are answered as JSON: `{ error: { code, params } }`. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorToJson, type ErrorCode } from '../../preload/contract/errors';
import type { Uploads } from '../lab/uploads';
import type { Log } from '../platform/log';

export const uploadPrefix = '/upload/';
/** A sender that is silent for so long is gone. */
const silenceMs = 120_000;
/** After an early refusal so much of the body is still read and thrown away: cut off while it sends, a page would never see the answer. */
const drainedBytes = 64 * 2 ** 20;

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
    response.writeHead(statuses[error.code] ?? 422, { ...headers, 'Content-Type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify({ error }));
    let drained = 0;
    request.on('data', (chunk: Buffer) => {
      drained += chunk.length;
      if (drained > drainedBytes) request.destroy();
    });
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
