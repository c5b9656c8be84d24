/** @file BMP pictures, which libvips as it comes with sharp doesn't read: uncompressed, 1 to 32 bits a pixel. */

import { LabError } from '../../../../preload/contract/errors';

export interface Bitmap {
  /** uint8 [height, width, channels] */
  pixels: Uint8Array;
  width: number;
  height: number;
  channels: 3 | 4;
}

/** Where a mask's channel sits in a pixel: value = ((pixel & mask) >>> shift) scaled to 0..255. */
function channelOf(mask: number): (pixel: number) => number {
  if (mask === 0) return () => 255;
  const shift = 31 - Math.clz32(mask & -mask);
  const max = mask >>> shift;
  return (pixel) => Math.round((((pixel & mask) >>> shift) * 255) / max);
}

/**
 * `check` is given the size before anything is allocated, and throws to refuse it. Source: Microsoft, 'Bitmap Storage' (BITMAPINFOHEADER, V4, V5).
 * @throws LabError 'image-unreadable'
 */
export function decodeBmp(file: Buffer, path: string, check: (width: number, height: number) => void): Bitmap {
  const fail = (detail: string): never => {
    throw new LabError('image-unreadable', { path, detail: `bmp: ${detail}` });
  };
  if (file.length < 26) return fail('truncated header');
  const start = file.readUInt32LE(10);
  const headerBytes = file.readUInt32LE(14);
  const isCore = headerBytes === 12;
  if (!isCore && (headerBytes < 40 || headerBytes > 124 || file.length < 14 + headerBytes)) return fail(`header of ${headerBytes} bytes`);
  const width = isCore ? file.readUInt16LE(18) : file.readInt32LE(18);
  const signedHeight = isCore ? file.readUInt16LE(20) : file.readInt32LE(22);
  const bits = file.readUInt16LE(isCore ? 24 : 28);
  const compression = isCore ? 0 : file.readUInt32LE(30);
  const height = Math.abs(signedHeight);
  if (width < 1 || height < 1) return fail(`${width} x ${signedHeight} pixels`);
  check(width, height);
  const hasMasks = compression === 3 || compression === 6;
  if (![1, 4, 8, 16, 24, 32].includes(bits)) return fail(`${bits} bits a pixel`);
  if (compression !== 0 && !(hasMasks && (bits === 16 || bits === 32))) return fail(`compression ${compression}`);
  const stride = Math.ceil((width * bits) / 32) * 4;
  if (start + stride * height > file.length) return fail(`${file.length} of ${start + stride * height} bytes`);

  // Masks follow a 40-byte header, or are its bytes 40 to 55.
  const masks = hasMasks && file.length >= 70
    ? [54, 58, 62].map((at) => file.readUInt32LE(at)).concat(headerBytes >= 56 ? file.readUInt32LE(66) : 0)
    : bits === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0];
  const [red, green, blue, alpha] = masks.map(channelOf);
  const channels = bits >= 16 && masks[3] !== 0 ? 4 : 3;
  const pixels = new Uint8Array(width * height * channels);

  const paletteAt = 14 + headerBytes;
  const paletteEntry = isCore ? 3 : 4;
  const colours = bits <= 8 ? Math.min(2 ** bits, Math.floor((start - paletteAt) / paletteEntry)) : 0;

  for (let row = 0; row < height; row++) {
    // Rows go from the bottom up, unless the height is negative.
    const from = start + stride * (signedHeight > 0 ? height - 1 - row : row);
    for (let column = 0; column < width; column++) {
      const to = (row * width + column) * channels;
      if (bits <= 8) {
        const bitAt = column * bits;
        const index = (file[from + (bitAt >> 3)] >> (8 - bits - (bitAt & 7))) & (2 ** bits - 1);
        if (index >= colours) return fail(`colour ${index} of a palette of ${Math.max(colours, 0)}`);
        const at = paletteAt + index * paletteEntry;
        pixels[to] = file[at + 2];
        pixels[to + 1] = file[at + 1];
        pixels[to + 2] = file[at];
      } else if (bits === 24) {
        const at = from + column * 3;
        pixels[to] = file[at + 2];
        pixels[to + 1] = file[at + 1];
        pixels[to + 2] = file[at];
      } else {
        const pixel = bits === 16 ? file.readUInt16LE(from + column * 2) : file.readUInt32LE(from + column * 4);
        pixels[to] = red(pixel);
        pixels[to + 1] = green(pixel);
        pixels[to + 2] = blue(pixel);
        if (channels === 4) pixels[to + 3] = alpha(pixel);
      }
    }
  }
  return { pixels, width, height, channels };
}
