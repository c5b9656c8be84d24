/** @file Pixels in memory, as every picture is drawn and handed on: row after row, channels together. */

import sharp from 'sharp';

export type Channels = 1 | 3 | 4;
export type Rgb = readonly [number, number, number];

/** uint8 [height, width, channels]: grey, RGB or RGBA (alpha not multiplied in). */
export interface Picture {
  width: number;
  height: number;
  channels: Channels;
  data: Uint8Array;
}

/** uint8 [N, H, W, C], as samples, datasets and decoders give them. */
export interface Images {
  data: Uint8Array;
  shape: readonly [count: number, height: number, width: number, channels: number];
}

/** @throws RangeError where `data` has not the length that its shape says, or channels are not 1, 3 or 4 */
export function checkImages({ data, shape }: Images): { count: number; height: number; width: number; channels: Channels } {
  const [count, height, width, channels] = shape;
  if (channels !== 1 && channels !== 3 && channels !== 4) throw new RangeError(`${channels} channels: 1, 3 or 4 can be shown`);
  if (data.length !== count * height * width * channels) throw new RangeError(`${data.length} bytes for images of shape ${shape.join('x')}`);
  return { count, height, width, channels };
}

/** Below this many pixels on its longer side an image is shown enlarged, each pixel a square. */
const smallSide = 64;

/** The smallest whole zoom at which an image is at least 64 pixels on its longer side. */
export function wholeZoom(height: number, width: number): number {
  return Math.max(1, Math.ceil(smallSide / Math.max(height, width, 1)));
}

/** A canvas of one colour. */
export function blank(width: number, height: number, channels: 1 | 3, colour: Rgb): Picture {
  const data = new Uint8Array(width * height * channels);
  if (channels === 1 || (colour[0] === colour[1] && colour[1] === colour[2])) data.fill(colour[0]);
  else for (let at = 0; at < data.length; at += 3) data.set(colour, at);
  return { width, height, channels, data };
}

/** Squares of two greys, 8 pixels wide, behind what is transparent. */
function checkerboard(x: number, y: number): number {
  return ((x >> 3) + (y >> 3)) % 2 === 0 ? 255 : 204;
}

/**
 * Draws image `index` on `canvas` with its corner at (left, top), `zoom` times enlarged, nearest neighbour; RGBA stands on a checkerboard.
 * The image must lie inside the canvas; colour can't go on a grey canvas.
 */
export function drawImage(canvas: Picture, images: Images, index: number, left: number, top: number, zoom: number): void {
  const { height, width, channels } = checkImages(images);
  if (left < 0 || top < 0 || left + width * zoom > canvas.width || top + height * zoom > canvas.height) throw new RangeError('image outside its canvas');
  if (canvas.channels === 1 && channels !== 1) throw new RangeError('colour on a grey canvas');
  const from = images.data.subarray(index * height * width * channels, (index + 1) * height * width * channels);
  for (let y = 0; y < height * zoom; y++) {
    let to = ((top + y) * canvas.width + left) * canvas.channels;
    const row = Math.floor(y / zoom) * width;
    for (let x = 0; x < width * zoom; x++) {
      const at = (row + Math.floor(x / zoom)) * channels;
      for (let c = 0; c < canvas.channels; c++) {
        const value = from[at + (channels === 1 ? 0 : c % 3)];
        canvas.data[to++] = channels === 4 ? Math.round((value * from[at + 3] + checkerboard(x, y) * (255 - from[at + 3])) / 255) : value;
      }
    }
  }
}

/** `canvas` with an SVG document of its size over it: RGB. */
export async function overlaySvg(canvas: Picture, content: string): Promise<Picture> {
  const { width, height, channels } = canvas;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${content}</svg>`;
  const raw = { width, height, channels };
  const over = await sharp(Buffer.from(svg), { unlimited: true }).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const { data } = await sharp(canvas.data, { raw, limitInputPixels: false })
    .toColourspace('srgb')
    .composite([{ input: over.data, raw: { width: over.info.width, height: over.info.height, channels: 4 } }])
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width, height, channels: 3, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}
