/** @file Material drawn: pictures, films, drawings, tables and pages, as bytes. */

import { projectLatents } from '../../analysis/latent-projection';
import { encodeAnimation } from '../../exports/animation';
import { chartSheet } from '../../exports/chart-sheet';
import { imageGrid, reconstructionGrid, sheetSize } from '../../exports/grid';
import { latentMap, latentMapSvg, type LatentMap } from '../../exports/latent-map';
import { networkSheet } from '../../exports/network';
import type { Images, Picture } from '../../exports/picture';
import { wholeZoom } from '../../exports/picture';
import { encodePng } from '../../exports/png';
import { htmlReport, type Figure } from '../../exports/report';
import { rasterSvg } from '../../exports/svg';
import type { Wording } from '../../exports/wording';
import type { ExportForm, ExportOptions } from '../../../preload/contract/exports';
import { LabError } from '../../../preload/contract/errors';
import type { Work } from '../../../preload/contract/progress';
import { clock } from '../../platform/clock';
import { readMetrics } from '../../runs/run';
import { imagesOf } from '../images';
import { stopIfCancelled } from './cancel';
import { curvesOf } from '../metric-curves';
import { genoiseVersion } from '../versions';
import { translate, type Language } from '../words';
import type { Cells, Curves, FigurePlan, Latents, MapOfImages, Material, NetworkDrawing, Page, Pairs, Trajectories } from './material';

/** What is drawn as one picture. */
export type Still = Cells | Pairs | Latents | MapOfImages | Trajectories | Curves | NetworkDrawing;

export interface Drawing {
  form: ExportForm;
  options: ExportOptions;
  language: Language;
  /** Where runs are read from. */
  home: string;
}

/** The words of pictures and reports. */
export const wordingOf = (language: Language): Wording => ({ language, say: (key, params) => translate(`exports:${key}`, language, params) });

/** Pixels of a picture; of all frames of a film, which are held in memory together. */
const mostPixels = { still: 300e6, film: 120e6 };
const mostSide = { png: 65_000, gif: 65_000, webp: 16_383 };
const frameMs = 80;
/** How long a film rests on its end. */
const restMs = 2_000;

/** @throws LabError 'picture-too-large' */
function checkSize(width: number, height: number, frames: number, form: keyof typeof mostSide): void {
  const limit = form === 'png' ? mostPixels.still : mostPixels.film;
  if (Math.max(width, height) <= mostSide[form] && width * height * frames <= limit) return;
  throw new LabError('picture-too-large', { width, height, frames, limit });
}

/** A picture as it stands in a file: of cells, pairs, a map, curves or a network. @throws LabError 'picture-too-large', and as `latentMap` */
export async function drawStill(material: Still, { options: { scale }, language, home }: Drawing): Promise<Picture> {
  switch (material.kind) {
    case 'cells':
      return drawCells(material, scale);
    case 'pairs': {
      const { originals, reconstructions, shape, titles } = material;
      const [n, height, width] = shape;
      const zoom = scale ?? wholeZoom(height, width);
      checkSize(width * zoom * Math.ceil(Math.sqrt(2 * n)), height * zoom * Math.ceil(Math.sqrt(2 * n)), 1, 'png');
      return reconstructionGrid(imagesOf(originals, shape), imagesOf(reconstructions, shape), { titles, scale });
    }
    case 'latents':
      return latentMap({ ...mapOf(material), pixelRatio: scale }, wordingOf(language));
    case 'map':
    case 'trajectories':
      return latentMap({ ...material.map, pixelRatio: scale }, wordingOf(language));
    case 'curves': {
      const sheet = await drawCurves(material, home, language);
      return rasterSvg(sheet.svg, sheet.width, sheet.height, scale ?? 2);
    }
    case 'network': {
      const sheet = networkSheet(material.network, material.layout, material.title, wordingOf(language));
      const ratio = scale ?? 2;
      checkSize(sheet.width * ratio, sheet.height * ratio, 1, 'png');
      return rasterSvg(sheet.svg, sheet.width, sheet.height, ratio);
    }
  }
}

/** One moment is a grid; more are strips, a row for each image. */
async function drawCells(cells: Cells, scale: number | undefined): Promise<Picture> {
  const [moments, n, height, width] = cells.shape;
  const { rowTitles, columnTitles } = cells;
  const columns = moments > 1 ? moments : (cells.columns ?? Math.ceil(Math.sqrt(n)));
  const images = moments > 1 ? byImage(cells) : imagesOf(cells.images, cells.shape.slice(1));
  const titles = moments > 1 || (rowTitles && columnTitles) ? { rowTitles, columnTitles } : {};
  checkSize(...sheetSize(height, width, moments * n, columns, scale ?? 1), 1, 'png');
  return imageGrid(images, { columns, scale, ...titles });
}

/** [moments, n, ...] -> [n * moments, ...] */
function byImage({ images, shape }: Cells): Images {
  const [moments, n, ...size] = shape;
  const length = size.reduce((product, axis) => product * axis, 1);
  const out = new Uint8Array(images.length);
  for (let m = 0; m < moments; m++) for (let i = 0; i < n; i++) out.set(images.subarray((m * n + i) * length, (m * n + i + 1) * length), (i * moments + m) * length);
  return imagesOf(out, [n * moments, ...size]);
}

/** The first frame of a film, at its size. */
export async function firstFrame(cells: Cells, { scale }: ExportOptions): Promise<Picture> {
  const [, n, height, width, channels] = cells.shape;
  const frame: Cells = { ...cells, images: cells.images.subarray(0, n * height * width * channels), shape: [1, n, height, width, channels], rowTitles: undefined, columnTitles: undefined };
  return n > 1 ? drawCells(frame, scale) : imageGrid(imagesOf(frame.images, [1, height, width, channels]), { gap: 0, scale });
}

/** Which moment each frame shows: there, and back without both ends. */
export function frameOrder({ shape: [moments], film }: Cells): number[] {
  const there = Array.from({ length: moments }, (_, m) => m);
  return film === 'back' ? [...there, ...there.slice(1, -1).reverse()] : there;
}

/** All images of each moment side by side. @throws LabError 'picture-too-large', 'cancelled' */
export async function drawFilm(cells: Cells, { form, options }: Drawing, work: Work): Promise<Uint8Array> {
  const [, n, height, width, channels] = cells.shape;
  const length = n * height * width * channels;
  const order = frameOrder(cells);
  const first = await firstFrame(cells, options);
  checkSize(first.width, first.height, order.length, form as 'gif');
  const frames: Picture[] = [];
  for (const [at, moment] of order.entries()) {
    stopIfCancelled(work.signal, cells.stamp.run);
    frames.push(await firstFrame({ ...cells, images: cells.images.subarray(moment * length) }, options));
    work.progress({ phase: 'draw', done: at + 1, total: order.length });
  }
  const film = imagesOf(Buffer.concat(frames.map(({ data }) => data)), [order.length, first.height, first.width, first.channels]);
  const delay = options.delayMs ?? frameMs;
  const delayMs = cells.film === 'back' ? delay : order.map((_, frame) => (frame === order.length - 1 ? Math.max(delay, restMs) : delay));
  return encodeAnimation(film, { format: form as 'gif' | 'webp', delayMs, scale: 1, stamp: cells.stamp });
}

/** A map of a split, by its own directions. */
function mapOf({ z, shape: [count, dims], labels, splits, labelNames, split }: Latents): LatentMap {
  const first = split === 'test' ? splits.train : 0;
  const end = split === 'train' ? splits.train : count;
  const points = projectLatents(z.slice(first * dims, end * dims), dims);
  return { ...points, labels: labelNames.length > 0 ? labels.slice(first, end) : undefined, labelNames };
}

async function drawCurves({ stamp, metrics, logY, titles }: Curves, home: string, language: Language) {
  const all = await readMetrics(home, stamp.run);
  const series = metrics === undefined ? all.series : Object.fromEntries(Object.entries(all.series).filter(([name]) => metrics.includes(name)));
  const curves = curvesOf({ steps: all.steps, series }, titles, language).map((curve) => ({ ...curve, logY }));
  return chartSheet(curves, wordingOf(language));
}

/** Columns of the metrics as they stand in the journal. */
export async function metricsTable({ stamp, metrics }: Curves, home: string): Promise<{ header: string[]; rows: (string | number)[][] }> {
  const { steps, series } = await readMetrics(home, stamp.run);
  const names = Object.keys(series).filter((name) => metrics === undefined || metrics.includes(name));
  return { header: ['step', ...names], rows: steps.map((step, i) => [step, ...names.map((name) => (Number.isFinite(series[name][i]) ? series[name][i] : ''))]) };
}

/** As SVG, its recipe in its metadata. */
export async function drawVector(material: MapOfImages | Trajectories | Curves | NetworkDrawing, { language, home }: Drawing): Promise<string> {
  if (material.kind === 'map' || material.kind === 'trajectories') return latentMapSvg(material.map, wordingOf(language), material.stamp);
  if (material.kind === 'network') return networkSheet(material.network, material.layout, material.title, wordingOf(language)).document(material.stamp);
  return (await drawCurves(material, home, language)).document(material.stamp);
}

/** A figure of a report, drawn. @throws as `drawStill` */
export async function drawFigure({ title, how, pixelated, drawings }: FigurePlan, drawing: Omit<Drawing, 'form' | 'options'>, work: Work): Promise<Figure> {
  const media: Figure['media'] = [];
  for (const { material, form, options = {} } of drawings) {
    stopIfCancelled(work.signal, material.stamp.run);
    const own = { ...drawing, form, options };
    if (form === 'gif' && material.kind === 'cells') media.push({ bytes: await drawFilm(material, own, { ...work, progress: () => undefined }), type: 'image/gif' });
    else media.push({ bytes: await encodePng(await drawStill(asStill(material), own), { stamp: material.stamp }), type: 'image/png' });
  }
  return { title, how, media, pixelated };
}

export function asStill(material: Material): Still {
  if (material.kind === 'cells' || material.kind === 'pairs' || material.kind === 'latents' || material.kind === 'map' || material.kind === 'trajectories' || material.kind === 'curves' || material.kind === 'network') return material;
  throw new LabError('internal', { detail: `no picture of ${material.kind}` });
}

/** The page of a report, its figures drawn now where they are not yet. */
export async function drawPage({ title, lead, runs }: Page, drawing: Omit<Drawing, 'form' | 'options'>, work: Work): Promise<string> {
  const { home, language } = drawing;
  const reports = [];
  const total = runs.reduce((sum, { figures }) => sum + figures.length, 0);
  let done = 0;
  for (const { report, figures, metricTitles } of runs) {
    const drawnFigures: Figure[] = [];
    for (const figure of figures) {
      drawnFigures.push('media' in figure ? figure : await drawFigure(figure, drawing, work));
      work.progress({ phase: 'draw', done: ++done, total });
    }
    reports.push({ ...report, figures: drawnFigures, curves: curvesOf(await readMetrics(home, report.run.name), metricTitles, language) });
  }
  const madeAt = new Date(clock.nowMs()).toISOString();
  return htmlReport({ title, lead, runs: reports, madeAt, version: genoiseVersion }, wordingOf(language));
}
