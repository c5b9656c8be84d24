/** @file The figures that show what a run learnt, each with its words: samples, latent map, reconstructions, interpolations, noise on its way to images. */

import type { Work } from '../../preload/contract/progress';
import type { Cells, FigurePlan, Latents, Pairs } from './exporting/material';
import { readDataset } from './datasets';
import { interpolationSteps, stripMoments } from './films';
import type { Lab } from './lab';
import { denoiseStrip, encode, interpolate, reconstruct, sample, type SampleOptions } from './models';
import { runOf } from './runs';
import { translate, type Language } from './words';

/** Which run, in which language, on which device. */
export interface Subject {
  run: string;
  language: Language;
  device?: string;
}

const titled = (key: string, { language }: Subject, how: string, drawings: FigurePlan['drawings']): FigurePlan => ({
  title: translate(`figures:${key}.title`, language),
  how,
  drawings,
  pixelated: key !== 'latentMap',
});

export async function samplesFigure(lab: Lab, subject: Subject, options: SampleOptions, work: Work): Promise<FigurePlan> {
  const { run, language, device } = subject;
  const { images, shape, settings } = await sample(lab, run, { ...options, device }, work);
  const { n, seed } = options;
  const how = settings
    ? translate('figures:samples.howDenoise', language, { n, seed, sampler: settings.sampler.toUpperCase(), steps: settings.steps })
    : translate('figures:samples.howDecode', language, { n, seed });
  const material: Cells = { kind: 'cells', stamp: { run, seed, settings: { n, ...settings } }, images, shape: [1, ...shape] as unknown as Cells['shape'], film: 'rest', arrays: {} };
  return titled('samples', subject, how, [{ material, form: 'png' }]);
}

/** The test split on the run's latent space; the training split where there is no other. */
export async function latentMapFigure(lab: Lab, subject: Subject, work: Work): Promise<FigurePlan> {
  const { run, language, device } = subject;
  const { z, shape, labels, splits } = await encode(lab, run, { device }, work);
  const info = await runOf(lab, run);
  const { labels: labelNames } = readDataset(lab, info.dataset.name);
  const split = splits.test > 0 ? 'test' : 'train';
  const material: Latents = { kind: 'latents', stamp: { run, seed: info.seed, settings: { split } }, z, shape, labels, splits, labelNames, split };
  return titled('latentMap', subject, translate('figures:latentMap.how', language), [{ material, form: 'png' }]);
}

export async function reconstructionFigure(lab: Lab, subject: Subject, n: number, work: Work): Promise<FigurePlan> {
  const { run, language, device } = subject;
  const { originals, reconstructions, shape } = await reconstruct(lab, run, { n, split: 'test', device }, work);
  const titles = [translate('exports:grid.originals', language), translate('exports:grid.reconstructions', language)] as const;
  const info = await runOf(lab, run);
  const material: Pairs = { kind: 'pairs', stamp: { run, seed: info.seed, settings: { n: shape[0], split: 'test' } }, originals, reconstructions, shape, titles };
  return titled('reconstruction', subject, translate('figures:reconstruction.how', language, { n: shape[0] }), [{ material, form: 'png' }]);
}

/** One row of ten steps for each pair of places in the test split. */
export async function interpolationFigure(lab: Lab, subject: Subject, pairs: readonly (readonly [from: number, to: number])[], work: Work): Promise<FigurePlan> {
  const { run, language, device } = subject;
  const rows: Uint8Array[] = [];
  let size: number[] = [];
  for (const [from, to] of pairs) {
    const { images, shape } = await interpolate(lab, run, { from, to, method: 'linear', steps: interpolationSteps, device }, work);
    rows.push(images);
    size = shape.slice(1);
  }
  const info = await runOf(lab, run);
  const stamp = { run, seed: info.seed, settings: { pairs, method: 'linear', split: 'test' } };
  const count = pairs.length * interpolationSteps;
  const material: Cells = { kind: 'cells', stamp, images: Buffer.concat(rows), shape: [1, count, ...size] as unknown as Cells['shape'], columns: interpolationSteps, film: 'back', arrays: {} };
  return titled('interpolation', subject, translate('figures:interpolation.how', language), [{ material, form: 'png' }]);
}

/**
 * Noise on its way to `n` images in `frames` moments: a PNG with a row for each of the first `rows` images, and a GIF of all of them side by side
 * that rests on the finished ones.
 */
export async function denoisingFigure(lab: Lab, subject: Subject, options: SampleOptions & { rows: number; frames: number }, work: Work): Promise<FigurePlan> {
  const { run, language, device } = subject;
  const { n, frames, seed, sampler, steps, rows } = options;
  const { noisy, shape, settings } = await denoiseStrip(lab, run, { n, frames, seed, sampler, steps, device }, work);
  const size = shape.slice(2);
  const stamp = { run, seed, settings: { n, frames, ...settings } };
  const cells = (images: Uint8Array, moments: number, count: number): Cells => ({ kind: 'cells', stamp, images, shape: [moments, count, ...size] as unknown as Cells['shape'], film: 'rest', arrays: {} });
  const count = Math.min(stripMoments, frames);
  const shown = Array.from({ length: count }, (_, k) => Math.round((k * (frames - 1)) / Math.max(1, count - 1)));
  const few = Math.min(rows, n);
  const strip = cells(byMoment(noisy, shape, few, shown), count, few);
  const film = cells(byMoment(noisy, shape, n), frames, n);
  const how = translate('figures:denoising.how', language, { n, seed, sampler: settings.sampler.toUpperCase(), steps: settings.steps });
  return titled('denoising', subject, how, [
    { material: strip, form: 'png' },
    { material: film, form: 'gif' },
  ]);
}

/** Of [n, frames, ...], the first `count` images at the moments `shown`, all of them when absent: [shown, count, ...]. */
export function byMoment(images: Uint8Array, shape: readonly number[], count: number, shown?: readonly number[]): Uint8Array {
  const frames = shape[1];
  const size = shape.slice(2).reduce((product, axis) => product * axis, 1);
  const moments = shown ?? Array.from({ length: frames }, (_, frame) => frame);
  const out = new Uint8Array(moments.length * count * size);
  moments.forEach((frame, m) => {
    for (let i = 0; i < count; i++) out.set(images.subarray((i * frames + frame) * size, (i * frames + frame + 1) * size), (m * count + i) * size);
  });
  return out;
}
