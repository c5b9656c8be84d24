/** @file NumPy's npy arrays of images: a folder of them, or one file with its labels beside. */

import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LabError } from '../../../../preload/contract/errors';
import type { Recognition, SkippedItem } from '../../../../preload/contract/datasets';
import { hasImageEnding } from '../image-folder/layout';
import type { Reader, RecordBlock, RecordLayout, RecordPart, RecordSource, Source } from '../reader';
import { readingError } from '../reading';
import { imageBlocks, labelNames, type ImageShape } from '../record-files';
import { inSplitOrder, setOfName, splitOfName } from '../splits';
import { listFolder, listIfReadable } from '../walk';
import { hasNpyEnding, npyRecords, readNpyHeader, type NpyFile } from './header';
import { isLabelShape, labelValues } from './labels';

const maxPixels = 64_000_000;
/** npy files in one folder that are looked into. */
const maxFiles = 4096;
const maxDepth = 3;

const isChannels = (n: number): n is 1 | 3 => n === 1 || n === 3;

/** [N, H, W], [N, H, W, C] or [N, C, H, W]; where both of the last fit, channels are last. @throws LabError 'npy-type', 'npy-shape' */
function imageShape({ path, type, dims }: NpyFile): ImageShape & { axes: string } {
  const [, a, b, c] = dims;
  const shape =
    dims.length === 3 ? ({ height: a, width: b, channels: 1, isPlanar: false, axes: 'N x H x W' } as const)
    : dims.length === 4 && isChannels(c) ? ({ height: a, width: b, channels: c, isPlanar: false, axes: 'N x H x W x C' } as const)
    : dims.length === 4 && isChannels(a) ? ({ height: b, width: c, channels: a, isPlanar: true, axes: 'N x C x H x W' } as const)
    : null;
  if (!shape || shape.height < 1 || shape.width < 1 || shape.height * shape.width > maxPixels) throw new LabError('npy-shape', { path, shape: dims.join(' x ') });
  if (type !== 'u1') throw new LabError('npy-type', { path, type });
  return shape;
}

type Role = 'images' | 'labels' | null;
const roles: ReadonlyMap<string, Role> = new Map([
  ...['images', 'image', 'imgs', 'img', 'x'].map((word) => [word, 'images'] as const),
  ...['labels', 'label', 'targets', 'y'].map((word) => [word, 'labels'] as const),
]);

const wordsOf = (path: string): string[] => basename(path).toLowerCase().replace(/\.npy$/, '').split(/[-_. ]+/).filter((word) => word !== '');
const roleOf = (path: string): Role => roles.get(wordsOf(path).find((word) => roles.has(word)) ?? '') ?? null;
/** 'x_train.npy' -> 'train': what a file of images and its labels share. */
const pairKey = (path: string): string => wordsOf(path).filter((word) => !roles.has(word)).join('-');

/** @throws LabError 'npy-several', 'labels-count', 'npy-shape', 'npy-type', 'npy-label' */
async function layoutOf(root: string, images: readonly NpyFile[], labels: readonly NpyFile[]): Promise<RecordLayout> {
  const shapes = images.map(imageShape);
  const isOneSet = new Set(images.map(({ path }) => setOfName(pairKey(path)))).size === 1 && new Set(images.map(({ dims }) => dims.slice(1).join(' x '))).size === 1;
  if (!isOneSet) throw new LabError('npy-several', { path: root, sets: images.map(({ path, dims }) => `${basename(path)} (${dims.join(' x ')})`).join(', ') });
  const used: NpyFile[] = [];
  const parts = images.map(({ path, dims }): RecordPart => {
    const key = pairKey(path);
    const beside = labels.find((other) => pairKey(other.path) === key) ?? (images.length === 1 && labels.length === 1 ? labels[0] : undefined);
    if (beside && beside.dims[0] !== dims[0]) throw new LabError('labels-count', { path: beside.path, images: dims[0], labels: beside.dims[0] });
    if (beside) used.push(beside);
    return { split: splitOfName(key), count: dims[0], images: basename(path), labelFile: beside ? basename(beside.path) : null };
  });
  const { height, width, channels } = shapes[0];
  return { format: 'npy', height, width, channels, labels: await labelNames(used.map(labelValues)), parts: inSplitOrder(parts) };
}

/** The npy files of a folder, and those that are refused with the reason. */
async function npyFilesOf(folder: string, names: readonly string[], signal: AbortSignal): Promise<{ files: NpyFile[]; refused: { name: string; error: LabError }[] }> {
  const files: NpyFile[] = [];
  const refused: { name: string; error: LabError }[] = [];
  for (const name of names.filter(hasNpyEnding).slice(0, maxFiles)) {
    if (signal.aborted) break;
    try {
      const file = await readNpyHeader(join(folder, name));
      if (file) files.push(file);
    } catch (caught) {
      if (!(caught instanceof LabError)) throw caught;
      refused.push({ name, error: caught });
    }
  }
  return { files, refused };
}

/** Arrays beside pictures, or beside folders of them, are no dataset of their own: poses, features, masks. */
async function openFolder(folder: string, signal: AbortSignal, depth = 0): Promise<RecordSource | null> {
  const entries = depth === 0 ? await listFolder(folder) : await listIfReadable(folder);
  const below = entries.filter(({ isFolder }) => isFolder);
  const names = entries.filter(({ isFolder }) => !isFolder).map(({ name }) => name);
  if (names.some(hasImageEnding)) return null;
  // A folder that only wraps another.
  if (!names.some(hasNpyEnding)) return below.length === 1 && depth < maxDepth && !signal.aborted ? openFolder(join(folder, below[0].name), signal, depth + 1) : null;
  const { files, refused } = await npyFilesOf(folder, names, signal);
  const stacks = files.filter(({ path, dims }) => dims.length >= 3 && roleOf(path) !== 'labels');
  const named = stacks.filter(({ path }) => roleOf(path) === 'images');
  const images = named.length > 0 ? named : stacks;
  const fatal =
    refused.find(({ name }) => roleOf(name) === 'images') ??
    (images.length > 0 ? refused.find(({ name }) => roleOf(name) === 'labels') : below.length === 0 ? refused[0] : undefined);
  if (fatal) throw fatal.error;
  if (images.length === 0) {
    if (below.length > 0 || files.length === 0) return null;
    throw new LabError('npy-shape', { path: files[0].path, shape: files[0].dims.join(' x ') });
  }
  const layout = await layoutOf(folder, images, files.filter((file) => roleOf(file.path) === 'labels' && isLabelShape(file)));
  const used = new Set(layout.parts.flatMap(({ images: file, labelFile }) => [file, labelFile]));
  const skipped = names.filter((name) => !used.has(name)).map((name): SkippedItem => ({
    path: name,
    reason: refused.find((other) => other.name === name)?.error.toJSON() ?? { code: 'file-not-used', params: { path: join(folder, name) } },
  }));
  return { kind: 'records', root: folder, layout, skipped };
}

async function openFile(path: string, signal: AbortSignal): Promise<RecordSource | null> {
  const file = await readNpyHeader(path);
  if (!file) return null;
  imageShape(file);
  const folder = dirname(path);
  const names = (await listFolder(folder)).filter(({ name, isFolder }) => !isFolder && hasNpyEnding(name) && roleOf(name) === 'labels' && pairKey(name) === pairKey(path)).map(({ name }) => name);
  // Only what is named as this file's labels is looked into: whatever else stands there is nobody's business.
  const beside = await npyFilesOf(folder, names, signal);
  if (beside.refused.length > 0) throw beside.refused[0].error;
  return { kind: 'records', root: folder, layout: await layoutOf(folder, [file], beside.files.filter(isLabelShape)), skipped: [] };
}

export const npyReader: Reader = {
  async open(path, signal) {
    const found = await stat(path).catch((caught: unknown) => {
      throw readingError(caught, path);
    });
    return found.isDirectory() ? openFolder(path, signal) : openFile(path, signal);
  },

  async recognise(source: Source): Promise<Recognition> {
    if (source.kind !== 'records') throw new LabError('internal', { detail: 'no source of the npy reader' });
    const { height, width, channels, parts } = source.layout;
    const { axes } = imageShape(await reopened(join(source.root, parts[0].images)));
    const images = parts.reduce((sum, { count }) => sum + count, 0);
    return { code: 'npy', params: { images, height, width, bytes: images * height * width * channels, axes } };
  },
};

/** A file that was an npy file before. */
async function reopened(path: string): Promise<NpyFile> {
  const file = await readNpyHeader(path);
  if (!file) throw new LabError('npy-header', { path, got: '-' });
  return file;
}

/**
 * The records of one part, in order.
 * @throws LabError 'npy-*', 'labels-count', 'pickle-refused', 'path-not-found', 'path-not-readable'
 */
export async function* npyBlocks(root: string, layout: RecordLayout, part: RecordPart): AsyncGenerator<RecordBlock> {
  const file = await reopened(join(root, part.images));
  const shape = imageShape(file);
  if (shape.height !== layout.height || shape.width !== layout.width || shape.channels !== layout.channels || file.dims[0] !== part.count) {
    throw new LabError('npy-shape', { path: file.path, shape: file.dims.join(' x ') });
  }
  const labels = part.labelFile === null ? null : labelValues(await reopened(join(root, part.labelFile)));
  yield* imageBlocks((recordBytes, atOnce) => npyRecords(file, recordBytes, atOnce), shape, labels, layout, part);
}
