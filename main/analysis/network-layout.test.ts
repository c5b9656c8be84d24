/** @file Drawings of the networks that papers draw: a chain, a fan, a U with skips, heads side by side; nothing covers anything. */

import { describe, expect, it } from 'vitest';
import type { Network, NetworkBlock, NetworkBox, NetworkLayout, TensorSize } from '../../preload/contract/network';
import { layoutNetwork } from './network-layout';

const grid = (side: number, channels: number): TensorSize => ({ kind: 'map', height: side, width: side, channels });
const vector = (units: number): TensorSize => ({ kind: 'vector', units });
const block = (id: string, size: TensorSize, kind: NetworkBlock['kind'] = 'convolution'): NetworkBlock => ({ id, kind, name: id, operations: [], parameters: 0, multiplyAdds: 0, size, tensor: id });
const network = (blocks: NetworkBlock[], arrows: string[]): Network => ({
  blocks,
  edges: arrows.map((arrow) => arrow.split('>')).map(([from, to]) => ({ from, to, size: blocks.find(({ id }) => id === from)!.size })),
  parameters: 0,
  multiplyAdds: 0,
});

const uNet = network(
  [
    block('x', grid(32, 3), 'input'), block('t', { kind: 'scalar' }, 'input'), block('time', vector(64), 'dense'), block('in', grid(32, 32)), block('d1', grid(32, 32)), block('half', grid(16, 32)), block('d2', grid(16, 64)),
    block('half2', grid(8, 64)), block('mid', grid(8, 64)), block('up2', grid(16, 64)), block('u2', grid(16, 64)), block('up1', grid(32, 32)), block('u1', grid(32, 32)), block('out', grid(32, 3)), block('eps', grid(32, 3), 'output'),
  ],
  ['x>in', 'in>d1', 'd1>half', 'half>d2', 'd2>half2', 'half2>mid', 'mid>up2', 'up2>u2', 'u2>up1', 'up1>u1', 'u1>out', 'out>eps', 'd1>u1', 'd2>u2', 'in>u1', 't>time', 'time>d1', 'time>d2', 'time>mid', 'time>u2', 'time>u1'],
);
const decoder = network([block('z', vector(16), 'input'), block('a', vector(64), 'dense'), block('b', vector(160), 'dense'), block('out', grid(28, 1), 'dense'), block('y', grid(28, 1), 'output')], ['z>a', 'a>b', 'b>out', 'out>y']);
const heads = network(
  [block('x', grid(28, 1), 'input'), block('e', vector(64), 'dense'), block('mu', vector(16), 'dense'), block('logVar', vector(16), 'dense'), block('m', vector(16), 'output'), block('v', vector(16), 'output')],
  ['x>e', 'e>mu', 'e>logVar', 'mu>m', 'logVar>v'],
);
const residual = network([block('x', grid(8, 3), 'input'), block('a', grid(8, 8)), block('b', grid(8, 8)), block('c', grid(8, 8)), block('y', grid(8, 8), 'output')], ['x>a', 'a>b', 'b>c', 'a>c', 'c>y']);

const boxOf = ({ boxes }: NetworkLayout, id: string): NetworkBox => boxes.find((box) => box.id === id)!;
const lineOf = ({ lines }: NetworkLayout, from: string, to: string) => lines.find((line) => line.from === from && line.to === to)!;
/** Box and words. */
const place = ({ x, y, width, height, labelX, labelWidth, labelY }: NetworkBox) => ({ left: Math.min(x, labelX - labelWidth / 2), right: Math.max(x + width, labelX + labelWidth / 2), top: y, bottom: Math.max(y + height, labelY + 16) });
const middle = ({ y, height }: NetworkBox): number => y + height / 2;
/** Every coordinate of a path. */
const xs = (path: string): number[] => [...path.matchAll(/([MLQC]|(?<= ))(-?[\d.]+) (-?[\d.]+)|H(-?[\d.]+)/g)].map((match) => Number(match[2] ?? match[4]));
const highest = (path: string): number => Math.min(...[...path.matchAll(/V(-?[\d.]+)|[MLQ ](-?[\d.]+) (-?[\d.]+)/g)].map((match) => Number(match[1] ?? match[3])));

describe.each([['U-Net', uNet], ['decoder', decoder], ['two heads', heads], ['chain with a skip', residual]] as const)('%s', (_, drawn) => {
  const layout = layoutNetwork(drawn);

  it('has each block once, words and boxes covering nothing', () => {
    expect(layout.boxes.map(({ id }) => id).sort()).toEqual(drawn.blocks.map(({ id }) => id).sort());
    for (const [i, a] of layout.boxes.entries()) {
      for (const b of layout.boxes.slice(i + 1)) {
        const [p, q] = [place(a), place(b)];
        expect(p.right <= q.left || q.right <= p.left || p.bottom <= q.top || q.bottom <= p.top, `${a.id} and ${b.id}`).toBe(true);
      }
      expect(place(a).left).toBeGreaterThanOrEqual(0);
      expect(place(a).top).toBeGreaterThanOrEqual(0);
      expect(place(a).right).toBeLessThanOrEqual(layout.width);
      expect(place(a).bottom).toBeLessThanOrEqual(layout.height);
    }
  });

  it('goes from left to right, each line on the sheet and from its block to its block', () => {
    expect(layout.lines).toHaveLength(drawn.edges.length);
    for (const { from, to, kind, path } of layout.lines) {
      const [a, b] = [boxOf(layout, from), boxOf(layout, to)];
      if (kind !== 'condition') expect(b.x, `${from} to ${to}`).toBeGreaterThan(a.x + a.width);
      const way = xs(path);
      expect(way[0]).toBeGreaterThanOrEqual(a.x - 0.1);
      expect(way[0]).toBeLessThanOrEqual(a.x + a.width + 0.1);
      expect(way.at(-1)).toBeGreaterThanOrEqual(b.x - 0.1);
      expect(way.at(-1)).toBeLessThanOrEqual(b.x + b.width + 0.1);
      for (const x of way) expect(x).toBeLessThanOrEqual(layout.width);
    }
  });
});

describe('a U-Net', () => {
  const layout = layoutNetwork(uNet);
  const at = (id: string): number => middle(boxOf(layout, id));

  it('is a U: blocks of one resolution on one height, coarser ones below', () => {
    for (const id of ['in', 'd1', 'up1', 'u1', 'out', 'eps']) expect(at(id), id).toBeCloseTo(at('x'), 0);
    for (const id of ['d2', 'up2', 'u2']) expect(at(id), id).toBeCloseTo(at('half'), 0);
    expect(at('half')).toBeGreaterThan(boxOf(layout, 'x').y + boxOf(layout, 'x').height);
    expect(at('mid')).toBeGreaterThan(boxOf(layout, 'half').y + boxOf(layout, 'half').height);
  });

  it('has its skips as arcs over what is between, the longer above the shorter', () => {
    expect(layout.lines.filter(({ kind }) => kind === 'skip').map(({ from, to }) => `${from}>${to}`).sort()).toEqual(['d1>u1', 'd2>u2', 'in>u1']);
    const [near, far] = [highest(lineOf(layout, 'd1', 'u1').path), highest(lineOf(layout, 'in', 'u1').path)];
    expect(near).toBeLessThan(boxOf(layout, 'u1').y);
    expect(far).toBeLessThan(near);
    expect(highest(lineOf(layout, 'd2', 'u2').path)).toBeGreaterThan(place(boxOf(layout, 'x')).bottom);
  });

  it('has the time aside: its lines steer, and it stands in nobody\'s way', () => {
    expect(layout.lines.filter(({ kind }) => kind === 'condition').map(({ to }) => to).sort()).toEqual(['d1', 'd2', 'mid', 'u1', 'u2']);
    expect(at('time')).toBeGreaterThan(at('half'));
    expect(lineOf(layout, 't', 'time').kind).toBe('flow');
  });

  it('draws finer grids higher and more channels wider', () => {
    expect(boxOf(layout, 'd1').height).toBeGreaterThan(boxOf(layout, 'd2').height);
    expect(boxOf(layout, 'd2').height).toBeGreaterThan(boxOf(layout, 'mid').height);
    expect(boxOf(layout, 'd2').width).toBeGreaterThan(boxOf(layout, 'd1').width);
    expect(boxOf(layout, 'd1').width).toBeGreaterThan(boxOf(layout, 'out').width);
  });
});

it('a decoder is a fan: one line, its blocks growing with their numbers', () => {
  const layout = layoutNetwork(decoder);
  const boxes = ['z', 'a', 'b', 'out'].map((id) => boxOf(layout, id));
  for (const [i, box] of boxes.entries()) {
    expect(middle(box)).toBeCloseTo(middle(boxes[0]), 0);
    if (i > 0) expect(box.height).toBeGreaterThan(boxes[i - 1].height);
  }
  expect(layout.lines.every(({ kind }) => kind === 'flow')).toBe(true);
});

it('heads stand above each other, a skip in a chain is an arc', () => {
  const layout = layoutNetwork(heads);
  expect(boxOf(layout, 'mu').labelX).toBe(boxOf(layout, 'logVar').labelX);
  const chain = layoutNetwork(residual);
  expect(chain.lines.filter(({ kind }) => kind === 'skip').map(({ from, to }) => `${from}>${to}`)).toEqual(['a>c']);
  expect(new Set(chain.boxes.map((box) => Math.round(middle(box)))).size).toBe(1);
});

it('blocks in a circle are drawn all the same', () => {
  const circle = network([block('a', grid(8, 8)), block('b', grid(8, 8)), block('y', grid(8, 8), 'output')], ['a>b', 'b>a', 'b>y']);
  const layout = layoutNetwork(circle);
  expect(boxOf(layout, 'b').x).toBeGreaterThan(boxOf(layout, 'a').x);
  expect(lineOf(layout, 'b', 'a').kind).toBe('skip');
});
