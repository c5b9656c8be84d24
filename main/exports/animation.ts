/** @file Walks and denoisings as GIF and WebP animations, with what made them inside. */

import sharp from 'sharp';
import { checkImages, drawImage, wholeZoom, type Images, type Picture } from './picture';
import { escapeXml } from './typeface';
import { stampKeyword, type Stamp } from './png';

export interface AnimationOptions {
  format: 'gif' | 'webp';
  /** Of every frame, or of each, in milliseconds; GIF keeps hundredths of a second, at least 2. */
  delayMs?: number | readonly number[];
  /** How often it plays; 0: for ever. */
  loop?: number;
  /** Whole-number zoom, nearest neighbour. */
  scale?: number;
  stamp?: Stamp;
}

/**
 * `frames` [N, H, W, C] one after the other. WebP is lossless; GIF has at most 256 colours a frame and is exact for grey.
 * @throws RangeError for no frame, or delays that are not one a frame
 */
export async function encodeAnimation(frames: Images, options: AnimationOptions): Promise<Uint8Array> {
  const { count, height, width, channels } = checkImages(frames);
  if (count === 0) throw new RangeError('an animation of no frames');
  const scale = options.scale ?? wholeZoom(height, width);
  const delay = delays(options.delayMs ?? 100, count);
  const tall: Picture = { width: width * scale, height: height * scale * count, channels: 3, data: new Uint8Array(width * height * scale * scale * count * 3) };
  for (let n = 0; n < count; n++) drawImage(tall, frames, n, 0, n * height * scale, scale);
  const raw = { width: tall.width, height: tall.height, channels: 3 as const, pageHeight: height * scale };
  const pages = sharp(tall.data, { raw, limitInputPixels: false });
  const loop = options.loop ?? 0;
  if (options.format === 'webp') {
    const stamped = options.stamp ? pages.withXmp(xmpPacket(options.stamp)) : pages;
    return stamped.webp({ lossless: true, effort: 4, loop, delay }).toBuffer();
  }
  const bytes = await pages.gif({ loop, delay, dither: channels === 1 ? 0 : 1, effort: 7, interFrameMaxError: 0, interPaletteMaxError: channels === 1 ? 0 : 3 }).toBuffer();
  return options.stamp ? withGifComment(bytes, JSON.stringify({ [stampKeyword]: options.stamp })) : bytes;
}

function delays(delayMs: number | readonly number[], count: number): number[] {
  const all = typeof delayMs === 'number' ? Array.from({ length: count }, () => delayMs) : [...delayMs];
  if (all.length !== count) throw new RangeError(`${all.length} delays for ${count} frames`);
  return all.map((ms) => Math.max(20, Math.round(ms)));
}

/** A comment extension before the trailer: 0x21 0xFE, blocks of at most 255 bytes, 0. */
function withGifComment(bytes: Buffer, comment: string): Buffer {
  const text = Buffer.from(comment, 'utf8');
  const blocks: Buffer[] = [];
  for (let at = 0; at < text.length; at += 255) {
    const block = text.subarray(at, at + 255);
    blocks.push(Buffer.from([block.length]), block);
  }
  const trailer = bytes.length - 1;
  return Buffer.concat([bytes.subarray(0, trailer), Buffer.from([0x21, 0xfe]), ...blocks, Buffer.from([0]), bytes.subarray(trailer)]);
}

function xmpPacket(stamp: Stamp): string {
  const description = escapeXml(JSON.stringify({ [stampKeyword]: stamp }));
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description><rdf:Alt><rdf:li xml:lang="x-default">${description}</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;
}
