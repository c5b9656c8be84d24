/** @file What a trained run can do, written to files: samples, latents, reconstructions, walks. */

import { resolve } from 'node:path';
import type { Work } from '../../preload/contract/progress';
import { imageGrid, imageStrip, reconstructionGrid } from '../exports/grid';
import type { NpyData } from '../exports/npy';
import { writeNpz } from '../exports/npz';
import type { Images, Picture } from '../exports/picture';
import { encodePng } from '../exports/png';
import { formatOf, writeExport } from '../exports/write';
import type { Lab } from './lab';
import { encode, interpolate, reconstruct, sample, type SampleOptions } from './models';
import { runOf } from './runs';
import { translate, type Language } from './words';

export interface Written {
  /** Absolute. */
  path: string;
  /** Of the arrays or images that were written. */
  shape: number[];
}

/** Steps of an interpolation, both ends among them. */
export const interpolationSteps = 10;

export type Interpolation = 'linear' | 'slerp';

interface To {
  /** The file to write. */
  out: string;
  device?: string;
}

/** uint8 [N, H, W, C] as exports take them. */
export const imagesOf = (data: Uint8Array, shape: readonly number[]): Images => ({ data, shape: shape as unknown as Images['shape'] });

/** A PNG that says inside which run, seed and settings it shows. */
async function writePicture(out: string, picture: Picture, run: string, seed: number, settings: Record<string, unknown>): Promise<string> {
  const path = resolve(out);
  await writeExport(path, await encodePng(picture, { stamp: { run, seed, settings } }));
  return path;
}

/** A grid of samples (.png), or `images` uint8 [N, H, W, C] (.npz). @throws LabError 'picture-format-unknown' before anything is computed */
export async function writeSamples(lab: Lab, run: string, { out, ...options }: SampleOptions & To, work: Work): Promise<Written> {
  const format = formatOf(out, ['png', 'npz']);
  const { images, shape, settings } = await sample(lab, run, options, work);
  if (format === 'npz') {
    await writeNpz(resolve(out), { images: { shape, data: images as NpyData } });
    return { path: resolve(out), shape };
  }
  return { path: await writePicture(out, await imageGrid(imagesOf(images, shape)), run, options.seed, { n: options.n, ...settings }), shape };
}

/** `z` float32 [N, D] and `labels` int32 [N], in dataset order (.npz). */
export async function writeEncoding(lab: Lab, run: string, { out, ...options }: To & { dataset?: string }, work: Work): Promise<Written> {
  formatOf(out, ['npz']);
  const { z, shape, labels } = await encode(lab, run, options, work);
  const path = resolve(out);
  await writeNpz(path, { z: { shape, data: z as NpyData }, labels: { shape: [labels.length], data: labels as NpyData } });
  return { path, shape };
}

/** Images of the test split above their reconstructions (.png). */
export async function writeReconstructions(lab: Lab, run: string, options: To & { dataset?: string; n: number; language: Language }, work: Work): Promise<Written> {
  const { out, language, ...asked } = options;
  formatOf(out, ['png']);
  const { originals, reconstructions, shape } = await reconstruct(lab, run, { ...asked, split: 'test' }, work);
  const titles = [translate('exports:grid.originals', language), translate('exports:grid.reconstructions', language)] as const;
  const picture = await reconstructionGrid(imagesOf(originals, shape), imagesOf(reconstructions, shape), { titles });
  const info = await runOf(lab, run);
  return { path: await writePicture(out, picture, run, info.seed, { n: asked.n, split: 'test' }), shape };
}

/** Ten steps from one image of the test split to another (.png). */
export async function writeInterpolation(
  lab: Lab,
  run: string,
  options: To & { dataset?: string; from: number; to: number; method: Interpolation },
  work: Work,
): Promise<Written> {
  const { out, ...asked } = options;
  formatOf(out, ['png']);
  const { images, shape } = await interpolate(lab, run, { ...asked, steps: interpolationSteps }, work);
  const info = await runOf(lab, run);
  const { from, to, method } = asked;
  return { path: await writePicture(out, await imageStrip(imagesOf(images, shape)), run, info.seed, { from, to, method, split: 'test' }), shape };
}
