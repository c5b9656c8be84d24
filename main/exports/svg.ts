/** @file SVG documents that stand alone: with their size, their ground and what made them. */

import sharp from 'sharp';
import type { Picture } from './picture';
import { stampKeyword, type Stamp } from './png';
import { escapeXml } from './typeface';

/** A document of `content` on white; the stamp, as JSON, is its metadata. */
export function svgDocument(content: string, width: number, height: number, stamp: Stamp): string {
  const recipe = escapeXml(JSON.stringify({ [stampKeyword]: stamp }));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><metadata>${recipe}</metadata><rect width="100%" height="100%" fill="#fff"/>${content}</svg>\n`;
}

/** `content` on white as pixels, `ratio` of them for each unit: RGB. */
export async function rasterSvg(content: string, width: number, height: number, ratio: number): Promise<Picture> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width * ratio}" height="${height * ratio}" viewBox="0 0 ${width} ${height}">${content}</svg>`;
  const { data, info } = await sharp(Buffer.from(svg), { unlimited: true }).flatten({ background: '#fff' }).toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: 3, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}
