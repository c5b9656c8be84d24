/** @file Animations decoded again: frames, times, repeats and stamps. */

import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { encodeAnimation } from './animation';
import type { Images } from './picture';

const stamp = { run: 'marche-é', seed: 7, settings: { from: 1, to: 2, long: 'x'.repeat(600) } };

function ramp(count: number, channels: number): Images {
  const size = 8 * 8 * channels;
  return { data: Uint8Array.from({ length: count * size }, (_, i) => (Math.floor(i / size) * 50 + (i % size) * 3) % 256), shape: [count, 8, 8, channels] };
}

async function framesOf(bytes: Uint8Array) {
  const { data, info } = await sharp(bytes, { animated: true }).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, pages: info.pages, channels: info.channels };
}

describe('encodeAnimation', () => {
  for (const [format, channels] of [['gif', 1], ['webp', 1], ['webp', 3]] as const) {
    it(`keeps every pixel of ${channels === 1 ? 'grey' : 'colour'} frames as ${format}`, async () => {
      const frames = ramp(5, channels);
      const bytes = await encodeAnimation(frames, { format, delayMs: [40, 40, 40, 40, 900], loop: 3, scale: 2, stamp });
      const { data, width, pages } = await framesOf(bytes);
      expect([width, pages]).toEqual([16, 5]);
      for (let n = 0; n < 5; n++) {
        for (let y = 0; y < 16; y++) {
          for (let x = 0; x < 16; x++) {
            const source = ((n * 8 + (y >> 1)) * 8 + (x >> 1)) * channels;
            for (let c = 0; c < 3; c++) expect(data[((n * 16 + y) * 16 + x) * 3 + c]).toBe(frames.data[source + (channels === 1 ? 0 : c)]);
          }
        }
      }
      const metadata = await sharp(bytes, { animated: true }).metadata();
      expect([metadata.delay, metadata.loop]).toEqual([[40, 40, 40, 40, 900], 3]);
    });
  }

  it('carries its stamp: a comment in GIF, XMP in WebP', async () => {
    const gif = Buffer.from(await encodeAnimation(ramp(3, 1), { format: 'gif', stamp }));
    const comment: Buffer[] = [];
    for (let at = gif.lastIndexOf(Buffer.from([0x21, 0xfe])) + 2; gif[at] !== 0; at += gif[at] + 1) comment.push(gif.subarray(at + 1, at + 1 + gif[at]));
    expect(JSON.parse(Buffer.concat(comment).toString('utf8'))).toEqual({ genoise: stamp });
    expect(gif.at(-1)).toBe(0x3b);
    const { xmpAsString } = await sharp(await encodeAnimation(ramp(3, 3), { format: 'webp', stamp })).metadata();
    const description = /<rdf:li[^>]*>([^<]*)<\/rdf:li>/.exec(xmpAsString ?? '')?.[1] ?? '';
    expect(JSON.parse(description.replaceAll('&quot;', '"'))).toEqual({ genoise: stamp });
  });

  it('lasts as long where frames do not change', async () => {
    const stalled: Images = { data: Uint8Array.from({ length: 4 * 64 }, (_, i) => (i < 128 ? 90 : 200)), shape: [4, 8, 8, 1] };
    for (const format of ['gif', 'webp'] as const) {
      const { delay } = await sharp(await encodeAnimation(stalled, { format, scale: 1, delayMs: 100 })).metadata();
      expect(delay?.reduce((sum, ms) => sum + ms, 0)).toBe(400);
    }
  });

  it('refuses no frames and delays that are not one a frame', async () => {
    await expect(encodeAnimation({ data: new Uint8Array(), shape: [0, 8, 8, 1] }, { format: 'gif' })).rejects.toThrow(/no frames/);
    await expect(encodeAnimation(ramp(3, 1), { format: 'gif', delayMs: [1, 2] })).rejects.toThrow(/2 delays/);
  });
});
