/** @file What each node of a network belongs to, holds and costs, before anything is drawn together. */

import type { TensorSize } from '../../../preload/contract/network';
import type { ReadModel, ReadNode } from '../emit/read-model';
import { commonScope, isOwnParameter, scopeOfNode, scopeOfTensor, type Scope } from './scopes';
import { elementsOf, portLayout, sizeOfShape, type Shapes } from './sizes';

/** A node that works on data; nodes that work on weights alone are part of those that use them. */
export interface FlowNode {
  node: ReadNode;
  /** undefined: it goes with its neighbours. */
  scope: Scope | undefined;
  /** Names of the parameters that reach it. */
  parameters: readonly string[];
  /** For one image. */
  multiplyAdds: number;
  /** Of its first output. */
  size: TensorSize;
}

export interface Flow {
  nodes: FlowNode[];
  /** Which node made a value. */
  makers: Map<string, FlowNode>;
  sizeOf(value: string): TensorSize;
  /** Elements of a parameter. */
  elementsOf(parameter: string): number;
}

/** A value that no input of the network reaches. */
interface Static {
  scopes: readonly Scope[];
  parameters: readonly string[];
}

const convolutions = new Set(['Conv', 'FusedConv', 'ConvInteger', 'QLinearConv']);
const tellsShape = new Set(['Shape', 'Size']);
const products = new Set(['Gemm', 'MatMul', 'FusedMatMul', 'FusedGemm', 'MatMulInteger', 'QLinearMatMul']);

/** @param shapes of values for one image; of those that are missing nothing is known */
export function flowOf(model: ReadModel, shapes: Shapes): Flow {
  const own = [...model.tensors.keys()].some(isOwnParameter);
  const layout = portLayout(model.metadata);
  const ports = new Set([...model.inputs, ...model.outputs].map(({ name }) => name));
  const sizeOf = (value: string): TensorSize => sizeOfShape(shapes.get(value), ports.has(value) ? layout : undefined);
  // Tables of numbers beside the weights are no parameters: ours are named, of others whatever is stored and real counts.
  const isParameter = (name: string): boolean => {
    if (own) return isOwnParameter(name);
    const tensor = model.tensors.get(name);
    return tensor !== undefined && tensor.isStored && tensor.isReal && (elementsOf(tensor.dims) > 1 || scopeOfTensor(name) !== undefined);
  };

  const statics = new Map<string, Static>();
  for (const name of model.tensors.keys()) {
    const scope = isParameter(name) ? scopeOfTensor(name) : undefined;
    statics.set(name, { scopes: scope ? [scope] : [], parameters: isParameter(name) ? [name] : [] });
  }
  const nodes: FlowNode[] = [];
  const makers = new Map<string, FlowNode>();
  const unnamed = new Map<string, number>();
  for (const node of model.nodes) {
    const known = node.inputs.flatMap((name) => statics.get(name) ?? []);
    const scopes = known.flatMap((one) => one.scopes);
    const parameters = [...new Set(known.flatMap((one) => one.parameters))];
    // What is computed of shapes alone is no data.
    const readsData = !tellsShape.has(node.opType) && node.inputs.some((name) => name !== '' && !statics.has(name));
    if (!readsData && !makesData(node)) {
      for (const name of node.outputs) statics.set(name, { scopes, parameters });
      continue;
    }
    const flowNode: FlowNode = { node, scope: scopeOf(node, scopes, parameters, unnamed), parameters, multiplyAdds: multiplyAddsOf(node, model, shapes, statics), size: sizeOf(node.outputs[0]) };
    nodes.push(flowNode);
    for (const name of node.outputs) if (name !== '') makers.set(name, flowNode);
  }
  return { nodes, makers, sizeOf, elementsOf: (name) => elementsOf(model.tensors.get(name)?.dims ?? [0]) };
}

/** Of chance: it has no input, and is no constant. */
const makesData = ({ opType }: ReadNode): boolean => opType.startsWith('Random') || opType === 'Multinomial' || opType === 'Bernoulli';

function scopeOf({ name, opType }: ReadNode, scopes: readonly Scope[], parameters: readonly string[], unnamed: Map<string, number>): Scope | undefined {
  const named = scopeOfNode(name);
  if (named) return named;
  const common = commonScope(scopes);
  if (common.length > 0) return common;
  // Scopes that share nothing: the weights' comes first, a bias may come from elsewhere.
  if (scopes.length > 0) return scopes[0];
  if (parameters.length === 0 || (!convolutions.has(opType) && !products.has(opType) && opType !== 'ConvTranspose')) return undefined;
  const count = (unnamed.get(opType) ?? 0) + 1;
  unnamed.set(opType, count);
  return [`${opType} ${count}`];
}

/**
 * Conv [M, C / g, kh, kw]: each output is a sum of C / g kh kw products. ConvTranspose [C, M / g, kh, kw]: each input goes into M / g kh kw sums.
 * A product of matrices [.., n, k] [.., k, m]: k for each output.
 */
function multiplyAddsOf({ opType, inputs, outputs }: ReadNode, model: ReadModel, shapes: Shapes, statics: ReadonlyMap<string, Static>): number {
  const out = shapes.get(outputs[0]);
  const given = shapes.get(inputs[0]) ?? model.tensors.get(inputs[0])?.dims;
  const weights = model.tensors.get(inputs[1])?.dims ?? shapes.get(inputs[1]);
  if (convolutions.has(opType)) return out && weights ? elementsOf(out) * elementsOf(weights.slice(1)) : 0;
  if (opType === 'ConvTranspose') return given && weights ? elementsOf(given) * elementsOf(weights.slice(1)) : 0;
  if (!products.has(opType) || !out) return 0;
  // Either way round, what the weights have beside the outputs is summed over.
  if (weights?.length === 2 && statics.has(inputs[1])) return elementsOf(out) * (elementsOf(weights) / out[out.length - 1]);
  return given ? elementsOf(out) * given[given.length - 1] : 0;
}

export const isConvolution = ({ node: { opType } }: FlowNode): boolean => convolutions.has(opType) || opType === 'ConvTranspose';
/** With weights; a product of two things that were computed is part of an attention. */
export const isDense = ({ node: { opType }, parameters }: FlowNode): boolean => products.has(opType) && parameters.length > 0;
export const isAttention = ({ node: { opType }, parameters }: FlowNode): boolean => (products.has(opType) && parameters.length === 0) || opType.endsWith('Attention');
export const isNorm = ({ node: { opType } }: FlowNode): boolean => /Normalization$|^GroupNorm$/.test(opType);
/** Looks rows up in a table that was learnt. */
export const isEmbedding = ({ node: { opType }, parameters }: FlowNode): boolean => opType === 'Gather' && parameters.length > 0;
