/** @file Datasets: imported, listed, seen at a size. */

import { basename, extname, resolve } from 'node:path';
import type { ClassCounts, DatasetImages, SourceImages } from '../../preload/contract/dataset-images';
import { defaultView, viewConfig, type DatasetInfo, type KeepOriginals, type Recognition, type Split, type ViewConfig, type ViewInfo } from '../../preload/contract/datasets';
import { LabError } from '../../preload/contract/errors';
import type { Work } from '../../preload/contract/progress';
import { openCatalog, type Catalog } from '../data/catalog/catalog';
import { checkDatasetName } from '../data/catalog/dataset-folder';
import { openView } from '../data/catalog/view';
import type { Images } from '../exports/picture';
import { imagesOf } from './images';
import type { Lab } from './lab';

export interface ImportOptions {
  /** File or folder, absolute or relative to the working folder. */
  path: string;
  /** Default: the path's base name, without ending, in the letters that names have. */
  name?: string;
  keep?: KeepOriginals;
  /** What to call where it came from, when the path itself will be gone. */
  source?: string;
}

/** Reads a path into the home, in the importer process. @throws LabError, exit code 3 on bad input; nothing half-imported stays */
export function importDataset(lab: Lab, { path, name, keep = 'copy', source }: ImportOptions, work: Work): Promise<DatasetInfo> {
  const absolute = resolve(path);
  return lab.call<DatasetInfo>('importer', 'import', { path: absolute, name: name ?? nameFromPath(absolute), keep, source }, work);
}

/** 'My photos (2024).zip' -> 'My-photos-2024'. */
export function nameFromPath(path: string): string {
  const base = basename(path);
  const stem = base.slice(0, base.length - extname(base).length).replace(/\.tar$/i, '') || base;
  const plain = stem.normalize('NFD').replace(/\p{Mark}/gu, '');
  const name = plain.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '').slice(0, 80);
  return name || 'dataset';
}

/** Lends `use` the catalog of the lab's home. */
export async function withCatalog<T>(lab: Lab, use: (catalog: Catalog) => Promise<T>): Promise<T> {
  const catalog = openCatalog(lab.home);
  try {
    return await use(catalog);
  } finally {
    catalog.close();
  }
}

export function listDatasets(lab: Lab): DatasetInfo[] {
  const catalog = openCatalog(lab.home);
  try {
    return catalog.datasets();
  } finally {
    catalog.close();
  }
}

/** @throws LabError 'dataset-not-found' */
export function readDataset(lab: Lab, name: string): DatasetInfo {
  const catalog = openCatalog(lab.home);
  try {
    return catalog.dataset(name);
  } finally {
    catalog.close();
  }
}

/** Whether a new dataset may have this name. @throws LabError 'dataset-name-invalid', 'dataset-exists' */
export function checkNewName(lab: Lab, name: string): void {
  checkDatasetName(name);
  if (listDatasets(lab).some((info) => info.name === name)) throw new LabError('dataset-exists', { name });
}

/** @throws LabError 'dataset-not-found', 'dataset-exists', 'dataset-name-invalid' */
export const renameDataset = (lab: Lab, dataset: string, to: string): Promise<DatasetInfo> => withCatalog(lab, (catalog) => catalog.rename(dataset, to));

/** What stands at a path, from names and headers alone. */
export const recogniseSource = (lab: Lab, path: string, work: Work): Promise<Recognition> => lab.call<Recognition>('importer', 'recognise', { path: resolve(path) }, work);

/** A few images of what stands at a path, before anything is kept; null where that can't be told without reading it whole. */
export const sourceImages = (lab: Lab, path: string, count: number, work: Work): Promise<SourceImages> =>
  lab.call<SourceImages>('importer', 'sourceImages', { path: resolve(path), count }, work);

/** Images of a split by their places, as a run would see them. -> uint8 [N, H, W, C], those in range */
export function datasetImages(lab: Lab, { dataset, split, indices, view }: { dataset: string; split: Split; indices: number[]; view?: ViewOptions }, work: Work): Promise<DatasetImages> {
  const config = viewOf(readDataset(lab, dataset), view ?? {});
  return lab.call<DatasetImages>('importer', 'datasetImages', { dataset, split, indices, view: config }, work);
}

/** How many images each label has, by split. */
export const classCounts = (lab: Lab, dataset: string, work: Work): Promise<ClassCounts> => lab.call<ClassCounts>('importer', 'classCounts', { dataset }, work);

/** What a run may say about how it sees the images; the rest is the dataset's default view. */
export interface ViewOptions {
  /** Pixels: side of a square, or [height, width]. */
  size?: number | [height: number, width: number];
  channels?: 1 | 3;
  fit?: ViewConfig['fit'];
}

export function viewOf(info: DatasetInfo, { size, channels, fit }: ViewOptions): ViewConfig {
  const view = defaultView(info);
  const [height, width] = typeof size === 'number' ? [size, size] : (size ?? [view.height, view.width]);
  return viewConfig.parse({ height, width, channels: channels ?? view.channels, fit: fit ?? view.fit });
}

/** `n` images of a packed view, evenly spaced over its training split; all of them where there are fewer. -> uint8 [N, H, W, C] */
export function readView(lab: Lab, dataset: string, config: ViewConfig, n: number): Images {
  const view = openView(lab.home, dataset, config);
  try {
    const count = view.count('train');
    const shown = Math.min(n, count);
    const { height, width, channels } = config;
    const data = new Uint8Array(shown * height * width * channels);
    view.read('train', Int32Array.from({ length: shown }, (_, i) => Math.floor((i * count) / shown)), data);
    return imagesOf(data, [shown, height, width, channels]);
  } finally {
    view.close();
  }
}

/** Packs the view, or finds it packed. */
export function packView(lab: Lab, dataset: string, view: ViewConfig, work: Work): Promise<ViewInfo> {
  return lab.call<ViewInfo>('importer', 'packView', { dataset, view }, work);
}
