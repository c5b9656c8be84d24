/** @file Channel maps side by side: how many in a row, at which zoom, and which one is under the pointer. */

export interface MapSheet {
  columns: number;
  rows: number;
  /** CSS pixels a value. */
  zoom: number;
  /** Between maps, CSS pixels. */
  gap: number;
  width: number;
  height: number;
}

const gap = 3;

/** As large as the room allows, at whole zooms; where not even single pixels fit, as wide as the room is and longer. */
export function mapSheet(count: number, height: number, width: number, room: { width: number; height: number }): MapSheet {
  const sheetAt = (zoom: number): MapSheet => {
    const columns = Math.max(1, Math.min(count, Math.floor((room.width + gap) / (width * zoom + gap))));
    const rows = Math.ceil(count / columns);
    return { columns, rows, zoom, gap, width: columns * (width * zoom + gap) - gap, height: rows * (height * zoom + gap) - gap };
  };
  const most = Math.max(1, Math.floor(160 / Math.max(height, width)));
  for (let zoom = most; zoom > 1; zoom--) {
    const sheet = sheetAt(zoom);
    if (sheet.height <= room.height && sheet.width <= room.width) return sheet;
  }
  return sheetAt(1);
}

/** The map at (x, y) of a sheet; undefined between maps and beyond the last. */
export function mapAt({ columns, zoom, gap: between }: MapSheet, count: number, height: number, width: number, x: number, y: number): number | undefined {
  const [cellWidth, cellHeight] = [width * zoom + between, height * zoom + between];
  const [column, row] = [Math.floor(x / cellWidth), Math.floor(y / cellHeight)];
  if (x < 0 || y < 0 || column >= columns || x - column * cellWidth >= width * zoom || y - row * cellHeight >= height * zoom) return undefined;
  const at = row * columns + column;
  return at < count ? at : undefined;
}

/** Least and greatest of values [first, first + count), and the mean. */
export function rangeOf(values: Float32Array, first = 0, count = values.length): { least: number; most: number; mean: number } {
  let [least, most, sum] = [Infinity, -Infinity, 0];
  for (let i = first; i < first + count; i++) {
    if (values[i] < least) least = values[i];
    if (values[i] > most) most = values[i];
    sum += values[i];
  }
  return { least, most, mean: sum / count };
}
