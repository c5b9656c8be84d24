/** @file How the trainer drives a compiled step, whatever the device (and a scripted stand-in in tests). */

export type HostTensor = Float32Array | Int32Array;

export interface StepFeeds {
  /** [B, H, W, C], of the type that the step's batch has: levels, or floats in [0, 1]. */
  x: Uint8Array | Float32Array;
  noise: Record<string, HostTensor>;
  scalars: Record<string, number>;
}

export interface StepRunner {
  /** Where it really runs, 'cpu' or 'webgpu' say. */
  readonly device: string;
  /** Sets all state from host memory. */
  load(state: ReadonlyMap<string, Float32Array>): Promise<void>;
  /** One step; blocks the calling thread on the CPU. -> metrics by name. */
  step(feeds: StepFeeds): Promise<Record<string, number>>;
  /** A copy of the state whose names pass `wanted`, in host memory. */
  read(wanted?: (name: string) => boolean): Promise<Map<string, Float32Array>>;
  dispose(): Promise<void>;
}
