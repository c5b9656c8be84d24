/** @file Images of a dataset that a page looks at: out of a packed view where one stands, else of the originals asked for alone. */

import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { LabError } from '../../../preload/contract/errors';
import { defaultView, type Split, type ViewConfig } from '../../../preload/contract/datasets';
import type { ClassCounts, DatasetImages } from '../../../preload/contract/dataset-images';
import type { Work } from '../../../preload/contract/progress';
import { inOrder, throwIfCancelled } from '../ordered-work';
import { imagesAtOnce, viewOfFile } from '../readers/image-folder/image-file';
import { viewOfPixels } from '../readers/view-pixels';
import { datasetFolder, readDataset, type StoredDataset } from './dataset-folder';
import { itemPlaces, type ItemPlaces } from './item-places';
import { originalError, packView } from './pack-view';
import { openView } from './view';
import { viewFile, viewFolder, viewKey } from './view-folder';

export interface ImagesRequest {
  home: string;
  dataset: string;
  view: ViewConfig;
  split: Split;
  indices: readonly number[];
}

/** Indices of items that are kept: those of the datasets looked at last. */
const keptPlaces = 3;
const placesByKey = new Map<string, Promise<ItemPlaces>>();

async function placesOf(home: string, name: string, stored: StoredDataset): Promise<ItemPlaces> {
  const key = `${home}\0${name}\0${stored.info.hash}\0${stored.info.importedAt}`;
  const known = placesByKey.get(key) ?? itemPlaces(home, name, stored);
  placesByKey.delete(key);
  placesByKey.set(key, known);
  for (const oldest of [...placesByKey.keys()].slice(0, -keptPlaces)) placesByKey.delete(oldest);
  try {
    return await known;
  } catch (caught) {
    placesByKey.delete(key);
    throw caught;
  }
}

function storedOf(home: string, dataset: string): StoredDataset {
  const stored = readDataset(home, dataset);
  if (!stored) throw new LabError('dataset-not-found', { name: dataset, known: '-' });
  return stored;
}

const isPacked = (home: string, { info }: StoredDataset, view: ViewConfig): boolean => existsSync(join(viewFolder(home, viewKey(info.hash, view)), viewFile));

/**
 * Image files are read one by one, only those asked for. Records are packed once in their default view, and all else is made of that.
 * Progress phase: 'pack', where records are packed first.
 * @throws LabError 'dataset-not-found', 'dataset-damaged', 'cancelled', and of records those of `packView`
 */
export async function readDatasetImages(request: ImagesRequest, work: Work): Promise<DatasetImages> {
  const { home, dataset, view } = request;
  const stored = storedOf(home, dataset);
  if (isPacked(home, stored, view)) return packedImages(request, view);
  if (stored.content.kind === 'images') return imagesOfFiles(request, stored, work);
  const native = defaultView(stored.info);
  await packView({ home, dataset, view: native }, work);
  const packed = packedImages(request, native);
  return viewKey(stored.info.hash, native) === viewKey(stored.info.hash, view) ? packed : inView(packed, view);
}

function packedImages({ home, dataset, split, indices }: ImagesRequest, config: ViewConfig): DatasetImages {
  const view = openView(home, dataset, config);
  try {
    const inRange = indices.filter((index) => index < view.count(split));
    const images = new Uint8Array(inRange.length * config.height * config.width * config.channels);
    view.read(split, inRange, images);
    const all = view.labels(split);
    return { view: config, images, count: inRange.length, labels: Int32Array.from(inRange, (index) => all[index]), failed: [] };
  } finally {
    view.close();
  }
}

async function imagesOfFiles({ home, dataset, view, split, indices }: ImagesRequest, stored: StoredDataset, work: Work): Promise<DatasetImages> {
  const places = await placesOf(home, dataset, stored);
  const labels = places.labels(split);
  const inRange = indices.filter((index) => index < labels.length);
  const items = await places.items(split, inRange);
  const root = isAbsolute(stored.root) ? stored.root : join(datasetFolder(home, dataset), stored.root);
  const imageBytes = view.height * view.width * view.channels;
  const images = new Uint8Array(items.length * imageBytes);
  const failed: DatasetImages['failed'] = [];
  async function* each() {
    yield* items;
  }
  let at = 0;
  const read = async ({ path }: (typeof items)[number]): Promise<Uint8Array | LabError> => {
    throwIfCancelled(work.signal, dataset);
    try {
      return (await viewOfFile(join(root, ...path.split('/')), view)).pixels;
    } catch (caught) {
      const error = originalError(caught, stored.info);
      if (error instanceof LabError && error.code !== 'cancelled') return error;
      throw error;
    }
  };
  for await (const result of inOrder(each(), imagesAtOnce, read)) {
    if (result instanceof LabError) failed.push({ at, reason: result.toJSON() });
    else images.set(result, at * imageBytes);
    at++;
  }
  return { view, images, count: items.length, labels: Int32Array.from(inRange, (index) => labels[index]), failed };
}

/** Packed images in another view. */
async function inView(packed: DatasetImages, view: ViewConfig): Promise<DatasetImages> {
  const { height, width, channels } = packed.view;
  const from = height * width * channels;
  const to = view.height * view.width * view.channels;
  const images = new Uint8Array(packed.count * to);
  for (let i = 0; i < packed.count; i++) images.set(await viewOfPixels(packed.images.subarray(i * from, (i + 1) * from), height, width, channels, view), i * to);
  return { ...packed, view, images };
}

/** Progress phase: 'pack', where records are packed first. @throws LabError as `readDatasetImages` */
export async function countClasses({ home, dataset }: { home: string; dataset: string }, work: Work): Promise<ClassCounts> {
  const stored = storedOf(home, dataset);
  const count = (labels: Int32Array): Int32Array => {
    const counts = new Int32Array(stored.info.labels.length + 1);
    for (const label of labels) counts[label < 0 ? counts.length - 1 : label]++;
    return counts;
  };
  if (stored.content.kind === 'images') {
    const places = await placesOf(home, dataset, stored);
    return { train: count(places.labels('train')), test: count(places.labels('test')) };
  }
  const config = defaultView(stored.info);
  await packView({ home, dataset, view: config }, work);
  const view = openView(home, dataset, config);
  try {
    return { train: count(view.labels('train')), test: count(view.labels('test')) };
  } finally {
    view.close();
  }
}
