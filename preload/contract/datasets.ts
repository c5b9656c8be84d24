/** @file Datasets and their views, as they cross every boundary: plain JSON. */

import { z } from 'zod';
import { errorKinds, type ErrorCode } from './errors';

export const splitName = z.enum(['train', 'test']);
export type Split = z.infer<typeof splitName>;

/** An error as JSON, in results that list what went wrong beside what went well. */
export const reason = z.object({
  code: z.enum(Object.keys(errorKinds) as [ErrorCode, ...ErrorCode[]]),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
});

/** What was left out of a dataset, and why. `path` is relative to what was imported. */
export const skippedItem = z.object({ path: z.string(), reason });
export type SkippedItem = z.infer<typeof skippedItem>;

/** [height, width] in pixels. */
const size = z.tuple([z.int().positive(), z.int().positive()]);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const keepOriginals = z.enum(['copy', 'link']);
export type KeepOriginals = z.infer<typeof keepOriginals>;

export const datasetInfo = z.object({
  name: z.string(),
  /** SHA-256 of the readable items with their labels and splits: the same data has the same hash, in whatever container it came. */
  hash: sha256,
  /** The reader that knows the originals. */
  reader: z.enum(['image-folder', 'idx', 'cifar', 'npy']),
  count: z.int().positive(),
  /** Names, sorted naturally; an item's label is a place in this list. Empty when the data has no labels. */
  labels: z.array(z.string()),
  splits: z.record(splitName, z.int().nonnegative()),
  skipped: z.array(skippedItem),
  /** Smallest and largest height and width, each on its own; `common` is the size that all items share, null when they differ. After EXIF turning. */
  sizes: z.object({ min: size, max: size, common: size.nullable() }),
  /** 1: all items are grey; 3: some have colour; 4: some have transparency. */
  channels: z.union([z.literal(1), z.literal(3), z.literal(4)]),
  /** Of the originals, on disk. */
  bytes: z.int().nonnegative(),
  /** ISO 8601, UTC. */
  importedAt: z.string(),
  keep: keepOriginals,
  /** The path that was imported. */
  source: z.string(),
});
export type DatasetInfo = z.infer<typeof datasetInfo>;

export const importRequest = z.object({
  home: z.string(),
  path: z.string(),
  name: z.string(),
  keep: keepOriginals,
  /** What to call where it came from, when the path itself will be gone. */
  source: z.string().optional(),
});
export type ImportRequest = z.infer<typeof importRequest>;

export const recogniseRequest = z.object({ path: z.string() });
/** What stands at a path, seen from names and headers alone: a code and parameters, to be worded at the edge. */
export const recognition = z.object({
  code: z.enum(['image-folder', 'archive', 'idx', 'cifar', 'npy']),
  /** image-folder: images, folders. archive: entries, bytes (unpacked, as headers say). idx, cifar, npy: images, height, width, bytes; npy also axes, as they were understood. */
  params: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type Recognition = z.infer<typeof recognition>;

/** How a run sees the images of a dataset. */
export const viewConfig = z.object({
  height: z.int().min(1).max(4096),
  width: z.int().min(1).max(4096),
  channels: z.union([z.literal(1), z.literal(3)]),
  /** crop: the largest centred part of the view's shape. pad: the whole image between black bars. stretch: the whole image, its shape given up. */
  fit: z.enum(['crop', 'pad', 'stretch']),
});
export type ViewConfig = z.infer<typeof viewConfig>;

export const viewInfo = z.object({
  /** SHA-256 of the dataset's hash and the config: the name of the view's folder. */
  key: sha256,
  /** The dataset's hash. */
  dataset: sha256,
  config: viewConfig,
  splits: z.record(splitName, z.int().nonnegative()),
  labels: z.array(z.string()),
  /** Of the packed files. */
  bytes: z.int().nonnegative(),
});
export type ViewInfo = z.infer<typeof viewInfo>;

export const packRequest = z.object({ home: z.string(), dataset: z.string(), view: viewConfig });
export type PackRequest = z.infer<typeof packRequest>;

/** A dataset that was removed and can be had back until its 30 days are over. */
export const trashedDataset = z.object({ id: z.string(), name: z.string(), removedAt: z.string() });
export type TrashedDataset = z.infer<typeof trashedDataset>;

/**
 * The view a run takes unless told otherwise: the native size when all images share one and no side is over 64 pixels; else a centre crop of
 * 64 x 64, or of 32 x 32 when no image reaches 64 pixels. Grey stays grey, all else is RGB.
 */
export function defaultView(info: Pick<DatasetInfo, 'sizes' | 'channels'>): ViewConfig {
  const channels = info.channels === 1 ? 1 : 3;
  const { common, max } = info.sizes;
  if (common && Math.max(...common) <= 64) return { height: common[0], width: common[1], channels, fit: 'crop' };
  const side = Math.max(...max) >= 64 ? 64 : 32;
  return { height: side, width: side, channels, fit: 'crop' };
}
