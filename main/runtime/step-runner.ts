/** @file Runs a compiled step again and again, its state kept on the device: swapped between two sets of buffers on the CPU, left in GPU memory elsewhere. */

import * as ort from 'onnxruntime-node';
import type { CompiledStep, TensorSpec } from '../compiler/compiled';
import { encodeModel, type Model } from '../compiler/emit/onnx';
import { hostTensor } from './graph';
import { createSession, keepsStateOnDevice, type ProviderId, type SessionOptions } from './sessions';
import type { HostTensor, StepFeeds, StepRunner } from './step-runner-types';

type Tensors = Record<string, ort.Tensor>;

const sizeOf = (spec: TensorSpec) => spec.shape.reduce((a, b) => a * b, 1);

/** Where the named tensors lie in the flat vectors. */
interface Place {
  spec: TensorSpec;
  kind: string;
  begin: number;
}

type Packed = CompiledStep['packed'];
const next = (name: string) => `${name}'`;

export async function openStepRunner(step: CompiledStep, device: ProviderId, options: SessionOptions = {}): Promise<StepRunner> {
  const onDevice = keepsStateOnDevice(device);
  const session = await createSession(step.onnx, device, { ...options, onDevice: onDevice ? step.packed.map(({ kind }) => next(kind)) : [] });
  const feedsOf = ({ x, noise, scalars }: StepFeeds): Tensors => ({
    [step.batch.name]: hostTensor(x, step.batch.shape, 'uint8'),
    ...Object.fromEntries(Object.entries(step.noise).map(([name, spec]) => [`noise/${name}`, hostTensor(noise[name] as HostTensor, spec.shape)])),
    ...Object.fromEntries(step.scalars.map((name) => [name, new ort.Tensor('float32', Float32Array.of(scalars[name]), [])])),
  });
  const metricsOf = (results: Tensors): Record<string, number> => Object.fromEntries(step.metrics.map((name) => [name, (results[`metric/${name}`].data as Float32Array)[0]]));
  const state = onDevice ? await deviceState(step.packed, device, { onTransfer: options.onTransfer }) : hostState(step.packed);
  const places = placesOf(step);

  return {
    device,
    load: (values) => state.load(packedFrom(step.packed, places, values)),
    async step(feeds) {
      const results = await session.run({ ...state.current(), ...feedsOf(feeds) }, { ...Object.fromEntries(step.metrics.map((name) => [`metric/${name}`, null])), ...state.fetches() });
      state.advance(results);
      return metricsOf(results);
    },
    async read(wanted = () => true) {
      const chosen = places.filter(({ spec }) => wanted(spec.name));
      const kinds = new Set(chosen.map(({ kind }) => kind));
      const flat = await state.read((kind) => kinds.has(kind));
      return new Map(chosen.map(({ spec, kind, begin }) => [spec.name, flat.get(kind)!.slice(begin, begin + sizeOf(spec))]));
    },
    async dispose() {
      await state.dispose();
      await session.release();
    },
  };
}

/** Flat vectors by kind. `read` gives views or copies: valid until the next step. */
interface StepState {
  load(values: ReadonlyMap<string, Float32Array>): Promise<void>;
  current(): Tensors;
  fetches(): Record<string, ort.Tensor | null>;
  advance(results: Tensors): void;
  read(wanted: (kind: string) => boolean): Promise<Map<string, Float32Array>>;
  dispose(): Promise<void>;
}

function placesOf({ state, packed }: Pick<CompiledStep, 'state' | 'packed'>): Place[] {
  const vectors = packed.values();
  let vector = vectors.next().value;
  let begin = 0;
  return state.map((spec) => {
    while (vector && begin === vector.size) {
      vector = vectors.next().value;
      begin = 0;
    }
    if (!vector || begin + sizeOf(spec) > vector.size) throw new Error(`internal: state ${spec.name} has no place in the flat vectors`);
    const place = { spec, kind: vector.kind, begin };
    begin += sizeOf(spec);
    return place;
  });
}

function packedFrom(packed: Packed, places: Place[], values: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> {
  const flat = new Map(packed.map(({ kind, size }) => [kind, new Float32Array(size)]));
  for (const { spec, kind, begin } of places) {
    const data = values.get(spec.name);
    if (data?.length !== sizeOf(spec)) throw new Error(`internal: state ${spec.name} has ${data?.length ?? 'no'} elements, ${sizeOf(spec)} expected`);
    flat.get(kind)!.set(data, begin);
  }
  return flat;
}

/** Two sets of preallocated tensors: a step reads one and writes the other. */
function hostState(packed: Packed): StepState {
  const zeros = (): ort.Tensor[] => packed.map(({ size }) => new ort.Tensor('float32', new Float32Array(size), [size]));
  let now = zeros();
  let after = zeros();
  const dataOf = (tensor: ort.Tensor) => tensor.data as Float32Array;
  return {
    async load(values) {
      packed.forEach(({ kind }, i) => dataOf(now[i]).set(values.get(kind)!));
    },
    current: () => Object.fromEntries(packed.map(({ kind }, i) => [kind, now[i]])),
    fetches: () => Object.fromEntries(packed.map(({ kind }, i) => [next(kind), after[i]])),
    advance() {
      [now, after] = [after, now];
    },
    async read(wanted) {
      return new Map(packed.flatMap(({ kind }, i) => (wanted(kind) ? [[kind, dataOf(now[i])] as const] : [])));
    },
    async dispose() {
      now = after = [];
    },
  };
}

/** Tensors in GPU memory. They cross by sessions of Identity nodes: reading a GPU tensor directly ends the process in this version of ONNX Runtime. */
async function deviceState(packed: Packed, device: ProviderId, options: Pick<SessionOptions, 'onTransfer'>): Promise<StepState> {
  let now: Tensors = {};
  // Tensors that a session made live no longer than it: this one goes last.
  const upload = await createSession(identityModel(packed), device, { ...options, onDevice: packed.map(({ kind }) => next(kind)) });
  const disposeAll = (tensors: Tensors) => Object.values(tensors).forEach((t) => t.dispose());
  const stateOf = (results: Tensors): Tensors => Object.fromEntries(packed.map(({ kind }) => [kind, results[next(kind)]]));
  return {
    async load(values) {
      const results = await upload.run(Object.fromEntries(packed.map(({ kind, size }) => [kind, new ort.Tensor('float32', values.get(kind)!, [size])])));
      disposeAll(now);
      now = stateOf(results);
    },
    current: () => now,
    fetches: () => Object.fromEntries(packed.map(({ kind }) => [next(kind), null])),
    advance(results) {
      const before = now;
      now = stateOf(results);
      disposeAll(before);
    },
    async read(wanted) {
      const some = packed.filter(({ kind }) => wanted(kind));
      const download = await createSession(identityModel(some), device, options);
      const results = await download.run(Object.fromEntries(some.map(({ kind }) => [kind, now[kind]])));
      const copies = new Map(some.map(({ kind }) => [kind, (results[next(kind)].data as Float32Array).slice()]));
      await download.release();
      return copies;
    },
    async dispose() {
      disposeAll(now);
      now = {};
      await upload.release();
    },
  };
}

function identityModel(packed: Packed): Uint8Array {
  const port = (name: string, size: number) => ({ name, dtype: 'float32' as const, shape: [size] });
  const model: Model = {
    nodes: packed.map(({ kind }) => ({ opType: 'Identity', inputs: [kind], outputs: [next(kind)], attributes: {} })),
    initializers: [],
    inputs: packed.map(({ kind, size }) => port(kind, size)),
    outputs: packed.map(({ kind, size }) => port(next(kind), size)),
    metadata: {},
  };
  return encodeModel(model);
}
