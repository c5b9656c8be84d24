/** @file Long work that outlives the page that asked for it. */

import { z } from 'zod';
import { reason } from './datasets';
import { progress } from './progress';

export const jobKind = z.enum(['import', 'train', 'evaluate', 'export']);
export type JobKind = z.infer<typeof jobKind>;

export const jobState = z.enum(['running', 'cancelling', 'done', 'failed', 'cancelled']);
export type JobState = z.infer<typeof jobState>;

export const jobInfo = z.object({
  id: z.string(),
  kind: jobKind,
  /** What it works on: a dataset's or a run's name. */
  subject: z.string(),
  state: jobState,
  progress: progress.optional(),
  /** ISO 8601, UTC. */
  startedAt: z.string(),
  endedAt: z.string().optional(),
  /** What came of it, plain and small: what the announcement says. */
  result: z.record(z.string(), z.json()).optional(),
  error: reason.optional(),
});
export type JobInfo = z.infer<typeof jobInfo>;
