/** @file Runs a compiled step again and again, its state kept on the device: swapped between two sets of buffers on the CPU, left in GPU memory elsewhere. */

import * as ort from 'onnxruntime-node';
import type { CompiledStep, TensorSpec } from '../compiler/compiled';
import { encodeModel, type Model } from '../compiler/emit/onnx';
import { hostTensor } from './graph';
import { createSession, keepsStateOnDevice, type ProviderId, type SessionOptions } from './sessions';
import type { HostTensor, StepFeeds, StepRunner } from './step-runner-types';

type Tensors = Record<string, ort.Tensor>;

const sizeOf = (spec: TensorSpec) => spec.shape.reduce((a, b) => a * b, 1);
const next = (name: string) => `${name}'`;

export async function openStepRunner(step: CompiledStep, device: ProviderId, options: SessionOptions = {}): Promise<StepRunner> {
  const onDevice = keepsStateOnDevice(device);
  const session = await createSession(step.onnx, device, { ...options, onDevice: onDevice ? step.state.map((s) => next(s.name)) : [] });
  const feedsOf = ({ x, noise, scalars }: StepFeeds): Tensors => ({
    [step.batch.name]: hostTensor(x, step.batch.shape),
    ...Object.fromEntries(Object.entries(step.noise).map(([name, spec]) => [`noise/${name}`, hostTensor(noise[name] as HostTensor, spec.shape)])),
    ...Object.fromEntries(step.scalars.map((name) => [name, new ort.Tensor('float32', Float32Array.of(scalars[name]), [])])),
  });
  const metricsOf = (results: Tensors): Record<string, number> => Object.fromEntries(step.metrics.map((name) => [name, (results[`metric/${name}`].data as Float32Array)[0]]));
  const state = onDevice ? await deviceState(step.state, device) : hostState(step.state);

  return {
    device,
    load: (values) => state.load(values),
    async step(feeds) {
      const results = await session.run({ ...state.current(), ...feedsOf(feeds) }, { ...Object.fromEntries(step.metrics.map((name) => [`metric/${name}`, null])), ...state.fetches() });
      state.advance(results);
      return metricsOf(results);
    },
    read: (wanted = () => true) => state.read(wanted),
    async dispose() {
      await state.dispose();
      await session.release();
    },
  };
}

interface StepState {
  load(values: ReadonlyMap<string, Float32Array>): Promise<void>;
  current(): Tensors;
  fetches(): Record<string, ort.Tensor | null>;
  advance(results: Tensors): void;
  read(wanted: (name: string) => boolean): Promise<Map<string, Float32Array>>;
  dispose(): Promise<void>;
}

function checked(spec: TensorSpec, values: ReadonlyMap<string, Float32Array>): Float32Array {
  const data = values.get(spec.name);
  if (data?.length !== sizeOf(spec)) throw new Error(`internal: state ${spec.name} has ${data?.length ?? 'no'} elements, ${sizeOf(spec)} expected`);
  return data;
}

/** Two sets of preallocated tensors: a step reads one and writes the other. */
function hostState(specs: TensorSpec[]): StepState {
  const zeros = (): ort.Tensor[] => specs.map((s) => new ort.Tensor('float32', new Float32Array(sizeOf(s)), s.shape));
  let now = zeros();
  let after = zeros();
  return {
    async load(values) {
      specs.forEach((spec, i) => (now[i].data as Float32Array).set(checked(spec, values)));
    },
    current: () => Object.fromEntries(specs.map((s, i) => [s.name, now[i]])),
    fetches: () => Object.fromEntries(specs.map((s, i) => [next(s.name), after[i]])),
    advance() {
      [now, after] = [after, now];
    },
    async read(wanted) {
      return new Map(specs.flatMap((s, i) => (wanted(s.name) ? [[s.name, (now[i].data as Float32Array).slice()] as const] : [])));
    },
    async dispose() {
      now = after = [];
    },
  };
}

/** Tensors in GPU memory. They cross by sessions of Identity nodes: reading a GPU tensor directly ends the process in this version of ONNX Runtime. */
async function deviceState(specs: TensorSpec[], device: ProviderId): Promise<StepState> {
  let now: Tensors = {};
  // Tensors that a session made live no longer than it: this one goes last.
  const upload = await createSession(identityModel(specs), device, { onDevice: specs.map((s) => next(s.name)) });
  const disposeAll = (tensors: Tensors) => Object.values(tensors).forEach((t) => t.dispose());
  return {
    async load(values) {
      const results = await upload.run(Object.fromEntries(specs.map((s) => [s.name, new ort.Tensor('float32', checked(s, values), s.shape)])));
      disposeAll(now);
      now = Object.fromEntries(specs.map((s) => [s.name, results[next(s.name)]]));
    },
    current: () => now,
    fetches: () => Object.fromEntries(specs.map((s) => [next(s.name), null])),
    advance(results) {
      const before = now;
      now = Object.fromEntries(specs.map((s) => [s.name, results[next(s.name)]]));
      disposeAll(before);
    },
    async read(wanted) {
      const some = specs.filter((s) => wanted(s.name));
      const download = await createSession(identityModel(some), device);
      const results = await download.run(Object.fromEntries(some.map((s) => [s.name, now[s.name]])));
      const copies = new Map(some.map((s) => [s.name, (results[next(s.name)].data as Float32Array).slice()]));
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

function identityModel(specs: TensorSpec[]): Uint8Array {
  const port = (s: TensorSpec, name: string) => ({ name, dtype: 'float32' as const, shape: s.shape });
  const model: Model = {
    nodes: specs.map((s) => ({ opType: 'Identity', inputs: [s.name], outputs: [next(s.name)], attributes: {} })),
    initializers: [],
    inputs: specs.map((s) => port(s, s.name)),
    outputs: specs.map((s) => port(s, next(s.name))),
    metadata: {},
  };
  return encodeModel(model);
}
