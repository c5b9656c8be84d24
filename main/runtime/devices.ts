/** @file The devices of this machine, best first, each with the reason why it is or isn't usable. Asked in a process that may die of a bad driver. */

import { LabError } from '../../preload/contract/errors';
import { encodeModel } from '../compiler/emit/onnx';
import { openGraph } from './graph';
import { hasGraphicsHardware } from './graphics-hardware';
import { isProvider, providerIds, type ProviderId } from './sessions';
import { loadTfjsNodeGpu, tfjsNodeGpu } from './tfjs-node-gpu';

export interface Device {
  id: ProviderId | typeof tfjsNodeGpu;
  usable: boolean;
  /** As the driver or library says it; a device that is usable states its provider. */
  reason: string;
}

const platforms: Record<ProviderId, NodeJS.Platform[]> = {
  cuda: ['linux', 'win32'],
  webgpu: ['linux', 'win32', 'darwin'],
  dml: ['win32'],
  coreml: ['darwin'],
  cpu: ['linux', 'win32', 'darwin'],
};

/** Tries each provider of ONNX Runtime on one addition: what training and inference choose from. */
export async function listProviders(): Promise<Device[]> {
  const devices: Device[] = [];
  for (const id of providerIds) devices.push(await probe(id));
  return ranked(devices, hasGraphicsHardware());
}

/** A driver that imitates a graphics processor is many times slower than the processor it runs on: it stands last, and says so. */
export function ranked(devices: readonly Device[], graphicsHardware: boolean): Device[] {
  if (graphicsHardware) return [...devices];
  const imitated = devices.filter(({ id, usable }) => id === 'webgpu' && usable);
  return [...devices.filter((device) => !imitated.includes(device)), ...imitated.map((device) => ({ ...device, reason: `${device.reason}, by a software driver: the processor is faster` }))];
}

/** All devices, for a person to see. Loads tfjs-node-gpu, which takes tfjs' platform over: not for a process that computes. It stands last: it is taken only when it is asked for. */
export async function listDevices(): Promise<Device[]> {
  return [...(await listProviders()), await probeTfjs()];
}

/** The device asked for, or the best usable one. Throws 'device-missing' with the reason. */
export function chooseDevice(devices: readonly Device[], wanted?: string): ProviderId {
  const usable = devices.filter((d) => d.usable && isProvider(d.id)).map((d) => d.id);
  if (wanted === undefined) return usable[0] as ProviderId;
  if (isProvider(wanted) && usable.includes(wanted)) return wanted;
  const known = devices.find((d) => d.id === wanted);
  throw new LabError('device-missing', { device: wanted, reason: known?.usable ? `${wanted} trains; trained graphs run on ONNX Runtime` : (known?.reason ?? 'unknown'), usable: usable.join(', ') });
}

async function probe(id: ProviderId): Promise<Device> {
  if (!platforms[id].includes(process.platform)) return { id, usable: false, reason: `not on ${process.platform}` };
  try {
    const graph = await openGraph(additionModel(), id, { strict: id !== 'cpu', threads: 1 });
    const { y } = await graph.run({ x: { data: Float32Array.of(1, 2), shape: [2] } });
    await graph.dispose();
    if (y.data[1] !== 4) return { id, usable: false, reason: `computed 2 + 2 = ${y.data[1]}` };
    return { id, usable: true, reason: `ONNX Runtime, ${id} provider` };
  } catch (caught) {
    return { id, usable: false, reason: firstLine(caught) };
  }
}

/** tfjs-node-gpu is optional, its binary a separate download: that it is missing is the normal case. */
async function probeTfjs(): Promise<Device> {
  try {
    await loadTfjsNodeGpu();
    return { id: tfjsNodeGpu, usable: true, reason: 'TensorFlow by tfjs-node-gpu: trains step by step, kernel by kernel' };
  } catch (caught) {
    return { id: tfjsNodeGpu, usable: false, reason: firstLine(caught) };
  }
}

/** The first line, without the place in ONNX Runtime's source and the condition that begin it. */
const firstLine = (caught: unknown): string => (caught instanceof Error ? caught.message : String(caught)).split('\n')[0].replace(/^\/.*? was false\. /, '').slice(0, 300);

function additionModel(): Uint8Array {
  const port = (name: string) => ({ name, dtype: 'float32' as const, shape: [2] });
  return encodeModel({ nodes: [{ opType: 'Add', inputs: ['x', 'x'], outputs: ['y'], attributes: {} }], initializers: [], inputs: [port('x')], outputs: [port('y')], metadata: {} });
}
