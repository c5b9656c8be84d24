/** @file Label files of IDX: one whole number an item, or a short row an item whose first number is the label (QMNIST). */

import { LabError } from '../../../../preload/contract/errors';
import { idxRecords, typeBytes, type IdxFile } from './header';

const valueAt: Readonly<Record<number, (bytes: Buffer, at: number) => number>> = {
  8: (bytes, at) => bytes.readUInt8(at),
  9: (bytes, at) => bytes.readInt8(at),
  11: (bytes, at) => bytes.readInt16BE(at),
  12: (bytes, at) => bytes.readInt32BE(at),
};

const longestRow = 64;
const labelsAtOnce = 2 ** 14;

export const isLabelShape = (dims: readonly number[]): boolean => dims.length === 1 || (dims.length === 2 && dims[1] >= 1 && dims[1] <= longestRow);

/**
 * The label of each item, in order, in runs.
 * @throws LabError 'idx-type', 'idx-size', 'gzip-damaged', 'path-not-readable'
 */
export async function* labelValues(file: IdxFile): AsyncGenerator<Int32Array> {
  const value = valueAt[file.type];
  if (!value) throw new LabError('idx-type', { path: file.path, type: file.type });
  const stride = typeBytes[file.type] * (file.dims[1] ?? 1);
  for await (const bytes of idxRecords(file, stride, labelsAtOnce)) {
    const values = new Int32Array(bytes.length / stride);
    for (let i = 0; i < values.length; i++) values[i] = value(bytes, i * stride);
    yield values;
  }
}
