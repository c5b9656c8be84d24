/** @file Zip archives, entry by entry. Sizes, checksums and overlaps are checked against what is really there. */

import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import * as yauzl from 'yauzl';
import { LabError } from '../../../../preload/contract/errors';
import { readingError } from '../reading';
import { maxEntries, type ArchiveEntry } from './entry';

const openOptions: yauzl.Options = {
  // Names are judged by the path rules, sizes by the bytes that come: neither may end the reading of the others.
  decodeStrings: false,
  validateEntrySizes: false,
  autoClose: false,
};

const damaged = (path: string, caught: unknown): unknown => {
  const error = readingError(caught, path);
  return error instanceof LabError && error.code !== 'gzip-damaged' ? error : new LabError('archive-damaged', { path, detail: (caught as Error).message }, { cause: caught });
};

async function openZip(path: string): Promise<yauzl.ZipFile> {
  try {
    return await yauzl.openPromise(path, { ...openOptions });
  } catch (caught) {
    throw damaged(path, caught);
  }
}

async function withZip<T>(path: string, work: (zip: yauzl.ZipFile) => Promise<T>): Promise<T> {
  const zip = await openZip(path);
  try {
    return await work(zip);
  } finally {
    zip.close();
  }
}

async function* entriesOf(path: string, zip: yauzl.ZipFile): AsyncGenerator<yauzl.Entry> {
  try {
    for await (const entry of zip.eachEntry()) yield entry;
  } catch (caught) {
    throw damaged(path, caught);
  }
}

const nameOf = (entry: yauzl.Entry): string => yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);

export interface ZipSummary {
  entries: number;
  /** Unpacked, as headers say. */
  bytes: number;
  names: string[];
}

/** How many names a summary keeps. */
const namesKept = 4096;

/**
 * Reads the central directory alone and refuses archives whose entries share bytes: the densest bombs are made so.
 * @throws LabError 'archive-damaged', 'archive-overlap', 'archive-too-many-entries', 'path-not-readable'
 */
export async function zipSummary(path: string): Promise<ZipSummary> {
  return withZip(path, async (zip) => {
    if (zip.entryCount > maxEntries) throw new LabError('archive-too-many-entries', { path, limit: maxEntries });
    const directoryAt = zip.readEntryCursor as unknown as number;
    const spans: { start: number; end: number; entry: number }[] = [];
    const names: string[] = [];
    let bytes = 0;
    for await (const entry of entriesOf(path, zip)) {
      const start = entry.relativeOffsetOfLocalHeader;
      // The local header's extra field may make it longer, never shorter.
      spans.push({ start, end: start + 30 + entry.fileNameLength + entry.compressedSize, entry: spans.length });
      if (names.length < namesKept) names.push(nameOf(entry));
      bytes += entry.uncompressedSize;
    }
    spans.sort((a, b) => a.start - b.start);
    for (const [i, span] of spans.entries()) {
      const limit = spans[i + 1]?.start ?? directoryAt;
      if (span.end > limit) throw new LabError('archive-overlap', { path, entry: names[span.entry] ?? String(span.entry) });
    }
    return { entries: spans.length, bytes, names };
  });
}

const unixKinds: Readonly<Record<number, string>> = {
  0o010000: 'fifo',
  0o020000: 'character device',
  0o040000: 'folder',
  0o060000: 'block device',
  0o100000: 'file',
  0o120000: 'symbolic link',
  0o140000: 'socket',
};

function kindOf(entry: yauzl.Entry, name: string): string {
  const mode = (entry.externalFileAttributes >>> 16) & 0o170000;
  const named = /[\\/]$/.test(name) ? 'folder' : 'file';
  return mode === 0 ? named : (unixKinds[mode] ?? 'unknown');
}

/** The unpacked content; the error of a wrong size or checksum comes at its end. */
async function* contentOf(zip: yauzl.ZipFile, entry: yauzl.Entry, name: string, onConsumed: (bytes: number) => void): AsyncGenerator<Buffer> {
  const fail = (detail: string): never => {
    throw new LabError('entry-damaged', { path: name, detail });
  };
  const out = new PassThrough({ highWaterMark: 2 ** 18 });
  const abort = new AbortController();
  let flow: Promise<void> | null = null;
  try {
    const raw: Readable = await zip.openReadStreamPromise(entry, { decodeFileData: false });
    const inflate = entry.compressionMethod === 8 ? createInflateRaw({ chunkSize: 2 ** 17 }) : null;
    flow = inflate ? pipeline(raw, inflate, out, { signal: abort.signal }) : pipeline(raw, out, { signal: abort.signal });
    flow.catch(() => undefined);
    let length = 0;
    let sum = 0;
    for await (const chunk of out) {
      const bytes = chunk as Buffer;
      length += bytes.length;
      if (length > entry.uncompressedSize) return fail(`> ${entry.uncompressedSize} bytes`);
      sum = crc32(bytes, sum);
      onConsumed(inflate ? inflate.bytesWritten : length);
      yield bytes;
    }
    await flow;
    if (length !== entry.uncompressedSize) return fail(`${length} of ${entry.uncompressedSize} bytes`);
    if (sum !== entry.crc32) return fail(`CRC-32 ${sum.toString(16)}, not ${entry.crc32.toString(16)}`);
  } catch (caught) {
    if (caught instanceof LabError) throw caught;
    return fail((caught as Error).message);
  } finally {
    abort.abort();
    await flow?.catch(() => undefined);
  }
}

/** @throws LabError 'archive-damaged', 'path-not-readable'; an entry's content 'entry-damaged' */
export async function* zipEntries(path: string): AsyncGenerator<ArchiveEntry> {
  const zip = await openZip(path);
  try {
    for await (const entry of entriesOf(path, zip)) {
      const name = nameOf(entry);
      let consumed = 0;
      yield {
        path: name,
        kind: kindOf(entry, name),
        refusal: entry.isEncrypted() ? 'encrypted' : entry.compressionMethod !== 0 && entry.compressionMethod !== 8 ? { method: entry.compressionMethod } : null,
        open: () => contentOf(zip, entry, name, (bytes) => (consumed = bytes)),
        consumed: () => consumed,
      };
    }
  } finally {
    zip.close();
  }
}
