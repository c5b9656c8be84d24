/** @file Safetensors against a file of the format's own library, its rules one by one, and 10,000 damaged files. */

import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LabError, type ErrorCode } from '../../preload/contract/errors';
import { randomStream } from '../platform/random';
import { bytesOf, encodeHeader, openSafetensors, parseHeader, readSafetensors, type Tensor } from './safetensors';

let folder: string;
beforeAll(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'genoise-safetensors-'));
});
afterAll(() => fs.rm(folder, { recursive: true, force: true }));

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

test('reads what the reference library wrote, each number type in its place (fixtures/make-reference.py)', async () => {
  const { tensors, metadata } = await readSafetensors(join(import.meta.dirname, 'fixtures', 'reference.safetensors'));
  expect({ ...metadata }).toEqual({ source: 'safetensors', naïve: 'é' });
  const float32 = (values: number[]): Float32Array => Float32Array.from(values);
  expect(Object.fromEntries(tensors)).toEqual({
    '12': { dtype: 'F32', shape: [2, 3], data: float32(range(6).map((i) => Math.sin(i))) },
    'conv/kernel': { dtype: 'F32', shape: [2, 3, 4], data: expect.any(Float32Array) as Float32Array },
    half: { dtype: 'F64', shape: [24], data: expect.any(Float64Array) as Float64Array },
    indices: { dtype: 'I32', shape: [4, 6], data: Int32Array.from(range(24), (i) => i * i - 7) },
    steps: { dtype: 'I64', shape: [3], data: BigInt64Array.from([-7n, -6n, -3n]) },
    pixels: { dtype: 'U8', shape: [24], data: Uint8Array.from(range(24), (i) => i * 10) },
    odd: { dtype: 'U8', shape: [3], data: Uint8Array.from([0, 2, 4]) },
    mask: { dtype: 'BOOL', shape: [5], data: Uint8Array.from([1, 0, 1, 0, 1]) },
    empty: { dtype: 'F32', shape: [0, 4], data: float32([]) },
    scalar: { dtype: 'F32', shape: [], data: float32([2.5]) },
    été: { dtype: 'F32', shape: [1], data: float32([1]) },
  });
  const kernel = tensors.get('conv/kernel')?.data as Float32Array;
  const half = tensors.get('half')?.data as Float64Array;
  for (const i of range(24)) {
    // numpy's sine and V8's may differ in the last place.
    expect(Math.abs(kernel[i] - 3 * Math.sin(i))).toBeLessThan(3e-7);
    expect(Math.abs(half[i] - Math.sin(i))).toBeLessThan(1e-15);
  }
});

const encode = (tensors: Map<string, Tensor>, metadata: [string, string][] = []): Buffer =>
  Buffer.concat([encodeHeader(tensors, metadata), ...[...tensors.values()].map(({ data }) => bytesOf(data))]);

test('writes the bytes that the format asks for', () => {
  const tensors = new Map<string, Tensor>([
    ['b', { dtype: 'F32', shape: [2], data: Float32Array.from([1, -2]) }],
    ['7', { dtype: 'U8', shape: [1, 3], data: Uint8Array.from([9, 8, 7]) }],
  ]);
  const json = '{"__metadata__":{"z":"1","0":"2"},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"7":{"dtype":"U8","shape":[1,3],"data_offsets":[8,11]}}';
  const padded = json.padEnd(Math.ceil(json.length / 8) * 8, ' ');
  const expected = Buffer.concat([Buffer.from([padded.length, 0, 0, 0, 0, 0, 0, 0]), Buffer.from(padded), Buffer.from([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 9, 8, 7])]);
  expect(encode(tensors, [['z', '1'], ['0', '2']]).equals(expected)).toBe(true);
});

test('a tensor whose numbers do not fill its shape is our own bug, said at once', () => {
  expect(() => encodeHeader(new Map([['a', { dtype: 'F32', shape: [3], data: new Float32Array(2) }]]), [])).toThrow(/internal: tensor a has 2 numbers/);
  expect(() => encodeHeader(new Map([['a', { dtype: 'I32', shape: [2], data: new Float32Array(2) }]]), [])).toThrow(/internal/);
});

/** A file with any header and so many data bytes. */
const crafted = (header: unknown, dataBytes: number, length?: bigint): Buffer => {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const first = Buffer.alloc(8);
  first.writeBigUInt64LE(length ?? BigInt(json.length));
  return Buffer.concat([first, json, Buffer.alloc(dataBytes)]);
};
const f32 = (begin: number, end: number, shape = [(end - begin) / 4]): object => ({ dtype: 'F32', shape, data_offsets: [begin, end] });

const refused: [string, Buffer, ErrorCode, object?][] = [
  ['an empty file', Buffer.alloc(0), 'safetensors-truncated', { got: 0 }],
  ['seven bytes', Buffer.alloc(7), 'safetensors-truncated', { got: 7 }],
  ['a header of 100 MB and a byte', crafted('{}', 0, 100_000_001n), 'safetensors-header-too-long', { got: '100000001', limit: 100_000_000 }],
  ['a header of 2^63 bytes', crafted('{}', 0, 2n ** 63n), 'safetensors-header-too-long'],
  ['a header longer than the file', crafted('{}', 0, 99n), 'safetensors-truncated', { expected: 107, got: 10 }],
  ['no JSON', crafted('{"a":', 0), 'safetensors-header-malformed'],
  ['a list', crafted('[1]', 0), 'safetensors-header-malformed'],
  ['spaces before the header', crafted(' {}', 0), 'safetensors-header-malformed'],
  ['bytes that are no UTF-8', Buffer.concat([crafted('{"a', 0, 7n), Buffer.from([0xff, 0x22, 0x3a, 0x7d])]), 'safetensors-header-malformed'],
  ['metadata that is no text', crafted({ __metadata__: { a: 1 } }, 0), 'safetensors-header-malformed', { detail: '__metadata__.a is no string' }],
  ['metadata that is a list', crafted({ __metadata__: ['a'] }, 0), 'safetensors-header-malformed'],
  ['a tensor that is null', crafted({ a: null }, 0), 'safetensors-header-malformed'],
  ['a negative size', crafted({ a: f32(0, 4, [-1]) }, 4), 'safetensors-header-malformed'],
  ['half a size', crafted({ a: f32(0, 4, [1.5]) }, 4), 'safetensors-header-malformed'],
  ['one offset', crafted({ a: { dtype: 'F32', shape: [1], data_offsets: [0] } }, 4), 'safetensors-header-malformed'],
  ['an unknown type', crafted({ a: { dtype: 'F8_E4M3', shape: [4], data_offsets: [0, 4] } }, 4), 'safetensors-dtype', { dtype: 'F8_E4M3' }],
  ['a type named like a property of objects', crafted({ a: { dtype: 'constructor', shape: [4], data_offsets: [0, 4] } }, 4), 'safetensors-dtype'],
  ['size not shape x dtype', crafted({ a: f32(0, 8, [3]) }, 8), 'safetensors-size', { expected: 12, got: 8, tensor: 'a' }],
  ['an end before its begin', crafted({ a: { dtype: 'F32', shape: [1], data_offsets: [4, 0] } }, 4), 'safetensors-size'],
  ['a shape that overflows', crafted({ a: f32(0, 0, [2 ** 52, 2 ** 52]) }, 0), 'safetensors-size'],
  ['an overlap', crafted({ a: f32(0, 8), b: f32(4, 12) }, 12), 'safetensors-overlap', { tensor: 'b', expected: 8, got: 4 }],
  ['the same bytes twice', crafted({ a: f32(0, 8), b: f32(0, 8) }, 8), 'safetensors-overlap'],
  ['a gap', crafted({ a: f32(0, 4), b: f32(8, 12) }, 12), 'safetensors-gap', { tensor: 'b', expected: 4, got: 8 }],
  ['a gap at the start', crafted({ a: f32(4, 8) }, 8), 'safetensors-gap'],
  ['bytes after the last tensor', crafted({ a: f32(0, 4) }, 5), 'safetensors-truncated'],
  ['a terabyte that is not there', crafted({ a: f32(0, 2 ** 40) }, 64), 'safetensors-truncated'],
];

test.each(refused)('refuses %s', async (_what, bytes, code, params = {}) => {
  const path = join(folder, 'refused.safetensors');
  await fs.writeFile(path, bytes);
  await expect(openSafetensors(path)).rejects.toMatchObject({ name: 'LabError', code, params: { path, ...params } });
});

test('a missing file is named', async () => {
  await expect(openSafetensors(join(folder, 'none'))).rejects.toMatchObject({ code: 'path-not-found' });
});

test('10,000 damaged headers end in a typed error or in tensors that fill the file, and take no memory that the file does not have', () => {
  const sound = encode(
    new Map<string, Tensor>([
      ['a', { dtype: 'F32', shape: [4, 2], data: new Float32Array(8) }],
      ['b', { dtype: 'I64', shape: [3], data: new BigInt64Array(3) }],
    ]),
    [['k', 'v']],
  );
  const headerLength = Number(sound.readBigUInt64LE(0));
  const interesting = Buffer.from('0123456789[]{},:"-.eE \0\x7f\xff', 'latin1');
  const outcomes = new Map<string, number>();
  for (let trial = 0; trial < 10_000; trial++) {
    const random = randomStream(1, 'safetensors', trial);
    const below = (limit: number): number => Math.floor(random.uniform() * limit);
    let json: Buffer = Buffer.from(sound.subarray(8, 8 + headerLength));
    for (let change = below(3); change >= 0; change--) {
      const at = below(json.length);
      const kind = below(6);
      if (kind === 0) json[at] ^= 1 << below(8);
      else if (kind === 1) json[at] = interesting[below(interesting.length)];
      else if (kind === 2) json = Buffer.concat([json.subarray(0, at), json.subarray(Math.min(json.length, at + 1 + below(4)))]);
      else if (kind === 3) json = Buffer.concat([json.subarray(0, at), json.subarray(at, at + 1 + below(4)), json.subarray(at)]);
      else if (kind === 4) json = Buffer.from(json.toString('latin1').replace(/\[(\d+),(\d+)\]\},/, (_pair, a: string, b: string) => `[${Number(a) + 8 * trial},${Number(b) + 8 * trial}]},`), 'latin1');
      else json = Buffer.from(json.toString('latin1').replace(/\[32,56\]/, () => `[${24 + 8 * below(3)},${48 + 8 * below(3)}]`), 'latin1');
    }
    const fileBytes = 8 + json.length + sound.length - 8 - headerLength + (below(8) === 0 ? below(3) - 1 : 0);
    const startedMs = performance.now();
    let outcome = 'read';
    try {
      const { tensors, dataBytes } = parseHeader(json, 'file', fileBytes);
      const filled = [...tensors.values()].reduce((sum, { begin, end }) => sum + end - begin, 0);
      expect(filled).toBe(dataBytes);
      expect(8 + json.length + filled).toBe(fileBytes);
    } catch (caught) {
      if (!(caught instanceof LabError)) throw caught;
      outcome = caught.code;
    }
    expect(performance.now() - startedMs).toBeLessThan(2000);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  // The mutations reach every rule.
  expect([...outcomes.keys()].sort()).toEqual([
    'read', 'safetensors-dtype', 'safetensors-gap', 'safetensors-header-malformed', 'safetensors-overlap', 'safetensors-size', 'safetensors-truncated',
  ]);
});
