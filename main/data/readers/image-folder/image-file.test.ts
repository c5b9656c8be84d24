/** @file Facts and pixels of image files: every kind, turned, damaged, too large; values against closed forms and Pillow. */

import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { bytesOf, flat, noise, otherSoftware, pictureOf, png, writeTree } from '../../../../e2e/harness/data-files';
import { labErrorOf, scratchFolder } from '../../../../e2e/harness/scratch';
import type { ViewConfig } from '../../../../preload/contract/datasets';
import { imageFacts, viewOfBytes, viewOfFile } from './image-file';

const fileOf = (name: string, content: Uint8Array | string): string => {
  const folder = scratchFolder();
  writeTree(folder, { [name]: content });
  return join(folder, name);
};
const view = (width: number, height: number, channels: 1 | 3, fit: ViewConfig['fit'] = 'crop'): ViewConfig => ({ width, height, channels, fit });
const pixelsOf = async (path: string, config: ViewConfig): Promise<number[]> => [...(await viewOfFile(path, config)).pixels];

describe('facts', () => {
  it.each([
    ['grey16.png', 4, 4, 1],
    ['grey.png', 7, 5, 1],
    ['palette.png', 7, 5, 3],
    ['rgb.webp', 7, 5, 3],
    ['rgb.tif', 7, 5, 3],
    ['grey-alpha.png', 7, 5, 4],
    ['cmyk.jpg', 8, 8, 3],
    ['two-frames.gif', 6, 4, 3],
    ['progressive.jpg', 24, 16, 3],
  ])('%s', async (name, width, height, channels) => {
    expect(await imageFacts(fileOf(name, bytesOf(otherSoftware.kinds[name])))).toMatchObject({ width, height, channels });
  });

  it('an AVIF and an image without an ending', async () => {
    const avif = await sharp(noise(16 * 12 * 3), { raw: { width: 16, height: 12, channels: 3 } }).avif().toBuffer();
    expect(await imageFacts(fileOf('a.avif', avif))).toMatchObject({ width: 16, height: 12 });
    expect(await imageFacts(fileOf('picture', pictureOf(1)))).toMatchObject({ width: 8, height: 8, channels: 1 });
  });
});

describe('EXIF', () => {
  it.each(Object.entries(otherSoftware.exif))('orientation %s is turned upright', async (_orientation, file) => {
    const path = fileOf('turned.jpg', bytesOf(file));
    expect(await imageFacts(path)).toMatchObject({ width: 24, height: 16 });
    const pixels = await pixelsOf(path, view(24, 16, 3));
    const at = (x: number, y: number) => pixels.slice((y * 24 + x) * 3, (y * 24 + x) * 3 + 3).map((level) => Math.round(level / 255));
    expect([at(3, 3), at(20, 3), at(3, 12), at(20, 12)]).toEqual([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]]);
  });
});

describe('pixels', () => {
  it('at the native size are those of the file', async () => {
    const pixels = noise(7 * 5 * 3);
    expect(await pixelsOf(fileOf('a.png', png(7, 5, 3, pixels)), view(7, 5, 3))).toEqual([...pixels]);
  });

  it('16 bits become the upper 8', async () => {
    expect(await pixelsOf(fileOf('a.png', bytesOf(otherSoftware.kinds['grey16.png'])), view(4, 4, 1))).toEqual(Array.from({ length: 16 }, (_, i) => i * 17));
  });

  it('grey is Rec. 601 luma, as Pillow has it', async () => {
    const { rgb, luma } = otherSoftware.luma;
    expect(await pixelsOf(fileOf('a.png', png(16, 16, 3, bytesOf(rgb))), view(16, 16, 1))).toEqual([...bytesOf(luma)]);
  });

  it('a grey image in colour has three equal channels', async () => {
    const grey = noise(9);
    expect(await pixelsOf(fileOf('a.png', png(3, 3, 1, grey)), view(3, 3, 3))).toEqual([...grey].flatMap((level) => [level, level, level]));
  });

  it('transparency is composited on white: c a + 255 (1 - a)', async () => {
    const [red, green, blue, alpha] = [200, 40, 0, 102];
    const on = (level: number) => Math.round(level * (alpha / 255) + 255 * (1 - alpha / 255));
    const pixels = await pixelsOf(fileOf('a.png', flat(2, 2, [red, green, blue, alpha])), view(2, 2, 3));
    expect(pixels).toHaveLength(12);
    pixels.forEach((level, i) => expect(Math.abs(level - on([red, green, blue][i % 3]))).toBeLessThanOrEqual(1));
    expect(await pixelsOf(fileOf('b.png', flat(1, 1, [9, 9, 9, 0])), view(1, 1, 1))).toEqual([255]);
  });

  it('an inverted CMYK of no ink is white or black, never something else', async () => {
    const pixels = await pixelsOf(fileOf('a.jpg', bytesOf(otherSoftware.kinds['cmyk.jpg'])), view(8, 8, 3));
    expect(new Set(pixels).size).toBe(1);
  });

  it('of an animation are those of its first frame', async () => {
    expect((await pixelsOf(fileOf('a.gif', bytesOf(otherSoftware.kinds['two-frames.gif'])), view(1, 1, 3))).map((level) => Math.round(level / 255))).toEqual([1, 0, 0]);
  });

  it('antialias: a chequerboard of single pixels shrinks to its mean', async () => {
    const board = Buffer.from(Array.from({ length: 64 * 64 }, (_, i) => (((i >> 6) + i) & 1 ? 255 : 0)));
    const pixels = await pixelsOf(fileOf('a.png', png(64, 64, 1, board)), view(16, 16, 1));
    pixels.forEach((level) => expect(Math.abs(level - 127.5)).toBeLessThanOrEqual(4));
  });
});

describe('fits', () => {
  // Thirds in red, green and blue, 60 x 20.
  const stripes = Buffer.from(Array.from({ length: 60 * 20 }, (_, i) => [0, 1, 2].map((channel) => (Math.floor((i % 60) / 20) === channel ? 255 : 0))).flat());
  const colours = async (fit: ViewConfig['fit']) => {
    const pixels = await pixelsOf(fileOf('a.png', png(60, 20, 3, stripes)), view(12, 12, 3, fit));
    return (x: number, y: number) => pixels.slice((y * 12 + x) * 3, (y * 12 + x) * 3 + 3).map((level) => Math.round(level / 255)).join('');
  };

  it('crop keeps the centre', async () => {
    const at = await colours('crop');
    expect([at(1, 1), at(6, 6), at(10, 10)]).toEqual(['010', '010', '010']);
  });

  it('pad keeps all, between black bars', async () => {
    const at = await colours('pad');
    expect([at(1, 6), at(6, 6), at(10, 6), at(6, 1), at(6, 10)]).toEqual(['100', '010', '001', '000', '000']);
  });

  it('stretch fills the view with all', async () => {
    const at = await colours('stretch');
    expect([at(1, 1), at(6, 1), at(10, 11)]).toEqual(['100', '010', '001']);
  });
});

describe('refusals', () => {
  it('a truncated PNG and a truncated JPEG are unreadable, though their headers are whole', async () => {
    const whole = png(64, 64, 3, noise(64 * 64 * 3));
    expect((await labErrorOf(imageFacts(fileOf('a.png', whole.subarray(0, whole.length / 2))))).code).toBe('image-unreadable');
    const jpeg = await sharp(noise(64 * 64 * 3), { raw: { width: 64, height: 64, channels: 3 } }).jpeg().toBuffer();
    expect((await labErrorOf(imageFacts(fileOf('a.jpg', jpeg.subarray(0, jpeg.length / 2))))).code).toBe('image-unreadable');
  });

  it.each(['png', 'jpeg', 'webp', 'tiff', 'avif'] as const)('a large %s is read to its last row, whatever is cut off', async (format) => {
    const whole = await sharp(noise(1200 * 1000 * 3), { raw: { width: 1200, height: 1000, channels: 3 } }).toFormat(format).toBuffer();
    expect(await imageFacts(fileOf('a', whole))).toMatchObject({ width: 1200, height: 1000, channels: 3 });
    const error = await labErrorOf(imageFacts(fileOf('b', whole.subarray(0, Math.floor(whole.length * 0.99)))));
    // Without its directory, which stands at its end, a TIFF can't even be opened.
    expect(error.code).toBe('image-unreadable');
  });

  it('a PNG of 30,000 x 30,000 is refused from its header, in little memory', async () => {
    const path = fileOf('bomb.png', png(30_000, 30_000, 3, new Uint8Array(), Buffer.alloc(1000)));
    const before = process.memoryUsage().rss;
    const error = await labErrorOf(imageFacts(path));
    expect(error.toJSON()).toEqual({ code: 'image-too-large', params: { path, width: 30_000, height: 30_000, limit: 64 } });
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20);
    expect((await labErrorOf(viewOfFile(path, view(8, 8, 3)))).code).toBe('image-too-large');
  });

  it('bitmaps and GIFs say their size in their headers as well', async () => {
    const bitmap = bytesOf(otherSoftware.bitmaps['Pillow, 24 bits'].file);
    bitmap.writeInt32LE(30_000, 18);
    bitmap.writeInt32LE(30_000, 22);
    expect((await labErrorOf(imageFacts(fileOf('a.bmp', bitmap)))).code).toBe('image-too-large');
    const gif = bytesOf(otherSoftware.kinds['two-frames.gif']);
    const frame = gif.indexOf(Buffer.from([0x2c, 0, 0, 0, 0, 6, 0, 4, 0]));
    for (const at of [6, 8, frame + 5, frame + 7]) gif.writeUInt16LE(60_000, at);
    expect((await labErrorOf(imageFacts(fileOf('a.gif', gif)))).code).toBe('image-too-large');
  });

  it('a JPEG of 100 megapixels shrinks while it is read; a progressive one is refused', async () => {
    const grey = (options: { progressive: boolean }) =>
      sharp({ create: { width: 10_000, height: 10_000, channels: 3, background: '#808080' } }).jpeg({ quality: 50, ...options }).toBuffer();
    const path = fileOf('big.jpg', await grey({ progressive: false }));
    expect(await imageFacts(path)).toMatchObject({ width: 10_000, height: 10_000 });
    expect((await pixelsOf(path, view(2, 2, 1))).every((level) => Math.abs(level - 128) <= 1)).toBe(true);
    expect((await labErrorOf(imageFacts(fileOf('b.jpg', await grey({ progressive: true }))))).code).toBe('image-too-large');
  });

  it.each([
    ['text.png', Buffer.from('hello'), 'not-an-image'],
    ['empty.png', Buffer.alloc(0), 'not-an-image'],
    ['drawing.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), 'not-an-image'],
    ['pickle.png', bytesOf(otherSoftware.pickles['dict, protocol 4']), 'pickle-refused'],
  ])('%s', async (name, content, code) => {
    expect((await labErrorOf(imageFacts(fileOf(name, content)))).code).toBe(code);
  });

  it('a broken link and a folder', async () => {
    const folder = scratchFolder();
    symlinkSync(join(folder, 'nowhere'), join(folder, 'a.png'));
    mkdirSync(join(folder, 'b.png'));
    expect((await labErrorOf(imageFacts(join(folder, 'a.png')))).code).toBe('path-not-found');
    expect((await labErrorOf(imageFacts(join(folder, 'b.png')))).code).toBe('path-not-readable');
  });
});

describe('an image as bytes', () => {
  it.each(['rgb.webp', 'cmyk.jpg', 'grey16.png', 'palette.png'])('%s gives what its file gives', async (name) => {
    const content = bytesOf(otherSoftware.kinds[name]);
    const config = view(6, 5, 3);
    expect([...(await viewOfBytes(content, name, config))]).toEqual(await pixelsOf(fileOf(name, content), config));
  });

  it('that is a bitmap, somewhere within a larger buffer, too', async () => {
    const [[name, { file }]] = Object.entries(otherSoftware.bitmaps);
    const content = bytesOf(file);
    const within = new Uint8Array(content.length + 20);
    within.set(content, 11);
    const config = view(5, 4, 3);
    expect([...(await viewOfBytes(within.subarray(11, 11 + content.length), name, config))]).toEqual(await pixelsOf(fileOf(name, content), config));
  });

  it('is refused under the name that its user knows', async () => {
    const config = view(8, 8, 1);
    const whole = png(8, 8, 3, noise(8 * 8 * 3));
    expect(await labErrorOf(viewOfBytes(whole.subarray(0, whole.length - 40), 'torn.png', config))).toMatchObject({ code: 'image-unreadable', params: { path: 'torn.png' } });
    expect(await labErrorOf(viewOfBytes(Buffer.from('no image at all'), 'note.txt', config))).toMatchObject({ code: 'not-an-image', params: { path: 'note.txt' } });
    const bomb = png(30_000, 30_000, 3, new Uint8Array(), Buffer.alloc(1000));
    expect(await labErrorOf(viewOfBytes(bomb, 'bomb.png', config))).toMatchObject({ code: 'image-too-large', params: { path: 'bomb.png', limit: 64 } });
    expect(await labErrorOf(viewOfBytes(Buffer.from([0x80, 4, 0x95, 0, 0, 0, 0]), 'a.pkl', config))).toMatchObject({ code: 'pickle-refused' });
  });
});
