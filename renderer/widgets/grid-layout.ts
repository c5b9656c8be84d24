/** @file Where images stand in a grid: whole device pixels, so that each pixel of an image has the same size. */

export interface Grid {
  columns: number;
  rows: number;
  /** All in device pixels. */
  tileWidth: number;
  tileHeight: number;
  /** The coloured bar under a tile, a part of its row. */
  barHeight: number;
  deviceWidth: number;
  deviceHeight: number;
  pitchX: number;
  pitchY: number;
  /** The upper left corner of image `index`. */
  cell(index: number): { x: number; y: number };
}

export interface GridRequest {
  count: number;
  height: number;
  width: number;
  /** CSS pixels an image pixel, and between images. */
  zoom: number;
  gap: number;
  /** Device pixels a CSS pixel. */
  ratio: number;
  /** CSS pixels there are in a row. */
  room: number;
  columns?: number;
  bar: boolean;
}

/** Without room and without columns the grid has none yet. */
export function gridOf({ count, height, width, zoom, gap, ratio, room, columns: fixed, bar }: GridRequest): Grid {
  const scale = Math.max(1, Math.round(zoom * ratio));
  const space = Math.round(gap * ratio);
  const tileWidth = width * scale;
  const tileHeight = height * scale;
  const barHeight = bar ? Math.max(2, Math.round(3 * ratio)) : 0;
  const pitchX = tileWidth + space;
  const pitchY = tileHeight + barHeight + space;
  const fitting = room > 0 ? Math.max(1, Math.floor((room * ratio + space) / pitchX)) : 0;
  const columns = Math.min(fixed ?? fitting, Math.max(1, count));
  const rows = columns === 0 ? 0 : Math.ceil(count / columns);
  return {
    columns,
    rows,
    tileWidth,
    tileHeight,
    barHeight,
    pitchX,
    pitchY,
    deviceWidth: Math.max(0, columns * pitchX - space),
    deviceHeight: Math.max(0, rows * pitchY - space),
    cell: (index) => ({ x: (index % Math.max(1, columns)) * pitchX, y: Math.floor(index / Math.max(1, columns)) * pitchY }),
  };
}

/** The image at a place in device pixels; undefined between images and after the last one. */
export function placeAt({ columns, pitchX, pitchY, tileWidth, tileHeight, barHeight }: Grid, x: number, y: number, count: number): number | undefined {
  const column = Math.floor(x / pitchX);
  const row = Math.floor(y / pitchY);
  if (column < 0 || column >= columns || row < 0 || x - column * pitchX >= tileWidth || y - row * pitchY >= tileHeight + barHeight) return undefined;
  const index = row * columns + column;
  return index < count ? index : undefined;
}
