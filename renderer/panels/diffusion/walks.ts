/** @file Walks from noise to images, taken part by part and kept whole: what was walked once is never computed again. */

import { create, type StoreApi, type UseBoundStore } from 'zustand';
import { imageByte, type WalkResult } from '../../../preload/contract/diffusion';
import { errorToJson, type ErrorJson } from '../../../preload/contract/errors';
import type { SamplerName } from '../../../preload/contract/inference';
import type { Split } from '../../../preload/contract/datasets';

export interface WalkSettings {
  run: string;
  /** Training step of the weights; the last when absent. */
  at?: number;
  sampler: SamplerName;
  steps: number;
  eta: number;
  seed: number;
  n: number;
  device?: string;
  /** An image noised to t, where the walk does not begin at pure noise. */
  from?: { dataset?: string; split: Split; index: number; t: number };
}

export interface Walk {
  readonly settings: WalkSettings;
  state: 'running' | 'done' | 'stopped' | 'failed';
  error?: ErrorJson;
  /** Steps of the walk: moments are 0, the noise, to `total`, the finished images. 0: not known yet. */
  total: number;
  /** Moments that stand so far. */
  available: number;
  /** [total + 1], -1 for the finished images. */
  timesteps: Int32Array;
  /** [n, height, width, channels] */
  shape: number[];
  /** [total + 1, n, height, width, channels] of the three: x_t, x_0 as predicted from it, and the predicted noise by `noiseByte`. */
  noisy: Uint8Array;
  predicted: Uint8Array;
  noise: Uint8Array;
  /** Of computing, without pauses. */
  seconds: number;
  device: string;
}

type Ask = (args: WalkSettings & { first: number; x?: Float32Array }, options: { signal: AbortSignal }) => Promise<WalkResult>;

export interface Walks {
  use: UseBoundStore<StoreApi<Record<string, Walk>>>;
  /** Begins a walk, or goes on with one that was stopped or has failed; one that is done stands. -> its key */
  start(settings: WalkSettings): string;
  /** Begins a walk for as long as it is looked at: it stops when the last one who wants it lets it go. -> lets it go */
  want(settings: WalkSettings): () => void;
  /** Stops after the step under way; what was walked stays. */
  stop(key: string): void;
}

export const walkKey = (settings: WalkSettings): string => JSON.stringify(settings, Object.keys(settings).concat('dataset', 'split', 'index', 't').sort());

/** What a key stands for. */
export const settingsOf = (key: string): WalkSettings => JSON.parse(key) as WalkSettings;

const keptBytes = 256e6;
const bytesOf = ({ noisy }: Walk): number => noisy.length * 3;

export function openWalks(ask: Ask, kept = keptBytes): Walks {
  const use = create<Record<string, Walk>>(() => ({}));
  const controls = new Map<string, AbortController>();
  /** How many look at a walk. */
  const wanted = new Map<string, number>();
  /** Begun again before they had stopped. */
  const restarted = new Set<string>();
  /** The images that a walk goes on from. */
  const states = new Map<string, Float32Array>();

  const change = (key: string, changes: Partial<Walk>): void => use.setState((all) => (all[key] ? { ...all, [key]: { ...all[key], ...changes } } : all));

  /** The walks begun longest ago go first, but none that is under way. */
  const makeRoom = (spare: string): void => {
    let bytes = Object.values(use.getState()).reduce((sum, walk) => sum + bytesOf(walk), 0);
    const left = { ...use.getState() };
    for (const [key, walk] of Object.entries(left)) {
      if (bytes <= kept) break;
      if (key === spare || walk.state === 'running') continue;
      bytes -= bytesOf(walk);
      delete left[key];
      states.delete(key);
    }
    use.setState(left, true);
  };

  const run = async (key: string, settings: WalkSettings): Promise<void> => {
    const control = new AbortController();
    controls.set(key, control);
    try {
      for (;;) {
        const walk = use.getState()[key];
        if (walk.total > 0 && walk.available > walk.total) break;
        const before = performance.now();
        const part = await ask({ ...settings, first: walk.available, x: states.get(key) }, { signal: control.signal });
        const seconds = walk.seconds + (performance.now() - before) / 1000;
        if (walk.total === 0) makeRoom(key);
        states.set(key, part.x);
        change(key, { ...withPart(walk, part), seconds });
        // A stop between two calls aborts none of them.
        if (control.signal.aborted && part.first + part.count < part.total) return change(key, { state: 'stopped' });
      }
      states.delete(key);
      change(key, { state: 'done' });
    } catch (caught) {
      const error = errorToJson(caught);
      change(key, error.code === 'cancelled' ? { state: 'stopped' } : { state: 'failed', error });
    } finally {
      controls.delete(key);
      if (restarted.delete(key) && use.getState()[key]?.state === 'stopped') start(settings);
    }
  };

  const start = (settings: WalkSettings): string => {
    const key = walkKey(settings);
    const known = use.getState()[key];
    if (known?.state === 'done') return key;
    if (known?.state === 'running') {
      if (controls.get(key)?.signal.aborted) restarted.add(key);
      return key;
    }
    if (known) change(key, { state: 'running', error: undefined });
    else {
      const nothing = new Uint8Array(0);
      const fresh: Walk = { settings, state: 'running', total: 0, available: 0, timesteps: new Int32Array(0), shape: [], noisy: nothing, predicted: nothing, noise: nothing, seconds: 0, device: '' };
      use.setState({ [key]: fresh });
    }
    void run(key, settings);
    return key;
  };

  const stop = (key: string): void => {
    restarted.delete(key);
    controls.get(key)?.abort();
  };

  return {
    use,
    start,
    stop,
    want(settings) {
      const key = start(settings);
      wanted.set(key, (wanted.get(key) ?? 0) + 1);
      return () => {
        const left = (wanted.get(key) ?? 1) - 1;
        if (left > 0) wanted.set(key, left);
        else {
          wanted.delete(key);
          stop(key);
        }
      };
    },
  };
}

/** `walk` with a part of it written into its buffers, which are made by the first. */
function withPart(walk: Walk, part: WalkResult): Partial<Walk> {
  const shape = part.shape.slice(1);
  const size = shape.reduce((product, axis) => product * axis, 1);
  const { total } = part;
  const made = (): Uint8Array => new Uint8Array((total + 1) * size);
  const { timesteps, noisy, predicted, noise } = walk.total === 0 ? { timesteps: new Int32Array(total + 1).fill(-1), noisy: made(), predicted: made(), noise: made() } : walk;
  timesteps.set(part.timesteps, part.first);
  noisy.set(part.noisy, part.first * size);
  predicted.set(part.predicted, part.first * size);
  noise.set(part.noise, part.first * size);
  let available = part.first + part.count;
  if (available === total) {
    // The finished images are their own prediction, and no noise is left to predict: 127 is 0.
    const finished = Uint8Array.from(part.x, imageByte);
    noisy.set(finished, total * size);
    predicted.set(finished, total * size);
    noise.fill(127, total * size);
    available = total + 1;
  }
  return { total, available, timesteps, shape, noisy, predicted, noise, device: part.device };
}
