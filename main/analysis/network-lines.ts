/** @file The lines between the blocks of a network: straight on to the next, in lanes over others, and from below where numbers steer a grid. */

import type { Network, NetworkBlock, NetworkBox, NetworkLine } from '../../preload/contract/network';

/** In units of the sheet. */
export const sheet = { edge: 24, columnGap: 24, stackGap: 12, rowGap: 14, label: 36, laneGap: 8, laneRoom: 10, bus: 8 } as const;

/** A block on its way to its place. */
export interface Placed {
  block: NetworkBlock;
  /** Steers others only: stands in the row below. */
  steers: boolean;
  column: number;
  row: number;
  box: NetworkBox;
}

/** Rows of the sheet, the steering one last. */
export interface Rows {
  /** Upper edge of the lowest lane of each row. */
  laneTop: number[];
  /** Of the lines that steer: above the steering row, or below it where it shares one. */
  busTop: number;
  busBelow: boolean;
}

/** Past other blocks. */
export const isSkip = (a: Placed, b: Placed): boolean => a.steers === b.steers && b.column !== a.column + 1;

const mostLanes = 12;

export function routeLines(placed: readonly Placed[], edges: Network['edges'], rows: Rows): NetworkLine[] {
  const byId = new Map(placed.map((one) => [one.block.id, one]));
  const pairs = edges.map(({ from, to }) => ({ from: byId.get(from)!, to: byId.get(to)! }));
  const skips = skipPaths(pairs.filter(({ from, to }) => isSkip(from, to)), rows);
  const buses = new Map(placed.filter(({ steers }) => steers).map(({ block }, i) => [block.id, rows.busTop + sheet.bus * i]));
  const left = columnLefts(placed);
  return pairs.map((pair) => {
    const { from, to } = pair;
    const ends = { from: from.block.id, to: to.block.id };
    if (from.steers && !to.steers) return { ...ends, kind: 'condition', path: conditionPath(from.box, to.box, buses.get(from.block.id)!, left[to.column] - sheet.columnGap / 3, rows.busBelow) };
    const skip = skips.get(pair);
    return skip === undefined ? { ...ends, kind: 'flow', path: flowPath(from.box, to.box) } : { ...ends, kind: 'skip', path: skip };
  });
}

const figure = (value: number): string => String(Math.round(value * 10) / 10);
const point = (x: number, y: number): string => `${figure(x)} ${figure(y)}`;

function flowPath(from: NetworkBox, to: NetworkBox): string {
  const [x1, y1, x2, y2] = [from.x + from.width, from.y + from.height / 2, to.x, to.y + to.height / 2];
  if (Math.abs(y1 - y2) < 0.5) return `M${point(x1, y1)}L${point(x2, y2)}`;
  const bend = (x2 - x1) / 2;
  return `M${point(x1, y1)}C${point(x1 + bend, y1)} ${point(x2 - bend, y2)} ${point(x2, y2)}`;
}

interface Pair {
  from: Placed;
  to: Placed;
}

/** Up from the first, along a lane above the upper of both rows, down to the second. Short ones below long ones, so that none cross without need. */
function skipPaths(pairs: readonly Pair[], { laneTop }: Rows): Map<Pair, string> {
  const span = ({ from, to }: Pair): number => Math.abs(to.column - from.column);
  const lanes = new Map<number, [number, number][][]>();
  const chosen = pairs.toSorted((a, b) => span(a) - span(b)).map((pair) => {
    const row = Math.min(pair.from.row, pair.to.row);
    const taken = lanes.get(row) ?? [];
    lanes.set(row, taken);
    const [a, b] = [Math.min(pair.from.column, pair.to.column), Math.max(pair.from.column, pair.to.column)];
    let lane = taken.findIndex((spans) => spans.every(([c, d]) => b < c || d < a));
    if (lane < 0) lane = taken.push([]) - 1;
    taken[lane].push([a, b]);
    return { pair, row, lane };
  });
  const paths = new Map<Pair, string>();
  const firstBox = (row: number): number => laneTop[row] + sheet.laneRoom + sheet.laneGap * Math.min(mostLanes, pairs.filter(({ from, to }) => Math.min(from.row, to.row) === row).length);
  for (const { pair, row, lane } of chosen) {
    const y = firstBox(row) - sheet.laneRoom - sheet.laneGap * Math.min(lane, mostLanes - 1);
    const [x1, x2] = [attach(pair, pairs, 'from'), attach(pair, pairs, 'to')];
    const [y1, y2] = [pair.from.box.y, pair.to.box.y];
    const turn = Math.min(6, Math.abs(x2 - x1) / 2, Math.max(0, y1 - y), Math.max(0, y2 - y));
    const way = Math.sign(x2 - x1) || 1;
    paths.set(pair, `M${point(x1, y1)}V${figure(y + turn)}Q${point(x1, y)} ${point(x1 + way * turn, y)}H${figure(x2 - way * turn)}Q${point(x2, y)} ${point(x2, y + turn)}V${figure(y2)}`);
  }
  return paths;
}

/** Where on the upper side of its block a skip ends or begins: those that come in on the left half, the nearest first; those that go out on the right half, the farthest first. */
function attach(pair: Pair, pairs: readonly Pair[], end: 'from' | 'to'): number {
  const { box } = pair[end];
  const other = end === 'from' ? 'to' : 'from';
  const here = pairs.filter((one) => one[end] === pair[end]).toSorted((a, b) => b[other].column - a[other].column);
  const both = pairs.some((one) => one[other] === pair[end]);
  const share = (here.indexOf(pair) + 1) / (here.length + 1);
  const inside = both ? (end === 'to' ? share / 2 : 0.5 + share / 2) : share;
  return box.x + box.width * inside;
}

/** Along the bus, up beside the column of the block, into it near its foot. */
function conditionPath(from: NetworkBox, to: NetworkBox, bus: number, x: number, below: boolean): string {
  const foot = to.y + to.height - Math.min(8, to.height / 4);
  const right = Math.max(from.x + from.width, from.labelX + from.labelWidth / 2) + sheet.columnGap / 3;
  const start = below ? `M${point(from.x + from.width, from.y + from.height / 2)}H${figure(right)}` : `M${point(from.x + from.width / 2, from.y)}`;
  return `${start}V${figure(bus)}H${figure(x)}V${figure(foot)}H${figure(to.x)}`;
}

/** Left edge of each column's boxes and words. */
function columnLefts(placed: readonly Placed[]): number[] {
  const lefts: number[] = [];
  for (const { column, box } of placed) lefts[column] = Math.min(lefts[column] ?? Infinity, box.x, box.labelX - box.labelWidth / 2);
  return lefts;
}
