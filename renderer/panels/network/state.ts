/** @file What the panel shows and how, as plain JSON. */

import { z } from 'zod';
import { splitName } from '../../../preload/contract/datasets';
import { networkDetail } from '../../../preload/contract/network';

export const networkSpec = z.object({
  /** The newest with a graph when absent. */
  run: z.string().optional(),
  graph: z.string().optional(),
  /** An ONNX file that was dropped, in place of a run: its SHA-256 and its name. */
  file: z.object({ hash: z.string(), name: z.string() }).optional(),
});
export type NetworkSpec = z.output<typeof networkSpec>;

export const networkState = z.object({
  detail: networkDetail.default('stages'),
  /** The block that is looked into. */
  block: z.string().optional(),
  /** The run's own when absent. */
  dataset: z.string().optional(),
  split: splitName.default('test'),
  index: z.int().min(0).default(0),
  /** Timestep of a noised image, 0 to T - 1; half of T when absent. */
  t: z.int().min(0).optional(),
  seed: z.int().min(0).default(1),
  /** Of the drawing, of the panel's height. */
  share: z.number().default(0.55),
});
export type NetworkState = z.output<typeof networkState>;
