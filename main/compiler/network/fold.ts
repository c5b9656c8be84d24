/** @file Which scopes of a network become blocks: where its resolution changes, one scope deeper, or each layer. */

import type { NetworkDetail, TensorSize } from '../../../preload/contract/network';
import type { FlowNode } from './flow';
import { keyOf, type Scope } from './scopes';

export interface ScopeTree {
  scope: Scope;
  children: Map<string, ScopeTree>;
  /** Nodes of this very scope. */
  own: FlowNode[];
}

export function scopeTree(nodes: readonly FlowNode[]): ScopeTree {
  const root: ScopeTree = { scope: [], children: new Map(), own: [] };
  for (const node of nodes) {
    if (!node.scope) continue;
    let at = root;
    node.scope.forEach((part, i) => {
      let child = at.children.get(part);
      if (!child) at.children.set(part, (child = { scope: node.scope!.slice(0, i + 1), children: new Map(), own: [] }));
      at = child;
    });
    at.own.push(node);
  }
  return root;
}

/** Scopes that are blocks. A scope beside its children stands for what it holds itself. */
export interface Fold {
  /** With all below. */
  whole: Map<string, ScopeTree>;
  /** Without what has blocks of its own. */
  alone: Map<string, ScopeTree>;
}

/** Where a node's scope is folded into. */
export function blockOf({ scope }: FlowNode, { whole, alone }: Fold): string | undefined {
  if (!scope) return undefined;
  for (let length = scope.length; length >= 0; length--) {
    const key = keyOf(scope.slice(0, length));
    if (whole.has(key) || (length === scope.length && alone.has(key))) return key;
  }
  return undefined;
}

export const canOpen = ({ children }: ScopeTree): boolean => children.size > 0;

/** The fold with one of its blocks opened: its children are blocks in its stead. */
export function opened(fold: Fold, tree: ScopeTree): Fold {
  const whole = new Map(fold.whole);
  const alone = new Map(fold.alone);
  whole.delete(keyOf(tree.scope));
  // Sums and the like go with their neighbours; what has weights is a block.
  if (tree.own.some(({ parameters }) => parameters.length > 0)) alone.set(keyOf(tree.scope), tree);
  for (const child of tree.children.values()) whole.set(keyOf(child.scope), child);
  return { whole, alone };
}

export function foldOf(root: ScopeTree, detail: NetworkDetail): Fold {
  const start: Fold = { whole: new Map([[keyOf([]), root]]), alone: new Map() };
  if (detail === 'layers') return openedWhere(start, () => true);
  const stages = openedWhere(start, (tree) => tree === root || changesResolution(tree));
  if (detail === 'stages') return stages;
  return [...stages.whole.values()].filter(canOpen).reduce((fold, tree) => opened(fold, throughSingles(tree, fold)), stages);
}

function openedWhere(fold: Fold, isOpen: (tree: ScopeTree) => boolean): Fold {
  const next = [...fold.whole.values()].filter((tree) => canOpen(tree) && isOpen(tree));
  return next.length === 0 ? fold : openedWhere(next.reduce(opened, fold), isOpen);
}

/** A scope that holds but one other tells nothing by being opened: the one inside is. */
function throughSingles(tree: ScopeTree, fold: Fold): ScopeTree {
  const [child] = tree.children.values();
  if (tree.children.size > 1 || tree.own.length > 0 || !canOpen(child)) return tree;
  fold.whole.delete(keyOf(tree.scope));
  fold.whole.set(keyOf(child.scope), child);
  return throughSingles(child, fold);
}

/** Whether the parts of a scope work at different resolutions; or one part does, inside. */
function changesResolution(tree: ScopeTree): boolean {
  const [child] = tree.children.values();
  if (tree.children.size === 1 && !tree.own.some(({ parameters }) => parameters.length > 0)) return changesResolution(child);
  const nodes = weighted(tree);
  const form = (['map', 'sequence', 'vector'] as const).find((kind) => nodes.some(({ size }) => size.kind === kind));
  return new Set(nodes.flatMap(({ size }) => (size.kind === form ? [resolutionOf(size)] : []))).size > 1;
}

const weighted = ({ own, children }: ScopeTree): FlowNode[] => [...own.filter(({ parameters }) => parameters.length > 0), ...[...children.values()].flatMap(weighted)];

/** Vectors have their length, so that a decoder of dense layers fans out. */
export function resolutionOf(size: TensorSize): string {
  switch (size.kind) {
    case 'map':
      return `${size.height}x${size.width}`;
    case 'sequence':
      return `${size.length}`;
    case 'vector':
      return `${size.units}`;
    default:
      return '';
  }
}
