/**
 * @file Files of weights (checkpoints, snapshots): safetensors whose first metadata field is a SHA-256 over the whole file, the 64 digits of
 * the sum itself taken as zeros. So no bit of them, header or data, can change unseen, and any other reader of safetensors reads them too.
 */

import { createHash } from 'node:crypto';
import { LabError } from '../../preload/contract/errors';
import { createFileAtomic } from '../platform/files';
import { bytesOf, encodeHeader, openSafetensors, type Tensor } from './safetensors';

export interface Weights {
  shape: number[];
  data: Float32Array;
}

const sumKey = 'sha256';
const beforeSum = Buffer.from(`{"__metadata__":{"${sumKey}":"`, 'utf8');
const sumStart = 8 + beforeSum.length;
const sumLength = 64;
const zeros = '0'.repeat(sumLength);

/**
 * Writes atomically, streaming from the tensors' own memory, which must not change meanwhile.
 * @returns bytes of the file @throws LabError as `createFileAtomic`
 */
export async function writeWeights(path: string, weights: ReadonlyMap<string, Weights>, meta: Record<string, string>): Promise<number> {
  const tensors = new Map<string, Tensor>();
  for (const [name, { shape, data }] of weights) tensors.set(name, { dtype: 'F32', shape, data });
  const header = encodeHeader(tensors, [[sumKey, zeros], ...Object.entries(without(meta, sumKey))]);
  const hash = createHash('sha256').update(header);
  for (const { data } of tensors.values()) hash.update(bytesOf(data));
  header.write(hash.digest('hex'), sumStart, 'latin1');

  const file = await createFileAtomic(path);
  await file.write(header);
  let bytes = header.length;
  for (const { data } of tensors.values()) {
    await file.write(bytesOf(data));
    bytes += data.byteLength;
  }
  await file.commit();
  return bytes;
}

/** @throws LabError 'checkpoint-checksum', 'checkpoint-unsigned', 'safetensors-*', 'path-not-found' */
export async function readWeights(path: string): Promise<{ tensors: Map<string, Weights>; meta: Record<string, string> }> {
  const file = await openSafetensors(path);
  try {
    const { header, headerRaw } = file;
    if (Buffer.compare(headerRaw.subarray(8, sumStart), beforeSum) !== 0) throw new LabError('checkpoint-unsigned', { path });
    const expected = Buffer.from(headerRaw.subarray(sumStart, sumStart + sumLength)).toString('latin1');
    const blanked = Buffer.from(headerRaw);
    blanked.write(zeros, sumStart, 'latin1');
    const hash = createHash('sha256').update(blanked);
    const tensors = new Map<string, Weights>();
    for (const [name, { dtype }] of header.tensors) {
      const { shape, data } = await file.read(name);
      hash.update(bytesOf(data));
      if (!(data instanceof Float32Array)) throw new LabError('safetensors-dtype', { path, tensor: name, dtype, known: 'F32' });
      tensors.set(name, { shape, data });
    }
    const got = hash.digest('hex');
    if (got !== expected) throw new LabError('checkpoint-checksum', { path, expected, got });
    return { tensors, meta: without(header.metadata, sumKey) };
  } finally {
    await file.close();
  }
}

const without = (record: Record<string, string>, key: string): Record<string, string> => Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
