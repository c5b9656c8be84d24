/** @file What is asked of trained models, and what they answer. Images are uint8 NHWC. */

import { z } from 'zod';
import { splitName } from './datasets';

const target = { home: z.string(), run: z.string(), device: z.string().optional() };
const seed = z.int().min(0);
const count = z.int().min(1).max(1_000_000);
const latentAxis = z.int().min(0);

export const samplerName = z.enum(['ddpm', 'ddim']);
export type SamplerName = z.infer<typeof samplerName>;

const sampling = {
  n: count,
  seed,
  /** Of diffusion models: ddim when absent. */
  sampler: samplerName.optional(),
  /** 50 for ddim and all of the schedule for ddpm when absent. */
  steps: z.int().min(1).optional(),
  /** Of ddim; 0 when absent. */
  eta: z.number().min(0).max(1).optional(),
};

export const sampleRequest = z.object({ ...target, ...sampling });
export type SampleRequest = z.infer<typeof sampleRequest>;

/** `frames` moments of each image, the first noise and the finished image among them. */
export const denoiseStripRequest = z.object({ ...target, ...sampling, frames: z.int().min(2).max(1000) });
export type DenoiseStripRequest = z.infer<typeof denoiseStripRequest>;

export const encodeRequest = z.object({ ...target, dataset: z.string() });
export type EncodeRequest = z.infer<typeof encodeRequest>;

/** `n` images evenly strided over the split. */
export const reconstructRequest = z.object({ ...target, dataset: z.string(), n: count, split: splitName });
export type ReconstructRequest = z.infer<typeof reconstructRequest>;

export const interpolationMethod = z.enum(['linear', 'slerp']);

/** From one test image to another, counted from 0. */
export const interpolateRequest = z.object({
  ...target,
  dataset: z.string(),
  from: z.int(),
  to: z.int(),
  method: interpolationMethod,
  steps: z.int().min(2).max(1000),
});
export type InterpolateRequest = z.infer<typeof interpolateRequest>;

/** The plane of two latent axes around `origin` (0 when absent), each from -spread to spread: columns along the first, rows along the second. */
export const decodeGridRequest = z.object({
  ...target,
  axes: z.tuple([latentAxis, latentAxis]),
  columns: z.int().min(1).max(100),
  rows: z.int().min(1).max(100),
  spread: z.number().positive(),
  origin: z.array(z.number()).optional(),
});
export type DecodeGridRequest = z.infer<typeof decodeGridRequest>;

/** On the test split of the run's own dataset. */
export const evaluateRequest = z.object({
  ...target,
  /** 0 when absent. */
  seed: seed.optional(),
  /** At most this many test images. */
  images: count.optional(),
  /** Importance samples of latent variable models; 500 when absent. */
  samples: z.int().min(1).max(100_000).optional(),
});
export type EvaluateRequest = z.infer<typeof evaluateRequest>;

/** uint8 [..., height, width, channels] */
export interface Images {
  images: Uint8Array;
  shape: number[];
}

/** What a diffusion model was sampled with; `steps` is that of the schedule where all were taken, `eta` is of ddim alone. */
export interface SamplerSettings {
  sampler: SamplerName;
  steps: number;
  eta?: number;
}

export interface SampleResult extends Images {
  device: string;
  /** Absent for models that decode a latent vector. */
  settings?: SamplerSettings;
}

export interface DenoiseStripResult {
  /** [n, frames, height, width, channels] of both. */
  shape: number[];
  /** x_t, the noisy images. */
  noisy: Uint8Array;
  /** x_0 as predicted from them. */
  predicted: Uint8Array;
  /** [frames]: timesteps, -1 for the finished images. */
  timesteps: Int32Array;
  device: string;
  settings: SamplerSettings;
}

/** Train images, then test images, each in the dataset's order. */
export interface EncodeResult {
  /** [count, size] */
  z: Float32Array;
  shape: [number, number];
  /** [count], places in the dataset's list of labels, -1: none. */
  labels: Int32Array;
  splits: { train: number; test: number };
  device: string;
}

export interface ReconstructResult {
  originals: Uint8Array;
  reconstructions: Uint8Array;
  /** Of both. */
  shape: number[];
  /** Places in the split. */
  indices: Int32Array;
  labels: Int32Array;
  device: string;
}

/** `images` has the steps, both ends decoded among them; `originals` the two test images themselves. */
export interface InterpolateResult extends Images {
  originals: Uint8Array;
  /** [steps, size] */
  z: Float32Array;
  device: string;
}

/** [rows, columns, height, width, channels] */
export interface DecodeGridResult extends Images {
  device: string;
}

/** Of a latent variable model, nats per image. */
export interface LatentEvaluation {
  /** -ELBO = recon + kl (Kingma and Welling 2013, eq. 3). */
  negElbo: number;
  /** -E_q log p(x | z). */
  recon: number;
  /** KL(q(z | x) || p(z)). */
  kl: number;
  /** -log 1/k sum_k p(x, z_k) / q(z_k | x), k = `samples` (Burda et al. 2015, eq. 8): an upper bound of -log p(x), tighter than negElbo. */
  iwNll: number;
  /** Latent axes d with Var_x(E_q z_d) > 0.01 (Burda et al. 2015, section 2.2). */
  activeUnits: number;
  latentSize: number;
  /** Test images behind negElbo, recon, kl and activeUnits. */
  images: number;
  /** Test images behind iwNll, evenly strided over the split. */
  iwImages: number;
  samples: number;
}

/** Of a diffusion model. */
export interface DiffusionEvaluation {
  /** L_simple a dimension: mean of (eps - eps_theta)^2 over images, dimensions and t uniform in 1..T. */
  loss: number;
  lossError: number;
  /** Eq. 5 of Ho et al. 2020: L_T + sum L_{t-1} + L_0, with sigma_t^2 = beta tilde_t (as the sampler's default) and x_0 clipped; bits per dimension. */
  bound: number;
  /** Standard error, as `lossError`, of images and t drawn within strata of t. */
  boundError: number;
  /** Its parts: the prior L_T, the sum over steps, and the decoder L_0. */
  parts: { prior: number; steps: number; decoder: number };
  /** Test images used, evenly strided over the split, each with one draw at t = 1 and one of t in 2..T. */
  images: number;
  drawsPerImage: number;
}

export type EvaluateResult = (LatentEvaluation | DiffusionEvaluation) & { device: string };
