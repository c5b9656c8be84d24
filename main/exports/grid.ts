/** @file Sheets of images: grids, strips, and originals above their reconstructions. */

import { blank, checkImages, drawImage, overlaySvg, wholeZoom, type Images, type Picture, type Rgb } from './picture';
import { fitText, textSvg, textWidth } from './typeface';

export interface GridOptions {
  /** Images a row; the nearest to a square when absent. */
  columns?: number;
  /** Pixels between images and around them. */
  gap?: number;
  /** Whole-number zoom, nearest neighbour; the smallest that makes an image 64 pixels wide or high when absent. */
  scale?: number;
  background?: Rgb;
  /** A line under each image. */
  captions?: readonly string[];
  /** A line before each row. */
  rowTitles?: readonly string[];
  /** A line above each column. */
  columnTitles?: readonly string[];
}

interface Row {
  images: Images;
  first: number;
  count: number;
  /** Pixels above this row, beyond the gap. */
  space: number;
}

const captionSize = 13;
const captionLine = 20;
const titleSize = 14;
/** Beyond this many pixels the default zoom gives way. */
const largestSheet = 64e6;

/** `images` [N, H, W, C] row by row. No image gives an empty cell's worth of background. */
export async function imageGrid(images: Images, options: GridOptions = {}): Promise<Picture> {
  const { count } = checkImages(images);
  const columns = Math.max(1, Math.min(options.columns ?? Math.ceil(Math.sqrt(count)), Math.max(1, count)));
  const rows: Row[] = [];
  for (let first = 0; first < count; first += columns) rows.push({ images, first, count: Math.min(columns, count - first), space: 0 });
  return sheet(rows, columns, images, options);
}

/** Width and height of a sheet without words, in pixels. */
export function sheetSize(height: number, width: number, count: number, columns: number, scale: number, gap = 4): [width: number, height: number] {
  const rows = Math.max(1, Math.ceil(count / columns));
  return [gap + columns * (width * scale + gap), gap + rows * (height * scale + gap)];
}

/** All `images` in one row: a walk through the latent space, noise turning into an image. */
export function imageStrip(images: Images, options: Omit<GridOptions, 'columns'> = {}): Promise<Picture> {
  return imageGrid(images, { ...options, columns: images.shape[0] });
}

/**
 * Rows of `originals`, each above the row of its `reconstructions`; `titles` name the two rows. Both [N, H, W, C].
 * @throws RangeError where the two differ in shape
 */
export async function reconstructionGrid(
  originals: Images,
  reconstructions: Images,
  options: Omit<GridOptions, 'captions' | 'rowTitles' | 'columnTitles'> & { titles?: readonly [string, string] } = {},
): Promise<Picture> {
  const { count, width } = checkImages(originals);
  checkImages(reconstructions);
  if (originals.shape.join('x') !== reconstructions.shape.join('x')) throw new RangeError('originals and reconstructions differ in shape');
  const columns = Math.max(1, Math.min(options.columns ?? Math.ceil(Math.sqrt(2 * count)), Math.max(1, count)));
  const scale = options.scale ?? wholeZoom(originals.shape[1], width);
  const rows: Row[] = [];
  for (let first = 0; first < count; first += columns) {
    const held = Math.min(columns, count - first);
    rows.push({ images: originals, first, count: held, space: first > 0 ? Math.round((width * scale) / 5) : 0 });
    rows.push({ images: reconstructions, first, count: held, space: 0 });
  }
  return sheet(rows, columns, originals, { ...options, scale, rowTitles: options.titles && rows.map((_, i) => options.titles?.[i % 2] ?? '') });
}

async function sheet(rows: Row[], columns: number, images: Images, options: GridOptions): Promise<Picture> {
  const { height, width, channels } = checkImages(images);
  const { gap = 4, background = [255, 255, 255], captions = [], rowTitles = [], columnTitles = [] } = options;
  const scale = options.scale ?? affordableZoom(height, width, rows.length * columns);
  if (!Number.isInteger(scale) || scale < 1) throw new RangeError(`zoom ${scale} is no whole number`);
  const widestCaption = Math.max(0, ...[...captions, ...columnTitles].map((caption) => textWidth(caption, captionSize)));
  // Long captions push images apart, up to twice their width; then they are cut.
  const imageWidth = width * scale;
  const cellWidth = widestCaption === 0 ? imageWidth : Math.max(imageWidth, Math.min(Math.ceil(widestCaption) + 8, 2 * imageWidth));
  const cellHeight = height * scale + (captions.length > 0 ? captionLine : 0);
  const margin = Math.ceil(Math.max(0, ...rowTitles.map((title) => textWidth(title, titleSize)))) + (rowTitles.length > 0 ? 3 * gap : 0);
  const head = columnTitles.length > 0 ? captionLine : 0;
  const spaces = rows.reduce((sum, row) => sum + row.space, 0);
  const grey = channels === 1 && captions.length + rowTitles.length + columnTitles.length === 0 && background[0] === background[1] && background[1] === background[2];
  const canvas = blank(margin + gap + columns * (cellWidth + gap), head + gap + Math.max(1, rows.length) * (cellHeight + gap) + spaces, grey ? 1 : 3, background);
  const ink = luminance(background) > 140 ? '#1b1f24' : '#e8eaed';
  const words: string[] = [];
  columnTitles.slice(0, columns).forEach((title, i) => {
    const fitted = fitText(title, captionSize, cellWidth);
    words.push(textSvg(fitted, { x: margin + gap + i * (cellWidth + gap) + cellWidth / 2, y: captionSize + 3, size: captionSize, fill: ink, anchor: 'middle' }));
  });
  let top = head + gap;
  rows.forEach((row, r) => {
    top += row.space;
    const title = rowTitles[r];
    if (title) words.push(textSvg(title, { x: margin - gap / 2, y: top + (height * scale) / 2 + titleSize * 0.36, size: titleSize, fill: ink, anchor: 'end' }));
    for (let i = 0; i < row.count; i++) {
      const left = margin + gap + i * (cellWidth + gap);
      drawImage(canvas, row.images, row.first + i, left + Math.floor((cellWidth - imageWidth) / 2), top, scale);
      const caption = captions[row.first + i];
      if (caption) {
        const fitted = fitText(caption, captionSize, cellWidth);
        words.push(textSvg(fitted, { x: left + cellWidth / 2, y: top + height * scale + captionSize + 1, size: captionSize, fill: ink, anchor: 'middle' }));
      }
    }
    top += cellHeight + gap;
  });
  return words.length > 0 ? overlaySvg(canvas, words.join('')) : canvas;
}

function affordableZoom(height: number, width: number, cells: number): number {
  let zoom = wholeZoom(height, width);
  while (zoom > 1 && height * width * zoom * zoom * cells > largestSheet) zoom--;
  return zoom;
}

/** Rec. 709 luma, 0 to 255. */
function luminance([r, g, b]: Rgb): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
