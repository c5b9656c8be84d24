/** @file Material written to a file: whole, or not at all. */

import { zipSync } from 'fflate';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ExportPreview } from '../../../preload/contract/exports';
import { LabError } from '../../../preload/contract/errors';
import type { Work } from '../../../preload/contract/progress';
import { encodeCsv, type Cell } from '../../exports/csv';
import type { NpyArray, NpyData } from '../../exports/npy';
import { writeNpz } from '../../exports/npz';
import { encodePng, stampKeyword, type Stamp } from '../../exports/png';
import { writeExport } from '../../exports/write';
import { listGraphs, readGraph } from '../../runs/run';
import { stopIfCancelled } from './cancel';
import { asStill, drawFilm, drawPage, drawStill, drawVector, firstFrame, frameOrder, metricsTable, type Drawing } from './draw';
import type { Latents, MapOfImages, Material, Trajectories } from './material';

export interface WrittenFile {
  /** Absolute. */
  path: string;
  bytes: number;
}

/** @throws LabError 'picture-too-large', 'npz-too-large', 'graph-not-found', 'checkpoint-missing', 'cancelled', and what `writeExport` throws */
export async function writeMaterial(out: string, material: Material, drawing: Drawing, work: Work): Promise<WrittenFile> {
  const path = resolve(out);
  if (drawing.form === 'npz') await writeNpz(path, arraysOf(material));
  else {
    const bytes = await encode(material, drawing, work);
    stopIfCancelled(work.signal, material.stamp.run);
    await writeExport(path, bytes);
  }
  return { path, bytes: (await stat(path)).size };
}

/** The bytes of a file in every form but npz. */
async function encode(material: Material, drawing: Drawing, work: Work): Promise<Uint8Array | string> {
  switch (drawing.form) {
    case 'png':
      return encodePng(await drawStill(asStill(material), drawing), { stamp: material.stamp });
    case 'gif':
    case 'webp':
      if (material.kind !== 'cells') break;
      return drawFilm(material, drawing, work);
    case 'svg':
      if (material.kind !== 'map' && material.kind !== 'trajectories' && material.kind !== 'curves' && material.kind !== 'network') break;
      return drawVector(material, drawing);
    case 'csv': {
      const { header, rows } = await tableOf(material, drawing.home);
      return encodeCsv(header, rows);
    }
    case 'html':
      if (material.kind !== 'page') break;
      return drawPage(material, drawing, work);
    case 'onnx':
    case 'zip':
      if (material.kind !== 'graphs') break;
      return graphsOf(drawing, material.stamp.run, material.graph);
    case 'npz':
      break;
  }
  throw new LabError('internal', { detail: `${drawing.form} of ${material.kind}` });
}

/** One graph as it stands, or all of them in an archive (they do not get smaller by compressing). */
async function graphsOf({ home, form }: Drawing, run: string, graph: string | undefined): Promise<Uint8Array> {
  if (form === 'onnx' && graph !== undefined) return readGraph(home, run, graph);
  const names = await listGraphs(home, run);
  if (names.length === 0) throw new LabError('checkpoint-missing', { run, rejected: 0 });
  const files: Record<string, Uint8Array> = {};
  for (const name of names) files[`${name}.onnx`] = await readGraph(home, run, name);
  return zipSync(files, { level: 0, mtime: '1980-01-01T00:00:00' });
}

/** Named arrays; `recipe` has the stamp as the bytes of a JSON text. */
export function arraysOf(material: Material): Record<string, NpyArray> {
  if (material.kind === 'cells') return { ...material.arrays, recipe: recipeArray(material.stamp) };
  if (material.kind !== 'latents') throw new LabError('internal', { detail: `npz of ${material.kind}` });
  const { z, shape, labels, splits, stamp } = material;
  const split = new Uint8Array(shape[0]).fill(1, splits.train);
  return {
    z: { shape, data: z as NpyData },
    labels: { shape: [labels.length], data: labels as NpyData },
    split: { shape: [split.length], data: split },
    recipe: recipeArray(stamp),
  };
}

function recipeArray(stamp: Stamp): NpyArray {
  const data = new Uint8Array(Buffer.from(JSON.stringify({ [stampKeyword]: stamp }), 'utf8'));
  return { shape: [data.length], data };
}

async function tableOf(material: Material, home: string): Promise<{ header: readonly string[]; rows: readonly (readonly Cell[])[] }> {
  if (material.kind === 'table') return material;
  if (material.kind === 'curves') return metricsTable(material, home);
  if (material.kind === 'latents') return latentsTable(material);
  if (material.kind === 'map') return mapTable(material);
  if (material.kind === 'trajectories') return trajectoriesTable(material);
  throw new LabError('internal', { detail: `table of ${material.kind}` });
}

function latentsTable({ z, shape: [count, width], labels, splits }: Latents): { header: string[]; rows: Cell[][] } {
  const header = ['split', 'label', ...Array.from({ length: width }, (_, d) => `z${d}`)];
  return { header, rows: Array.from({ length: count }, (_, i) => [i < splits.train ? 'train' : 'test', labels[i], ...z.subarray(i * width, (i + 1) * width)]) };
}

/** Places count from 0 in their split. */
function mapTable({ map: { points, labels, labelNames }, places: { first, train } }: MapOfImages): { header: string[]; rows: Cell[][] } {
  const rows = Array.from({ length: points.length / 2 }, (_, i) => {
    const at = first + i;
    return [at < train ? 'train' : 'test', at < train ? at : at - train, labelNames?.[labels?.[i] ?? -1] ?? '', points[2 * i], points[2 * i + 1]];
  });
  return { header: ['split', 'index', 'label', 'x', 'y'], rows };
}

/** The walks moment by moment, numbered from 0 as images of the seed are, then the images behind them. */
function trajectoriesTable({ map: { walks, points, labels, labelNames }, timesteps, indices }: Trajectories): { header: string[]; rows: Cell[][] } {
  const { paths, moments } = walks;
  const walked = Array.from({ length: paths.length / 2 }, (_, i): Cell[] => ['walk', Math.floor(i / moments), timesteps[i % moments], '', paths[2 * i], paths[2 * i + 1]]);
  const images = Array.from({ length: points.length / 2 }, (_, i): Cell[] => ['train', indices[i], '', labelNames?.[labels?.[i] ?? -1] ?? '', points[2 * i], points[2 * i + 1]]);
  return { header: ['kind', 'index', 't', 'label', 'x', 'y'], rows: [...walked, ...images] };
}

/** Beyond this many pixels a film's size is estimated from some of its frames. */
const measuredPixels = 12e6;
const measuredFrames = 6;
/** Of rows and arrays: what is shorter is made in full to be measured. */
const mostRowsMeasured = 20_000;

/** The picture or first frame, and what the file will measure. @throws as `writeMaterial` */
export async function previewMaterial(material: Material, drawing: Drawing, work: Work): Promise<Omit<ExportPreview, 'seconds' | 'drawn'>> {
  const nothing = { picture: null, width: null, height: null, frames: null, rows: null, bytes: null, exact: false };
  const { form } = drawing;
  if (form === 'html') return nothing;
  if (form === 'onnx' || form === 'zip') return { ...nothing, bytes: (await encode(material, drawing, work)).length, exact: true };
  if (form === 'npz') return { ...nothing, bytes: Object.values(arraysOf(material)).reduce((sum, { data }) => sum + data.byteLength, 0) };
  if (form === 'csv') {
    const { header, rows } = await tableOf(material, drawing.home);
    const sample = encodeCsv(header, rows.slice(0, mostRowsMeasured)).length;
    return { ...nothing, rows: rows.length, bytes: rows.length > mostRowsMeasured ? Math.round((sample * rows.length) / mostRowsMeasured) : sample, exact: rows.length <= mostRowsMeasured };
  }
  if ((form === 'gif' || form === 'webp') && material.kind === 'cells') {
    const frame = await firstFrame(material, drawing.options);
    const frames = frameOrder(material).length;
    const few = frame.width * frame.height * frames <= measuredPixels;
    const film = await drawFilm(few ? material : sparser(material), drawing, { ...work, progress: () => undefined });
    const bytes = few ? film.length : Math.round((film.length * frames) / frameOrder(sparser(material)).length);
    return { ...nothing, picture: plainBytes(await encodePng(frame)), width: frame.width, height: frame.height, frames, bytes, exact: few };
  }
  const still = asStill(material);
  const picture = await drawStill(still, form === 'svg' ? { ...drawing, options: {} } : drawing);
  const png = plainBytes(await encodePng(picture, { stamp: material.stamp }));
  if (form === 'svg' && (still.kind === 'map' || still.kind === 'trajectories' || still.kind === 'curves' || still.kind === 'network')) {
    return { ...nothing, picture: png, width: Math.round(picture.width / 2), height: Math.round(picture.height / 2), bytes: Buffer.byteLength(await drawVector(still, drawing)), exact: true };
  }
  return { ...nothing, picture: png, width: picture.width, height: picture.height, bytes: png.length, exact: true };
}

/** Node's own buffers do not cross to a page. */
const plainBytes = (bytes: Uint8Array): Uint8Array => Uint8Array.from(bytes);

/** A few of a film's moments, evenly spaced. */
function sparser<Film extends Extract<Material, { kind: 'cells' }>>(film: Film): Film {
  const [moments, n, height, width, channels] = film.shape;
  const length = n * height * width * channels;
  const count = Math.min(measuredFrames, moments);
  const kept = Array.from({ length: count }, (_, k) => Math.round((k * (moments - 1)) / Math.max(1, count - 1)));
  return { ...film, images: Buffer.concat(kept.map((m) => film.images.subarray(m * length, (m + 1) * length))), shape: [count, n, height, width, channels] };
}
