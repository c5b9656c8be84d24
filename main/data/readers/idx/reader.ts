/** @file IDX files (MNIST and its kin), plain or gzipped: a folder of them, or one file of images with its labels beside. */

import { stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { LabError } from '../../../../preload/contract/errors';
import type { Recognition, SkippedItem } from '../../../../preload/contract/datasets';
import type { Reader, RecordBlock, RecordLayout, RecordPart, RecordSource, Source } from '../reader';
import { readingError } from '../reading';
import { imageBlocks, labelNames, type ImageShape } from '../record-files';
import { inSplitOrder, setOfName, splitOfName } from '../splits';
import { listFolder, listIfReadable } from '../walk';
import { readIdxHeader, idxRecords, type IdxFile } from './header';
import { isLabelShape, labelValues } from './labels';
import { hasImageEnding } from '../image-folder/layout';

const maxPixels = 64_000_000;
/** Files in one folder that are looked into. */
const maxFiles = 4096;
const maxDepth = 3;

const isChannels = (n: number): n is 1 | 3 | 4 => n === 1 || n === 3 || n === 4;

/** @throws LabError 'idx-type', 'idx-shape' */
function imageShape({ path, type, dims }: IdxFile): ImageShape {
  if (type !== 8) throw new LabError('idx-type', { path, type });
  const [, a, b, c] = dims;
  const shape: ImageShape | null =
    dims.length === 3 ? { height: a, width: b, channels: 1, isPlanar: false }
    : dims.length === 4 && isChannels(c) ? { height: a, width: b, channels: c, isPlanar: false }
    : dims.length === 4 && isChannels(a) ? { height: b, width: c, channels: a, isPlanar: true }
    : null;
  if (!shape || shape.height < 1 || shape.width < 1 || shape.height * shape.width > maxPixels) throw new LabError('idx-shape', { path, shape: dims.join(' x ') });
  return shape;
}

/** 'train-images.idx3-ubyte.gz' -> 'train-*': what a file of images and its labels share. */
function pairKey(path: string): string {
  return basename(path)
    .toLowerCase()
    .replace(/\.gz$/, '')
    .replace(/images?|labels?/, '*')
    .replace(/idx\d?/, '')
    .replace(/[-_.]?u?byte/, '')
    .replace(/[-_.]+/g, '-')
    .replace(/-$/, '');
}

/** A file that this user may not read is none of this reader's files, until its own reader finds it. */
function unlessUnreadable(caught: unknown): null {
  if (caught instanceof LabError && caught.code === 'path-not-readable') return null;
  throw caught;
}

/** All IDX files of a folder; of a file that stands there plain and gzipped, the plain one. */
async function idxFilesOf(folder: string, names: readonly string[], signal: AbortSignal): Promise<{ files: IdxFile[]; others: string[] }> {
  const files: IdxFile[] = [];
  const others: string[] = [];
  for (const [i, name] of names.entries()) {
    if (signal.aborted) break;
    const isDouble = name.endsWith('.gz') && names.includes(name.slice(0, -3));
    const file = isDouble || i >= maxFiles || hasImageEnding(name) ? null : await readIdxHeader(join(folder, name)).catch(unlessUnreadable);
    if (file) files.push(file);
    else others.push(name);
  }
  return { files, others };
}

/** The first folder, `folder` itself or one below it, that holds IDX files. */
async function findIdxFolder(folder: string, signal: AbortSignal, depth = 0): Promise<{ folder: string; files: IdxFile[]; others: string[] } | null> {
  const entries = depth === 0 ? await listFolder(folder) : await listIfReadable(folder);
  const here = await idxFilesOf(folder, entries.filter(({ isFolder }) => !isFolder).map(({ name }) => name), signal);
  if (here.files.length > 0) return { folder, ...here };
  if (depth >= maxDepth || here.others.some(hasImageEnding)) return null;
  for (const { name, isFolder } of entries) {
    const below = isFolder && (await findIdxFolder(join(folder, name), signal, depth + 1));
    if (below) return below;
  }
  return null;
}

/** @throws LabError 'idx-several', 'labels-count', 'idx-shape', 'idx-type' */
async function layoutOf(root: string, images: IdxFile[], labels: IdxFile[]): Promise<{ layout: RecordLayout; used: Set<string> }> {
  const sets = [...new Set(images.map(({ path }) => setOfName(pairKey(path))))];
  if (sets.length > 1) throw new LabError('idx-several', { path: root, sets: images.map(({ path }) => basename(path)).join(', ') });
  const shapes = images.map(imageShape);
  const [shape] = shapes;
  for (const [i, other] of shapes.entries()) {
    const isSame = other.height === shape.height && other.width === shape.width && other.channels === shape.channels;
    if (!isSame) throw new LabError('idx-several', { path: root, sets: [images[0], images[i]].map((file) => `${basename(file.path)} (${file.dims.join(' x ')})`).join(', ') });
  }
  const inRoot = (path: string) => relative(root, path).split(sep).join('/');
  const usedLabels: IdxFile[] = [];
  const parts: RecordPart[] = images.map((file): RecordPart => {
    const key = pairKey(file.path);
    const beside = labels.find((other) => pairKey(other.path) === key) ?? (images.length === 1 && labels.length === 1 ? labels[0] : undefined);
    if (beside && beside.dims[0] !== file.dims[0]) throw new LabError('labels-count', { path: beside.path, images: file.dims[0], labels: beside.dims[0] });
    if (beside) usedLabels.push(beside);
    return { split: splitOfName(key), count: file.dims[0], images: inRoot(file.path), labelFile: beside ? inRoot(beside.path) : null };
  });
  const layout: RecordLayout = {
    format: 'idx',
    height: shape.height,
    width: shape.width,
    channels: shape.channels,
    labels: await labelNames(usedLabels.map(labelValues)),
    parts: inSplitOrder(parts),
  };
  return { layout, used: new Set([...images, ...usedLabels].map(({ path }) => inRoot(path))) };
}

const isImages = ({ dims }: IdxFile): boolean => dims.length >= 3;

async function openFolder(path: string, signal: AbortSignal): Promise<RecordSource | null> {
  const found = await findIdxFolder(path, signal);
  if (!found) return null;
  const images = found.files.filter(isImages);
  if (images.length === 0) throw new LabError('idx-shape', { path: found.files[0].path, shape: found.files[0].dims.join(' x ') });
  const { layout, used } = await layoutOf(found.folder, images, found.files.filter(({ dims }) => isLabelShape(dims)));
  const unused = [...found.others, ...found.files.map((file) => basename(file.path)).filter((name) => !used.has(name))];
  const skipped = unused.map((name): SkippedItem => ({ path: name, reason: { code: 'file-not-used', params: { path: join(found.folder, name) } } }));
  return { kind: 'records', root: found.folder, layout, skipped };
}

async function openFile(path: string, signal: AbortSignal): Promise<RecordSource | null> {
  const file = await readIdxHeader(path);
  if (!file) return null;
  if (!isImages(file)) throw new LabError('idx-shape', { path, shape: file.dims.join(' x ') });
  const folder = dirname(path);
  const key = pairKey(path);
  // Only what is named as this file's labels is looked into: whatever else stands there is nobody's business.
  const names = (await listFolder(folder)).filter(({ name, isFolder }) => !isFolder && /label/i.test(name) && pairKey(name) === key).map(({ name }) => name);
  const beside: IdxFile[] = [];
  for (const name of names.filter((name) => !(name.endsWith('.gz') && names.includes(name.slice(0, -3))))) {
    if (signal.aborted) break;
    const labels = await readIdxHeader(join(folder, name));
    if (labels && isLabelShape(labels.dims)) beside.push(labels);
  }
  const { layout } = await layoutOf(folder, [file], beside);
  return { kind: 'records', root: folder, layout, skipped: [] };
}

export const idxReader: Reader = {
  async open(path, signal) {
    const found = await stat(path).catch((caught: unknown) => {
      throw readingError(caught, path);
    });
    return found.isDirectory() ? openFolder(path, signal) : openFile(path, signal);
  },

  async recognise(source: Source): Promise<Recognition> {
    if (source.kind !== 'records') throw new LabError('internal', { detail: 'no source of the IDX reader' });
    const { height, width, channels, parts } = source.layout;
    const images = parts.reduce((sum, { count }) => sum + count, 0);
    return { code: 'idx', params: { images, height, width, bytes: images * height * width * channels } };
  },
};

/**
 * The records of one part, in order.
 * @throws LabError 'idx-header', 'idx-size', 'gzip-damaged', 'path-not-found', 'path-not-readable'
 */
export async function* idxBlocks(root: string, layout: RecordLayout, part: RecordPart): AsyncGenerator<RecordBlock> {
  const open = async (path: string): Promise<IdxFile> => {
    const file = await readIdxHeader(join(root, path));
    if (!file) throw new LabError('idx-header', { path: join(root, path), got: '-' });
    return file;
  };
  const file = await open(part.images);
  const shape = imageShape(file);
  const { height, width, channels } = layout;
  if (shape.height !== height || shape.width !== width || shape.channels !== channels || file.dims[0] !== part.count) {
    throw new LabError('idx-shape', { path: file.path, shape: file.dims.join(' x ') });
  }
  const labels = part.labelFile === null ? null : labelValues(await open(part.labelFile));
  yield* imageBlocks((recordBytes, atOnce) => idxRecords(file, recordBytes, atOnce), shape, labels, layout, part);
}
