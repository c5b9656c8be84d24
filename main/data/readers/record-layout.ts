/** @file How records of one size lie in their files: kept with the dataset, so that they can be read again. */

import { z } from 'zod';
import { splitName } from '../../../preload/contract/datasets';

/** Files of one split; paths are relative to the dataset's root, with '/' between names. */
const recordPart = z.object({
  /** null: the format has no splits of its own. */
  split: splitName.nullable(),
  count: z.int().nonnegative(),
  images: z.string(),
  /** A file of labels beside; null when there are none or they stand in `images`. */
  labelFile: z.string().nullable(),
});

export const recordLayout = z.object({
  format: z.enum(['idx', 'cifar-10', 'cifar-100', 'npy']),
  height: z.int().positive(),
  width: z.int().positive(),
  channels: z.union([z.literal(1), z.literal(3), z.literal(4)]),
  labels: z.array(z.string()),
  parts: z.array(recordPart).min(1),
});

/** Records a block: about 1 MiB, so that memory stays small and calls few. */
export const blockCount = (recordBytes: number): number => Math.max(1, Math.floor(2 ** 20 / recordBytes));
