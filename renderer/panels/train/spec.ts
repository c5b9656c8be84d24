/** @file The training planner: images, method, time, settings, and what they will come to. */

import { Sprout } from 'lucide-react';
import { z } from 'zod';
import { definePanel } from '../panel';

export const trainSpec = z.object({ dataset: z.string().optional(), method: z.string().optional() });
export type TrainSpec = z.output<typeof trainSpec>;

export const timeChoice = z.enum(['minutes', 'hour', 'night', 'steps', 'endless']);
export type TimeChoice = z.infer<typeof timeChoice>;

export const trainState = z.object({
  /** By method, the fields that differ from its defaults; a text is what was typed into a field that wants a number or a list, until it is one. */
  changed: z.record(z.string(), z.record(z.string(), z.json())).default({}),
  time: timeChoice.default('minutes'),
  /** For the choices of one's own. */
  minutes: z.number().positive().default(5),
  steps: z.int().min(1).default(5000),
  view: z.object({ size: z.int().min(1).max(4096).optional(), channels: z.union([z.literal(1), z.literal(3)]).optional(), fit: z.enum(['crop', 'pad', 'stretch']).optional() }).default({}),
  /** As typed; a free name is proposed until then. */
  run: z.string().optional(),
  seed: z.int().min(0).max(0xffffffff).default(0),
  /** Whether the folded settings are open. */
  more: z.boolean().default(false),
});
export type TrainState = z.output<typeof trainState>;

export const trainPanel = definePanel({ id: 'train', order: 20, icon: Sprout, spec: trainSpec, state: trainState, view: () => import('./view'), rail: true });
