/** @file The header of an IDX file. Source: http://yann.lecun.com/exdb/mnist/, 'The IDX file format'; all numbers are big-endian. */

import { stat } from 'node:fs/promises';
import { LabError } from '../../../../preload/contract/errors';
import { gunzipHead, isGzip, readHead, readingError } from '../reading';
import { bodyRecords } from '../record-files';
import { headLength } from '../signatures';

export interface IdxFile {
  /** Absolute. */
  path: string;
  gzip: boolean;
  /** 8 u8, 9 i8, 11 i16, 12 i32, 13 f32, 14 f64 */
  type: number;
  dims: number[];
  headerBytes: number;
  /** Of the whole file, unpacked, as its header says. */
  totalBytes: number;
}

export const typeBytes: Readonly<Record<number, number>> = { 8: 1, 9: 1, 11: 2, 12: 4, 13: 4, 14: 8 };

/** The first bytes of a file, unpacked. */
async function unpackedHead(path: string): Promise<{ head: Buffer; gzip: boolean }> {
  const raw = await readHead(path, headLength);
  const gzip = isGzip(raw);
  return { head: gzip ? gunzipHead(raw) : raw, gzip };
}

const hasIdxName = (path: string): boolean => /idx\d[-_.]?u?byte|[-_.]idx(\d)?([-_.]|$)/i.test(path);

/**
 * -> null where the file is no IDX file, by its first bytes; a file that is named as one but has other first bytes is damaged.
 * @throws LabError 'idx-header', 'idx-size', 'path-not-readable'
 */
export async function readIdxHeader(path: string): Promise<IdxFile | null> {
  const { head, gzip } = await unpackedHead(path);
  const isIdx = head.length >= 4 && head[0] === 0 && head[1] === 0 && head[2] in typeBytes && head[3] >= 1 && head[3] <= 8;
  if (!isIdx) {
    if (!hasIdxName(path)) return null;
    throw new LabError('idx-header', { path, got: head.length === 0 ? '0 bytes' : head.subarray(0, 4).toString('hex') });
  }
  const headerBytes = 4 + 4 * head[3];
  if (head.length < headerBytes) throw new LabError('idx-header', { path, got: `${head.length} bytes` });
  const dims = Array.from({ length: head[3] }, (_, i) => head.readUInt32BE(4 + 4 * i));
  const totalBytes = headerBytes + typeBytes[head[2]] * dims.reduce((product, dim) => product * dim, 1);
  if (!gzip) {
    const { size } = await stat(path).catch((caught: unknown) => {
      throw readingError(caught, path);
    });
    // One CIFAR record in some ten million starts as an IDX header does.
    if (size !== totalBytes && /\.bin$/i.test(path) && !hasIdxName(path)) return null;
    if (size !== totalBytes) throw new LabError('idx-size', { path, expected: totalBytes, got: size });
  }
  return { path, gzip, type: head[2], dims, headerBytes, totalBytes };
}

/**
 * The body, as runs of up to `atOnce` whole records of `recordBytes` each.
 * @throws LabError 'idx-size' when the file ends early or goes on, 'gzip-damaged', 'path-not-readable'
 */
export function idxRecords(file: IdxFile, recordBytes: number, atOnce: number): AsyncGenerator<Buffer> {
  return bodyRecords({ ...file, count: file.dims[0] }, recordBytes, atOnce, (got) => new LabError('idx-size', { path: file.path, expected: file.totalBytes, got }));
}
