/** @file The reverse walk from noise to images: part by part with every step kept, or at once for its end alone. */

import { noiseByte, type DrawResult, type WalkResult } from '../../preload/contract/diffusion';
import { LabError } from '../../preload/contract/errors';
import type { SamplerName } from '../../preload/contract/inference';
import type { Work } from '../../preload/contract/progress';
import { clock } from '../platform/clock';
import { breathe, signedToBytes, sizeOf, toSigned, type LabelledImages } from '../sampling/batches';
import { diffuse, firstNoise, reverseSteps, strideTimesteps } from '../sampling/samplers';
import { imageShape, scheduleOf, type LearntGraph } from '../sampling/signatures';
import { checkTimestep, imageAt, type Place } from './diffusion-forward';

/** How long a part of a walk takes, about: six pictures a second, with little lost on the way. */
const partMs = 150;

/** An image noised to timestep t, from which the walk goes back. */
export interface Beginning extends Place {
  t: number;
  images: LabelledImages;
}

export interface WalkSettings {
  n: number;
  seed: number;
  sampler: SamplerName;
  steps: number;
  eta: number;
  from?: Beginning;
}

/** Timesteps of the walk: strided over the schedule, or over what of it is left from `from.t` down. @throws LabError 'timestep-outside', 'sampler-steps' */
function walkTimesteps(graph: LearntGraph, { steps, from }: WalkSettings): Int32Array {
  const schedule = scheduleOf(graph);
  if (!from) return strideTimesteps(schedule.steps, steps);
  checkTimestep(from.t, schedule);
  if (steps > schedule.steps) throw new LabError('sampler-steps', { steps, most: schedule.steps });
  return strideTimesteps(from.t + 1, Math.min(steps, from.t + 1));
}

/** x before the first step: the seed's noise, or the image noised with it. */
function begin(graph: LearntGraph, { n, seed, from }: WalkSettings, places: Int32Array, size: number): Float32Array {
  const eps = firstNoise(seed, places, size);
  if (!from) return eps;
  const { x0 } = imageAt(graph, from.images, from);
  const signal = toSigned(x0);
  const repeated = new Float32Array(n * size);
  for (let i = 0; i < n; i++) repeated.set(signal, i * size);
  return diffuse(repeated, eps, new Int32Array(n).fill(from.t), scheduleOf(graph).alphaBar, size);
}

const placesOf = (n: number) => Int32Array.from({ length: n }, (_, i) => i);

/**
 * Steps `first`, first + 1, ... of a walk, one at least and as many as fit in `budgetMs`, from `x` as it was returned by the part before.
 * The first part is one step: the noise is seen at once.
 * @throws LabError 'walk-part' for an x that is none of this walk; 'timestep-outside', 'sampler-steps', 'image-index-outside', 'model-not-finite', 'cancelled'
 */
export async function walkPart(
  graph: LearntGraph,
  settings: WalkSettings & { first: number; x?: Float32Array },
  work: Work,
  budgetMs = partMs,
): Promise<Omit<WalkResult, 'device'>> {
  const { n, first } = settings;
  const shape = imageShape(graph, 'x_t');
  const size = sizeOf(shape);
  const timesteps = walkTimesteps(graph, settings);
  const total = timesteps.length;
  const places = placesOf(n);
  if (first >= total) throw new LabError('walk-part', { first, total, expected: n * size, got: settings.x?.length ?? 0 });
  if (settings.x && settings.x.length !== n * size) throw new LabError('walk-part', { first, total, expected: n * size, got: settings.x.length });
  const x = settings.x?.slice() ?? begin(graph, settings, places, size);
  const step = reverseSteps(graph, timesteps, settings);
  const moments: { noisy: Uint8Array; predicted: Uint8Array; noise: Uint8Array }[] = [];
  const until = clock.monotonicMs() + (first === 0 ? 0 : budgetMs);
  do {
    await breathe(work, 'walk');
    await step(first + moments.length, x, places, (eps, x0) =>
      moments.push({ noisy: signedToBytes(x), predicted: signedToBytes(x0), noise: Uint8Array.from(eps, noiseByte) }),
    );
  } while (first + moments.length < total && clock.monotonicMs() < until);
  const count = moments.length;
  return {
    first,
    count,
    total,
    timesteps: timesteps.slice(first, first + count),
    shape: [count, n, shape.height, shape.width, shape.channels],
    noisy: joined(moments.map(({ noisy }) => noisy)),
    predicted: joined(moments.map(({ predicted }) => predicted)),
    noise: joined(moments.map(({ noise }) => noise)),
    x,
  };
}

function joined(parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The end of a walk alone: bit for bit what its last part returns. @throws as `walkPart` */
export async function draw(graph: LearntGraph, settings: WalkSettings, work: Work): Promise<Omit<DrawResult, 'device'>> {
  const shape = imageShape(graph, 'x_t');
  const timesteps = walkTimesteps(graph, settings);
  const places = placesOf(settings.n);
  const x = begin(graph, settings, places, sizeOf(shape));
  const step = reverseSteps(graph, timesteps, settings);
  for (let at = 0; at < timesteps.length; at++) {
    work.progress({ phase: 'sample', done: at, total: timesteps.length });
    await breathe(work, 'sample');
    await step(at, x, places);
  }
  return { images: signedToBytes(x), shape: [settings.n, shape.height, shape.width, shape.channels], steps: timesteps.length };
}
