/** @file The figures that show what a run learnt, each with its words: samples, latent map, reconstructions, interpolations, noise on its way to images. */

import type { Work } from '../../preload/contract/progress';
import { projectLatents } from '../analysis/latent-projection';
import { imageGrid, reconstructionGrid } from '../exports/grid';
import { latentMap } from '../exports/latent-map';
import type { Images, Picture } from '../exports/picture';
import { encodePng } from '../exports/png';
import type { Figure } from '../exports/report';
import type { Wording } from '../exports/wording';
import { readDataset } from './datasets';
import type { Lab } from './lab';
import { denoiseStrip, encode, interpolate, reconstruct, sample, type SampleOptions } from './models';
import { denoisingFilm } from './films';
import { imagesOf } from './images';
import { interpolationSteps } from './pictures';
import { runOf } from './runs';
import { translate, type Language } from './words';

/** Which run, in which language, on which device. */
export interface Subject {
  run: string;
  language: Language;
  device?: string;
}

/** The words of pictures and reports. */
export const wordingOf = (language: Language): Wording => ({ language, say: (key, params) => translate(`exports:${key}`, language, params) });

/** A PNG that says inside which run, seed and settings it shows. */
async function pictureFigure({ run, language }: Subject, key: string, how: string, picture: Picture, seed: number, settings: Record<string, unknown>): Promise<Figure> {
  const bytes = await encodePng(picture, { stamp: { run, seed, settings } });
  return { title: translate(`figures:${key}.title`, language), how, media: [{ bytes, type: 'image/png' }], pixelated: key !== 'latentMap' };
}

export async function samplesFigure(lab: Lab, subject: Subject, options: SampleOptions, work: Work): Promise<Figure> {
  const { run, language, device } = subject;
  const { images, shape, settings } = await sample(lab, run, { ...options, device }, work);
  const { n, seed } = options;
  const how = settings
    ? translate('figures:samples.howDenoise', language, { n, seed, sampler: settings.sampler.toUpperCase(), steps: settings.steps })
    : translate('figures:samples.howDecode', language, { n, seed });
  return pictureFigure(subject, 'samples', how, await imageGrid(imagesOf(images, shape)), seed, { n, ...settings });
}

/** The test split on the run's latent space; the training split where there is no other. */
export async function latentMapFigure(lab: Lab, subject: Subject, work: Work): Promise<Figure> {
  const { run, language, device } = subject;
  const { z, shape, labels, splits } = await encode(lab, run, { device }, work);
  const info = await runOf(lab, run);
  const { labels: labelNames } = readDataset(lab, info.dataset.name);
  const first = splits.test > 0 ? splits.train : 0;
  const points = projectLatents(z.slice(first * shape[1]), shape[1]);
  const picture = await latentMap({ ...points, labels: labelNames.length > 0 ? labels.slice(first) : undefined, labelNames }, wordingOf(language));
  return pictureFigure(subject, 'latentMap', translate('figures:latentMap.how', language), picture, info.seed, { split: splits.test > 0 ? 'test' : 'train' });
}

export async function reconstructionFigure(lab: Lab, subject: Subject, n: number, work: Work): Promise<Figure> {
  const { run, language, device } = subject;
  const { originals, reconstructions, shape } = await reconstruct(lab, run, { n, split: 'test', device }, work);
  const titles = [translate('exports:grid.originals', language), translate('exports:grid.reconstructions', language)] as const;
  const picture = await reconstructionGrid(imagesOf(originals, shape), imagesOf(reconstructions, shape), { titles });
  const info = await runOf(lab, run);
  return pictureFigure(subject, 'reconstruction', translate('figures:reconstruction.how', language, { n: shape[0] }), picture, info.seed, { n: shape[0], split: 'test' });
}

/** One row of ten steps for each pair of places in the test split. */
export async function interpolationFigure(lab: Lab, subject: Subject, pairs: readonly (readonly [from: number, to: number])[], work: Work): Promise<Figure> {
  const { run, language, device } = subject;
  const rows: Images[] = [];
  for (const [from, to] of pairs) {
    const { images, shape } = await interpolate(lab, run, { from, to, method: 'linear', steps: interpolationSteps, device }, work);
    rows.push(imagesOf(images, shape));
  }
  const info = await runOf(lab, run);
  const picture = await imageGrid(stacked(rows), { columns: interpolationSteps });
  return pictureFigure(subject, 'interpolation', translate('figures:interpolation.how', language), picture, info.seed, { pairs, method: 'linear', split: 'test' });
}

function stacked(parts: readonly Images[]): Images {
  const [, ...size] = parts[0].shape;
  return imagesOf(Buffer.concat(parts.map(({ data }) => data)), [parts.reduce((sum, { shape }) => sum + shape[0], 0), ...size]);
}

/** Moments in a row of the strip; the animation shows more. */
const stripMoments = 10;

/**
 * Noise on its way to `n` images in `frames` moments: a PNG with a row for each of the first `rows` images, and a GIF of all of them side by side
 * that rests on the finished ones.
 */
export async function denoisingFigure(lab: Lab, subject: Subject, options: SampleOptions & { rows: number; frames: number }, work: Work): Promise<Figure> {
  const { run, language, device } = subject;
  const { n, frames, seed, sampler, steps, rows } = options;
  const { noisy, shape, settings } = await denoiseStrip(lab, run, { n, frames, seed, sampler, steps, device }, work);
  const [, , height, width, channels] = shape;
  const size = height * width * channels;
  const moment = (image: number, frame: number) => noisy.subarray((image * frames + frame) * size, (image * frames + frame + 1) * size);
  const count = Math.min(stripMoments, frames);
  const shown = Array.from({ length: count }, (_, k) => Math.round((k * (frames - 1)) / Math.max(1, count - 1)));
  const strip = Array.from({ length: Math.min(rows, n) }, (_, image) => shown.map((frame) => moment(image, frame))).flat();
  const picture = await imageGrid(imagesOf(Buffer.concat(strip), [strip.length, height, width, channels]), { columns: count });
  const stamped = { n, frames, ...settings };
  const how = translate('figures:denoising.how', language, { n, seed, sampler: settings.sampler.toUpperCase(), steps: settings.steps });
  const figure = await pictureFigure(subject, 'denoising', how, picture, seed, stamped);
  const gif = await denoisingFilm(noisy, shape, 'gif', { run, seed, settings: stamped });
  return { ...figure, media: [...figure.media, { bytes: gif, type: 'image/gif' }] };
}
