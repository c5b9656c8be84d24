/** @file Reads an ONNX file of any maker: nodes, tensors and ports, without their values; and asks it for inner tensors. */

import { LabError } from '../../../preload/contract/errors';
import { ModelProto } from './onnx';

/** Numbers of TensorProto.DataType that hold real numbers: float, float16, double, bfloat16. */
const realTypes = new Set([1, 10, 11, 16]);

export interface ReadTensor {
  dims: number[];
  /** Whether it holds real numbers, as weights do. */
  isReal: boolean;
  /** Among the initializers; else a node holds it. */
  isStored: boolean;
}

export interface ReadNode {
  /** Empty where the maker gave none. */
  name: string;
  opType: string;
  /** Values that it reads, those that its subgraphs take from around them included; '' is an input left out. */
  inputs: string[];
  outputs: string[];
}

export interface ReadPort {
  name: string;
  /** TensorProto.DataType; 0 for what is no tensor. */
  dtype: number;
  /** A word is a symbolic axis. */
  shape: (number | string)[];
}

export interface ReadModel {
  /** In an order in which they can run. */
  nodes: ReadNode[];
  /** Initializers, and tensors that Constant nodes hold. */
  tensors: Map<string, ReadTensor>;
  /** Those that are no initializers. */
  inputs: ReadPort[];
  outputs: ReadPort[];
  metadata: Record<string, string>;
}

interface GraphMessage {
  node: NodeMessage[];
  initializer: TensorMessage[];
  input: PortMessage[];
  output: PortMessage[];
}
interface NodeMessage {
  name: string;
  opType: string;
  domain: string;
  input: string[];
  output: string[];
  attribute: { name: string; t?: TensorMessage | null; g?: GraphMessage | null }[];
}
interface TensorMessage {
  name: string;
  dims: unknown[];
  dataType: number;
  dataLocation: number;
}
interface PortMessage {
  name: string;
  type?: { tensorType?: { elemType: number; shape?: { dim: { dimValue: unknown; dimParam: string; value?: 'dimValue' | 'dimParam' }[] } | null } | null } | null;
}
interface ModelMessage {
  graph?: GraphMessage | null;
  metadataProps: { key: string; value: string }[];
  functions: { name: string; domain: string }[];
}

/** Domains whose operations ONNX Runtime has. */
const knownDomains = new Set(['', 'ai.onnx', 'ai.onnx.ml', 'com.microsoft', 'com.microsoft.nchwc']);
const externalLocation = 1;

/**
 * @throws LabError 'onnx-unreadable' for what is no ONNX file, 'onnx-external' where weights stand in other files, 'onnx-operation-unknown' for
 * operations of which neither ONNX Runtime nor the file knows the meaning
 */
export function readModel(onnx: Uint8Array): ReadModel {
  let model: ModelMessage;
  try {
    model = ModelProto.decode(onnx) as unknown as ModelMessage;
  } catch (caught) {
    throw new LabError('onnx-unreadable', { detail: caught instanceof Error ? caught.message : String(caught) }, { cause: caught });
  }
  const { graph } = model;
  if (!graph || graph.node.length === 0) throw new LabError('onnx-unreadable', { detail: 'no graph' });
  const functions = new Set(model.functions.map(({ name, domain }) => `${domain}.${name}`));
  const tensors = new Map<string, ReadTensor>();
  const keep = (name: string, { dims, dataType, dataLocation }: TensorMessage, isStored: boolean): void => {
    if (dataLocation === externalLocation) throw new LabError('onnx-external', { tensor: name });
    tensors.set(name, { dims: dims.map(Number), isReal: realTypes.has(dataType), isStored });
  };
  for (const tensor of graph.initializer) keep(tensor.name, tensor, true);
  const nodes: ReadNode[] = [];
  for (const node of graph.node) {
    const { name, opType, domain, input, output, attribute } = node;
    if (!knownDomains.has(domain) && !functions.has(`${domain}.${opType}`)) throw new LabError('onnx-operation-unknown', { operation: opType, domain });
    const held = opType === 'Constant' ? attribute.find(({ t }) => t)?.t : undefined;
    if (held) keep(output[0], held, false);
    else nodes.push({ name, opType, inputs: [...input, ...taken(node)], outputs: output });
  }
  return {
    nodes: inOrder(nodes),
    tensors,
    inputs: graph.input.filter(({ name }) => !tensors.has(name)).map(portOf),
    outputs: graph.output.map(portOf),
    metadata: Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value])),
  };
}

/** What the bodies of If, Loop and Scan take from around them. */
function taken({ attribute }: NodeMessage): string[] {
  return attribute.flatMap(({ g }) => {
    if (!g) return [];
    const own = new Set([...g.node.flatMap(({ output }) => output), ...g.input.map(({ name }) => name), ...g.initializer.map(({ name }) => name)]);
    const read = [...g.node.flatMap((node) => [...node.input, ...taken(node)]), ...g.output.map(({ name }) => name)];
    return [...new Set(read)].filter((name) => name !== '' && !own.has(name));
  });
}

/** The standard asks for an order that can run; not all makers keep to it. @throws LabError 'onnx-unreadable' where nodes wait for each other */
function inOrder(nodes: readonly ReadNode[]): ReadNode[] {
  const maker = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const state = new Map<ReadNode, 'open' | 'done'>();
  const ordered: ReadNode[] = [];
  for (const root of nodes) {
    const path = [root];
    while (path.length > 0) {
      const node = path[path.length - 1];
      if (state.get(node) === 'done') {
        path.pop();
        continue;
      }
      state.set(node, 'open');
      const needed = node.inputs.map((name) => maker.get(name)).find((one) => one && state.get(one) !== 'done');
      if (!needed) {
        state.set(node, 'done');
        ordered.push(node);
        path.pop();
      } else if (state.get(needed) === 'open') throw new LabError('onnx-unreadable', { detail: 'nodes in a circle' });
      else path.push(needed);
    }
  }
  return ordered;
}

function portOf({ name, type }: PortMessage): ReadPort {
  const tensor = type?.tensorType;
  const shape = tensor?.shape?.dim.map(({ dimValue, dimParam, value }) => (value === 'dimValue' ? Number(dimValue) : dimParam)) ?? [];
  return { name, dtype: tensor?.elemType ?? 0, shape };
}

/** The model with inner values `names` among its outputs. Nothing else of the file changes: messages of protobuf that follow each other are one, merged. */
export function withOutputs(onnx: Uint8Array, names: readonly string[]): Uint8Array {
  const more = ModelProto.encode(ModelProto.create({ graph: { output: names.map((name) => ({ name })) } })).finish();
  const whole = new Uint8Array(onnx.length + more.length);
  whole.set(onnx);
  whole.set(more, onnx.length);
  return whole;
}
