/** @file numpy's npz: a zip of npy arrays, written as a stream and read entry by entry. */

import { Zip, ZipDeflate } from 'fflate';
import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import yauzl from 'yauzl';
import { LabError } from '../../preload/contract/errors';
import { bytesOf, bytesPerElement, decodeNpy, dtypeOf, elements, npyHeader, type NpyArray, type NpyData, type NpyDtype } from './npy';
import { streamExport } from './write';

/** An array too large to hold: its numbers come in pieces, in row-major order. */
export interface NpyStream {
  dtype: NpyDtype;
  shape: number[];
  chunks: AsyncIterable<NpyData> | Iterable<NpyData>;
}

/** Zip without its 64-bit extension ends here; the margin is for headers and names. */
const largestNpz = 2 ** 32 - 2 ** 20;
const pieceBytes = 2 ** 20;

/**
 * Writes `arrays` by name to `path`, as numpy.savez_compressed does: at no time is more in memory than one piece and its compressed form.
 * @throws LabError 'npz-too-large' beyond 4 GiB, and what `writeExport` throws; RangeError where numbers and shape differ
 */
export async function writeNpz(path: string, arrays: Record<string, NpyArray | NpyStream>): Promise<void> {
  const streams = Object.entries(arrays).map(([name, array]) => [name, 'data' in array ? whole(array) : array] as const);
  const bytes = streams.reduce((sum, [, { dtype, shape }]) => sum + elements(shape) * bytesPerElement(dtype), 0);
  if (bytes > largestNpz) throw new LabError('npz-too-large', { bytes, limit: largestNpz });
  await streamExport(path, async (file) => {
    const ready: Uint8Array[] = [];
    const zip = new Zip((failure, chunk) => {
      if (failure) throw failure;
      ready.push(chunk);
    });
    /** What is compressed goes to the disk by the megabyte. */
    const flush = async (least: number) => {
      if (ready.reduce((sum, chunk) => sum + chunk.length, 0) >= least) await file.write(Buffer.concat(ready.splice(0)));
    };
    for (const [name, { dtype, shape, chunks }] of streams) {
      const entry = new ZipDeflate(`${name}.npy`, { level: 6 });
      // The same arrays give the same file.
      entry.mtime = '1980-01-01T00:00:00';
      zip.add(entry);
      entry.push(npyHeader(dtype, shape));
      let left = elements(shape);
      for await (const chunk of chunks) {
        if (dtypeOf(chunk) !== dtype) throw new RangeError(`${dtypeOf(chunk)} numbers for ${dtype} array ${name}`);
        left -= chunk.length;
        for (const piece of pieces(bytesOf(chunk))) {
          entry.push(piece);
          await flush(pieceBytes);
        }
      }
      if (left !== 0) throw new RangeError(`${elements(shape) - left} numbers for array ${name} of shape ${shape.join('x')}`);
      entry.push(new Uint8Array(0), true);
    }
    zip.end();
    await flush(0);
  });
}

function whole(array: NpyArray): NpyStream {
  return { dtype: dtypeOf(array.data), shape: array.shape, chunks: [array.data] };
}

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

export interface NpzLimits {
  /** Only these arrays; all when absent. */
  names?: readonly string[];
  /** Bytes that all arrays read may take together. */
  limit?: number;
}

/**
 * The arrays of an npz file by name.
 * @throws LabError 'npz-malformed' for a broken zip, a checksum that is off or more than `limit` bytes (4 GiB), and what `decodeNpy` throws
 */
export async function readNpz(path: string, { names, limit = 2 ** 32 }: NpzLimits = {}): Promise<Record<string, NpyArray>> {
  const file = basename(path);
  const bad = (detail: string, cause?: unknown) => new LabError('npz-malformed', { name: file, detail }, { cause });
  const zip = await yauzl.openPromise(path, { lazyEntries: true, autoClose: false }).catch((caught: NodeJS.ErrnoException) => {
    if (caught.code === 'ENOENT') throw new LabError('path-not-found', { path }, { cause: caught });
    throw bad(caught.message, caught);
  });
  try {
    const arrays: [string, NpyArray][] = [];
    let left = limit;
    for await (const entry of zip.eachEntry()) {
      if (!entry.fileName.endsWith('.npy')) throw bad(entry.fileName);
      const name = entry.fileName.slice(0, -'.npy'.length);
      if (names && !names.includes(name)) continue;
      const bytes = await inflate(zip, entry, left);
      if (bytes.length > left) throw bad(`${entry.fileName}: > ${left}`);
      if (crc32(bytes) !== entry.crc32) throw bad(`${entry.fileName}: CRC`);
      left -= bytes.length;
      arrays.push([name, decodeNpy(bytes, `${file}: ${name}`)]);
    }
    return Object.fromEntries(arrays);
  } catch (caught) {
    if (caught instanceof LabError) throw caught;
    throw bad(caught instanceof Error ? caught.message : String(caught), caught);
  } finally {
    zip.close();
  }
}

/** Stops soon after `limit` bytes have really come out, whatever the header says. */
async function inflate(zip: yauzl.ZipFile, entry: yauzl.Entry, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > limit) break;
  }
  return Buffer.concat(chunks);
}
