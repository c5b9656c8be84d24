/** @file A training: live while it goes on, and what came of it. */

import { ChartSpline } from 'lucide-react';
import { z } from 'zod';
import { definePanel } from '../panel';

export const runSpec = z.object({ run: z.string().optional() });
export type RunSpec = z.output<typeof runSpec>;

export const runState = z.object({
  log: z.boolean().default(false),
  /** Weight of the past in the average of curves. */
  smoothing: z.number().min(0).max(0.999).default(0.9),
  /** Training step of the samples in sight; the newest when absent. */
  at: z.int().min(0).optional(),
  /** Steps in sight of the curves. */
  range: z.tuple([z.number(), z.number()]).optional(),
  /** Share of the curves beside the samples. */
  share: z.number().min(0.15).max(0.85).default(0.58),
});
export type RunState = z.output<typeof runState>;

export const runPanel = definePanel({ id: 'run', order: 30, icon: ChartSpline, spec: runSpec, state: runState, view: () => import('./view'), rail: false });
