/** @file Renders the two drawings of resources/icons to all that the systems ask for: node bench/run.mjs scripts/render-icon */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { icnsFile, icoFile, type IconImage } from './icon-files';

const folder = join(process.cwd(), 'resources', 'icons');
const sizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
/** Up to here the small drawing is the clearer one. */
const smallUpTo = 32;

/** -> the icon at `size` pixels a side */
export async function render(size: number): Promise<IconImage> {
  const drawing = size <= smallUpTo ? 'genoise-small.svg' : 'genoise.svg';
  const units = size <= smallUpTo ? 32 : 512;
  // SVG's 72 dots an inch are one a unit: drawn at four times the size, then reduced.
  const picture = sharp(readFileSync(join(folder, drawing)), { density: Math.max(72, (72 * 4 * size) / units) }).resize(size, size, { kernel: 'lanczos3' }).ensureAlpha();
  return { size, png: await picture.clone().png({ compressionLevel: 9 }).toBuffer(), rgba: await picture.raw().toBuffer() };
}

export async function main(): Promise<void> {
  const images = await Promise.all(sizes.map(render));
  const of = (...wanted: number[]): IconImage[] => images.filter(({ size }) => wanted.includes(size));
  mkdirSync(join(folder, 'linux'), { recursive: true });
  for (const { size, png } of of(16, 32, 48, 64, 128, 256, 512)) writeFileSync(join(folder, 'linux', `${size}x${size}.png`), png);
  writeFileSync(join(folder, 'genoise.ico'), icoFile(of(16, 24, 32, 48, 64, 128, 256)));
  writeFileSync(join(folder, 'genoise.icns'), icnsFile(images));
}
