/** @file Arrays of images as what a canvas takes: RGBA, 8 bits. */

import { divergingTable } from '../theme/colours';

/** Values as they come: grey, RGB or RGBA bytes, interleaved [H, W, C]; or signed values of one channel, shown around zero. */
export type Pixels =
  | { height: number; width: number; channels: 1 | 3 | 4; bytes: Uint8Array | Uint8ClampedArray }
  | { height: number; width: number; channels: 1; signed: Float32Array | Int8Array; limit: number };

let table: Uint8Array | undefined;

/** Image `index` of [N, H, W, C] -> RGBA [H, W, 4]. Signed values outside +-limit are shown as the limit; what is no number as transparent. */
export function rgbaOf(pixels: Pixels, index = 0): Uint8ClampedArray<ArrayBuffer> {
  const { height, width, channels } = pixels;
  const count = height * width;
  const out = new Uint8ClampedArray(count * 4);
  const from = index * count * channels;
  if ('signed' in pixels) {
    table ??= divergingTable();
    for (let at = 0; at < count; at++) {
      const value = pixels.signed[from + at];
      if (Number.isNaN(value)) continue;
      const place = Math.round(127.5 + 127.5 * Math.min(1, Math.max(-1, value / (pixels.limit || 1)))) * 3;
      out[at * 4] = table[place];
      out[at * 4 + 1] = table[place + 1];
      out[at * 4 + 2] = table[place + 2];
      out[at * 4 + 3] = 255;
    }
    return out;
  }
  const { bytes } = pixels;
  for (let at = 0; at < count; at++) {
    const source = from + at * channels;
    out[at * 4] = bytes[source];
    out[at * 4 + 1] = bytes[channels === 1 ? source : source + 1];
    out[at * 4 + 2] = bytes[channels === 1 ? source : source + 2];
    out[at * 4 + 3] = channels === 4 ? bytes[source + 3] : 255;
  }
  return out;
}

/**
 * The zoom at which an image fits a box: device pixels an image pixel. Whole numbers; under 1 only for what is larger than its box.
 * `box` and the result's size are CSS pixels, `ratio` the device pixels of one.
 */
export function wholeZoom(height: number, width: number, box: { height: number; width: number }, ratio: number): number {
  const fit = Math.min((box.height * ratio) / height, (box.width * ratio) / width);
  return fit >= 1 ? Math.floor(fit) : fit;
}
