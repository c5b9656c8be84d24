/** @file A small folder of real PNG files, in one folder a label. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

/** `count` grey squares of 28 x 28, bright ones and dark ones, in `folder`/squares. -> that path */
export async function writeImageFolder(folder: string, count: number): Promise<string> {
  const root = join(folder, 'squares');
  for (const label of ['dark', 'bright']) await mkdir(join(root, label), { recursive: true });
  await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const bright = i % 2 === 0;
      const pixels = Uint8Array.from({ length: 28 * 28 }, (_unused, at) => (at % 28 > i % 20 && at / 28 > (i * 7) % 20 ? (bright ? 200 + (i % 50) : 60 + (i % 50)) : 0));
      await sharp(pixels, { raw: { width: 28, height: 28, channels: 1 } }).png().toFile(join(root, bright ? 'bright' : 'dark', `${i}.png`));
    }),
  );
  return root;
}
