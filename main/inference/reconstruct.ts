/** @file Images beside what a model makes of them: through its latent space and back. */

import type { Split } from '../../preload/contract/datasets';
import type { ReconstructResult } from '../../preload/contract/inference';
import type { Work } from '../../preload/contract/progress';
import { evenly, readImages, type LabelledImages } from '../sampling/batches';
import { decodeLatents, encodeImages } from '../sampling/latents';
import { imageShape, type LearntGraph } from '../sampling/signatures';

/**
 * `n` images evenly strided over a split, and decode(encode(x)) of each.
 * @throws LabError 'split-too-small', 'graph-malformed', 'model-not-finite', 'cancelled'
 */
export async function reconstruct(
  { encode, decode }: { encode: LearntGraph; decode: LearntGraph },
  images: LabelledImages,
  { n, split }: { n: number; split: Split },
  work: Work,
): Promise<Omit<ReconstructResult, 'device'>> {
  const indices = evenly(n, images.count(split), split);
  const { z } = await encodeImages(encode, images, split, indices, work);
  const { images: reconstructions, shape } = await decodeLatents(decode, z, work);
  const labels = images.labels(split);
  return { originals: readImages(images, split, indices, imageShape(encode, 'x')), reconstructions, shape, indices, labels: indices.map((index) => labels[index]) };
}
