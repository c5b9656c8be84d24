/** @file Many walks from noise to images, seen in one plane with the dataset. */

import type { PlaneOf, TrajectoriesResult } from '../../preload/contract/diffusion';
import type { SamplerName } from '../../preload/contract/inference';
import type { Work } from '../../preload/contract/progress';
import { fitPca, projectPca, type Pca } from '../analysis/pca';
import { sampleRows } from '../analysis/sampling';
import { trustworthiness } from '../analysis/trustworthiness';
import { breathe, evenly, readImages, signedToBytes, sizeOf, toSigned, type LabelledImages } from '../sampling/batches';
import { sampleDiffusion, strideTimesteps } from '../sampling/samplers';
import { imageShape, scheduleOf, type LearntGraph } from '../sampling/signatures';

/** Numbers that kept moments may hold: 128 MB. Of longer walks, evenly strided moments are kept. */
const keptAtMost = 2 ** 25;
/** Numbers that a plane is fitted to, about a second of work. */
const fittedAtMost = 2 ** 21;
/** Images that tell what the plane keeps: their distances to each other take a quarter of a second. */
const comparedAtMost = (size: number) => Math.max(50, Math.floor(Math.sqrt(2e8 / size)));

export interface TrajectorySettings {
  n: number;
  seed: number;
  sampler: SamplerName;
  steps: number;
  eta: number;
  points: number;
  plane: PlaneOf;
}

/** Moments 0 (noise) to `steps` (finished) that are kept: all, or as many evenly strided ones as `most`. */
function keptMoments(steps: number, most: number): number[] {
  const kept = Math.max(2, Math.min(steps + 1, most));
  return Array.from({ length: kept }, (_, k) => Math.round((k * steps) / (kept - 1)));
}

/**
 * x_t of `n` walks, from the noise to the finished images, and images of the training split, on the plane of two principal directions.
 * @throws LabError 'sampler-steps', 'pca-too-few-points', 'graph-metadata', 'model-not-finite', 'cancelled'
 */
export async function trajectories(
  graph: LearntGraph,
  images: LabelledImages,
  settings: TrajectorySettings,
  work: Work,
  keptNumbers = keptAtMost,
): Promise<Omit<TrajectoriesResult, 'device'>> {
  const { n, plane } = settings;
  const shape = imageShape(graph, 'x_t');
  const size = sizeOf(shape);
  const strided = strideTimesteps(scheduleOf(graph).steps, settings.steps);
  const moments = keptMoments(strided.length, Math.floor(keptNumbers / (n * size)));
  const momentOf = new Map(moments.map((step, moment) => [step, moment]));
  const walks = new Float32Array(n * moments.length * size);
  const keep = (image: number, moment: number, x: Float32Array) => walks.set(x, (image * moments.length + moment) * size);

  const finished = await sampleDiffusion(graph, settings, work, ({ first, count, step, xt }) => {
    const moment = momentOf.get(step);
    if (moment !== undefined) for (let i = 0; i < count; i++) keep(first + i, moment, xt.subarray(i * size, (i + 1) * size));
  });
  for (let i = 0; i < n; i++) keep(i, moments.length - 1, finished.data.subarray(i * size, (i + 1) * size));

  await breathe(work, 'sample');
  const available = images.count('train');
  const indices = evenly(Math.min(settings.points, available), available, 'train');
  const data = toSigned(readImages(images, 'train', indices, shape));
  const basis = sampleRows(plane === 'data' ? data : walks, size, Math.max(2, Math.floor(fittedAtMost / size)));
  const pca = fitPca(basis, size, 2);
  const points = onPlane(pca, data);
  await breathe(work, 'sample');
  const compared = comparedAtMost(size);
  const kept = trustworthiness(sampleRows(data, size, compared), size, sampleRows(points, 2, compared), 2);
  const labels = images.labels('train');
  return {
    timesteps: Int32Array.from(moments, (step) => (step === strided.length ? -1 : strided[step])),
    paths: onPlane(pca, walks),
    points,
    labels: indices.map((index) => labels[index]),
    indices,
    explained: [pca.explainedRatio[0], pca.explainedRatio[1] ?? 0],
    fitted: basis.length / size,
    trustworthiness: kept && { value: kept.value, neighbours: kept.neighbours, sampled: kept.sampled },
    images: signedToBytes(finished.data),
    shape: finished.shape,
  };
}

/** [N, 2]; the second is 0 where the data has but one direction. */
function onPlane(pca: Pca, rows: Float32Array): Float32Array {
  const projected = projectPca(pca, rows);
  if (pca.explainedVariance.length === 2) return projected;
  const out = new Float32Array(projected.length * 2);
  projected.forEach((value, i) => (out[2 * i] = value));
  return out;
}
