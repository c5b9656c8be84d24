/** @file The latent explorer: a dataset as points of a run's latent space, and the ways through it. */

import { Orbit } from 'lucide-react';
import { z } from 'zod';
import { splitName } from '../../../preload/contract/datasets';
import { interpolationMethod } from '../../../preload/contract/inference';
import { definePanel } from '../panel';

/** `dataset`: the run's own when absent. */
export const latentSpec = z.object({ run: z.string().optional(), dataset: z.string().optional() });
export type LatentSpec = z.output<typeof latentSpec>;

const place = z.object({ split: splitName, index: z.int().min(0) });

export const latentState = z.object({
  deep: z.boolean().default(false),
  colour: z.enum(['label', 'negElbo', 'squaredError']).default('label'),
  tab: z.enum(['axes', 'walk', 'grid']).default('axes'),
  /** Of the map beside the tools. */
  share: z.number().min(0.2).max(0.85).default(0.64),
  /** The image whose vector all moves start from; the middle of the data when absent. */
  anchor: place.optional(),
  walk: z
    .object({ from: place.optional(), to: place.optional(), method: interpolationMethod.default('slerp'), steps: z.int().min(2).max(200).default(31) })
    .prefault({}),
  grid: z
    .object({
      along: z.enum(['map', 'axes']).default('map'),
      /** Latent axes; those with the most information when absent. */
      across: z.int().min(0).optional(),
      down: z.int().min(0).optional(),
      size: z.int().min(3).max(21).default(9),
    })
    .prefault({}),
});
export type LatentState = z.output<typeof latentState>;

export const latentPanel = definePanel({ id: 'latent', order: 40, icon: Orbit, spec: latentSpec, state: latentState, view: () => import('./view'), rail: true });
