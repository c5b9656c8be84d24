/** @file numpy's npy format, version 1 to 3: one array of numbers, its type and its shape. Arrays of Python objects are refused. */

import { LabError } from '../../preload/contract/errors';

/** Types read and written, by numpy's code without byte order. */
const dtypes = {
  u1: { dtype: 'uint8', make: Uint8Array },
  i1: { dtype: 'int8', make: Int8Array },
  u2: { dtype: 'uint16', make: Uint16Array },
  i2: { dtype: 'int16', make: Int16Array },
  u4: { dtype: 'uint32', make: Uint32Array },
  i4: { dtype: 'int32', make: Int32Array },
  i8: { dtype: 'int64', make: BigInt64Array },
  f4: { dtype: 'float32', make: Float32Array },
  f8: { dtype: 'float64', make: Float64Array },
} as const;

type Code = keyof typeof dtypes;
export type NpyDtype = (typeof dtypes)[Code]['dtype'];
export type NpyData = InstanceType<(typeof dtypes)[Code]['make']>;

export interface NpyArray {
  shape: number[];
  /** Its class says the type; row-major. */
  data: NpyData;
}

const codes = Object.keys(dtypes) as Code[];
const magic = Buffer.from('\x93NUMPY', 'latin1');
const littleEndianHost = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
if (!littleEndianHost) throw new Error('internal: npy on a big-endian machine');

export const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
export const bytesPerElement = (dtype: NpyDtype): number => dtypes[codeOf(dtype)].make.BYTES_PER_ELEMENT;

function codeOf(dtype: NpyDtype): Code {
  return codes.find((code) => dtypes[code].dtype === dtype) ?? 'u1';
}

/** The type of an array in memory. */
export function dtypeOf(data: NpyData): NpyDtype {
  const code = codes.find((candidate) => data instanceof dtypes[candidate].make);
  if (!code) throw new RangeError('no array of numbers that npy knows');
  return dtypes[code].dtype;
}

/** What stands before the numbers, byte for byte as numpy.save writes it (version 1.0, padded to 64). */
export function npyHeader(dtype: NpyDtype, shape: readonly number[]): Buffer {
  const code = codeOf(dtype);
  const order = code.endsWith('1') ? '|' : '<';
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const dict = `{'descr': '${order}${code}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((magic.length + 4 + dict.length + 1) / 64) * 64 - magic.length - 4;
  const preamble = Buffer.concat([magic, Buffer.from([1, 0, length & 255, length >> 8])]);
  return Buffer.concat([preamble, Buffer.from(`${dict.padEnd(length - 1)}\n`, 'latin1')]);
}

/** The bytes of `data` as they stand in memory. */
export function bytesOf(data: NpyData): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

/** @throws RangeError where `data` has not as many numbers as `shape` says */
export function encodeNpy({ shape, data }: NpyArray): Buffer {
  if (elements(shape) !== data.length) throw new RangeError(`${data.length} numbers for shape ${shape.join('x')}`);
  return Buffer.concat([npyHeader(dtypeOf(data), shape), bytesOf(data)]);
}

/**
 * Reads one npy file; arrays in Fortran's order and big-endian numbers come out row-major and little-endian.
 * @param name what the errors call it
 * @throws LabError 'npy-pickled' for objects, 'npy-dtype', 'npy-malformed'
 */
export function decodeNpy(bytes: Uint8Array, name: string): NpyArray {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bad = (field: string, got: string | number) => new LabError('npy-malformed', { name, field, got });
  if (file.length < 12 || !file.subarray(0, 6).equals(magic)) throw bad('magic', file.toString('hex', 0, 6));
  const version = file[6];
  if (version < 1 || version > 3) throw bad('version', version);
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? file.readUInt16LE(8) : file.readUInt32LE(8);
  if (start + length > file.length) throw bad('header', length);
  const header = file.toString(version === 3 ? 'utf8' : 'latin1', start, start + length);
  const { descr, fortran, shape } = parseHeader(header, name, bad);
  const [order, code] = [descr[0], descr.slice(1)];
  const known = codes.find((candidate) => candidate === code);
  if (!known || !'<>|='.includes(order)) throw new LabError('npy-dtype', { name, dtype: descr, known: codes.map((c) => dtypes[c].dtype).join(', ') });
  const { make } = dtypes[known];
  const data = file.subarray(start + length);
  const expected = elements(shape) * make.BYTES_PER_ELEMENT;
  if (data.length !== expected) throw bad('length', `${data.length}, ${expected} for shape (${shape.join(', ')})`);
  const aligned = Buffer.alloc(data.length, data);
  if (order === '>') swapBytes(aligned, make.BYTES_PER_ELEMENT);
  const numbers = new make(aligned.buffer, aligned.byteOffset, elements(shape));
  return { shape, data: fortran && shape.length > 1 ? rowMajor(numbers, shape) : numbers };
}

type Bad = (field: string, got: string | number) => LabError;

/** The header is a Python dict of three known keys; anything else in it is refused. */
function parseHeader(header: string, name: string, bad: Bad): { descr: string; fortran: boolean; shape: number[] } {
  const value = (key: string, pattern: string): string | undefined => new RegExp(`['"]${key}['"]\\s*:\\s*(${pattern})`).exec(header)?.[1];
  const descr = value('descr', `'[^']*'|"[^"]*"|\\[[^\\]]*\\]`);
  if (descr === undefined) throw bad('descr', header.slice(0, 80).trim());
  // numpy stores any array that holds an object as one pickle.
  if (/^['"][|<>=]?O/.test(descr) || /['"][|<>=]?O\d*['"]/.test(descr)) throw new LabError('npy-pickled', { name });
  const fortran = value('fortran_order', 'True|False');
  if (fortran === undefined) throw bad('fortran_order', header.slice(0, 80).trim());
  const tuple = value('shape', `\\(\\s*(?:\\d{1,16}L?\\s*,?\\s*){0,32}\\)`);
  if (tuple === undefined) throw bad('shape', header.slice(0, 80).trim());
  const shape = (tuple.match(/\d+/g) ?? []).map(Number);
  if (!Number.isSafeInteger(elements(shape))) throw bad('shape', tuple);
  return { descr: descr.slice(1, -1), fortran: fortran === 'True', shape };
}

function swapBytes(bytes: Buffer, size: number): void {
  if (size === 2) bytes.swap16();
  if (size === 4) bytes.swap32();
  if (size === 8) bytes.swap64();
}

/** Fortran's order has the first axis fastest. */
function rowMajor<D extends NpyData>(data: D, shape: number[]): D {
  const out = data.slice() as D;
  const strides = shape.map((_, axis) => elements(shape.slice(0, axis)));
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; to++) {
    out[to] = data[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return out;
}
