/** @file What the stepper shows and how, as plain JSON; and the settings of samplers as they are asked for. */

import { z } from 'zod';
import { planeOf } from '../../../preload/contract/diffusion';
import { splitName } from '../../../preload/contract/datasets';
import { samplerName, type SamplerName } from '../../../preload/contract/inference';

export const tabName = z.enum(['denoise', 'noise', 'training', 'compare', 'trajectories', 'sheet']);
export type TabName = z.infer<typeof tabName>;

/** Steps: 50 of ddim and all of ddpm when absent. */
const samplerChoice = z.object({ sampler: samplerName.default('ddim'), steps: z.int().min(1).optional(), eta: z.number().min(0).max(1).default(0) });
export type SamplerChoice = z.output<typeof samplerChoice>;

export const sheetSetting = z.enum(['sampler', 'steps', 'eta', 'seed', 'start', 'at']);
export type SheetSetting = z.infer<typeof sheetSetting>;
const sheetAxis = z.object({ setting: sheetSetting, values: z.string().max(500) });

export const diffusionSpec = z.object({ run: z.string().optional() });
export type DiffusionSpec = z.output<typeof diffusionSpec>;

export const diffusionState = z.object({
  tab: tabName.default('denoise'),
  /** Training step of the weights; the last when absent. */
  at: z.int().min(0).optional(),
  seed: z.int().min(0).default(1),
  /** The run's own when absent. */
  dataset: z.string().optional(),
  split: splitName.default('test'),
  index: z.int().min(0).default(0),
  /** Timestep of the forward process, 0 to T - 1; -1 is the image itself. Half of T when absent. */
  t: z.int().min(-1).optional(),
  curve: z.enum(['alphaBar', 'betaBar']).default('alphaBar'),
  walk: samplerChoice.extend({ n: z.int().min(1).max(4).default(1), begin: z.enum(['noise', 'image']).default('noise') }).prefault({}),
  speed: z.enum(['0.25', '0.5', '1', '2', '4']).default('1'),
  /** Drawn by the seed when absent. */
  trainingT: z.int().min(0).optional(),
  lanes: z.array(samplerChoice).min(1).max(4).default([
    { sampler: 'ddpm', eta: 0 },
    { sampler: 'ddim', steps: 20, eta: 0 },
  ]),
  trajectories: samplerChoice.extend({ n: z.int().min(1).max(256).default(32), points: z.int().min(2).max(5000).default(1000), plane: planeOf.default('data') }).prefault({}),
  sheet: z
    .object({
      rows: sheetAxis.default({ setting: 'sampler', values: 'ddpm, ddim' }),
      columns: sheetAxis.default({ setting: 'steps', values: '5, 10, 20, 50, 100' }),
    })
    .prefault({}),
});
export type DiffusionState = z.output<typeof diffusionState>;

export interface ResolvedSampler {
  sampler: SamplerName;
  steps: number;
  eta: number;
}

const ddimSteps = 50;

/** As the lab is asked: `total` is T. */
export function resolved({ sampler, steps, eta }: SamplerChoice, total: number): ResolvedSampler {
  return { sampler, steps: Math.min(total, steps ?? (sampler === 'ddim' ? ddimSteps : total)), eta: sampler === 'ddim' ? eta : 0 };
}
