/** @file Opens an ONNX graph on a device and runs it on host arrays. */

import * as ort from 'onnxruntime-node';
import { readMetadata } from '../compiler/emit/onnx';
import { createSession, type ProviderId, type SessionOptions } from './sessions';

export interface GraphPort {
  name: string;
  /** Axes of unknown length are words: 'batch'. */
  shape: (number | string)[];
  dtype: string;
}

export interface GraphInput {
  data: Float32Array | Int32Array | Uint8Array;
  shape: number[];
}

export interface GraphOutput {
  data: Float32Array;
  shape: number[];
}

export interface Graph {
  inputs: GraphPort[];
  outputs: GraphPort[];
  metadata: Record<string, string>;
  /** Runs on the calling thread. Float32Array is float32, Int32Array int32, Uint8Array bool. -> outputs in host memory; int32 and bool come as numbers in float32. All of them unless some are `wanted` alone */
  run(inputs: Record<string, GraphInput>, wanted?: readonly string[]): Promise<Record<string, GraphOutput>>;
  dispose(): Promise<void>;
}

/** Throws what ONNX Runtime throws on a graph that the device can't run. */
export async function openGraph(onnx: Uint8Array, device: string, options: SessionOptions = {}): Promise<Graph> {
  const session = await createSession(onnx, device as ProviderId, options);
  const ports = (metadata: readonly ort.InferenceSession.ValueMetadata[]): GraphPort[] =>
    metadata.map((m) => (m.isTensor ? { name: m.name, shape: [...m.shape], dtype: m.type } : { name: m.name, shape: [], dtype: 'other' }));
  return {
    inputs: ports(session.inputMetadata),
    outputs: ports(session.outputMetadata),
    metadata: readMetadata(onnx),
    async run(inputs, wanted) {
      const feeds: Record<string, ort.Tensor> = {};
      for (const [name, { data, shape }] of Object.entries(inputs)) feeds[name] = hostTensor(data, shape);
      const results = await (wanted ? session.run(feeds, wanted) : session.run(feeds));
      return Object.fromEntries(Object.entries(results).map(([name, t]) => [name, { data: asFloats(t), shape: [...t.dims] }]));
    },
    dispose: () => session.release(),
  };
}

/** A Uint8Array is bool unless it is said to hold levels. */
export function hostTensor(data: Float32Array | Int32Array | Uint8Array, shape: number[], bytes: 'bool' | 'uint8' = 'bool'): ort.Tensor {
  if (data instanceof Float32Array) return new ort.Tensor('float32', data, shape);
  return data instanceof Int32Array ? new ort.Tensor('int32', data, shape) : new ort.Tensor(bytes, data, shape);
}

/** A copy: the tensor's own memory belongs to the session and goes with it. */
function asFloats(t: ort.Tensor): Float32Array {
  return t.type === 'float32' ? (t.data as Float32Array).slice() : Float32Array.from(t.data as ArrayLike<number>, Number);
}
