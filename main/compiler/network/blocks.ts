/** @file A network's blocks and what flows between them, drawn from an ONNX file of any maker. */

import { networkDetail, type BlockKind, type Network, type NetworkBlock, type NetworkDetail, type NetworkEdge, type TensorSize } from '../../../preload/contract/network';
import type { ReadModel } from '../emit/read-model';
import { assign } from './assign';
import { circles, visits } from './circles';
import { flowOf, isAttention, isConvolution, isDense, isEmbedding, isNorm, type Flow, type FlowNode } from './flow';
import { canOpen, foldOf, opened, scopeTree, type Fold, type ScopeTree } from './fold';
import { commonScope, type Scope } from './scopes';
import type { Shapes } from './sizes';

/** The network of a model at one detail. @param shapes of its values for one image */
export function networkOf(model: ReadModel, shapes: Shapes, detail: NetworkDetail): Network {
  const flow = flowOf(model, shapes);
  return drawnAt(model, flow, scopeTree(flow.nodes), detail);
}

/** Details that show more than the one before. */
export function detailsOf(model: ReadModel, shapes: Shapes): NetworkDetail[] {
  const flow = flowOf(model, shapes);
  const tree = scopeTree(flow.nodes);
  const shown = new Set<string>();
  return networkDetail.options.filter((detail) => {
    const { whole, alone } = foldOf(tree, detail);
    const key = [...whole.keys(), ...alone.keys()].sort().join('\n');
    return shown.has(key) ? false : shown.add(key);
  });
}

function drawnAt(model: ReadModel, flow: Flow, tree: ScopeTree, detail: NetworkDetail): Network {
  let fold = foldOf(tree, detail);
  for (;;) {
    const places = assign(flow, fold);
    const inCircles = circles(flow, places);
    const toOpen = inCircles.flatMap((key) => fold.whole.get(key) ?? []).filter(canOpen);
    if (toOpen.length === 0) return blocksOf(model, flow, fold, visits(flow, places, inCircles));
    fold = toOpen.reduce<Fold>(opened, fold);
  }
}

/** One visit of a block: layers that are used twice are drawn twice. */
interface Group {
  key: string;
  visit: number;
  scope: Scope;
  nodes: FlowNode[];
}

function blocksOf(model: ReadModel, flow: Flow, fold: Fold, places: ReadonlyMap<FlowNode, { key: string; visit: number }>): Network {
  const groups = new Map<string, Group>();
  const idOf = new Map<FlowNode, string>();
  for (const node of flow.nodes) {
    const { key, visit } = places.get(node)!;
    const id = `block ${key.replaceAll('\u0000', '.')}${visit > 1 ? ` ${visit}` : ''}`;
    idOf.set(node, id);
    const scope = (fold.whole.get(key) ?? fold.alone.get(key))?.scope ?? [];
    const group = groups.get(id) ?? { key, visit, scope, nodes: [] };
    group.nodes.push(node);
    groups.set(id, group);
  }
  const common = commonScope([...groups.values()].map(({ scope }) => scope.slice(0, -1)));
  const edges = edgesOf(model, flow, idOf);
  const counted = new Set<string>();
  const blocks: NetworkBlock[] = [
    ...model.inputs.filter(({ name }) => edges.has(`input ${name}`)).map(({ name }) => portBlock('input', name, flow.sizeOf(name), name)),
    ...[...groups].map(([id, group]) => blockOfGroup(id, group, common, flow, model, idOf, counted)),
    ...model.outputs.map(({ name }) => portBlock('output', name, flow.sizeOf(name), null)),
  ];
  return {
    blocks,
    edges: [...edges.values()].flatMap((targets) => [...targets.values()]),
    parameters: blocks.reduce((sum, { parameters }) => sum + parameters, 0),
    multiplyAdds: blocks.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0),
  };
}

const portBlock = (kind: 'input' | 'output', name: string, size: TensorSize, tensor: string | null): NetworkBlock => ({ id: `${kind} ${name}`, kind, name, operations: [], parameters: 0, multiplyAdds: 0, size, tensor });

function blockOfGroup(id: string, { scope, visit, nodes }: Group, common: Scope, flow: Flow, model: ReadModel, idOf: ReadonlyMap<FlowNode, string>, counted: Set<string>): NetworkBlock {
  const parameters = new Set(nodes.flatMap((node) => node.parameters.filter((name) => !counted.has(name))));
  for (const name of parameters) counted.add(name);
  const told = nodes.filter((node) => isConvolution(node) || isDense(node) || isAttention(node) || isNorm(node) || isEmbedding(node));
  const operations = new Map<string, number>();
  for (const { node } of told) operations.set(node.opType, (operations.get(node.opType) ?? 0) + 1);
  const tensor = givenBy(id, nodes, model, idOf);
  const name = scope.slice(common.length).join('.');
  return {
    id,
    kind: kindOf(nodes),
    name: visit > 1 ? `${name} (${visit})` : name,
    operations: [...operations].map(([operation, count]) => ({ name: operation, count })),
    parameters: [...parameters].reduce((sum, parameter) => sum + flow.elementsOf(parameter), 0),
    multiplyAdds: nodes.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0),
    size: tensor === null ? { kind: 'unknown' } : flow.sizeOf(tensor),
    tensor,
  };
}

/** What costs most gives a block its kind. */
function kindOf(nodes: readonly FlowNode[]): BlockKind {
  const cost = (is: (node: FlowNode) => boolean): number => nodes.filter(is).reduce((sum, { multiplyAdds }) => sum + multiplyAdds + 1, 0);
  const kinds: readonly [BlockKind, number][] = [
    ['convolution', cost(isConvolution)],
    ['attention', nodes.some(isAttention) ? cost(isAttention) + cost(isDense) : 0],
    ['dense', cost(isDense)],
  ];
  const [kind, most] = kinds.reduce((best, one) => (one[1] > best[1] ? one : best));
  if (most > 0) return kind;
  if (nodes.some(isEmbedding)) return 'embedding';
  return nodes.some(isNorm) ? 'norm' : 'other';
}

/** Of a block's values that others read, the one that is ready last: what it is there for. */
function givenBy(id: string, nodes: readonly FlowNode[], { outputs }: ReadModel, idOf: ReadonlyMap<FlowNode, string>): string | null {
  const read = readOutside.get(idOf) ?? outside(idOf);
  readOutside.set(idOf, read);
  const ports = new Set(outputs.map(({ name }) => name));
  for (const { node } of nodes.toReversed()) {
    const given = node.outputs.find((name) => ports.has(name) || read.get(name)?.has(id) === false || (read.get(name)?.size ?? 0) > 1);
    if (given !== undefined) return given;
  }
  return nodes[nodes.length - 1]?.node.outputs[0] ?? null;
}

const readOutside = new WeakMap<ReadonlyMap<FlowNode, string>, Map<string, Set<string>>>();

/** Which blocks read a value. */
function outside(idOf: ReadonlyMap<FlowNode, string>): Map<string, Set<string>> {
  const readers = new Map<string, Set<string>>();
  for (const [{ node }, id] of idOf) {
    for (const name of node.inputs) {
      const ids = readers.get(name) ?? new Set();
      ids.add(id);
      readers.set(name, ids);
    }
  }
  return readers;
}

/** By where they begin, then where they end; of several values between two blocks the largest. */
function edgesOf(model: ReadModel, flow: Flow, idOf: ReadonlyMap<FlowNode, string>): Map<string, Map<string, NetworkEdge>> {
  const edges = new Map<string, Map<string, NetworkEdge>>();
  const add = (from: string, to: string, size: TensorSize): void => {
    const targets = edges.get(from) ?? new Map<string, NetworkEdge>();
    const known = targets.get(to);
    if (!known || amount(size) > amount(known.size)) targets.set(to, { from, to, size });
    edges.set(from, targets);
  };
  const inputs = new Set(model.inputs.map(({ name }) => name));
  const sourceOf = (value: string): string | undefined => {
    const maker = flow.makers.get(value);
    return maker ? idOf.get(maker) : inputs.has(value) ? `input ${value}` : undefined;
  };
  for (const node of flow.nodes) {
    const to = idOf.get(node)!;
    for (const value of node.node.inputs) {
      const from = sourceOf(value);
      if (from !== undefined && from !== to) add(from, to, flow.sizeOf(value));
    }
  }
  for (const { name } of model.outputs) {
    const from = sourceOf(name);
    if (from !== undefined) add(from, `output ${name}`, flow.sizeOf(name));
  }
  return edges;
}

export function amount(size: TensorSize): number {
  switch (size.kind) {
    case 'map':
      return size.height * size.width * size.channels;
    case 'sequence':
      return size.length * size.channels;
    case 'vector':
      return size.units;
    case 'scalar':
      return 1;
    case 'unknown':
      return 0;
  }
}
