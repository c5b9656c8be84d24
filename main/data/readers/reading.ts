/** @file Bytes of files for the readers: first bytes, streams read exactly n bytes at a time, gunzipped where needed, with failures in words. */

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { PassThrough } from 'node:stream';
import { createGunzip, gunzipSync, constants } from 'node:zlib';
import { LabError } from '../../../preload/contract/errors';

const codeOf = (caught: unknown): string => (caught as NodeJS.ErrnoException | undefined)?.code ?? '';

/** What a failed read of `path` means to a user; what is no failed file call stays as it is. */
export function readingError(caught: unknown, path: string): unknown {
  if (caught instanceof LabError) return caught;
  const code = codeOf(caught);
  if (code === 'ENOENT' || code === 'ENOTDIR') return new LabError('path-not-found', { path }, { cause: caught });
  if (code.startsWith('Z_')) return new LabError('gzip-damaged', { path, detail: (caught as Error).message }, { cause: caught });
  return /^E[A-Z0-9]+$/.test(code) ? new LabError('path-not-readable', { path, reason: code }, { cause: caught }) : caught;
}

/** Up to `length` first bytes of a file. @throws LabError 'path-not-found', 'path-not-readable' */
export async function readHead(path: string, length: number): Promise<Buffer> {
  try {
    const handle = await open(path, 'r');
    try {
      const buffer = Buffer.alloc(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await handle.read(buffer, done, length - done, done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return buffer.subarray(0, done);
    } finally {
      await handle.close();
    }
  } catch (caught) {
    throw readingError(caught, path);
  }
}

export const isGzip = (head: Uint8Array): boolean => head.length >= 3 && head[0] === 0x1f && head[1] === 0x8b && head[2] === 8;

/** The first bytes of what a gzip file holds; empty when not even they can be had. `head`: the first bytes of the file itself. */
export function gunzipHead(head: Uint8Array): Buffer {
  // Where damage stands in these bytes, fewer of them come out.
  for (let length = head.length; length >= 12; length >>= 1) {
    try {
      // A sync flush gives what the bytes at hand hold, without an error for the rest that is missing.
      return gunzipSync(head.subarray(0, length), { finishFlush: constants.Z_SYNC_FLUSH });
    } catch {
      continue;
    }
  }
  return Buffer.alloc(0);
}

/** Reads a stream of bytes n at a time. Memory holds only bytes that were really there: a lying length allocates nothing. */
export class ByteReader {
  private readonly chunks: Buffer[] = [];
  private held = 0;
  private readonly source: AsyncIterator<Buffer>;
  /** Bytes handed out so far. */
  position = 0;

  constructor(stream: AsyncIterable<Buffer>) {
    this.source = stream[Symbol.asyncIterator]();
  }

  /** The next `length` bytes, or fewer at the end of the stream. */
  async read(length: number): Promise<Buffer> {
    while (this.held < length) {
      const { value, done } = await this.source.next();
      if (done) break;
      this.chunks.push(value);
      this.held += value.length;
    }
    const taken = Math.min(length, this.held);
    if (this.chunks.length === 1 || (this.chunks.length > 0 && this.chunks[0].length >= taken)) {
      const [first] = this.chunks;
      if (first.length === taken) this.chunks.shift();
      else this.chunks[0] = first.subarray(taken);
      this.held -= taken;
      this.position += taken;
      return first.subarray(0, taken);
    }
    const out = Buffer.allocUnsafe(taken);
    let filled = 0;
    while (filled < taken) {
      const [first] = this.chunks;
      const part = Math.min(first.length, taken - filled);
      first.copy(out, filled, 0, part);
      filled += part;
      if (part === first.length) this.chunks.shift();
      else this.chunks[0] = first.subarray(part);
    }
    this.held -= taken;
    this.position += taken;
    return out;
  }

  /** Stops the stream and frees its file. */
  async close(): Promise<void> {
    await this.source.return?.();
  }
}

/** Bytes of a gzip file that were really consumed, and those that came out of them. */
export interface GzipMeter {
  consumed: number;
  produced: number;
}

/**
 * The bytes of a file, gunzipped when it is gzip.
 * @throws LabError 'path-not-found', 'path-not-readable', 'gzip-damaged', while iterated
 */
export async function* fileBytes(path: string, gzip: boolean, meter?: GzipMeter): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: 2 ** 18 });
  try {
    if (!gzip) {
      for await (const chunk of file) yield chunk as Buffer;
      return;
    }
    const out = new PassThrough({ highWaterMark: 2 ** 18 });
    const abort = new AbortController();
    const gunzip = createGunzip({ chunkSize: 2 ** 17 });
    const flow = pipeline(file, gunzip, out, { signal: abort.signal });
    // Its error also ends `out`, where it is thrown to whoever iterates.
    flow.catch(() => undefined);
    try {
      for await (const chunk of out) {
        if (meter) {
          meter.consumed = gunzip.bytesWritten;
          meter.produced += (chunk as Buffer).length;
        }
        yield chunk as Buffer;
      }
      await flow;
    } finally {
      abort.abort();
    }
  } catch (caught) {
    throw readingError(caught, path);
  } finally {
    file.destroy();
  }
}
