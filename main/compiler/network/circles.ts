/** @file Blocks that data comes back to: found, and taken apart visit by visit. */

import type { Flow, FlowNode } from './flow';

/** Keys of blocks from which data goes to others and comes back: strongly connected components of more than one (Tarjan 1972). */
export function circles({ nodes, makers }: Flow, places: ReadonlyMap<FlowNode, string>): string[] {
  const next = new Map<string, Set<string>>();
  for (const node of nodes) {
    const to = places.get(node)!;
    next.set(to, next.get(to) ?? new Set());
    for (const name of node.node.inputs) {
      const maker = makers.get(name);
      const from = maker && places.get(maker);
      if (from !== undefined && from !== to) next.set(from, (next.get(from) ?? new Set()).add(to));
    }
  }
  const found: string[] = [];
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const visit = (key: string): void => {
    index.set(key, index.size);
    low.set(key, index.get(key)!);
    stack.push(key);
    for (const to of next.get(key)!) {
      if (!index.has(to)) visit(to);
      if (stack.includes(to)) low.set(key, Math.min(low.get(key)!, low.get(to)!));
    }
    if (low.get(key) !== index.get(key)) return;
    const component = stack.splice(stack.indexOf(key));
    if (component.length > 1) found.push(...component);
  };
  for (const key of next.keys()) if (!index.has(key)) visit(key);
  return found;
}

/** Each node's block, and which visit of it: of a block in `inCircles`, a path that has left it and comes back begins a new one. */
export function visits({ nodes, makers }: Flow, places: ReadonlyMap<FlowNode, string>, inCircles: readonly string[]): Map<FlowNode, { key: string; visit: number }> {
  const numbered = new Map<FlowNode, { key: string; visit: number }>();
  for (const node of nodes) numbered.set(node, { key: places.get(node)!, visit: 1 });
  for (const key of inCircles) {
    const entries = new Map<FlowNode, number>();
    for (const node of nodes) {
      const isInside = places.get(node) === key;
      const before = node.node.inputs.flatMap((name) => makers.get(name) ?? []).map((maker) => entries.get(maker)! + (isInside && places.get(maker) !== key ? 1 : 0));
      entries.set(node, Math.max(isInside ? 1 : 0, ...before));
      if (isInside) numbered.set(node, { key, visit: entries.get(node)! });
    }
  }
  return numbered;
}
