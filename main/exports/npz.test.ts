/** @file npy and npz against files that numpy made, and against files that were damaged. */

import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { LabError } from '../../preload/contract/errors';
import { bytesOf, decodeNpy, encodeNpy, type NpyArray } from './npy';
import { readNpz, writeNpz } from './npz';

const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name);
const singles = JSON.parse(readFileSync(fixture('header.json'), 'utf8')) as Record<string, string>;
const single = (name: string) => Buffer.from(singles[name], 'base64');

const images: NpyArray = { shape: [2, 3, 4, 1], data: Uint8Array.from({ length: 24 }, (_, i) => (i * 7) % 256) };
const z: NpyArray = { shape: [3, 2], data: Float32Array.from({ length: 6 }, (_, i) => Math.fround(Math.fround(i / 3) - 1)) };
const labels: NpyArray = { shape: [3], data: Int32Array.of(3, -1, 2_000_000_000) };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'npz-'));
});

async function codeOf(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (caught) {
    return caught instanceof LabError ? caught.code : caught;
  }
  return 'none';
}

describe('npy', () => {
  it('is byte for byte what numpy saves', () => {
    expect(encodeNpy(images)).toEqual(single('images'));
    expect(encodeNpy(z)).toEqual(single('z'));
    expect(encodeNpy(labels)).toEqual(single('labels'));
  });

  it('refuses objects as pickles, also inside a record', async () => {
    expect(await codeOf(() => decodeNpy(single('object'), 'x'))).toBe('npy-pickled');
    expect(await codeOf(() => decodeNpy(single('objectField'), 'x'))).toBe('npy-pickled');
  });

  it('refuses types it does not read, by name', async () => {
    for (const name of ['bool', 'text', 'record']) expect(await codeOf(() => decodeNpy(single(name), 'x'))).toBe('npy-dtype');
  });

  it('refuses every truncation, and bytes too many', async () => {
    const whole = single('z');
    for (let length = 0; length < whole.length; length++) expect(await codeOf(() => decodeNpy(whole.subarray(0, length), 'x'))).toBe('npy-malformed');
    expect(await codeOf(() => decodeNpy(Buffer.concat([whole, Buffer.of(0)]), 'x'))).toBe('npy-malformed');
  });

  it('answers 10,000 mutations with an array or a named error, never with a huge allocation', () => {
    const whole = single('z');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }), (edits) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of edits) bytes[at] = value;
        try {
          expect(decodeNpy(bytes, 'x').data.byteLength).toBeLessThanOrEqual(whole.length);
        } catch (caught) {
          expect(caught).toBeInstanceOf(LabError);
        }
      }),
      { numRuns: 10_000, seed: 1 },
    );
  });

  it('refuses a shape that lies about the size', async () => {
    const lying = Buffer.from(single('z').toString('latin1').replace('(3, 2), }', '(9999999999999999,9999999999999999), }'), 'latin1');
    expect(await codeOf(() => decodeNpy(lying, 'x'))).toBe('npy-malformed');
  });
});

describe('npz', () => {
  for (const name of ['numpy.npz', 'numpy-compressed.npz']) {
    it(`reads ${name}`, async () => {
      const arrays = await readNpz(fixture(name));
      expect(arrays['images']).toEqual(images);
      expect(arrays['z']).toEqual(z);
      expect(arrays['labels']).toEqual(labels);
      expect(arrays['fortran']).toEqual({ shape: [2, 3, 4], data: Float64Array.from({ length: 24 }, (_, i) => i) });
      expect(arrays['big']).toEqual({ shape: [2, 2], data: Int32Array.of(1, -2, 300, 70000) });
      expect(arrays['wide']).toEqual({ shape: [2], data: BigInt64Array.of(-(2n ** 40n), 5n) });
      expect(arrays['scalar']).toEqual({ shape: [], data: Float32Array.of(2.5) });
      expect(arrays['none']).toEqual({ shape: [0, 5], data: new Float32Array() });
    });
  }

  it('refuses a pickle, but reads the arrays beside it when they are asked for', async () => {
    expect(await codeOf(() => readNpz(fixture('pickled.npz')))).toBe('npy-pickled');
    expect(await readNpz(fixture('pickled.npz'), { names: ['z'] })).toEqual({ z });
  });

  it('writes what it reads, the same bytes each time', async () => {
    const path = join(folder, 'round.npz');
    await writeNpz(path, { images, z, labels });
    const first = readFileSync(path);
    expect(await readNpz(path)).toEqual({ images, z, labels });
    await writeNpz(path, { images, z, labels });
    expect(readFileSync(path)).toEqual(first);
  });

  it('streams pieces whose buffer is used again', async () => {
    const path = join(folder, 'stream.npz');
    const piece = new Float32Array(100_000);
    async function* chunks() {
      for (let p = 0; p < 8; p++) {
        piece.forEach((_, i) => (piece[i] = Math.sin(p * 100_000 + i)));
        yield piece;
        await Promise.resolve();
        piece.fill(NaN);
      }
    }
    await writeNpz(path, { z: { dtype: 'float32', shape: [800, 1000], chunks: chunks() } });
    const { data } = (await readNpz(path))['z'];
    for (let i = 0; i < 800_000; i += 997) expect(data[i]).toBe(Math.fround(Math.sin(i)));
    // Every piece whole: compare all bytes once.
    expect(bytesOf(data).equals(bytesOf(Float32Array.from({ length: 800_000 }, (_, i) => Math.sin(i))))).toBe(true);
  });

  it('leaves nothing where a stream fails, ends early or is of another type', async () => {
    const path = join(folder, 'failed.npz');
    const failing = function* () {
      yield new Float32Array(10);
      throw new Error('source broke');
    };
    await expect(writeNpz(path, { z: { dtype: 'float32', shape: [20], chunks: failing() } })).rejects.toThrow('source broke');
    await expect(writeNpz(path, { z: { dtype: 'float32', shape: [20], chunks: [new Float32Array(10)] } })).rejects.toThrow(/10 numbers/);
    await expect(writeNpz(path, { z: { dtype: 'float32', shape: [10], chunks: [new Int32Array(10)] } })).rejects.toThrow(/int32/);
    expect(readdirSync(folder).filter((name) => name.includes('failed') || name.endsWith('.tmp'))).toEqual([]);
  });

  it('refuses more than 4 GiB before it begins, and a path that is not there', async () => {
    expect(await codeOf(() => writeNpz(join(folder, 'huge.npz'), { z: { dtype: 'float32', shape: [2 ** 31], chunks: [] } }))).toBe('npz-too-large');
    expect(await codeOf(() => readNpz(join(folder, 'absent.npz')))).toBe('path-not-found');
  });

  it('holds to its limit whatever headers say', async () => {
    const path = join(folder, 'bomb.npz');
    await writeNpz(path, { z: { shape: [2 ** 22], data: new Uint8Array(2 ** 22) } });
    expect(await codeOf(() => readNpz(path, { limit: 2 ** 20 }))).toBe('npz-malformed');
  });

  it('finds damage by its checksums: each byte of the numbers flipped', async () => {
    const whole = readFileSync(fixture('numpy.npz'));
    const start = whole.indexOf(Buffer.from(bytesOf(z.data)));
    const path = join(folder, 'flipped.npz');
    for (let at = start; at < start + 24; at++) {
      const bytes = Buffer.from(whole);
      bytes[at] ^= 0x10;
      writeFileSync(path, bytes);
      expect(await codeOf(() => readNpz(path))).toBe('npz-malformed');
    }
    writeFileSync(path, whole.subarray(0, whole.length - 30));
    expect(await codeOf(() => readNpz(path))).toBe('npz-malformed');
  });
});
