/** @file The icon files hold the drawings: each picture is found where the directory says, the right way up; what is stored was rendered from the drawings of today. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { icnsFile, icoFile } from './icon-files';
import { render } from './render-icon';

const folder = join(import.meta.dirname, '..', 'resources', 'icons');
const rgbaOf = (png: Uint8Array) => sharp(png).ensureAlpha().raw().toBuffer();
/** Largest difference of two pictures' bytes: renderers of two machines may round differently. */
const distance = (a: Uint8Array, b: Uint8Array): number => (a.length === b.length ? a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at])), 0) : Infinity);

test('.ico: small pictures as bitmaps from the bottom, the largest as PNG', async () => {
  const images = await Promise.all([16, 256].map(render));
  const file = Buffer.from(icoFile(images));
  expect([file.readUInt16LE(0), file.readUInt16LE(2), file.readUInt16LE(4)]).toEqual([0, 1, 2]);
  const [small, large] = [6, 22].map((at) => ({ width: file[at], bytes: file.subarray(file.readUInt32LE(at + 12), file.readUInt32LE(at + 12) + file.readUInt32LE(at + 8)) }));
  expect([small.width, large.width]).toEqual([16, 0]);
  expect(large.bytes).toEqual(Buffer.from(images[1].png));
  // Pixel (8, 11) of the drawing, eleven rows from the top: four from the bottom.
  const bgra = [...small.bytes.subarray(40 + 4 * (4 * 16 + 8), 40 + 4 * (4 * 16 + 8) + 4)];
  const from = 4 * (11 * 16 + 8);
  expect([bgra[2], bgra[1], bgra[0], bgra[3]]).toEqual([...images[0].rgba.subarray(from, from + 4)]);
  expect(small.bytes.length).toBe(40 + 4 * 16 * 16 + 4 * 16);
});

test('.icns: every type with its picture, lengths that add up', async () => {
  const images = await Promise.all([16, 32, 64, 128, 256, 512, 1024].map(render));
  const file = Buffer.from(icnsFile(images));
  expect(file.toString('latin1', 0, 4)).toBe('icns');
  expect(file.readUInt32BE(4)).toBe(file.length);
  const found: Record<string, number> = {};
  for (let at = 8; at < file.length; at += file.readUInt32BE(at + 4)) {
    const { width } = await sharp(file.subarray(at + 8, at + file.readUInt32BE(at + 4))).metadata();
    found[file.toString('latin1', at, at + 4)] = width;
  }
  expect(found).toEqual({ icp4: 16, icp5: 32, ic07: 128, ic08: 256, ic09: 512, ic11: 32, ic12: 64, ic13: 256, ic14: 512, ic10: 1024 });
  expect(() => icnsFile(images.slice(1))).toThrow('no picture of 16 pixels');
});

test.each([16, 48, 512])('the stored icon of %i pixels is the drawing of today', async (size) => {
  const stored = readFileSync(join(folder, 'linux', `${size}x${size}.png`));
  expect(distance(await rgbaOf(stored), (await render(size)).rgba)).toBeLessThanOrEqual(8);
});
