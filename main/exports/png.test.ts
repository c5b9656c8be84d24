/** @file PNG with its texts, read back by sharp and by hand. */

import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../preload/contract/errors';
import type { Channels } from './picture';
import { encodePng, readPngText, readStamp, type Stamp } from './png';

const stamp: Stamp = { run: 'chiffres-été-图', seed: 42, settings: { sampler: 'ddim', steps: 50, 'beta & "co"': [1, null] } };

function pixels(width: number, height: number, channels: Channels) {
  return { width, height, channels, data: Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 37) % 256) };
}

describe('encodePng', () => {
  for (const channels of [1, 3, 4] as const) {
    it(`keeps every pixel of ${channels} channels, and the stamp`, async () => {
      const picture = pixels(7, 5, channels);
      const bytes = await encodePng(picture, { stamp });
      const { data, info } = await sharp(bytes).toColourspace(channels === 1 ? 'b-w' : 'srgb').raw().toBuffer({ resolveWithObject: true });
      expect(info.channels).toBe(channels);
      // Colour type in the header: 0 grey, 2 RGB, 6 RGBA.
      expect(bytes[25]).toBe({ 1: 0, 3: 2, 4: 6 }[channels]);
      expect([...data]).toEqual([...picture.data]);
      expect(readStamp(bytes)).toEqual(stamp);
    });
  }

  it('gives the same bytes again', async () => {
    expect(await encodePng(pixels(9, 9, 3), { stamp })).toEqual(await encodePng(pixels(9, 9, 3), { stamp }));
  });

  it('carries other texts beside the stamp, and none where none is given', async () => {
    const bytes = await encodePng(pixels(2, 2, 1), { text: { Software: 'Genoise', Title: 'Éclair\n日本' }, stamp });
    expect(readPngText(bytes)).toEqual({ Software: 'Genoise', Title: 'Éclair\n日本', genoise: JSON.stringify(stamp) });
    const bare = await encodePng(pixels(2, 2, 1));
    expect(readPngText(bare)).toEqual({});
    expect(readStamp(bare)).toBeNull();
  });

  it('refuses keywords that PNG does not allow, and data of another length', async () => {
    for (const keyword of ['', ' a', 'a ', 'a\nb', 'x'.repeat(80), '图']) await expect(encodePng(pixels(2, 2, 1), { text: { [keyword]: 'x' } })).rejects.toThrow(/keyword/);
    await expect(encodePng({ ...pixels(2, 2, 1), width: 3 })).rejects.toThrow(/4 bytes for 3x2x1/);
  });
});

describe('readPngText', () => {
  it('refuses every truncation and every flipped byte of the text chunk', async () => {
    const bytes = await encodePng(pixels(2, 2, 1), { stamp });
    for (let length = 0; length < bytes.length; length++) expect(() => readPngText(bytes.subarray(0, length))).toThrow(LabError);
    const start = Buffer.from(bytes).indexOf('iTXt');
    const end = Buffer.from(bytes).indexOf('IDAT') - 4;
    for (let at = start; at < end; at++) {
      const damaged = Uint8Array.from(bytes);
      damaged[at] ^= 1;
      expect(() => readPngText(damaged)).toThrow(LabError);
    }
  });

  it('reads tEXt, zTXt and compressed iTXt of other software, and stops at what inflates too far', async () => {
    const bytes = Buffer.from(await encodePng(pixels(2, 2, 1)));
    const chunk = (type: string, data: Buffer) => {
      const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
      const ends = Buffer.alloc(8);
      ends.writeUInt32BE(data.length, 0);
      ends.writeUInt32BE(crc32(body), 4);
      return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
    };
    const withChunks = (...chunks: Buffer[]) => Buffer.concat([bytes.subarray(0, 33), ...chunks, bytes.subarray(33)]);
    const latin = chunk('tEXt', Buffer.from('Author\0Andr\xe9', 'latin1'));
    const packed = chunk('zTXt', Buffer.concat([Buffer.from('Note\0\0', 'latin1'), deflateSync('squeezed')]));
    const international = chunk('iTXt', Buffer.concat([Buffer.from('Titre\0\x01\0fr\0titre\0', 'latin1'), deflateSync(Buffer.from('Génoise'))]));
    expect(readPngText(withChunks(latin, packed, international))).toEqual({ Author: 'André', Note: 'squeezed', Titre: 'Génoise' });
    const bomb = chunk('zTXt', Buffer.concat([Buffer.from('Bomb\0\0', 'latin1'), deflateSync(Buffer.alloc(17 * 2 ** 20))]));
    expect(() => readPngText(withChunks(bomb))).toThrow(LabError);
  });
});
