/**
 * @file The safetensors format (https://github.com/huggingface/safetensors#format): 8 bytes header length, JSON header, little-endian data.
 * A header is judged against the file's real size before anything is allocated.
 */

import fs, { type FileHandle } from 'node:fs/promises';
import { LabError } from '../../preload/contract/errors';

/** The numbers we read, and how JavaScript holds them (BOOL as one byte each). */
const arrays = {
  F64: Float64Array,
  F32: Float32Array,
  I64: BigInt64Array,
  I32: Int32Array,
  I16: Int16Array,
  I8: Int8Array,
  U64: BigUint64Array,
  U32: Uint32Array,
  U16: Uint16Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
} as const;

export type Dtype = keyof typeof arrays;
export type TensorData = Float64Array | Float32Array | BigInt64Array | Int32Array | Int16Array | Int8Array | BigUint64Array | Uint32Array | Uint16Array | Uint8Array;
export interface Tensor {
  dtype: Dtype;
  shape: number[];
  data: TensorData;
}

/** Where a tensor lies; offsets in bytes from the end of the header. */
export interface TensorPlace {
  dtype: Dtype;
  shape: number[];
  begin: number;
  end: number;
}

export interface SafetensorsHeader {
  /** In the order of their bytes. */
  tensors: Map<string, TensorPlace>;
  metadata: Record<string, string>;
  /** Bytes before the data: the length and the JSON. */
  headerBytes: number;
  dataBytes: number;
}

export const maxHeaderBytes = 100_000_000;
const lengthBytes = 8;

/** The header that goes before `tensors`, data in the given order, padded so that the data starts at a multiple of 8. */
export function encodeHeader(tensors: ReadonlyMap<string, Tensor>, metadata: readonly (readonly [string, string])[]): Buffer {
  // Written field by field: an object would move names that look like numbers to the front.
  const field = (name: string, value: unknown): string => `${JSON.stringify(name)}:${JSON.stringify(value)}`;
  const fields = [`"__metadata__":{${metadata.map(([name, value]) => field(name, value)).join(',')}}`];
  let offset = 0;
  for (const [name, { dtype, shape, data }] of tensors) {
    if (name === '__metadata__') throw new Error('internal: a tensor can not be named __metadata__');
    const count = shape.reduce((product, size) => product * size, 1);
    if (count !== data.length || !(data instanceof arrays[dtype])) throw new Error(`internal: tensor ${name} has ${data.length} numbers, its shape [${shape.join(', ')}] asks for ${count} ${dtype}`);
    fields.push(field(name, { dtype, shape, data_offsets: [offset, offset + data.byteLength] }));
    offset += data.byteLength;
  }
  const json = Buffer.from(`{${fields.join(',')}}`, 'utf8');
  const length = Math.ceil(json.length / 8) * 8;
  const bytes = Buffer.alloc(lengthBytes + length, ' ');
  bytes.writeBigUInt64LE(BigInt(length), 0);
  json.copy(bytes, lengthBytes);
  return bytes;
}

/** A tensor's own memory as bytes: no copy. */
export const bytesOf = (data: TensorData): Uint8Array => new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);

/**
 * Checks and parses a header.
 * @param json the bytes after the length. @param path for errors. @param fileBytes the file's real size
 * @throws LabError 'safetensors-*'
 */
export function parseHeader(json: Uint8Array, path: string, fileBytes: number): SafetensorsHeader {
  const malformed = (detail: string) => new LabError('safetensors-header-malformed', { path, detail });
  if (json[0] !== 0x7b) throw malformed('not a JSON object');
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch (caught) {
    throw malformed(caught instanceof Error ? caught.message : String(caught));
  }
  const entries = Object.entries(parsed as Record<string, unknown>);
  const metadata = Object.create(null) as Record<string, string>;
  const places: [string, TensorPlace][] = [];
  for (const [name, value] of entries) {
    if (name === '__metadata__') {
      if (!isRecord(value)) throw malformed('__metadata__ is no object');
      for (const [key, text] of Object.entries(value)) {
        if (typeof text !== 'string') throw malformed(`__metadata__.${key} is no string`);
        metadata[key] = text;
      }
    } else places.push([name, parsePlace(name, value, path, malformed)]);
  }
  places.sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let expected = 0;
  for (const [tensor, { begin, end }] of places) {
    if (begin < expected) throw new LabError('safetensors-overlap', { path, tensor, expected, got: begin });
    if (begin > expected) throw new LabError('safetensors-gap', { path, tensor, expected, got: begin });
    expected = end;
  }
  const headerBytes = lengthBytes + json.length;
  if (headerBytes + expected !== fileBytes) throw new LabError('safetensors-truncated', { path, expected: headerBytes + expected, got: fileBytes });
  return { tensors: new Map(places), metadata, headerBytes, dataBytes: expected };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function parsePlace(name: string, value: unknown, path: string, malformed: (detail: string) => LabError): TensorPlace {
  if (!isRecord(value)) throw malformed(`${name} is no object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !Object.hasOwn(arrays, dtype)) {
    throw new LabError('safetensors-dtype', { path, tensor: name, dtype: String(dtype), known: Object.keys(arrays).join(', ') });
  }
  if (!Array.isArray(shape) || !shape.every(isSize)) throw malformed(`${name}.shape is no list of sizes`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) throw malformed(`${name}.data_offsets is no pair of offsets`);
  const [begin, end] = offsets as [number, number];
  const known = dtype as Dtype;
  const expected = shape.reduce((product: number, size) => product * size, arrays[known].BYTES_PER_ELEMENT);
  if (end - begin !== expected) throw new LabError('safetensors-size', { path, tensor: name, shape: `[${shape.join(', ')}]`, expected, got: end - begin });
  return { dtype: known, shape, begin, end };
}

export interface OpenSafetensors {
  header: SafetensorsHeader;
  /** The first bytes of the file: length and JSON. */
  headerRaw: Uint8Array;
  /** One tensor, in memory of its own. */
  read(name: string): Promise<Tensor>;
  close(): Promise<void>;
}

/** Opens a file and checks its header; tensors are read one by one. @throws LabError 'path-not-found', 'safetensors-*' */
export async function openSafetensors(path: string): Promise<OpenSafetensors> {
  let handle: FileHandle;
  try {
    handle = await fs.open(path, 'r');
  } catch (caught) {
    if ((caught as NodeJS.ErrnoException).code === 'ENOENT') throw new LabError('path-not-found', { path }, { cause: caught });
    throw caught;
  }
  try {
    const { size } = await handle.stat();
    const first = Buffer.alloc(lengthBytes);
    if (size < lengthBytes + 2) throw new LabError('safetensors-truncated', { path, expected: lengthBytes + 2, got: size });
    await readFully(handle, first, 0, path);
    const length = first.readBigUInt64LE(0);
    if (length > BigInt(maxHeaderBytes)) throw new LabError('safetensors-header-too-long', { path, limit: maxHeaderBytes, got: String(length) });
    const headerBytes = lengthBytes + Number(length);
    if (headerBytes > size) throw new LabError('safetensors-truncated', { path, expected: headerBytes, got: size });
    const headerRaw = Buffer.alloc(headerBytes);
    await readFully(handle, headerRaw, 0, path);
    const header = parseHeader(headerRaw.subarray(lengthBytes), path, size);
    return {
      header,
      headerRaw,
      read: async (name) => {
        const place = header.tensors.get(name);
        if (!place) throw new Error(`internal: no tensor ${name} in ${path}`);
        const memory = new ArrayBuffer(place.end - place.begin);
        await readFully(handle, new Uint8Array(memory), headerBytes + place.begin, path);
        return { dtype: place.dtype, shape: place.shape, data: new arrays[place.dtype](memory) };
      },
      close: () => handle.close(),
    };
  } catch (caught) {
    await handle.close();
    throw caught;
  }
}

async function readFully(handle: FileHandle, into: Uint8Array, position: number, path: string): Promise<void> {
  let done = 0;
  while (done < into.length) {
    const { bytesRead } = await handle.read(into, done, Math.min(into.length - done, 2 ** 30), position + done);
    if (bytesRead === 0) throw new LabError('safetensors-truncated', { path, expected: position + into.length, got: position + done });
    done += bytesRead;
  }
}

/** A whole file in memory. @throws LabError 'path-not-found', 'safetensors-*' */
export async function readSafetensors(path: string): Promise<{ tensors: Map<string, Tensor>; metadata: Record<string, string> }> {
  const file = await openSafetensors(path);
  try {
    const tensors = new Map<string, Tensor>();
    for (const name of file.header.tensors.keys()) tensors.set(name, await file.read(name));
    return { tensors, metadata: file.header.metadata };
  } finally {
    await file.close();
  }
}
