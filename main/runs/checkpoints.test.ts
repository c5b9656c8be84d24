/** @file Damaged checkpoints: each flipped header byte, random flips and truncations are seen, named, and the one before is used. */

import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomStream } from '../platform/random';
import { latestValidCheckpoint, listCheckpoints, loadCheckpoint, loadSnapshot } from './checkpoints';
import { runFields, weightsOf } from './fixtures/known-run';
import { layoutOf } from './layout';
import { createRun } from './run';
import { readSafetensors } from './safetensors';
import { openRunWriter } from './writer';

let home: string;
let newest: string;
let sound: Buffer;

beforeAll(async () => {
  home = await fs.mkdtemp(join(tmpdir(), 'genoise-checkpoints-'));
  await createRun(home, runFields('run'));
  const writer = await openRunWriter(home, 'run');
  for (const step of [10, 20]) await writer.saveCheckpoint(step, weightsOf(step), { seconds: String(step / 2), sha256: 'not ours' });
  await writer.saveSnapshot(20, weightsOf(20));
  await writer.close();
  newest = layoutOf(home, 'run').weights('checkpoints', 20);
  sound = await fs.readFile(newest);
});
afterAll(() => fs.rm(home, { recursive: true, force: true }));

const damageCodes = new Set([
  'checkpoint-checksum', 'checkpoint-unsigned', 'checkpoint-misplaced',
  'safetensors-truncated', 'safetensors-header-too-long', 'safetensors-header-malformed', 'safetensors-dtype', 'safetensors-size', 'safetensors-overlap', 'safetensors-gap',
]);

async function mustFallBack(bytes: Uint8Array, what: string): Promise<string> {
  await fs.writeFile(newest, bytes);
  const loaded = await latestValidCheckpoint(layoutOf(home, 'run').folder, 'run');
  expect(loaded.step, what).toBe(10);
  expect(loaded.rejected, what).toHaveLength(1);
  expect(loaded.rejected[0].step, what).toBe(20);
  const { code } = loaded.rejected[0].reason;
  expect(damageCodes, what).toContain(code);
  return code;
}

test('a sound checkpoint comes back bit for bit, with its metadata', async () => {
  await fs.writeFile(newest, sound);
  const { step, tensors, meta, rejected } = await loadCheckpoint(home, 'run');
  expect({ step, meta, rejected }).toEqual({ step: 20, meta: { seconds: '10' }, rejected: [] });
  expect(tensors).toEqual(weightsOf(20));
  expect(await loadCheckpoint(home, 'run', 10)).toMatchObject({ step: 10, meta: { seconds: '5' }, tensors: weightsOf(10) });
  expect(await loadSnapshot(home, 'run', 20)).toMatchObject({ tensors: weightsOf(20), meta: {} });
  expect(await listCheckpoints(home, 'run')).toEqual([{ step: 10, bytes: sound.length }, { step: 20, bytes: sound.length }]);
  // Any reader of the format reads it.
  expect((await readSafetensors(newest)).tensors.get('dense/bias')).toEqual({ dtype: 'F32', ...weightsOf(20).get('dense/bias') });
});

test('every byte of the header flipped, in one bit, in its case bit and whole: rejected with its reason, the one before used', async () => {
  const headerBytes = 8 + Number(sound.readBigUInt64LE(0));
  const codes = new Map<string, number>();
  for (let at = 0; at < headerBytes; at++) {
    for (const mask of [0x01, 0x20, 0xff]) {
      const bytes = Buffer.from(sound);
      bytes[at] ^= mask;
      const code = await mustFallBack(bytes, `byte ${at} ^ ${mask}`);
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
  }
  for (const code of ['checkpoint-checksum', 'checkpoint-unsigned', 'safetensors-truncated', 'safetensors-header-too-long', 'safetensors-header-malformed', 'safetensors-dtype']) {
    expect(codes.get(code), code).toBeGreaterThan(0);
  }
});

test('1,000 random flips and 1,000 truncations or extensions: rejected with the reason, the one before used', async () => {
  for (let trial = 0; trial < 1000; trial++) {
    const random = randomStream(5, 'flips', trial);
    const flipped = Buffer.from(sound);
    const places = new Set<number>();
    for (let flips = 1 + Math.floor(random.uniform() * 3); flips > 0; flips--) places.add(Math.floor(random.uniform() * sound.length * 8));
    for (const bit of places) flipped[bit >> 3] ^= 1 << (bit & 7);
    await mustFallBack(flipped, `bits ${[...places].join(' ')}`);
    const length = Math.floor(random.uniform() * (sound.length + 100));
    const resized = Buffer.alloc(length);
    sound.copy(resized);
    if (length !== sound.length) await mustFallBack(resized, `${length} of ${sound.length} bytes`);
  }
});

test('a sound checkpoint under the name of another step is not taken for it', async () => {
  await fs.writeFile(newest, await fs.readFile(layoutOf(home, 'run').weights('checkpoints', 10)));
  expect(await mustFallBack(await fs.readFile(newest), 'renamed')).toBe('checkpoint-misplaced');
});

test('a damaged step asked for by name is an error, an absent one names those there are, and with none left all are counted', async () => {
  const damaged = Buffer.from(sound);
  damaged[damaged.length - 1] ^= 1;
  await fs.writeFile(newest, damaged);
  await expect(loadCheckpoint(home, 'run', 20)).rejects.toMatchObject({ code: 'checkpoint-checksum', params: { path: newest } });
  await expect(loadCheckpoint(home, 'run', 15)).rejects.toMatchObject({ code: 'checkpoint-not-found', params: { run: 'run', step: 15, known: '10, 20' } });
  const older = layoutOf(home, 'run').weights('checkpoints', 10);
  await fs.truncate(older, 30);
  await expect(loadCheckpoint(home, 'run')).rejects.toMatchObject({ code: 'checkpoint-missing', params: { run: 'run', rejected: 2 } });
});
