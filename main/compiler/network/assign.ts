/** @file Puts every node of a network into a block: by its own scope, else with the neighbours that it serves. */

import type { Flow, FlowNode } from './flow';
import { blockOf, type Fold } from './fold';

/** What lays out, gathers or normalises data for the block that comes after it. All else, activations and sums, belongs to the block before. */
const prepares = new Set([
  'Reshape', 'Transpose', 'Flatten', 'Squeeze', 'Unsqueeze', 'Concat', 'Slice', 'Split', 'Pad', 'Expand', 'Tile', 'Cast', 'Gather', 'Identity', 'Resize', 'Upsample',
  'MaxPool', 'AveragePool', 'LayerNormalization', 'InstanceNormalization', 'BatchNormalization', 'GroupNormalization',
]);

/** -> the block of each node; nodes that nothing is known of make a block of their own, ''. */
export function assign({ nodes, makers }: Flow, fold: Fold): Map<FlowNode, string> {
  const places = new Map<FlowNode, string>();
  const order = new Map(nodes.map((node, i) => [node, i]));
  const readers = new Map<FlowNode, FlowNode[]>();
  const sources = new Map(nodes.map((node) => [node, [...new Set(node.node.inputs.flatMap((name) => makers.get(name) ?? []))]]));
  for (const [node, list] of sources) for (const source of list) readers.set(source, [...(readers.get(source) ?? []), node]);
  /** Of those that have a block, the one that runs last: where a sum is ready. */
  const lastOf = (node: FlowNode): string | undefined => {
    const placed = sources.get(node)!.filter((source) => places.has(source));
    return placed.length === 0 ? undefined : places.get(placed.reduce((last, one) => (order.get(one)! > order.get(last)! ? one : last)));
  };

  /** Whether it brings together what comes from different blocks: a skip ends where it is first read. */
  const joins = (node: FlowNode): boolean => node.node.opType === 'Concat' && new Set(sources.get(node)!.map((source) => places.get(source))).size > 1;

  for (const node of nodes) {
    const own = blockOf(node, fold);
    const before = own ?? (prepares.has(node.node.opType) ? undefined : lastOf(node));
    if (before !== undefined) places.set(node, before);
  }
  // What prepares goes with the one block that reads it.
  for (const node of nodes.toReversed()) {
    if (places.has(node)) continue;
    const after = new Set((readers.get(node) ?? []).map((reader) => places.get(reader)));
    const [first] = after;
    if (first !== undefined && (after.size === 1 || joins(node))) places.set(node, first);
  }
  // What many read, or none, stays with the block before; what is left hangs on inputs alone: with the first block that reads it.
  for (const node of nodes) {
    const before = places.get(node) ?? lastOf(node);
    if (before !== undefined) places.set(node, before);
  }
  for (const node of nodes.toReversed()) {
    const after = (readers.get(node) ?? []).find((reader) => places.get(reader) !== undefined);
    if (!places.has(node)) places.set(node, (after && places.get(after)) ?? '');
  }
  return places;
}
