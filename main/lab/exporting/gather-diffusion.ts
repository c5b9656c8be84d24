/** @file Pictures of diffusion: samples, noise on its way to images, images on their way to noise, the same noise under other settings. */

import { imageByte, noiseOfByte } from '../../../preload/contract/diffusion';
import type { RequestOf, SheetAxis, WalkPicture } from '../../../preload/contract/exports';
import type { SamplerName } from '../../../preload/contract/inference';
import type { Work } from '../../../preload/contract/progress';
import { divergingTable } from '../../exports/diverging';
import type { NpyArray } from '../../exports/npy';
import { readDataset } from '../datasets';
import { draw as drawImages, noised as noise, trajectories as walkMany, walk as walkPart } from '../diffusion';
import { byMoment } from '../figures';
import { denoisingFrames, stripMoments } from '../films';
import type { Lab } from '../lab';
import { denoiseStrip, sample } from '../models';
import { runOf } from '../runs';
import { formatNumber, translate, type Language } from '../words';
import { stopIfCancelled } from './cancel';
import type { Gather } from './gather';
import type { Cells } from './material';
import { stampOf } from './stamp';

/** Timesteps count from 0 for the graph, and from 1 in the literature, where 0 is the image itself. */
const timeTitle = (timestep: number): string => `t = ${timestep + 1}`;

const cellsOf = (parts: Pick<Cells, 'stamp' | 'images'> & { shape: readonly number[] } & Partial<Omit<Cells, 'shape'>>): Cells => ({ kind: 'cells', film: 'rest', arrays: {}, ...parts, shape: parts.shape as unknown as Cells['shape'] });

export const samples: Gather<'samples'> = async (lab, request, { form, frames }, work) => {
  const { run, what: _what, ...options } = request;
  if (form === 'gif' || form === 'webp') {
    const count = Math.min(frames ?? denoisingFrames, (options.steps ?? denoisingFrames) + 1);
    const { noisy, shape, settings } = await denoiseStrip(lab, run, { ...options, frames: count }, work);
    const [n, moments, ...size] = shape;
    return cellsOf({ stamp: await stampOf(lab, request, { frames: moments, ...settings }), images: byMoment(noisy, shape, n), shape: [moments, n, ...size] });
  }
  const { images, shape, settings } = await sample(lab, run, options, work);
  return cellsOf({ stamp: await stampOf(lab, request, { ...settings }), images, shape: [1, ...shape], arrays: { images: { shape, data: images as NpyArray['data'] } } });
};

interface Moment {
  timestep: number;
  pictures: Record<WalkPicture, Uint8Array>;
}

interface Walked {
  moments: Moment[];
  /** [n, height, width, channels] */
  shape: number[];
}

/** The last walk, whole: another form or number of moments of it is not walked again. */
const lastWalks = new WeakMap<Lab, { key: string; walked: Walked }>();
/** A longer walk keeps only the moments that were asked for. */
const mostKeptBytes = 64e6;

/** The moments of a walk that `choose` wants, of 0 (noise) to total (finished). */
async function walkMoments(lab: Lab, request: RequestOf<'denoising'>, choose: (total: number) => ReadonlySet<number>, work: Work): Promise<Walked> {
  const { show: _show, moment: _moment, what: _what, ...settings } = request;
  const { steps, seconds } = await runOf(lab, request.run);
  const key = JSON.stringify([settings, steps, seconds]);
  const pick = ({ moments, shape }: Walked): Walked => {
    const wanted = choose(moments.length - 1);
    return { moments: moments.filter((_, at) => wanted.has(at)), shape };
  };
  const known = lastWalks.get(lab);
  if (known?.key === key) return pick(known.walked);
  const all = (total: number, size: number): boolean => (total + 1) * size * 3 <= mostKeptBytes && Math.max(...choose(total)) === total;
  const walked = await walkOn(lab, settings, (total, size) => (all(total, size) ? undefined : choose(total)), work);
  if (!walked.whole) return walked;
  lastWalks.set(lab, { key, walked });
  return pick(walked);
}

/** @param choose undefined: all of them */
async function walkOn(
  lab: Lab,
  settings: Omit<RequestOf<'denoising'>, 'what' | 'show' | 'moment'>,
  choose: (total: number, size: number) => ReadonlySet<number> | undefined,
  work: Work,
): Promise<Walked & { whole: boolean }> {
  const moments: Moment[] = [];
  let first = 0;
  let x: Float32Array | undefined;
  for (;;) {
    stopIfCancelled(work.signal, settings.run);
    const part = await walkPart(lab, { ...settings, first, x }, { progress: () => undefined, signal: work.signal });
    const shape = part.shape.slice(1);
    const size = shape.reduce((product, axis) => product * axis, 1);
    const wanted = choose(part.total, size);
    for (let k = 0; k < part.count; k++) {
      if (wanted?.has(first + k) === false) continue;
      const of = (pictures: Uint8Array) => pictures.slice(k * size, (k + 1) * size);
      moments.push({ timestep: part.timesteps[k], pictures: { noisy: of(part.noisy), predicted: of(part.predicted), noise: of(part.noise) } });
    }
    first += part.count;
    x = part.x;
    work.progress({ phase: 'sample', done: first, total: part.total });
    const last = wanted ? Math.max(...wanted) : part.total;
    if (first <= last && first < part.total) continue;
    if (last === part.total) {
      // The finished images are their own prediction, and no noise is left to predict: 127 is 0.
      const finished = Uint8Array.from(x, imageByte);
      moments.push({ timestep: -1, pictures: { noisy: finished, predicted: finished, noise: new Uint8Array(size).fill(127) } });
    }
    return { moments, shape, whole: wanted === undefined };
  }
}

/** `count` of the moments 0 to total, both ends among them. */
const spread = (total: number, count: number): Set<number> => new Set(Array.from({ length: count }, (_, k) => Math.round((k * total) / Math.max(1, count - 1))));

export const denoising: Gather<'denoising'> = async (lab, request, { form, frames, language }, work) => {
  const { moment, show } = request;
  const usual = { png: stripMoments, gif: denoisingFrames, webp: denoisingFrames }[form as string] ?? 500;
  const choose = (total: number): Set<number> => (moment === undefined ? spread(total, Math.min(frames ?? usual, total + 1)) : new Set([Math.min(moment, total)]));
  const { moments, shape } = await walkMoments(lab, request, choose, work);
  const [n, ...size] = shape;
  const channels = show.includes('noise') ? 3 : size[2];
  const colours = divergingTable();
  const images = Buffer.concat(moments.flatMap(({ pictures }) => show.map((kind) => (kind === 'noise' ? noiseColours(pictures.noise, size[2], colours) : withChannels(pictures[kind], size[2], channels)))));
  const words = show.map((kind) => translate(`exports:walk.${kind}`, language));
  return cellsOf({
    stamp: await stampOf(lab, request, moment === undefined ? { frames: moments.length } : {}),
    images,
    shape: [moments.length, show.length * n, size[0], size[1], channels],
    columns: show.length > 1 ? n : undefined,
    rowTitles: show.length > 1 ? words.flatMap((word) => Array.from({ length: n }, (_, i) => (i === 0 ? word : ''))) : undefined,
    columnTitles: moments.length > 1 ? moments.map(({ timestep }) => timeTitle(timestep)) : undefined,
    arrays: { ...Object.fromEntries(show.map((kind) => [kind, stackedMoments(moments, kind, shape)])), timesteps: { shape: [moments.length], data: Int32Array.from(moments, ({ timestep }) => timestep) } },
  });
};

/** [moments, n, height, width, channels]; the noise as numbers, to within 3 / 254. */
function stackedMoments(moments: readonly Moment[], kind: WalkPicture, shape: readonly number[]): NpyArray {
  const data = new Uint8Array(Buffer.concat(moments.map(({ pictures }) => pictures[kind])));
  return { shape: [moments.length, ...shape], data: kind === 'noise' ? Float32Array.from(data, noiseOfByte) : data };
}

/** The first channel of grey noise, the mean of the others. 0 to 254, 127 being 0. */
function noiseColours(noiseBytes: Uint8Array, channels: number, colours: Uint8Array): Uint8Array {
  const out = new Uint8Array((noiseBytes.length / channels) * 3);
  for (let pixel = 0; pixel * channels < noiseBytes.length; pixel++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += noiseBytes[pixel * channels + c];
    const at = Math.round(((sum / channels) * 255) / 254) * 3;
    out.set(colours.subarray(at, at + 3), pixel * 3);
  }
  return out;
}

function withChannels(grey: Uint8Array, from: number, to: number): Uint8Array {
  if (from === to) return grey;
  const out = new Uint8Array(grey.length * to);
  for (let i = 0; i < grey.length; i++) out.fill(grey[i], i * to, (i + 1) * to);
  return out;
}

export const noised: Gather<'noised'> = async (lab, request, _showing, work) => {
  const { what: _what, ...asked } = request;
  const { xt, shape } = await noise(lab, asked, work);
  return cellsOf({ stamp: await stampOf(lab, request), images: xt, shape: [request.t.length, 1, ...shape], columnTitles: request.t.map(timeTitle) });
};

function axisTitle({ setting }: SheetAxis, value: SamplerName | number, language: Language): string {
  if (setting === 'sampler') return String(value).toUpperCase();
  return translate(`exports:sheet.${setting}`, language, { value: setting === 'start' ? Number(value) + 1 : value });
}

/** What a value of an axis changes of a request. */
const changed = ({ setting }: SheetAxis, value: SamplerName | number, { from }: RequestOf<'sheet'>): Partial<RequestOf<'sheet'>> => (setting === 'start' ? { from: from && { ...from, t: Number(value) } } : { [setting]: value });

export const sheet: Gather<'sheet'> = async (lab, request, { language }, work) => {
  const { rows, columns, what: _what, ...base } = request;
  const images: Uint8Array[] = [];
  let size: number[] = [];
  const total = rows.values.length * columns.values.length;
  for (const row of rows.values) {
    for (const column of columns.values) {
      stopIfCancelled(work.signal, request.run);
      const drawn = await drawImages(lab, { ...base, ...changed(rows, row, request), ...changed(columns, column, request), n: 1 }, { progress: () => undefined, signal: work.signal });
      images.push(drawn.images);
      size = drawn.shape.slice(1);
      work.progress({ phase: 'sample', done: images.length, total });
    }
  }
  return cellsOf({
    stamp: await stampOf(lab, request),
    images: Buffer.concat(images),
    shape: [1, total, ...size],
    columns: columns.values.length,
    rowTitles: rows.values.map((value) => axisTitle(rows, value, language)),
    columnTitles: columns.values.map((value) => axisTitle(columns, value, language)),
  });
};

/** The plane is that of the images or of the walks; what it keeps is said below, with how it was found. */
export const trajectories: Gather<'trajectories'> = async (lab, request, { language }, work) => {
  const { what: _what, ...asked } = request;
  const dataset = request.dataset ?? (await runOf(lab, request.run)).dataset.name;
  const { labels: labelNames } = readDataset(lab, dataset);
  const { timesteps, paths, points, labels, indices, explained, fitted, trustworthiness, shape } = await walkMany(lab, { ...asked, dataset }, work);
  const say = (key: string, params?: Record<string, string | number>): string => translate(`exports:trajectories.${key}`, language, params);
  const percent = (share: number): string => formatNumber(share, language, { style: 'percent', maximumFractionDigits: 1 });
  const count = points.length / 2;
  const notes = [
    say('walks', { n: request.n, sampler: request.sampler.toUpperCase(), steps: request.steps, seed: request.seed, images: formatNumber(count, language) }),
    say(`plane.${request.plane}`, { fitted: formatNumber(fitted, language), share: percent(explained[0] + explained[1]) }),
    ...(trustworthiness ? [say('trust', { value: formatNumber(trustworthiness.value, language, { maximumFractionDigits: 3 }), neighbours: trustworthiness.neighbours, sampled: formatNumber(trustworthiness.sampled, language) })] : []),
  ];
  return {
    kind: 'trajectories',
    stamp: await stampOf(lab, request),
    map: {
      kind: 'pca',
      points,
      dims: shape.slice(1).reduce((product, axis) => product * axis, 1),
      explainedRatio: explained,
      trustworthiness: trustworthiness && { ...trustworthiness, count },
      labels: labelNames.length > 0 ? labels : undefined,
      labelNames,
      walks: { paths, moments: timesteps.length },
      notes,
    },
    timesteps,
    indices,
  };
};
