/** @file The calls of the inference process, handed on from its main thread to the thread that runs graphs. */

import { LabError } from '../../preload/contract/errors';
import type { Handlers } from '../supervisor/protocol';
import type { WorkerThread } from '../supervisor/thread';

/** Their arguments and results: preload/contract/diffusion.ts. */
export const diffusionCalls = ['schedule', 'noised', 'trainingStep', 'walk', 'draw', 'trajectories'] as const;

/** Their arguments and results: preload/contract/latents.ts. The prompt ones are waited for with a finger on the mouse: none takes longer than a few hundredths of a second. */
export const promptLatentCalls = ['latentsAt', 'decode', 'latentWalk', 'traverse', 'placeImage', 'thumbnails'] as const;
export const latentCalls = ['latentMap', 'latentLoss', 'latentStats', ...promptLatentCalls] as const;

/** Their arguments and results: preload/contract/network.ts. */
export const networkCalls = ['openNetwork', 'drawNetwork', 'activations'] as const;

/** Their arguments and results: preload/contract/inference.ts. */
export const inferenceCalls = ['devices', 'sample', 'denoiseStrip', 'encode', 'reconstruct', 'interpolate', 'decodeGrid', 'evaluate', ...diffusionCalls, ...latentCalls, ...networkCalls] as const;

/** Handlers that pass `names` on to a thread, with progress and cancels. A thread that died is replaced at the next call. */
export function forwarded(start: () => WorkerThread, names: readonly string[]): Handlers {
  let thread: WorkerThread | undefined;
  const forward = (name: string): Handlers[string] => async (args, work) => {
    const current = (thread ??= start());
    try {
      return await current.call(name, args, { onProgress: work.progress, signal: work.signal });
    } catch (caught) {
      if (caught instanceof LabError && ['process-died', 'out-of-memory'].includes(caught.code) && thread === current) thread = undefined;
      throw caught;
    }
  };
  return Object.fromEntries(names.map((name) => [name, forward(name)]));
}
