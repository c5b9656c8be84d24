/** @file Prepares a run for its first step: its method's step compiled for a device, the first state, the graphs of the trained model. */

import { LabError } from '../../preload/contract/errors';
import type { RunInfo } from '../../preload/contract/runs';
import { compileStep } from '../compiler/compile-step';
import type { CompiledStep } from '../compiler/compiled';
import { eagerStep } from '../compiler/eager-step';
import { gpuTarget } from '../compiler/emit/target';
import { stepSource, type StepSource } from '../compiler/step-source';
import type { ImageShape, Method } from '../methods/method';
import { methods } from '../methods/registry';
import { chooseDevice, listProviders, type Device } from '../runtime/devices';
import { openEagerStepRunner, type EagerBackend } from '../runtime/eager-step-runner';
import { halfRefusal } from '../runtime/half-precision';
import { isProvider, type ProviderId } from '../runtime/sessions';
import { targetOf } from '../runtime/targets';
import { openStepRunner } from '../runtime/step-runner';
import type { StepRunner } from '../runtime/step-runner-types';
import { loadTfjsNodeGpu, tfjsNodeGpu } from '../runtime/tfjs-node-gpu';
import { initialState } from './initial-state';
import { compileCached, stepCache } from './step-cache';
import { graphsOf } from './graphs';
import { previewOf } from './preview';
import type { PrepareRequest, PreparedTraining, PrepareTraining } from './prepared';

function methodOf(info: RunInfo): Method {
  const method = methods.find(({ id }) => id === info.method);
  if (!method) throw new LabError('method-not-found', { method: info.method, known: methods.map(({ id }) => id).join(', ') });
  return method;
}

/** Devices to try, best first. One that was asked for by name is the only one. Throws 'device-missing'. */
async function candidates(wanted: string): Promise<ProviderId[]> {
  if (wanted === 'cpu') return ['cpu'];
  const devices: Device[] = await listProviders();
  if (wanted !== 'auto') return [chooseDevice(devices, wanted)];
  return devices.filter(({ usable }) => usable).map(({ id }) => id).filter(isProvider);
}

const firstLine = (caught: unknown) => (caught instanceof Error ? caught.message : String(caught)).split('\n')[0].slice(0, 300);

/** Compiles and opens the step on the first device that takes it; a fallback names the device before it and why. */
async function openOn(devices: readonly ProviderId[], threads: number | undefined, compile: (device: ProviderId) => Promise<CompiledStep>) {
  let fallback: PreparedTraining['fallback'];
  for (const device of devices) {
    const compiled = await compile(device);
    try {
      const runner: StepRunner = await openStepRunner(compiled, device, { threads });
      return { compiled, runner, device, fallback };
    } catch (caught) {
      fallback ??= { from: device, reason: firstLine(caught) };
    }
  }
  throw new LabError('device-missing', { device: fallback?.from ?? 'auto', reason: fallback?.reason ?? '', usable: 'cpu' });
}

/** Those of `devices` that compute in float16, the best first. Throws 'precision-missing' where none does. */
async function inHalf(devices: readonly ProviderId[]): Promise<ProviderId[]> {
  const asked = await Promise.all(devices.map(async (device) => ({ device, reason: await halfRefusal(device) })));
  const able = asked.flatMap(({ device, reason }) => (reason === undefined ? [device] : []));
  if (able.length === 0) throw new LabError('precision-missing', { device: asked[0].device, precision: 'float16', reason: asked[0].reason ?? '' });
  return able;
}

/** Devices that compute step by step with tfjs, by id: how each is loaded. They are taken only when they are asked for. */
export type EagerDevices = ReadonlyMap<string, () => Promise<EagerBackend>>;

/** The step is compiled all the same: it says what the state is. */
async function openEager(device: string, load: () => Promise<EagerBackend>, source: StepSource) {
  if (source.precision === 'float16') throw new LabError('precision-missing', { device, precision: source.precision, reason: 'tfjs computes in float32' });
  let backend: EagerBackend;
  try {
    backend = await load();
  } catch (caught) {
    const usable = (await listProviders()).filter((one) => one.usable).map(({ id }) => id);
    throw new LabError('device-missing', { device, reason: firstLine(caught), usable: usable.join(', ') }, { cause: caught });
  }
  const compiled = compileStep(source, gpuTarget);
  const runner = await openEagerStepRunner(compiled.state, device, backend, eagerStep(source, compiled.params));
  return { compiled, runner, device, fallback: undefined };
}

export const prepareTraining: PrepareTraining = (request) => prepareOn(new Map([[tfjsNodeGpu, loadTfjsNodeGpu]]), request);

/** Throws LabError 'method-not-found', 'device-missing', 'precision-missing'. */
export async function prepareOn(eager: EagerDevices, { info, view, device: wanted, seed, threads, stepCache: stepCacheFolder }: PrepareRequest): Promise<PreparedTraining> {
  const method = methodOf(info);
  const config = method.config.parse(info.config);
  const data: ImageShape = view;
  const source = stepSource(method, config, data);
  const load = eager.get(wanted);
  const opened = load ? await openEager(wanted, load, source) : await openOn(source.precision === 'float16' ? await inHalf(await candidates(wanted)) : await candidates(wanted), threads, async (id) => compileCached(source, await targetOf(id), stepCacheFolder === undefined ? undefined : stepCache(stepCacheFolder)));
  const { compiled, runner, device, fallback } = opened;
  const specs = method.graphs(config, data);
  const graphs = graphsOf(specs);
  return {
    runner,
    compiled,
    initialState: initialState(compiled, seed),
    exportGraphs: async (state) => graphs.all(state),
    preview: previewOf({ run: info.name, graphs, device: isProvider(device) ? device : 'cpu', seed, threads }, Math.max(data.height, data.width), Object.values(specs).map(({ signature }) => signature)),
    device,
    ...(fallback && { fallback }),
  };
}
