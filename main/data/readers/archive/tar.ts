/** @file Tar archives, plain or gzipped, entry by entry. */

import { once } from 'node:events';
import { extract as tarExtract } from 'tar-stream';
import { LabError } from '../../../../preload/contract/errors';
import { fileBytes, readingError, type GzipMeter } from '../reading';
import type { ArchiveEntry } from './entry';

const kinds: Readonly<Record<string, string>> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'folder',
  link: 'hard link',
  symlink: 'symbolic link',
  'character-device': 'character device',
  'block-device': 'block device',
  fifo: 'fifo',
};

/** Tars from before POSIX have no magic; their checksum still guards them. */
const options: Parameters<typeof tarExtract>[0] & { allowUnknownFormat: boolean } = { allowUnknownFormat: true };

/**
 * Entries in the archive's order. `meter`: bytes of a gzipped archive consumed and produced so far.
 * @throws LabError 'archive-damaged', 'path-not-found', 'path-not-readable'
 */
export async function* tarEntries(path: string, gzip: boolean, meter: GzipMeter): AsyncGenerator<ArchiveEntry> {
  const extract = tarExtract(options);
  const closed = new Promise<void>((resolve) => extract.on('close', () => resolve()));
  let failure: unknown = null;
  const feed = async (): Promise<void> => {
    for await (const chunk of fileBytes(path, gzip, meter)) {
      if (extract.destroyed) return;
      if (!extract.write(chunk)) await Promise.race([once(extract, 'drain'), closed]);
    }
    extract.end(undefined);
  };
  const feeding = feed().catch((caught: unknown) => {
    failure = caught;
    extract.destroy(caught as Error);
  });
  extract.on('error', (caught: unknown) => (failure ??= caught));
  /** What ended the stream says more than what was seen of it at an entry. */
  const damaged = async (caught: unknown): Promise<LabError> => {
    extract.destroy();
    await closed;
    const error = readingError(failure ?? caught, path);
    if (error instanceof LabError && error.code !== 'gzip-damaged') return error;
    const detail = error instanceof LabError ? String((error.params as { detail: string }).detail) : (error as Error).message;
    return new LabError('archive-damaged', { path, detail }, { cause: caught });
  };
  async function* contentOf(entry: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of entry) yield chunk as Buffer;
    } catch (caught) {
      throw await damaged(caught);
    }
  }
  try {
    for await (const entry of extract) {
      const kind = kinds[entry.header.type ?? ''] ?? 'unknown';
      let isOpen = false;
      yield {
        path: entry.header.name,
        kind: kind === 'file' && entry.header.name.endsWith('/') ? 'folder' : kind,
        refusal: null,
        open: () => {
          isOpen = true;
          return contentOf(entry);
        },
        consumed: () => 0,
      };
      // What nobody read must still be read past.
      if (!isOpen) entry.resume();
    }
  } catch (caught) {
    throw await damaged(caught);
  } finally {
    extract.destroy();
    await feeding;
  }
}
