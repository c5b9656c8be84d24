/** @file Pixels as a view shows them: size, crop, colour. */

import sharp, { type Sharp } from 'sharp';
import type { ViewConfig } from '../../../preload/contract/datasets';

const fits = { crop: 'cover', pad: 'contain', stretch: 'fill' } as const;

/** -> uint8 RGB [height, width, 3]: turned by EXIF, colour profile applied, transparency on white, resized with antialiasing. */
async function rgbAt(image: Sharp, view: ViewConfig): Promise<Uint8Array> {
  const { data, info } = await image
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .resize(view.width, view.height, { fit: fits[view.fit], position: 'centre', background: '#000000' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels === 3) return data;
  const rgb = new Uint8Array(view.height * view.width * 3);
  for (let i = 0; i < view.height * view.width; i++) rgb.fill(data[i * info.channels], i * 3, i * 3 + 3);
  return rgb;
}

/** Rec. 601 luma of gamma-coded values, as Pillow's 'L': weights sum to 65,536, so grey stays exactly grey. */
function luma(rgb: Uint8Array, count: number, into: Uint8Array): void {
  for (let i = 0, at = 0; i < count; i++, at += 3) {
    into[i] = (rgb[at] * 19595 + rgb[at + 1] * 38470 + rgb[at + 2] * 7471 + 0x8000) >> 16;
  }
}

function inChannels(rgb: Uint8Array, view: ViewConfig): Uint8Array {
  if (view.channels === 3) return rgb;
  const grey = new Uint8Array(view.height * view.width);
  luma(rgb, grey.length, grey);
  return grey;
}

/** -> uint8 [height, width, channels] of the view. Rejects with libvips' error when the image can't be decoded. */
export async function viewOfImage(image: Sharp, view: ViewConfig): Promise<Uint8Array> {
  return inChannels(await rgbAt(image, view), view);
}

/** The same from pixels at hand, uint8 [height, width, channels]. */
export function viewOfPixels(pixels: Uint8Array, height: number, width: number, channels: 1 | 3 | 4, view: ViewConfig): Promise<Uint8Array> {
  return viewOfImage(sharp(pixels, { raw: { width, height, channels } }), view);
}

/** Changes channels only: uint8 [count, height, width, channels] -> [count, height, width, view.channels]; null where transparency needs compositing. */
export function inViewChannels(pixels: Uint8Array, channels: 1 | 3 | 4, view: ViewConfig): Uint8Array | null {
  if (channels === view.channels) return pixels;
  if (channels === 4) return null;
  const count = pixels.length / channels;
  if (view.channels === 1) {
    const grey = new Uint8Array(count);
    luma(pixels, count, grey);
    return grey;
  }
  const rgb = new Uint8Array(count * 3);
  for (let i = 0, at = 0; i < count; i++) {
    rgb[at++] = pixels[i];
    rgb[at++] = pixels[i];
    rgb[at++] = pixels[i];
  }
  return rgb;
}
