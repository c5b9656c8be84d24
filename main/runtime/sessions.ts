/** @file ONNX Runtime sessions by device: the only place that names execution providers. */

import { availableParallelism } from 'node:os';
import * as ort from 'onnxruntime-node';

/** Best first. */
export const providerIds = ['cuda', 'webgpu', 'dml', 'coreml', 'cpu'] as const;
export type ProviderId = (typeof providerIds)[number];

export const isProvider = (id: string): id is ProviderId => (providerIds as readonly string[]).includes(id);

/** Where state can stay between runs without crossing to the host. */
export const keepsStateOnDevice = (device: ProviderId): boolean => device === 'webgpu';

export interface SessionOptions {
  /** Outputs left in device memory, by name. */
  onDevice?: readonly string[];
  /** Refuse a graph of which a node would run on another device. */
  strict?: boolean;
  /** Threads inside an op on the CPU; unless told, GENOISE_THREADS in the environment, else all processors. */
  threads?: number;
  /** Write ONNX Runtime's profile under this prefix. */
  profile?: string;
  /** Told of each tensor that a run moves between host and device memory. Where the two are one, none is. */
  onTransfer?: (transfer: Transfer) => void;
}

/** A tensor that crosses: 'up' to the device, as host memory fed to a run, or 'down', as host memory that a run fills. */
export interface Transfer {
  direction: 'up' | 'down';
  name: string;
  bytes: number;
}

/** As the lab starts its processes with. */
function threadsSet(): number | undefined {
  const threads = Number(process.env['GENOISE_THREADS']);
  return Number.isInteger(threads) && threads > 0 ? threads : undefined;
}

/** Throws what ONNX Runtime throws: no adapter, a missing library, a bad graph. */
export async function createSession(onnx: Uint8Array, device: ProviderId, { onDevice = [], strict = false, threads = threadsSet() ?? availableParallelism(), profile, onTransfer }: SessionOptions = {}): Promise<ort.InferenceSession> {
  const session = await ort.InferenceSession.create(onnx, {
    executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
    intraOpNumThreads: threads,
    graphOptimizationLevel: 'all',
    // The pattern is one block for all tensors beside the arena of the first run: a third more memory, and no faster.
    enableMemPattern: device !== 'cpu',
    ...(onDevice.length > 0 ? { preferredOutputLocation: Object.fromEntries(onDevice.map((name) => [name, 'gpu-buffer' as const])) } : {}),
    // ONNX Runtime warns of each shape node that stays on the CPU.
    logSeverityLevel: 3,
    ...(profile ? { enableProfiling: true, profileFilePrefix: profile } : {}),
    // Denormal floats (Adam's moments of a weight long unused) would slow the processor tenfold.
    extra: { session: { set_denormal_as_zero: '1', ...(strict ? { disable_cpu_ep_fallback: '1' } : {}) } },
  });
  if (onTransfer && device !== 'cpu') tellTransfers(session, onTransfer);
  return session;
}

/** Each run of the session then tells of the tensors that it takes from and leaves in host memory. */
function tellTransfers(session: ort.InferenceSession, tell: (transfer: Transfer) => void): void {
  const run = session.run.bind(session) as (...args: Parameters<ort.InferenceSession['run']>) => Promise<ort.InferenceSession.OnnxValueMapType>;
  const tellHost = (direction: Transfer['direction'], tensors: ort.InferenceSession.OnnxValueMapType) => {
    for (const [name, tensor] of Object.entries(tensors)) if (tensor.location === 'cpu') tell({ direction, name, bytes: (tensor.data as Uint8Array).byteLength });
  };
  const told = async (...args: Parameters<ort.InferenceSession['run']>) => {
    const results = await run(...args);
    tellHost('up', args[0] as ort.InferenceSession.OnnxValueMapType);
    tellHost('down', results);
    return results;
  };
  session.run = told as ort.InferenceSession['run'];
}
