/** @file The part of ONNX's protobuf schema that we write and read (onnx.proto3, IR version 9), and models as plain objects. */

import protobuf from 'protobufjs';

/** TensorProto.DataType */
export const dataType = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float16: 10 } as const;
export type OnnxDtype = keyof typeof dataType;

export type AttributeValue = number | string | number[] | { float: number } | { tensor: Initializer };

export interface Node {
  opType: string;
  inputs: string[];
  outputs: string[];
  attributes: Record<string, AttributeValue>;
  domain?: string;
}

export interface Initializer {
  name: string;
  dims: number[];
  dtype: OnnxDtype;
  bytes: Uint8Array;
}

export interface Port {
  name: string;
  dtype: OnnxDtype;
  /** A word is a symbolic axis. */
  shape: (number | string)[];
}

export interface Model {
  nodes: Node[];
  initializers: Initializer[];
  inputs: Port[];
  outputs: Port[];
  metadata: Record<string, string>;
}

const field = (id: number, type: string, repeated = false) => ({ id, type, ...(repeated ? { rule: 'repeated' as const } : {}) });

const proto = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        irVersion: field(1, 'int64'), producerName: field(2, 'string'), graph: field(7, 'GraphProto'),
        opsetImport: field(8, 'OperatorSetIdProto', true), metadataProps: field(14, 'StringStringEntryProto', true),
        functions: field(25, 'FunctionProto', true),
      },
    },
    FunctionProto: { fields: { name: field(1, 'string'), domain: field(10, 'string') } },
    OperatorSetIdProto: { fields: { domain: field(1, 'string'), version: field(2, 'int64') } },
    StringStringEntryProto: { fields: { key: field(1, 'string'), value: field(2, 'string') } },
    GraphProto: {
      fields: {
        node: field(1, 'NodeProto', true), name: field(2, 'string'), initializer: field(5, 'TensorProto', true),
        input: field(11, 'ValueInfoProto', true), output: field(12, 'ValueInfoProto', true),
      },
    },
    NodeProto: {
      fields: {
        input: field(1, 'string', true), output: field(2, 'string', true), name: field(3, 'string'), opType: field(4, 'string'),
        attribute: field(5, 'AttributeProto', true), domain: field(7, 'string'),
      },
    },
    AttributeProto: {
      fields: {
        name: field(1, 'string'), f: field(2, 'float'), i: field(3, 'int64'), s: field(4, 'bytes'), t: field(5, 'TensorProto'), g: field(6, 'GraphProto'),
        floats: field(7, 'float', true), ints: field(8, 'int64', true), type: field(20, 'int32'),
      },
    },
    TensorProto: {
      fields: {
        dims: field(1, 'int64', true), dataType: field(2, 'int32'), floatData: field(4, 'float', true), int32Data: field(5, 'int32', true), int64Data: field(7, 'int64', true),
        name: field(8, 'string'), rawData: field(9, 'bytes'), dataLocation: field(14, 'int32'),
      },
    },
    ValueInfoProto: { fields: { name: field(1, 'string'), type: field(2, 'TypeProto') } },
    TypeProto: { fields: { tensorType: field(1, 'TensorType') }, nested: { TensorType: { fields: { elemType: field(1, 'int32'), shape: field(2, 'TensorShapeProto') } } } },
    TensorShapeProto: {
      fields: { dim: field(1, 'Dimension', true) },
      nested: { Dimension: { oneofs: { value: { oneof: ['dimValue', 'dimParam'] } }, fields: { dimValue: field(1, 'int64'), dimParam: field(2, 'string') } } },
    },
  },
});
export const ModelProto = proto.lookupType('ModelProto');

/** AttributeProto.AttributeType */
const attributeType = { float: 1, int: 2, string: 3, tensor: 4, ints: 7 };

function attributeProto(name: string, value: AttributeValue) {
  if (typeof value === 'number') return { name, type: attributeType.int, i: value };
  if (typeof value === 'string') return { name, type: attributeType.string, s: new TextEncoder().encode(value) };
  if (Array.isArray(value)) return { name, type: attributeType.ints, ints: value };
  if ('float' in value) return { name, type: attributeType.float, f: value.float };
  return { name, type: attributeType.tensor, t: tensorProto(value.tensor) };
}

const tensorProto = (t: Initializer) => ({ name: t.name, dims: t.dims, dataType: dataType[t.dtype], rawData: t.bytes });

const portProto = ({ name, dtype, shape }: Port) => ({
  name,
  type: { tensorType: { elemType: dataType[dtype], shape: { dim: shape.map((d) => (typeof d === 'number' ? { dimValue: d } : { dimParam: d })) } } },
});

/** -> ONNX bytes, IR version 9, opset 18, and version 1 of each other domain in use */
export function encodeModel(model: Model): Uint8Array {
  const domains = new Set(['com.microsoft', ...model.nodes.flatMap((n) => (n.domain ? [n.domain] : []))]);
  return ModelProto.encode(
    ModelProto.create({
      irVersion: 9,
      producerName: 'genoise',
      opsetImport: [{ domain: '', version: 18 }, ...[...domains].map((domain) => ({ domain, version: 1 }))],
      metadataProps: Object.entries(model.metadata).map(([key, value]) => ({ key, value })),
      graph: {
        name: 'graph',
        node: model.nodes.map((n) => ({ opType: n.opType, input: n.inputs, output: n.outputs, domain: n.domain ?? '', attribute: Object.entries(n.attributes).map(([k, v]) => attributeProto(k, v)) })),
        initializer: model.initializers.map(tensorProto),
        input: model.inputs.map(portProto),
        output: model.outputs.map(portProto),
      },
    }),
  ).finish();
}

/** Fills in parameters: graph inputs named in `values` become initializers, so that the model stands alone. */
export function bakeInputs(onnx: Uint8Array, values: ReadonlyMap<string, Float32Array>): Uint8Array {
  interface Decoded extends protobuf.Message {
    graph: { input: { name: string; type: { tensorType: { shape: { dim: { dimValue: unknown }[] } } } }[]; initializer: unknown[] };
  }
  const model = ModelProto.decode(onnx) as unknown as Decoded;
  const { graph } = model;
  for (const port of graph.input.filter((p) => values.has(p.name))) {
    const data = values.get(port.name)!;
    const dims = port.type.tensorType.shape.dim.map((d) => Number(d.dimValue));
    graph.initializer.push({ name: port.name, dims, dataType: dataType.float32, rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) });
  }
  graph.input = graph.input.filter((p) => !values.has(p.name));
  return ModelProto.encode(model).finish();
}

/** A model with other values in the float32 initializers that `values` answers for by name and dims; those it answers undefined for stay. */
export function replaceInitializers(onnx: Uint8Array, values: (name: string, dims: number[]) => Float32Array | undefined): Uint8Array {
  const model = ModelProto.decode(onnx) as unknown as protobuf.Message & { graph: { initializer: { name: string; dims: unknown[]; rawData: Uint8Array }[] } };
  for (const initializer of model.graph.initializer) {
    const data = values(initializer.name, initializer.dims.map(Number));
    if (data) initializer.rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  return ModelProto.encode(model).finish();
}

/** A model with the outputs `names` alone, and of its nodes those that they need: ONNX Runtime would run the others all the same. Inputs stay as they are. */
export function keepOutputs(onnx: Uint8Array, names: readonly string[]): Uint8Array {
  interface Decoded extends protobuf.Message {
    graph: { output: { name: string }[]; node: { input: string[]; output: string[] }[]; initializer: { name: string }[] };
  }
  const model = ModelProto.decode(onnx) as unknown as Decoded;
  const { graph } = model;
  graph.output = graph.output.filter(({ name }) => names.includes(name));
  const needed = new Set(graph.output.map(({ name }) => name));
  // Nodes stand in the order in which they can run: seen from the end, whoever needs a value comes before who makes it.
  graph.node = graph.node
    .toReversed()
    .filter((node) => {
      const isNeeded = node.output.some((name) => needed.has(name));
      if (isNeeded) for (const name of node.input) needed.add(name);
      return isNeeded;
    })
    .toReversed();
  graph.initializer = graph.initializer.filter(({ name }) => needed.has(name));
  return ModelProto.encode(model).finish();
}

/** metadata_props of a model. */
export function readMetadata(onnx: Uint8Array): Record<string, string> {
  const model = ModelProto.decode(onnx) as unknown as { metadataProps: { key: string; value: string }[] };
  return Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value]));
}
