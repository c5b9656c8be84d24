/** @file Colours and shapes that tell labels apart, and how they are put on pixels. */

import type { Picture, Rgb } from './picture';

/** Petroff 2021, 'Accessible Color Sequences for Data Visualization' (arXiv 2107.02270): ten colours that stay apart for colour-blind eyes. */
export const categorical: readonly Rgb[] = [
  [63, 144, 218],
  [255, 169, 14],
  [189, 31, 1],
  [148, 164, 162],
  [131, 45, 182],
  [169, 107, 89],
  [231, 99, 0],
  [185, 172, 112],
  [113, 117, 129],
  [146, 218, 221],
];

const noLabel: Rgb = [204, 207, 211];

/** Inside a shape of radius 1 about the origin, y downwards. */
const shapes: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => x * x + y * y <= 1,
  (x, y) => Math.max(Math.abs(x), Math.abs(y)) <= 0.85,
  (x, y) => y <= 0.75 && y >= 2 * Math.abs(x) - 1,
  (x, y) => Math.abs(x) + Math.abs(y) <= 1.1,
  (x, y) => Math.min(Math.abs(x), Math.abs(y)) <= 0.3 && Math.max(Math.abs(x), Math.abs(y)) <= 1,
  (x, y) => y >= -0.75 && -y >= 2 * Math.abs(x) - 1,
  (x, y) => Math.min(Math.abs(x + y), Math.abs(x - y)) <= 0.42 && Math.max(Math.abs(x), Math.abs(y)) <= 0.85,
  (x, y) => x * x + y * y <= 1 && x * x + y * y >= 0.35,
  (x, y) => Math.abs(y) <= 0.45 && Math.abs(x) <= 1,
  (x, y) => Math.abs(x) <= 0.45 && Math.abs(y) <= 1,
];

/** The same shapes as outlines, in radii. */
const outlines: readonly string[] = [
  'M-1 0A1 1 0 1 0 1 0A1 1 0 1 0 -1 0Z',
  'M-.85 -.85H.85V.85H-.85Z',
  'M0 -1L.875 .75H-.875Z',
  'M0 -1.1L1.1 0L0 1.1L-1.1 0Z',
  'M-.3 -1H.3V-.3H1V.3H.3V1H-.3V.3H-1V-.3H-.3Z',
  'M0 1L.875 -.75H-.875Z',
  'M-.85 -.43L-.43 -.85L0 -.42L.43 -.85L.85 -.43L.42 0L.85 .43L.43 .85L0 .42L-.43 .85L-.85 .43L-.42 0Z',
  'M-1 0A1 1 0 1 0 1 0A1 1 0 1 0 -1 0ZM-.592 0A.592 .592 0 1 1 .592 0A.592 .592 0 1 1 -.592 0Z',
  'M-1 -.45H1V.45H-1Z',
  'M-.45 -1H.45V1H-.45Z',
];

/** A shape as the data of an SVG path, of radius 1 about the origin. */
export const shapeOutline = (shape: number): string => outlines[shape];

export interface Mark {
  colour: Rgb;
  /** A place in the list of shapes. */
  shape: number;
}

/** The same label has the same colour everywhere; from the eleventh on the shape changes too. Below 0: no label. */
export function markOf(label: number): Mark {
  if (label < 0) return { colour: noLabel, shape: 0 };
  return { colour: categorical[label % categorical.length], shape: Math.floor(label / categorical.length) % shapes.length };
}

export function cssColour([r, g, b]: Rgb): string {
  return `rgb(${r},${g},${b})`;
}

/** How much of each pixel a shape covers, 0 to 1, about its middle pixel. */
export interface Stencil {
  /** Pixels on either side of the middle. */
  reach: number;
  cover: Float32Array;
}

/** A shape of `radius` pixels, from 8 x 8 points a pixel. */
export function stencil(shape: number, radius: number): Stencil {
  const reach = Math.ceil(radius * 1.1 + 0.5);
  const side = 2 * reach + 1;
  const cover = new Float32Array(side * side);
  const inside = shapes[shape];
  for (let y = 0; y < side * 8; y++) {
    for (let x = 0; x < side * 8; x++) {
      const u = ((x + 0.5) / 8 - side / 2) / radius;
      const v = ((y + 0.5) / 8 - side / 2) / radius;
      if (inside(u, v)) cover[(y >> 3) * side + (x >> 3)] += 1 / 64;
    }
  }
  return { reach, cover };
}

/** Puts a stencil on an RGB canvas, its middle on pixel (x, y), over what stands there; what falls outside is cut. */
export function stamp(canvas: Picture, { reach, cover }: Stencil, x: number, y: number, colour: Rgb, alpha: number): void {
  const side = 2 * reach + 1;
  for (let row = Math.max(0, reach - y); row < side && y + row - reach < canvas.height; row++) {
    for (let column = Math.max(0, reach - x); column < side && x + column - reach < canvas.width; column++) {
      const weight = alpha * cover[row * side + column];
      if (weight === 0) continue;
      const at = ((y + row - reach) * canvas.width + x + column - reach) * 3;
      for (let c = 0; c < 3; c++) canvas.data[at + c] = Math.round(canvas.data[at + c] + (colour[c] - canvas.data[at + c]) * weight);
    }
  }
}
