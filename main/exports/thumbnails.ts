/** @file Images at their points on a map, as many as stand side by side without covering each other. */

import { checkImages, drawImage, type Images, type Picture, type Rgb } from './picture';

/** In pixels of the canvas: about the size of a thumbnail. */
const side = 64;
const border = 3;
const apart = 2;

interface Rectangle {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/**
 * Draws images of `images` about the pixels that `placeOf` gives them, each with a border of its colour: whole-number zoom, or whole-number shrinking by means.
 * A point whose image would cover one already drawn, or leave `inside`, is passed over.
 * @returns which were drawn
 */
export function placeThumbnails(canvas: Picture, images: Images, placeOf: (n: number) => [number, number], colourOf: (n: number) => Rgb, inside: Rectangle): number[] {
  const { count, height, width } = checkImages(images);
  const longer = Math.max(height, width);
  const shrink = Math.ceil(longer / side);
  const zoom = Math.max(1, Math.floor(side / longer));
  const cellWidth = Math.ceil((width * zoom) / shrink) + 2 * border;
  const cellHeight = Math.ceil((height * zoom) / shrink) + 2 * border;
  const taken = new Map<string, [number, number]>();
  const drawn: number[] = [];
  for (let n = 0; n < count; n++) {
    const [x, y] = placeOf(n);
    const left = x - (cellWidth >> 1);
    const top = y - (cellHeight >> 1);
    if (left < inside.left || top < inside.top || left + cellWidth > inside.right || top + cellHeight > inside.bottom) continue;
    const column = Math.floor(left / (cellWidth + apart));
    const row = Math.floor(top / (cellHeight + apart));
    if (collides(taken, column, row, left, top, cellWidth, cellHeight)) continue;
    taken.set(`${column},${row}`, [left, top]);
    fill(canvas, left, top, cellWidth, cellHeight, colourOf(n));
    if (shrink === 1) drawImage(canvas, images, n, left + border, top + border, zoom);
    else drawImage(canvas, shrunk(images, n, shrink), 0, left + border, top + border, 1);
    drawn.push(n);
  }
  return drawn;
}

/** Corners are kept by cells as large as a thumbnail, so only the nine around can hold one that overlaps. */
function collides(taken: Map<string, [number, number]>, column: number, row: number, left: number, top: number, width: number, height: number): boolean {
  for (let r = row - 1; r <= row + 1; r++) {
    for (let c = column - 1; c <= column + 1; c++) {
      const other = taken.get(`${c},${r}`);
      if (other && Math.abs(other[0] - left) < width + apart && Math.abs(other[1] - top) < height + apart) return true;
    }
  }
  return false;
}

function fill(canvas: Picture, left: number, top: number, width: number, height: number, colour: Rgb): void {
  for (let y = top; y < top + height; y++) for (let x = left; x < left + width; x++) canvas.data.set(colour, (y * canvas.width + x) * 3);
}

/** Means of squares of `factor` pixels. */
function shrunk(images: Images, index: number, factor: number): Images {
  const { height, width, channels } = checkImages(images);
  const from = images.data.subarray(index * height * width * channels, (index + 1) * height * width * channels);
  const small = { height: Math.ceil(height / factor), width: Math.ceil(width / factor) };
  const data = new Uint8Array(small.height * small.width * channels);
  for (let y = 0; y < small.height; y++) {
    for (let x = 0; x < small.width; x++) {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        let held = 0;
        for (let v = y * factor; v < Math.min(height, (y + 1) * factor); v++) {
          for (let u = x * factor; u < Math.min(width, (x + 1) * factor); u++, held++) sum += from[(v * width + u) * channels + c];
        }
        data[(y * small.width + x) * channels + c] = Math.round(sum / held);
      }
    }
  }
  return { data, shape: [1, small.height, small.width, channels] };
}
