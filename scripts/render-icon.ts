/** @file Renders resources/icons/genoise.svg to genoise-512.png: node scripts/render-icon.ts */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

const folder = join(import.meta.dirname, '..', 'resources', 'icons');
const size = 512;
const icon = await sharp(readFileSync(join(folder, 'genoise.svg')), { density: 144 }).resize(size, size).png({ compressionLevel: 9 }).toBuffer();
writeFileSync(join(folder, `genoise-${size}.png`), icon);
