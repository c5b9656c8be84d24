/** @file The datasets of the home: looked at, imported, removed and had back. */

import { z } from 'zod';
import { classCounts, datasetImages, mostImagesAtOnce, sourceImages, viewOptions } from '../dataset-images';
import { datasetInfo, keepOriginals, recognition, skippedItem, splitName } from '../datasets';
import { call, defineDomain, watch } from '../domain';
import { jobInfo } from '../jobs';

/** What is to be imported: a path on the lab's machine, or files that a page has sent there. */
export const importSource = z.union([z.strictObject({ path: z.string().min(1).max(4096) }), z.strictObject({ upload: z.string() })]);
export type ImportSource = z.infer<typeof importSource>;

/** A dataset in the list; what was left out of it is counted, and told by `skipped`. */
export const knownDataset = datasetInfo.omit({ skipped: true }).extend({ skippedCount: z.int().min(0) });
export type KnownDataset = z.infer<typeof knownDataset>;

export const recognised = z.object({
  recognition,
  /** A name that is free, made of the source's own. */
  name: z.string(),
  /** Whether its files can stay where they are. */
  canLink: z.boolean(),
  /** Free on the home's disk, bytes. */
  free: z.number(),
});
export type Recognised = z.infer<typeof recognised>;

/** Something in the trash, until its 30 days are over. */
export const trashedEntry = z.object({
  id: z.string(),
  name: z.string(),
  /** ISO 8601, UTC. */
  removedAt: z.string(),
  /** When it will be gone for good. */
  endsAt: z.string(),
  bytes: z.number(),
});
export type TrashedEntry = z.infer<typeof trashedEntry>;

const dataset = z.string();

export const datasets = defineDomain(
  {
    /** What stands there, from names and headers alone. */
    recognise: call(z.object({ from: importSource }), recognised),
    /** A few images of it, before anything is kept. */
    sourceImages: call(z.object({ from: importSource, count: z.int().min(1).max(64) }), sourceImages),
    /** Copies files of the lab's machine together, as if a page had sent them: what came together is one dataset. */
    gather: call(z.object({ paths: z.array(z.string().min(1).max(4096)).min(1).max(10_000) }), z.object({ upload: z.string() })),
    /** -> the job 'import'; its result: dataset, count, skipped. Files that a page has sent are used up. */
    import: call(z.object({ from: importSource, name: z.string(), keep: keepOriginals }), jobInfo),
    /** Whether a dataset may have this name. @throws LabError 'dataset-name-invalid', 'dataset-exists' */
    checkName: call(z.object({ name: z.string().max(1000) }), z.null()),
    /** Runs that were made of it go on naming it, by its new name. @throws LabError 'dataset-name-invalid', 'dataset-exists' */
    rename: call(z.object({ dataset, name: z.string() }), knownDataset),
    /** Images of a range of a split as a run would see them. */
    images: call(z.object({ dataset, split: splitName, from: z.int().min(0), count: z.int().min(1).max(mostImagesAtOnce), view: viewOptions.optional() }), datasetImages),
    /** The same, `count` of them, evenly spaced over the split. */
    spread: call(z.object({ dataset, split: splitName, count: z.int().min(1).max(mostImagesAtOnce), view: viewOptions.optional() }), datasetImages),
    classCounts: call(z.object({ dataset }), classCounts),
    /** What was left out, and why. */
    skipped: call(z.object({ dataset, from: z.int().min(0), count: z.int().min(1).max(1000) }), z.object({ total: z.int(), items: z.array(skippedItem) })),
    /** Bytes of the dataset's own folder and of its packed views. */
    disk: call(z.object({ dataset }), z.object({ originals: z.number(), views: z.number() })),
    /** Into the trash. */
    remove: call(z.object({ dataset }), z.object({ id: z.string() })),
    restore: call(z.object({ id: z.string() }), z.object({ dataset: z.string() })),
    trash: call(z.object({}), z.array(trashedEntry)),
    /** Out of the trash, for good. */
    discard: call(z.object({ id: z.string() }), z.null()),
  },
  {
    /** The whole list, at first and whenever something in it changed. Natural order of names. */
    list: watch(z.object({}), z.array(knownDataset)),
  },
);
