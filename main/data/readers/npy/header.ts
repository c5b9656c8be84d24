/** @file The header of an npy file: a Python dict of three keys, read by its grammar. Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */

import { stat } from 'node:fs/promises';
import { LabError } from '../../../../preload/contract/errors';
import { readHead, readingError } from '../reading';
import { bodyRecords } from '../record-files';
import { headLength, kindOfHead } from '../signatures';

/** Whole numbers, by NumPy's code without byte order -> bytes each. */
export const typeBytes = { u1: 1, i1: 1, u2: 2, i2: 2, u4: 4, i4: 4, u8: 8, i8: 8 } as const;
export type NpyType = keyof typeof typeBytes;

export interface NpyFile {
  /** Absolute. */
  path: string;
  type: NpyType;
  bigEndian: boolean;
  dims: number[];
  headerBytes: number;
  totalBytes: number;
}

const magic = '\x93NUMPY';
export const hasNpyEnding = (path: string): boolean => /\.npy$/i.test(path);

/** One entry of the dict: a key; then a string, a list (structured types), True or False, or a tuple; then what follows. */
const entry = /\s*(?:'(\w+)'|"(\w+)")\s*:\s*('[^'\\]*'|"[^"\\]*"|\[[^]*?\]|True|False|\([\dL,\s]*\))\s*(,\s*\}|,|\})/y;

/** -> the values by key, null where the text is no dict of exactly the three keys. */
function dictOf(text: string): Record<'descr' | 'fortran_order' | 'shape', string> | null {
  const found = new Map<string, string>();
  entry.lastIndex = text.startsWith('{') ? 1 : text.length;
  for (let end = ''; !end.endsWith('}'); ) {
    const match = entry.exec(text);
    if (!match || found.has(match[1] ?? match[2])) return null;
    found.set(match[1] ?? match[2], match[3]);
    end = match[4];
    if (end.endsWith('}') && text.slice(match.index + match[0].length).trim() !== '') return null;
  }
  const [descr, fortran_order, shape] = ['descr', 'fortran_order', 'shape'].map((key) => found.get(key));
  return found.size === 3 && descr && fortran_order && shape ? { descr, fortran_order, shape } : null;
}

/** '(60000, 28, 28)' -> [60000, 28, 28]; null for what Python would not take as a tuple. Python 2 wrote '28L'. */
function dimsOf(tuple: string): number[] | null {
  if (!/^\(\s*(?:\d{1,15}L?\s*,\s*)*(?:\d{1,15}L?\s*)?\)$/.test(tuple) || /^\([^,]*\d[^,]*\)$/.test(tuple)) return null;
  return (tuple.match(/\d+/g) ?? []).map(Number);
}

/**
 * -> null where the file is no npy file, by its first bytes; a file that is named as one but has other first bytes is damaged.
 * @throws LabError 'npy-header', 'npy-type', 'npy-order', 'npy-shape', 'npy-size', 'pickle-refused' for objects, 'path-not-readable'
 */
export async function readNpyHeader(path: string): Promise<NpyFile | null> {
  const head = await readHead(path, headLength);
  const bad = (got: string) => new LabError('npy-header', { path, got });
  if (kindOfHead(head) === 'pickle') throw new LabError('pickle-refused', { path });
  if (head.toString('latin1', 0, 6) !== magic) {
    if (!hasNpyEnding(path)) return null;
    throw bad(head.length === 0 ? '0 bytes' : head.toString('hex', 0, 6));
  }
  if (head.length < 12) throw bad(`${head.length} bytes`);
  const version = head[6];
  if (version < 1 || version > 3 || head[7] !== 0) throw bad(`version ${version}.${head[7]}`);
  const start = version === 1 ? 10 : 12;
  const headerBytes = start + (version === 1 ? head.readUInt16LE(8) : head.readUInt32LE(8));
  // The dict of a plain array has some 80 characters: what goes beyond the head is none.
  if (headerBytes > head.length) throw bad(`${headerBytes} bytes`);
  const text = head.toString('latin1', start, headerBytes);
  const dict = dictOf(text);
  if (!dict || !/^(True|False)$/.test(dict.fortran_order)) throw bad(text.slice(0, 80).trim());
  const dims = dimsOf(dict.shape);
  if (!dims) throw bad(dict.shape);
  const [, order, type] = /^['"]([|<>])(\w+)['"]$/.exec(dict.descr) ?? [];
  if (!Object.hasOwn(typeBytes, type ?? '') || (order === '|' && !type.endsWith('1'))) throw new LabError('npy-type', { path, type: dict.descr });
  if (dict.fortran_order === 'True') throw new LabError('npy-order', { path });
  const totalBytes = dims.reduce((product, dim) => product * dim, typeBytes[type as NpyType]) + headerBytes;
  if (!Number.isSafeInteger(totalBytes)) throw new LabError('npy-shape', { path, shape: dims.join(' x ') });
  const { size } = await stat(path).catch((caught: unknown) => {
    throw readingError(caught, path);
  });
  if (size !== totalBytes) throw new LabError('npy-size', { path, expected: totalBytes, got: size });
  return { path, type: type as NpyType, bigEndian: order === '>', dims, headerBytes, totalBytes };
}

/**
 * The numbers, as runs of up to `atOnce` whole records of `recordBytes` each.
 * @throws LabError 'npy-size' when the file ends early or goes on, 'path-not-found', 'path-not-readable'
 */
export function npyRecords(file: NpyFile, recordBytes: number, atOnce: number): AsyncGenerator<Buffer> {
  return bodyRecords({ ...file, gzip: false, count: file.dims[0] }, recordBytes, atOnce, (got) => new LabError('npy-size', { path: file.path, expected: file.totalBytes, got }));
}
