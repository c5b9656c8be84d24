/** @file The way from one test image to another through a model's latent space. */

import { LabError } from '../../preload/contract/errors';
import type { InterpolateRequest, InterpolateResult } from '../../preload/contract/inference';
import type { Work } from '../../preload/contract/progress';
import { interpolate } from '../analysis/interpolation';
import { readImages, type LabelledImages } from '../sampling/batches';
import { decodeLatents, encodeImages } from '../sampling/latents';
import { imageShape, type LearntGraph } from '../sampling/signatures';

/**
 * `steps` images on the way from test image `from` to `to`, both ends as decoded among them.
 * @throws LabError 'image-index-outside', 'graph-malformed', 'model-not-finite', 'cancelled'
 */
export async function interpolateImages(
  { encode, decode }: { encode: LearntGraph; decode: LearntGraph },
  images: LabelledImages,
  { from, to, method, steps }: Pick<InterpolateRequest, 'from' | 'to' | 'method' | 'steps'>,
  work: Work,
): Promise<Omit<InterpolateResult, 'device'>> {
  const count = images.count('test');
  for (const index of [from, to]) if (index < 0 || index >= count) throw new LabError('image-index-outside', { index, split: 'test', count });
  const ends = Int32Array.of(from, to);
  const { z, shape } = await encodeImages(encode, images, 'test', ends, work);
  const path = interpolate(z.subarray(0, shape[1]), z.subarray(shape[1]), steps, method);
  const decoded = await decodeLatents(decode, path, work);
  return { ...decoded, z: path, originals: readImages(images, 'test', ends, imageShape(encode, 'x')) };
}
