/** @file Label files of npy: one whole number an item, [N] or [N, 1]. */

import { LabError } from '../../../../preload/contract/errors';
import { npyRecords, typeBytes, type NpyFile } from './header';

const labelsAtOnce = 2 ** 14;

export const isLabelShape = ({ dims }: NpyFile): boolean => dims.length === 1 || (dims.length === 2 && dims[1] === 1);

/** Of one number, in either byte order; Numbers lose nothing that fits int32. */
function valueAt({ type, bigEndian }: NpyFile, bytes: Buffer, at: number): number {
  const size = typeBytes[type];
  const isSigned = type.startsWith('i');
  if (size === 8) {
    const value = bigEndian ? (isSigned ? bytes.readBigInt64BE(at) : bytes.readBigUInt64BE(at)) : isSigned ? bytes.readBigInt64LE(at) : bytes.readBigUInt64LE(at);
    return Number(value);
  }
  if (bigEndian) return isSigned ? bytes.readIntBE(at, size) : bytes.readUIntBE(at, size);
  return isSigned ? bytes.readIntLE(at, size) : bytes.readUIntLE(at, size);
}

/**
 * The label of each item, in order, in runs.
 * @throws LabError 'npy-label' for a label beyond int32, 'npy-size', 'path-not-found', 'path-not-readable'
 */
export async function* labelValues(file: NpyFile): AsyncGenerator<Int32Array> {
  const stride = typeBytes[file.type];
  let done = 0;
  for await (const bytes of npyRecords(file, stride, labelsAtOnce)) {
    const values = new Int32Array(bytes.length / stride);
    for (let i = 0; i < values.length; i++) {
      const value = valueAt(file, bytes, i * stride);
      values[i] = value;
      if (values[i] !== value) throw new LabError('npy-label', { path: file.path, record: done + i, label: value });
    }
    done += values.length;
    yield values;
  }
}
