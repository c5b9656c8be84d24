/** @file Where one looks on the sheet: a corner and a zoom; and which block stands in a direction. */

import type { NetworkBox } from '../../../preload/contract/network';

/** A point (x, y) of the sheet is seen at ((x - left) zoom, (y - top) zoom), in CSS pixels. */
export interface Camera {
  left: number;
  top: number;
  zoom: number;
}

export interface Area {
  width: number;
  height: number;
}

/** Below this zoom words can't be read. */
export const leastFit = 0.62;
const limits = { least: 0.1, most: 4 };

/** The whole sheet in the middle; one that would be too small to be read begins at its left edge. */
export function fitted(sheet: Area, room: Area): Camera {
  const whole = Math.min(1.5, room.width / sheet.width, room.height / sheet.height);
  const zoom = whole >= leastFit ? whole : Math.max(leastFit, Math.min(1, room.height / sheet.height));
  const middle = (side: 'width' | 'height'): number => (sheet[side] * zoom <= room[side] ? (sheet[side] - room[side] / zoom) / 2 : 0);
  const wide = sheet.width * zoom <= room.width;
  return { zoom, left: wide ? middle('width') : 0, top: sheet.height * zoom <= room.height ? middle('height') : (sheet.height - room.height / zoom) / 2 };
}

/** The point under (x, y), in CSS pixels, stays where it is. */
export function zoomed({ left, top, zoom }: Camera, by: number, x: number, y: number): Camera {
  const next = Math.min(limits.most, Math.max(limits.least, zoom * by));
  return { zoom: next, left: left + x / zoom - x / next, top: top + y / zoom - y / next };
}

/** Moved as little as shows `box` whole, with some room around it. */
export function showing({ left, top, zoom }: Camera, box: NetworkBox, room: Area): Camera {
  const around = 24;
  const shifted = (from: number, to: number, at: number, side: number): number => (to > at + side ? Math.min(from, to - side) : from < at ? from : at);
  return {
    zoom,
    left: shifted(Math.min(box.x, box.labelX - box.labelWidth / 2) - around, Math.max(box.x + box.width, box.labelX + box.labelWidth / 2) + around, left, room.width / zoom),
    top: shifted(box.y - around, box.labelY + around, top, room.height / zoom),
  };
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/** The nearest block in a direction, what is straight ahead before what is aside; undefined at the edge. */
export function neighbour(boxes: readonly NetworkBox[], from: NetworkBox, direction: Direction): NetworkBox | undefined {
  const centre = (box: NetworkBox): readonly [number, number] => [box.x + box.width / 2, box.y + box.height / 2];
  const [x, y] = centre(from);
  const ways = boxes.flatMap((box) => {
    const [dx, dy] = [centre(box)[0] - x, centre(box)[1] - y];
    const [ahead, aside] = { left: [-dx, dy], right: [dx, dy], up: [-dy, dx], down: [dy, dx] }[direction] as [number, number];
    return box !== from && ahead > 1 ? [{ box, cost: ahead + 2 * Math.abs(aside) }] : [];
  });
  return ways.length === 0 ? undefined : ways.reduce((best, one) => (one.cost < best.cost ? one : best)).box;
}
