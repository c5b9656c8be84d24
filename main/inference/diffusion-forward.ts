/** @file The forward process on one image: noised to any t by the closed form, and one step as in training. */

import type { Split } from '../../preload/contract/datasets';
import type { NoisedResult, TrainingStepResult } from '../../preload/contract/diffusion';
import { LabError } from '../../preload/contract/errors';
import { randomStream } from '../platform/random';
import { readImages, signedToBytes, sizeOf, toSigned, type LabelledImages } from '../sampling/batches';
import { denoise, diffuse, firstNoise, predictX0 } from '../sampling/samplers';
import { imageShape, scheduleOf, type LearntGraph, type Schedule } from '../sampling/signatures';

export interface Place {
  split: Split;
  index: number;
}

/** @throws LabError 'timestep-outside' */
export function checkTimestep(t: number, { steps }: Schedule): void {
  if (t >= steps) throw new LabError('timestep-outside', { t, most: steps - 1 });
}

/** Image `index` of a split: x_0 as bytes. @throws LabError 'image-index-outside' */
export function imageAt(graph: LearntGraph, images: LabelledImages, { split, index }: Place) {
  const count = images.count(split);
  if (index >= count) throw new LabError('image-index-outside', { index, split, count });
  return { x0: readImages(images, split, [index], imageShape(graph, 'x_t')), label: images.labels(split)[index], count };
}

/**
 * x_t = sqrt(abar_t) x_0 + sqrt(1 - abar_t) eps at each of `t`, with one eps: that which image 0 of a walk of the same seed begins with.
 * @throws LabError 'image-index-outside', 'timestep-outside', 'graph-metadata'
 */
export function noised(graph: LearntGraph, images: LabelledImages, { seed, t, ...place }: Place & { seed: number; t: readonly number[] }): NoisedResult {
  const schedule = scheduleOf(graph);
  for (const each of t) checkTimestep(each, schedule);
  const shape = imageShape(graph, 'x_t');
  const size = sizeOf(shape);
  const { x0, ...rest } = imageAt(graph, images, place);
  const eps = firstNoise(seed, [0], size);
  const signal = toSigned(x0);
  const xt = new Uint8Array(t.length * size);
  t.forEach((each, i) => xt.set(signedToBytes(diffuse(signal, eps, Int32Array.of(each), schedule.alphaBar, size)), i * size));
  return { shape: [shape.height, shape.width, shape.channels], x0, eps, xt, ...rest };
}

/**
 * Ho et al. 2020, Alg. 1, one image of a batch: t ~ U{0, ..., T - 1} unless given, eps ~ N(0, I), the guess eps_theta(x_t, t), and
 * |eps - eps_theta|^2 a dimension. t and eps are functions of the seed alone; eps is that of `noised`.
 * @throws LabError 'image-index-outside', 'timestep-outside', 'graph-metadata', 'model-not-finite'
 */
export async function trainingStep(
  graph: LearntGraph,
  images: LabelledImages,
  { seed, t: chosen, ...place }: Place & { seed: number; t?: number },
): Promise<Omit<TrainingStepResult, 'device'>> {
  const schedule = scheduleOf(graph);
  const t = chosen ?? Math.floor(randomStream(seed, 'training-step/t', 0).uniform() * schedule.steps);
  checkTimestep(t, schedule);
  const shape = imageShape(graph, 'x_t');
  const size = sizeOf(shape);
  const { x0, ...rest } = imageAt(graph, images, place);
  const eps = firstNoise(seed, [0], size);
  const xt = diffuse(toSigned(x0), eps, Int32Array.of(t), schedule.alphaBar, size);
  const guess = await denoise(graph, xt, Int32Array.of(t), shape);
  const predicted = new Float32Array(size);
  predictX0(xt, guess, () => schedule.alphaBar[t], size, true, predicted);
  let loss = 0;
  for (let i = 0; i < size; i++) loss += (eps[i] - guess[i]) ** 2 / size;
  return {
    shape: [shape.height, shape.width, shape.channels],
    t,
    alphaBar: schedule.alphaBar[t],
    x0,
    eps,
    xt: signedToBytes(xt),
    guess,
    predicted: signedToBytes(predicted),
    loss,
    ...rest,
  };
}
