/**
 * @file Diffusion seen step by step: what is asked of a denoising graph, and what it answers. Timesteps t count from 0 to T - 1, as the graph takes
 * them; -1 is the finished image. Images are uint8 NHWC, clipped to the data's range.
 */

import { z } from 'zod';
import { bytes, float32, float64, int32 } from './arrays';
import { splitName } from './datasets';
import { samplerName } from './inference';

/** Noise is shown from -3 to 3 standard deviations. */
export const noiseRange = 3;

/** eps as a byte: 0 is -3 or less, 127 is 0, 254 is 3 or more. */
export const noiseByte = (eps: number): number => Math.round((Math.min(noiseRange, Math.max(-noiseRange, eps)) / noiseRange) * 127) + 127;

/** Back, to within 3 / 254. */
export const noiseOfByte = (byte: number): number => ((byte - 127) / 127) * noiseRange;

/** A value of [-1, 1], the data's range, as a byte; what is beyond is clipped. */
export const imageByte = (value: number): number => Math.min(255, Math.max(0, Math.round((value + 1) * 127.5)));

const seed = z.int().min(0);
const timestep = z.int().min(0);
const trainingStep = z.int().min(0);
const shape = z.array(z.int().positive());

const model = {
  run: z.string(),
  /** Training step of a snapshot of the weights; those at the end of training when absent. */
  at: trainingStep.optional(),
  device: z.string().optional(),
};

/** One image of a dataset, the run's own when none is named; `index` counts from 0 in its split. */
const place = { dataset: z.string().optional(), split: splitName, index: z.int().min(0) };

const sampler = {
  sampler: samplerName,
  steps: z.int().min(1),
  /** Of ddim: 0 is deterministic, 1 the ancestral sampler. */
  eta: z.number().min(0).max(1).default(0),
  seed,
};

/** Where a walk begins when not at pure noise: an image noised to timestep t. */
const beginning = z.object({ ...place, t: timestep });

export const scheduleRequest = z.object(model);
export const scheduleResult = z.object({
  kind: z.string(),
  /** T */
  steps: z.int().positive(),
  /** [T]: abar_t = prod (1 - beta) */
  alphaBar: float64,
  /** [height, width, channels] of its images. */
  shape,
  /** Training steps of the snapshots that can be asked for, ascending. */
  snapshots: z.array(trainingStep),
  device: z.string(),
});
export type ScheduleResult = z.infer<typeof scheduleResult>;

export const noisedRequest = z.object({ ...model, ...place, seed, t: z.array(timestep).max(1024) });
export const noisedResult = z.object({
  /** [height, width, channels] */
  shape,
  /** The image itself. */
  x0: bytes,
  /** The noise: the first noise of a walk of the same seed. */
  eps: float32,
  /** [t.length, height, width, channels]: x_t = sqrt(abar) x_0 + sqrt(1 - abar) eps */
  xt: bytes,
  /** A place in the dataset's list of labels, -1: none. */
  label: z.int(),
  /** Images in the split. */
  count: z.int(),
});
export type NoisedResult = z.infer<typeof noisedResult>;

export const trainingStepRequest = z.object({ ...model, ...place, seed, /** Drawn uniformly by the seed when absent. */ t: timestep.optional() });
export const trainingStepResult = z.object({
  /** [height, width, channels] */
  shape,
  t: timestep,
  alphaBar: z.number(),
  x0: bytes,
  /** The noise that was added... */
  eps: float32,
  xt: bytes,
  /** ...and the model's guess of it. */
  guess: float32,
  /** x_0 as predicted from the guess. */
  predicted: bytes,
  /** Mean of (eps - guess)^2 over the image: 1 is no guess at all. */
  loss: z.number(),
  label: z.int(),
  /** Images in the split. */
  count: z.int(),
  device: z.string(),
});
export type TrainingStepResult = z.infer<typeof trainingStepResult>;

/**
 * A part of a reverse walk, as many steps as fit in a moment: asked again with what it returned until first + count = total. So a walk is seen while
 * it happens, can be left at any step, and is the same however it was cut.
 */
export const walkRequest = z
  .object({
    ...model,
    ...sampler,
    n: z.int().min(1).max(16),
    from: beginning.optional(),
    /** The first step of this part, with the images as they are before it. */
    first: z.int().min(0).default(0),
    x: float32.optional(),
  })
  .refine(({ first, x }) => (first > 0) === (x !== undefined), 'x goes with first');
export const walkResult = z.object({
  first: z.int(),
  count: z.int(),
  /** Steps of the whole walk. */
  total: z.int(),
  /** [count] */
  timesteps: int32,
  /** [count, n, height, width, channels] of the three that follow. */
  shape,
  /** x_t before each step. */
  noisy: bytes,
  /** x_0 as predicted from it. */
  predicted: bytes,
  /** The predicted eps, by `noiseByte`. */
  noise: bytes,
  /** [n, height, width, channels]: the images after the part, in [-1, 1] once finished. */
  x: float32,
  device: z.string(),
});
export type WalkResult = z.infer<typeof walkResult>;

export const drawRequest = z.object({ ...model, ...sampler, n: z.int().min(1).max(64).default(1), from: beginning.optional() });
/** `images` [n, height, width, channels] finished, `steps` as many as were taken. */
export const drawResult = z.object({ images: bytes, shape, steps: z.int(), device: z.string() });
export type DrawResult = z.infer<typeof drawResult>;

export const planeOf = z.enum(['data', 'walks']);
export type PlaneOf = z.infer<typeof planeOf>;

export const trajectoriesRequest = z.object({
  ...model,
  ...sampler,
  dataset: z.string().optional(),
  /** Walks, of images 0 to n - 1 of the seed. */
  n: z.int().min(1).max(256),
  /** At most so many images of the training split, evenly strided over it. */
  points: z.int().min(2).max(5000),
  /** Whose principal directions span the plane: those of the images, or of all moments of the walks. */
  plane: planeOf,
});
export const trajectoriesResult = z.object({
  /** [moments]: timesteps, -1 for the finished images. */
  timesteps: int32,
  /** [n, moments, 2] */
  paths: float32,
  /** [m, 2]: images of the dataset, with their labels and places in the training split. */
  points: float32,
  labels: int32,
  indices: int32,
  /** Shares of the variance of what the plane was fitted to. */
  explained: z.tuple([z.number(), z.number()]),
  /** How many vectors it was fitted to. */
  fitted: z.int(),
  /** Of the images on the plane; null where there are too few. */
  trustworthiness: z.object({ value: z.number(), neighbours: z.int(), sampled: z.int() }).nullable(),
  /** [n, height, width, channels]: the finished images. */
  images: bytes,
  shape,
  device: z.string(),
});
export type TrajectoriesResult = z.infer<typeof trajectoriesResult>;
