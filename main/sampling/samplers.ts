/** @file Samplers of diffusion models, on any graph with the signature denoise(x_t,t)->eps: ancestral (Ho et al. 2020) and DDIM (Song et al. 2020). */

import { LabError } from '../../preload/contract/errors';
import type { SamplerName } from '../../preload/contract/inference';
import type { Work } from '../../preload/contract/progress';
import { batchSizeOf, breathe, normalsAt, pieces, sizeOf } from './batches';
import { imageShape, scheduleOf, takeOutput, type ImageShape, type LearntGraph } from './signatures';

/** Of the ancestral sampler, Ho et al. 2020, section 3.2: beta tilde, best for data that is one point, or beta, best for N(0, I). */
export type Variance = 'small' | 'large';

export interface DiffusionSampling {
  n: number;
  seed: number;
  sampler: SamplerName;
  /** Steps taken, at most the schedule's; all of them when absent. */
  steps?: number;
  /** DDIM's noise: 0 is deterministic, 1 the ancestral sampler with the small variance. */
  eta?: number;
  variance?: Variance;
  /** Clips the predicted x_0 to [-1, 1], as the authors do. True when absent. */
  clip?: boolean;
}

/** What a sampler passed through, before each step: `count` images from image `first` on. The buffers are reused. */
export type Observer = (at: { first: number; count: number; step: number; t: number; xt: Float32Array; x0: Float32Array; eps: Float32Array }) => void;

/** `steps` of the timesteps 0 to `total` - 1, falling, evenly strided, the last and the first among them (one step: the last). @throws LabError 'sampler-steps' */
export function strideTimesteps(total: number, steps: number): Int32Array {
  if (!Number.isInteger(steps) || steps < 1 || steps > total) throw new LabError('sampler-steps', { steps, most: total });
  if (steps === 1) return Int32Array.of(total - 1);
  return Int32Array.from({ length: steps }, (_, i) => Math.round(((steps - 1 - i) * (total - 1)) / (steps - 1)));
}

/** x_prev = fromX0 x_0 + fromXt x_t + sigma z */
export interface Transition {
  fromX0: number;
  fromXt: number;
  sigma: number;
}

/**
 * Ho et al. 2020, eq. 7 (and Alg. 2, where x_0 is written by eps): q(x_prev | x_t, x_0) = N(mu, sigma^2) with
 *   mu = sqrt(abar_prev) beta / (1 - abar) x_0 + sqrt(alpha) (1 - abar_prev) / (1 - abar) x_t, alpha = abar / abar_prev, beta = 1 - alpha,
 *   sigma^2 = beta tilde = (1 - abar_prev) / (1 - abar) beta (small) or beta (large). No noise in the last step, where abar_prev = 1.
 */
export function ancestralTransition(abar: number, abarPrev: number, variance: Variance): Transition {
  const alpha = abar / abarPrev;
  const beta = 1 - alpha;
  const betaTilde = ((1 - abarPrev) / (1 - abar)) * beta;
  return {
    fromX0: (Math.sqrt(abarPrev) * beta) / (1 - abar),
    fromXt: (Math.sqrt(alpha) * (1 - abarPrev)) / (1 - abar),
    sigma: abarPrev === 1 ? 0 : Math.sqrt(variance === 'small' ? betaTilde : beta),
  };
}

/**
 * Song et al. 2020, eq. 12: x_prev = sqrt(abar_prev) x_0 + sqrt(1 - abar_prev - sigma^2) eps + sigma z, eps = (x_t - sqrt(abar) x_0) / sqrt(1 - abar);
 * eq. 16: sigma = eta sqrt((1 - abar_prev) / (1 - abar)) sqrt(1 - abar / abar_prev).
 */
export function ddimTransition(abar: number, abarPrev: number, eta: number): Transition {
  const sigma = eta * Math.sqrt((1 - abarPrev) / (1 - abar)) * Math.sqrt(1 - abar / abarPrev);
  const direction = Math.sqrt(Math.max(0, 1 - abarPrev - sigma * sigma) / (1 - abar));
  return { fromX0: Math.sqrt(abarPrev) - direction * Math.sqrt(abar), fromXt: direction, sigma };
}

/** Ho et al. 2020, eq. 4: x_t = sqrt(abar) x_0 + sqrt(1 - abar) eps, with image i at t[i]. */
export function diffuse(x0: Float32Array, eps: Float32Array, t: Int32Array, alphaBar: ArrayLike<number>, size: number): Float32Array {
  const xt = new Float32Array(x0.length);
  for (let image = 0, i = 0; image < t.length; image++) {
    const signal = Math.sqrt(alphaBar[t[image]]);
    const noise = Math.sqrt(1 - alphaBar[t[image]]);
    for (; i < (image + 1) * size; i++) xt[i] = signal * x0[i] + noise * eps[i];
  }
  return xt;
}

/** x_0 = (x_t - sqrt(1 - abar) eps) / sqrt(abar), Ho et al. 2020, eq. 15; clipped to [-1, 1] if asked. `abar(i)` is that of image i. */
export function predictX0(xt: Float32Array, eps: Float32Array, abar: (image: number) => number, size: number, clip: boolean, out: Float32Array): void {
  for (let first = 0, image = 0; first < xt.length; first += size, image++) {
    const scale = 1 / Math.sqrt(abar(image));
    const noise = Math.sqrt(1 - abar(image));
    for (let i = first; i < first + size; i++) {
      const x0 = (xt[i] - noise * eps[i]) * scale;
      out[i] = clip ? Math.min(1, Math.max(-1, x0)) : x0;
    }
  }
}

/** eps of x_t [B, H, W, C] at timesteps t [B]. */
export async function denoise(graph: LearntGraph, xt: Float32Array, t: Int32Array, { height, width, channels }: ImageShape): Promise<Float32Array> {
  const shape = [t.length, height, width, channels];
  const outputs = await graph.run({ x_t: { data: xt, shape }, t: { data: t, shape: [t.length] } });
  return takeOutput(graph, outputs, 'eps', shape);
}

/** The noise that image `places[i]` of a seed begins with, [places, size], whatever the sampler. */
export const firstNoise = (seed: number, places: ArrayLike<number>, size: number, out = new Float32Array(places.length * size)): Float32Array =>
  normalsAt(seed, 'sample/first', places, size, out);

/**
 * One reverse step of a walk down `timesteps`, the `step`-th, of x [places, H, W, C], which it overwrites. `observe` sees what the step was taken
 * from, before x changes: the model's eps and the x_0 predicted by it.
 */
export type ReverseStep = (step: number, x: Float32Array, places: Int32Array, observe?: (eps: Float32Array, x0: Float32Array) => void) => Promise<void>;

/** @throws LabError 'graph-metadata', and from a step 'model-not-finite' */
export function reverseSteps(graph: LearntGraph, timesteps: Int32Array, { seed, sampler, eta = 0, variance = 'small', clip = true }: Omit<DiffusionSampling, 'n' | 'steps'>): ReverseStep {
  const { alphaBar } = scheduleOf(graph);
  const shape = imageShape(graph, 'x_t');
  const size = sizeOf(shape);
  let x0 = new Float32Array(0);
  let z = new Float32Array(0);
  return async (step, x, places, observe) => {
    if (x0.length !== x.length) [x0, z] = [new Float32Array(x.length), new Float32Array(x.length)];
    const abar = alphaBar[timesteps[step]];
    const abarPrev = step + 1 < timesteps.length ? alphaBar[timesteps[step + 1]] : 1;
    const eps = await denoise(graph, x, new Int32Array(places.length).fill(timesteps[step]), shape);
    predictX0(x, eps, () => abar, size, clip, x0);
    observe?.(eps, x0);
    const { fromX0, fromXt, sigma } = sampler === 'ddim' ? ddimTransition(abar, abarPrev, eta) : ancestralTransition(abar, abarPrev, variance);
    if (sigma > 0) normalsAt(seed, `sample/${step}`, places, size, z);
    for (let i = 0; i < x.length; i++) x[i] = fromX0 * x0[i] + fromXt * x[i] + (sigma > 0 ? sigma * z[i] : 0);
  };
}

/**
 * Draws `n` images from noise. Image i's first noise depends on (seed, i) alone: the same for each sampler, count and batch.
 * @returns x [n, H, W, C] in [-1, 1] (beyond it a little, if not clipped)
 * @throws LabError 'sampler-steps', 'graph-metadata', 'model-not-finite', 'cancelled'
 */
export async function sampleDiffusion(graph: LearntGraph, options: DiffusionSampling, work: Work, observe?: Observer): Promise<{ data: Float32Array; shape: number[] }> {
  const { n, seed } = options;
  const { steps: total } = scheduleOf(graph);
  const shape = imageShape(graph, 'x_t');
  const size = sizeOf(shape);
  const timesteps = strideTimesteps(total, options.steps ?? total);
  const data = new Float32Array(n * size);
  const chunks = [...pieces(n, batchSizeOf(shape))];
  let done = 0;
  work.progress({ phase: 'sample', done, total: chunks.length * timesteps.length });
  for (const [first, end] of chunks) {
    const count = end - first;
    const places = Int32Array.from({ length: count }, (_, i) => first + i);
    const x = data.subarray(first * size, end * size);
    const step = reverseSteps(graph, timesteps, options);
    firstNoise(seed, places, size, x);
    for (let at = 0; at < timesteps.length; at++) {
      await breathe(work, 'sample');
      await step(at, x, places, (eps, x0) => observe?.({ first, count, step: at, t: timesteps[at], xt: x, x0, eps }));
      work.progress({ phase: 'sample', done: ++done, total: chunks.length * timesteps.length });
    }
  }
  return { data, shape: [n, shape.height, shape.width, shape.channels] };
}

export interface DenoiseStrip {
  /** [frames]: the timestep of each frame, -1 for the finished image. */
  t: Int32Array;
  /** [n, frames, H, W, C], -1 to 1: the noisy image. */
  xt: Float32Array;
  /** The same shape: the image predicted from it. */
  x0: Float32Array;
  shape: number[];
}

/** Noise on its way to an image: `frames` moments evenly strided over the steps, the first noise and the finished image among them. @throws LabError 'sampler-frames' */
export async function denoiseStrip(graph: LearntGraph, options: DiffusionSampling & { frames: number }, work: Work): Promise<DenoiseStrip> {
  const { n, frames } = options;
  const shape = imageShape(graph, 'x_t');
  const size = sizeOf(shape);
  const steps = options.steps ?? scheduleOf(graph).steps;
  if (frames < 2 || frames > steps + 1) throw new LabError('sampler-frames', { frames, most: steps + 1 });
  const frameOf = new Map(Array.from({ length: frames }, (_, k) => [Math.round((k * steps) / (frames - 1)), k]));
  const t = new Int32Array(frames).fill(-1);
  const xt = new Float32Array(n * frames * size);
  const x0 = new Float32Array(n * frames * size);
  const sampled = await sampleDiffusion(graph, options, work, (at) => {
    const frame = frameOf.get(at.step);
    if (frame === undefined) return;
    t[frame] = at.t;
    for (let i = 0; i < at.count; i++) {
      const to = ((at.first + i) * frames + frame) * size;
      xt.set(at.xt.subarray(i * size, (i + 1) * size), to);
      x0.set(at.x0.subarray(i * size, (i + 1) * size), to);
    }
  });
  for (let i = 0; i < n; i++) {
    const finished = sampled.data.subarray(i * size, (i + 1) * size);
    xt.set(finished, ((i + 1) * frames - 1) * size);
    x0.set(finished, ((i + 1) * frames - 1) * size);
  }
  return { t, xt, x0, shape: [n, frames, shape.height, shape.width, shape.channels] };
}
