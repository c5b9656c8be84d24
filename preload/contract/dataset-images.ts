/** @file Images of datasets as pages ask for them: of a dataset that stands, and of a path before anything is imported. */

import { z } from 'zod';
import { bytes, int32 } from './arrays';
import { reason, splitName, viewConfig } from './datasets';

/** Most images that a page asks for at once. */
export const mostImagesAtOnce = 512;

/** What a run may say about how it sees the images; the rest is the dataset's default view. */
export const viewOptions = z.object({
  /** Pixels: side of a square, or [height, width]. */
  size: z.union([viewConfig.shape.height, z.tuple([viewConfig.shape.height, viewConfig.shape.width])]).optional(),
  channels: viewConfig.shape.channels.optional(),
  fit: viewConfig.shape.fit.optional(),
});

export const datasetImagesRequest = z.object({
  home: z.string(),
  dataset: z.string(),
  view: viewConfig,
  split: splitName,
  /** Places in the split; those beyond its end are left out. */
  indices: z.array(z.int().min(0)).max(mostImagesAtOnce),
});

/** uint8 [N, height, width, channels] in the view's shape, in the order asked for. */
export const datasetImages = z.object({
  view: viewConfig,
  images: bytes,
  count: z.int().min(0),
  /** int32 [N], places in the dataset's labels, -1: none. */
  labels: int32,
  /** Images that can't be read now, by their place in the answer, and why; their pixels are 0. */
  failed: z.array(z.object({ at: z.int().min(0), reason })),
});
export type DatasetImages = z.infer<typeof datasetImages>;

export const classCountsRequest = z.object({ home: z.string(), dataset: z.string() });
/** Images of each label, in the order of the dataset's labels; the last entry counts those without a label. int32 [labels + 1] */
export const classCounts = z.object({ train: int32, test: int32 });
export type ClassCounts = z.infer<typeof classCounts>;

export const sourceImagesRequest = z.object({ home: z.string(), path: z.string(), count: z.int().min(1).max(64) });
/** Some images of what stands at a path, as a run would see them by default as far as these tell. null: it holds none that can be shown before it is imported. */
export const sourceImages = z.object({ view: viewConfig, images: bytes, count: z.int().min(1), labels: z.array(z.string().nullable()) }).nullable();
export type SourceImages = z.infer<typeof sourceImages>;
