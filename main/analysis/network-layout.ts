/**
 * @file Where the blocks of a network stand on a sheet, as papers draw them: from left to right by the longest path; as a U where data skips over
 * coarser grids; what only steers the others below them.
 */

import type { Network, NetworkBlock, NetworkBox, NetworkLayout, NetworkLine, TensorSize } from '../../preload/contract/network';
import { isSkip, routeLines, sheet, type Placed, type Rows } from './network-lines';

export function layoutNetwork(network: Network): NetworkLayout {
  const { blocks, edges } = network;
  const steering = steeringBlocks(network);
  const forward = withoutCircles(blocks, edges);
  const trunk = columnsOf(blocks.filter(({ id }) => !steering.has(id)), forward);
  const below = columnsOf(blocks.filter(({ id }) => steering.has(id)), forward);
  // What steers one block alone stands below it.
  for (const id of steering) {
    const readers = edges.filter(({ from }) => from === id).map(({ to }) => trunk.get(to));
    if (readers.length === 1 && readers[0] !== undefined) below.set(id, Math.max(below.get(id)!, readers[0]));
  }
  const columns = new Map([...trunk, ...below]);
  const levels = levelsOf(network, trunk);
  const isDense = !blocks.some(({ kind }) => kind === 'convolution');
  const lowest = Math.max(0, ...levels.values());
  // Beside the lowest row of a U there is room.
  const shares = steering.size > 0 && lowest > 0 && [...below.values()].every((column) => [...trunk].every(([id, other]) => levels.get(id) !== lowest || Math.abs(other - column) > 1));
  const steeringRow = shares ? lowest : lowest + 1;
  const placed: Placed[] = blocks.map((block) => {
    const { width, height } = boxSize(block, isDense);
    const steers = steering.has(block.id);
    const box = { id: block.id, x: 0, y: 0, width, height, labelX: 0, labelY: 0, labelWidth: labelWidth(block) };
    return { block, steers, column: columns.get(block.id)!, row: steers ? steeringRow : (levels.get(block.id) ?? 0), box };
  });
  const width = setColumns(placed);
  const lanes = lanesNeeded(placed, edges);
  const { rows, height } = setRows(placed, edges, lanes, shares);
  const lines: NetworkLine[] = routeLines(placed, edges, rows);
  const boxes = placed.toSorted((a, b) => Number(a.steers) - Number(b.steers) || a.column - b.column || a.box.y - b.box.y).map(({ box }) => rounded(box));
  return { width: Math.ceil(width), height: Math.ceil(height), boxes, lines };
}

const rounded = ({ id, ...numbers }: NetworkBox): NetworkBox => ({ id, ...(Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, Math.round(value * 10) / 10])) as Omit<NetworkBox, 'id'>) });

/** Numbers that only ever meet a grid of channels which another block gives: a time, a class, a style. */
function steeringBlocks({ blocks, edges }: Network): Set<string> {
  const byId = new Map(blocks.map((block) => [block.id, block]));
  const isGrid = (id: string): boolean => byId.get(id)?.size.kind === 'map';
  const steering = new Set<string>();
  for (;;) {
    const more = blocks.filter(({ id, size }) => {
      if (steering.has(id) || (size.kind !== 'vector' && size.kind !== 'scalar')) return false;
      const out = edges.filter(({ from }) => from === id);
      return out.length > 0 && out.every(({ to }) => steering.has(to) || (isGrid(to) && edges.some((other) => other.to === to && other.from !== id && isGrid(other.from))));
    });
    if (more.length === 0) return steering;
    for (const { id } of more) steering.add(id);
  }
}

/** Edges that lead on; where data goes in a circle, without those that close one. */
function withoutCircles(blocks: readonly NetworkBlock[], edges: Network['edges']): Network['edges'] {
  const open = new Set<string>();
  const done = new Set<string>();
  const closing = new Set<Network['edges'][number]>();
  const visit = (id: string): void => {
    open.add(id);
    for (const edge of edges) {
      if (edge.from !== id) continue;
      if (open.has(edge.to)) closing.add(edge);
      else if (!done.has(edge.to)) visit(edge.to);
    }
    open.delete(id);
    done.add(id);
  };
  for (const { id } of blocks) if (!done.has(id)) visit(id);
  return edges.filter((edge) => !closing.has(edge));
}

/** Longest path from an input; an input stands beside the first that reads it. */
function columnsOf(blocks: readonly NetworkBlock[], edges: Network['edges']): Map<string, number> {
  const columns = new Map(blocks.map(({ id }) => [id, 0]));
  const within = edges.filter(({ from, to }) => columns.has(from) && columns.has(to));
  for (let moved = true; moved; ) {
    moved = false;
    for (const { from, to } of within) {
      if (columns.get(to)! > columns.get(from)!) continue;
      columns.set(to, columns.get(from)! + 1);
      moved = true;
    }
  }
  for (const { id, kind } of blocks) {
    const readers = within.filter(({ from }) => from === id).map(({ to }) => columns.get(to)!);
    if (kind === 'input' && readers.length > 0) columns.set(id, Math.min(...readers) - 1);
  }
  return columns;
}

/** Rows by resolution, the finest above, where data skips over coarser grids; else one row. */
function levelsOf({ blocks, edges }: Network, columns: ReadonlyMap<string, number>): Map<string, number> {
  const trunk = blocks.filter(({ id }) => columns.has(id));
  const sideOf = ({ size }: NetworkBlock): number => (size.kind === 'map' ? size.height * size.width : 0);
  const byId = new Map(trunk.map((block) => [block.id, block]));
  const isU = edges.some(({ from, to }) => {
    const [a, b] = [byId.get(from), byId.get(to)];
    if (!a || !b || sideOf(a) === 0 || a.kind === 'input') return false;
    return trunk.some((block) => sideOf(block) > 0 && sideOf(block) < sideOf(a) && columns.get(block.id)! > columns.get(from)! && columns.get(block.id)! < columns.get(to)!);
  });
  if (!isU) return new Map();
  const sides = [...new Set(trunk.map(sideOf))].sort((a, b) => b - a);
  return new Map(trunk.map((block) => [block.id, sides.indexOf(sideOf(block))]));
}

const log2 = (value: number): number => Math.log2(Math.max(1, value));

/** As high as its grid is fine, as wide as it has channels; in a network without grids as high as it has numbers. */
function boxSize({ size }: NetworkBlock, isDense: boolean): { width: number; height: number } {
  if (isDense && (size.kind === 'map' || size.kind === 'vector')) return { width: 20, height: 14 + 13 * log2(unitsOf(size)) };
  switch (size.kind) {
    case 'map':
      return { width: 14 + 6 * log2(size.channels), height: 16 + 12 * log2(Math.max(size.height, size.width)) };
    case 'sequence':
      return { width: 14 + 6 * log2(size.channels), height: 16 + 11 * log2(size.length) };
    case 'vector':
      return { width: 18, height: 14 + 7 * log2(size.units) };
    case 'scalar':
      return { width: 20, height: 20 };
    case 'unknown':
      return { width: 36, height: 36 };
  }
}

const unitsOf = (size: TensorSize): number => (size.kind === 'map' ? size.height * size.width * size.channels : size.kind === 'vector' ? size.units : 1);

/** Two lines below a box: its name, and its size in figures. */
function labelWidth({ name, size }: NetworkBlock): number {
  const figures = size.kind === 'map' ? `${size.height} x ${size.width} x ${size.channels}` : size.kind === 'sequence' ? `${size.length} x ${size.channels}` : '';
  return Math.min(118, Math.max(40, 7 * name.length, 6.7 * figures.length));
}

/** Columns beside each other, each as wide as what stands in it. -> the sheet's width */
function setColumns(placed: readonly Placed[]): number {
  const count = Math.max(0, ...placed.map(({ column }) => column)) + 1;
  const widths = Array.from({ length: count }, (_, at) => Math.max(0, ...placed.filter(({ column }) => column === at).map(({ box }) => Math.max(box.width, box.labelWidth))));
  let left = sheet.edge;
  const centres = widths.map((width) => {
    const centre = left + width / 2;
    left += width + sheet.columnGap;
    return centre;
  });
  for (const { column, box } of placed) {
    box.labelX = centres[column];
    box.x = centres[column] - box.width / 2;
  }
  return left - sheet.columnGap + sheet.edge;
}

/** Lines above each row that pass over blocks: an upper bound. */
function lanesNeeded(placed: readonly Placed[], edges: Network['edges']): number[] {
  const byId = new Map(placed.map((one) => [one.block.id, one]));
  const lanes: number[] = [];
  for (const { from, to } of edges) {
    const [a, b] = [byId.get(from)!, byId.get(to)!];
    if (isSkip(a, b)) lanes[Math.min(a.row, b.row)] = (lanes[Math.min(a.row, b.row)] ?? 0) + 1;
  }
  return lanes;
}

/** Rows below each other; what shares a row and a column is stacked, in the order of what it reads. */
function setRows(placed: readonly Placed[], edges: Network['edges'], lanes: readonly number[], shares: boolean): { rows: Rows; height: number } {
  const sources = new Map(placed.map((one) => [one.block.id, edges.filter(({ to }) => to === one.block.id).map(({ from }) => from)]));
  const middle = new Map<string, number>();
  const rows = Math.max(0, ...placed.map(({ row }) => row)) + 1;
  const laneTop: number[] = [];
  let busTop = 0;
  let top = sheet.edge;
  for (let row = 0; row < rows; row++) {
    const here = placed.filter((one) => one.row === row);
    if (here.length === 0) continue;
    if (!shares && here.some(({ steers }) => steers)) {
      busTop = top;
      top += sheet.bus * here.length + sheet.laneRoom;
    }
    laneTop[row] = top;
    top += (lanes[row] ?? 0) > 0 ? sheet.laneRoom + sheet.laneGap * Math.min(lanes[row], 12) : 0;
    const stacks = [...new Set(here.map(({ column }) => column))].sort((a, b) => a - b).map((column) => here.filter((one) => one.column === column));
    const heightOf = (stack: readonly Placed[]): number => stack.reduce((sum, { box }) => sum + box.height + sheet.label + sheet.stackGap, -sheet.stackGap);
    const tallest = Math.max(...stacks.map(heightOf));
    for (const stack of stacks) {
      const wanted = ({ block: { id } }: Placed): number => mean(sources.get(id)!.map((source) => middle.get(source) ?? 0));
      stack.sort((a, b) => wanted(a) - wanted(b));
      let y = top + (tallest - heightOf(stack)) / 2;
      for (const { block, box } of stack) {
        box.y = y;
        box.labelY = y + box.height + 14;
        middle.set(block.id, y + box.height / 2);
        y += box.height + sheet.label + sheet.stackGap;
      }
    }
    top += tallest + sheet.rowGap;
  }
  const bottom = top - sheet.rowGap;
  const buses = shares ? sheet.bus * placed.filter(({ steers }) => steers).length : 0;
  return { rows: { laneTop, busTop: shares ? bottom + sheet.bus / 2 : busTop, busBelow: shares }, height: bottom + buses + sheet.edge };
}

const mean = (values: readonly number[]): number => (values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length);
