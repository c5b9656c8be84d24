/** @file The one way by which exported files reach the disk: whole or not at all, under the name the user gave. */

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { LabError } from '../../preload/contract/errors';
import { createFileAtomic, ensureFolder, removeLeftovers, writeFileAtomic, type FileInMaking } from '../platform/files';

/** From this age on, what an export that was killed left half-made is dead: no export takes so long. */
const leftoverMs = 24 * 3600 * 1000;

/** Folders above are made; a file that stands there is replaced. */
async function prepare(path: string): Promise<string> {
  const whole = resolve(path);
  const above = dirname(whole);
  const standing = await stat(whole).catch(() => null);
  if (standing?.isDirectory()) throw new LabError('export-onto-folder', { path: whole });
  try {
    await ensureFolder(above);
  } catch (caught) {
    const reason = (caught as NodeJS.ErrnoException).code;
    // A file where a folder above should be.
    if (reason === 'EEXIST' || reason === 'ENOTDIR') throw new LabError('path-not-writable', { path: whole, reason }, { cause: caught });
    throw caught;
  }
  await removeLeftovers(above, leftoverMs);
  return whole;
}

/**
 * Writes `bytes` under `path`; until all of them are on the disk, what stood there stays.
 * @throws LabError 'export-onto-folder', 'path-not-writable', 'disk-full', 'file-call-failed'
 */
export async function writeExport(path: string, bytes: Uint8Array | string): Promise<void> {
  await writeFileAtomic(await prepare(path), bytes);
}

/** The same for what is made piece by piece: it appears when `work` is done, and not at all when it fails. @throws as `writeExport`, and what `work` throws */
export async function streamExport(path: string, work: (file: Pick<FileInMaking, 'write'>) => Promise<void>): Promise<void> {
  const file = await createFileAtomic(await prepare(path));
  try {
    await work(file);
    await file.commit();
  } finally {
    await file.abort();
  }
}

/**
 * The format that the ending of `path` names, one of `known` (without dots).
 * @throws LabError 'picture-format-unknown' for any other
 */
export function formatOf<F extends string>(path: string, known: readonly F[]): F {
  const ending = extname(path).slice(1).toLowerCase();
  const format = known.find((candidate) => candidate === ending);
  if (!format) throw new LabError('picture-format-unknown', { path, known: known.map((candidate) => `.${candidate}`).join(', ') });
  return format;
}

/** Copies a file that was made elsewhere to its final name, as a whole. -> its bytes @throws as `writeExport`; LabError 'cancelled' */
export async function placeExport(made: string, path: string, signal: AbortSignal): Promise<number> {
  let bytes = 0;
  await streamExport(path, async (file) => {
    for await (const chunk of createReadStream(made, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      if (signal.aborted) throw new LabError('cancelled', { what: path });
      await file.write(chunk);
      bytes += chunk.length;
    }
  });
  return bytes;
}
