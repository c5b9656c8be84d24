/** @file What a trained run can do, written to files whose endings say the form: samples, latents, reconstructions, walks. */

import { resolve } from 'node:path';
import type { Work } from '../../preload/contract/progress';
import { imageGrid, imageStrip, reconstructionGrid } from '../exports/grid';
import type { NpyData } from '../exports/npy';
import { writeNpz } from '../exports/npz';
import type { Picture } from '../exports/picture';
import { encodePng } from '../exports/png';
import { formatOf, writeExport } from '../exports/write';
import type { Lab } from './lab';
import { encodeCsv } from '../exports/csv';
import { packView, readDataset, readView, viewOf, type ViewOptions } from './datasets';
import { denoisingFilm, denoisingFrames, walkFilm, walkSteps } from './films';
import { imagesOf } from './images';
import { denoiseStrip, encode, interpolate, reconstruct, sample, type SampleOptions } from './models';
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

/** A PNG that says inside which run, seed and settings it shows. */
async function writePicture(out: string, picture: Picture, run: string, seed: number, settings: Record<string, unknown>): Promise<string> {
  const path = resolve(out);
  await writeExport(path, await encodePng(picture, { stamp: { run, seed, settings } }));
  return path;
}

/**
 * A grid of samples (.png), `images` uint8 [N, H, W, C] (.npz), or a film of noise turning into them (.gif, .webp; diffusion alone).
 * @throws LabError 'picture-format-unknown' before anything is computed; 'graph-missing'
 */
export async function writeSamples(lab: Lab, run: string, { out, ...options }: SampleOptions & To, work: Work): Promise<Written> {
  const format = formatOf(out, ['png', 'npz', 'gif', 'webp']);
  if (format === 'gif' || format === 'webp') {
    const { noisy, shape, settings } = await denoiseStrip(lab, run, { ...options, frames: Math.min(denoisingFrames, (options.steps ?? denoisingFrames) + 1) }, work);
    const path = resolve(out);
    await writeExport(path, await denoisingFilm(noisy, shape, format, { run, seed: options.seed, settings: { n: options.n, frames: shape[1], ...settings } }));
    return { path, shape };
  }
  const { images, shape, settings } = await sample(lab, run, options, work);
  if (format === 'npz') {
    await writeNpz(resolve(out), { images: { shape, data: images as NpyData } });
    return { path: resolve(out), shape };
  }
  return { path: await writePicture(out, await imageGrid(imagesOf(images, shape)), run, options.seed, { n: options.n, ...settings }), shape };
}

/** How a run would see a dataset: images evenly spaced over the training split, at the size, crop and colour chosen (.png). */
export async function writePreview(lab: Lab, dataset: string, { out, n, ...view }: ViewOptions & { out: string; n: number }, work: Work): Promise<Written> {
  formatOf(out, ['png']);
  const info = readDataset(lab, dataset);
  const config = viewOf(info, view);
  await packView(lab, dataset, config, work);
  const images = readView(lab, dataset, config, n);
  const path = resolve(out);
  await writeExport(path, await encodePng(await imageGrid(images), { text: { dataset, view: JSON.stringify(config) } }));
  return { path, shape: [...images.shape] };
}

/** `z` float32 [N, D] and `labels` int32 [N], in dataset order (.npz); or a table of them with the split of each (.csv). */
export async function writeEncoding(lab: Lab, run: string, { out, ...options }: To & { dataset?: string }, work: Work): Promise<Written> {
  const format = formatOf(out, ['npz', 'csv']);
  const { z, shape, labels, splits } = await encode(lab, run, options, work);
  const path = resolve(out);
  if (format === 'csv') {
    const [count, width] = shape;
    const header = ['split', 'label', ...Array.from({ length: width }, (_, d) => `z${d}`)];
    const rows = Array.from({ length: count }, (_, i) => [i < splits.train ? 'train' : 'test', labels[i], ...z.subarray(i * width, (i + 1) * width)]);
    await writeExport(path, Buffer.from(encodeCsv(header, rows)));
    return { path, shape };
  }
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

/** Ten steps from one image of the test split to another (.png), or a film of the walk there and back (.gif, .webp). */
export async function writeInterpolation(
  lab: Lab,
  run: string,
  options: To & { dataset?: string; from: number; to: number; method: Interpolation },
  work: Work,
): Promise<Written> {
  const { out, ...asked } = options;
  const format = formatOf(out, ['png', 'gif', 'webp']);
  const { images, shape } = await interpolate(lab, run, { ...asked, steps: format === 'png' ? interpolationSteps : walkSteps }, work);
  const info = await runOf(lab, run);
  const { from, to, method } = asked;
  const settings = { from, to, method, split: 'test' };
  const steps = imagesOf(images, shape);
  if (format === 'png') return { path: await writePicture(out, await imageStrip(steps), run, info.seed, settings), shape };
  const path = resolve(out);
  await writeExport(path, await walkFilm(steps, format, { run, seed: info.seed, settings }));
  return { path, shape };
}
