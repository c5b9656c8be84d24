/** @file Sends files of the browser's machine to the lab, which keeps them in quarantine until they are imported or let go. */

import type { z } from 'zod';
import { reason } from '../../preload/contract/datasets';
import { errorFromJson, LabError, type ErrorJson } from '../../preload/contract/errors';
import type { Progress } from '../../preload/contract/progress';
import type { LabClient } from './client';
import type { PathedFile } from './dropped-files';

export interface SentFiles {
  /** For `datasets.recognise` and `datasets.import`. */
  upload: string;
  /** Files that no system-wide path could be found for: the others are there. */
  refused: { path: string; error: LabError }[];
  /** Lets go of what was sent: it is removed, unless it is being imported. */
  discard(): void;
}

export interface SendOptions {
  signal?: AbortSignal;
  /** Phase 'send': done and total are files; bytes and bytesTotal. */
  onProgress?: (report: Progress) => void;
  lab: Pick<LabClient, 'uploads'>;
  fetch?: Fetch;
}

/** As much of the browser's own as is needed here. */
export type Fetch = (address: string, options: RequestInit) => Promise<Response>;

const atOnce = 6;
/** A file is tried again when the connection broke, after so many milliseconds. */
const retryMs = [250, 1_000, 4_000];
/** They concern one file; any other error ends the whole. */
const ofOneFile = new Set(['upload-path-refused', 'upload-collision']);

/** @throws LabError 'cancelled', 'connection-lost', 'upload-fills-disk', 'upload-too-many', 'upload-not-found', 'disk-full': nothing is kept then */
export async function sendFiles(files: readonly PathedFile[], { signal, onProgress, lab, fetch: send = (address, options) => fetch(address, options) }: SendOptions): Promise<SentFiles> {
  const stop = new AbortController();
  const cancel = (): void => stop.abort(new LabError('cancelled', { what: 'send' }));
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  const bytesTotal = files.reduce((sum, { file }) => sum + file.size, 0);
  const { id } = await lab.uploads.begin({ files: files.length, bytes: bytesTotal });
  const refused: SentFiles['refused'] = [];
  let letGo: () => void = () => undefined;
  const discard = (): void => {
    letGo();
    // One that can't be told now lives a minute longer.
    lab.uploads.discard({ id }).catch(() => undefined);
  };
  letGo = lab.uploads.hold(
    { id },
    (state) => onProgress?.({ phase: 'send', done: state.files, total: files.length - refused.length, bytes: state.bytes, bytesTotal }),
    { onError: (error) => stop.abort(error) },
  );
  const left = [...files].reverse();
  const work = async (): Promise<void> => {
    for (let next = left.pop(); next; next = left.pop()) {
      const error = await put(id, next, stop.signal, send);
      if (!error) continue;
      if (!ofOneFile.has(error.code)) throw error;
      refused.push({ path: next.path, error });
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, work));
    stop.signal.throwIfAborted();
    onProgress?.({ phase: 'send', done: files.length - refused.length, total: files.length - refused.length, bytes: bytesTotal, bytesTotal });
    return { upload: id, refused, discard };
  } catch (caught) {
    stop.abort(caught);
    discard();
    throw caught;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

/** -> why the file was refused, if it was. @throws LabError 'connection-lost', and what the signal was aborted with */
async function put(id: string, { path, file }: PathedFile, signal: AbortSignal, send: Fetch): Promise<LabError | undefined> {
  const address = `/upload/${id}/${path.split('/').map(encodeURIComponent).join('/')}`;
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted();
    const response = await send(address, { method: 'PUT', body: file, signal }).catch(() => undefined);
    signal.throwIfAborted();
    if (response?.ok) return undefined;
    if (response) {
      const error = await errorOf(response);
      // The answer to an earlier attempt was lost: the file is there.
      if (attempt > 0 && error.code === 'upload-collision' && error.toJSON().params['path'] === error.toJSON().params['other']) return undefined;
      if (error.code !== 'upload-cut') return error;
    }
    if (attempt >= retryMs.length) throw new LabError('connection-lost', {});
    await new Promise((resolve) => setTimeout(resolve, retryMs[attempt]));
  }
}

async function errorOf(response: Response): Promise<LabError> {
  const body = (await response.json().catch(() => ({}))) as { error?: z.input<typeof reason> };
  const error = reason.safeParse(body.error);
  return error.success ? errorFromJson(error.data as ErrorJson) : new LabError('connection-lost', {});
}
