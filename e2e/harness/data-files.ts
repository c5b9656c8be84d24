/** @file Makes the data files that tests read: IDX, CIFAR, PNG, and the files that other software wrote. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';

interface OtherSoftware {
  /** By name, base64. */
  pickles: Record<string, string>;
  notPickles: Record<string, string>;
  torchZip: string;
  pythonCifar: string;
  bitmaps: Record<string, { file: string; channels: number; pixels: string }>;
  luma: { rgb: string; luma: string };
  /** By EXIF orientation. */
  exif: Record<string, string>;
  /** By file name. */
  kinds: Record<string, string>;
  /** uint8 [5, 7, 4] */
  pixels: string;
}

export const otherSoftware = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../main/data/readers/fixtures/files.json'), 'utf8'),
) as OtherSoftware;

export const bytesOf = (base64: string): Buffer => Buffer.from(base64, 'base64');

/** Writes files below a folder, by relative path. */
export function writeTree(folder: string, files: Record<string, Uint8Array | string>): void {
  for (const [path, content] of Object.entries(files)) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
}

export function idx(type: number, dims: readonly number[], body: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * dims.length);
  header[2] = type;
  header[3] = dims.length;
  dims.forEach((dim, i) => header.writeUInt32BE(dim, 4 + 4 * i));
  return Buffer.concat([header, body]);
}

/** Bytes of a linear congruential generator, other ones for each seed. */
export function noise(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = Math.imul(seed, 0x9e3779b9) >>> 0;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** CIFAR records: label bytes, then 3,072 bytes each. */
export function cifar(labels: readonly (readonly number[])[], seed = 1): Buffer {
  return Buffer.concat(labels.flatMap((label, i) => [Buffer.from(label), noise(3072, seed * 1000 + i)]));
}

function pngChunk(type: string, data: Uint8Array): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  Buffer.from(data).copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}

const pngTypes = { 1: 0, 3: 2, 4: 6 } as const;

/** A PNG by the book, uint8 [height, width, channels]; `body` replaces the compressed pixels. */
export function png(width: number, height: number, channels: 1 | 3 | 4, pixels: Uint8Array, body?: Uint8Array): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = pngTypes[channels];
  const stride = width * channels;
  const rows = Buffer.alloc(body ? 0 : height * (stride + 1));
  if (!body) for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    pngChunk('IDAT', body ?? deflateSync(rows)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A small grey PNG, unlike those of other numbers. */
export const pictureOf = (number: number, side = 8): Buffer => png(side, side, 1, noise(side * side, number + 77));

/** A PNG of one colour. */
export function flat(width: number, height: number, colour: readonly [number, number, number] | readonly [number, number, number, number]): Buffer {
  return png(width, height, colour.length, Buffer.from(Array.from({ length: width * height }, () => colour).flat()));
}
