/** @file Progress of long work, streamed from the processes to whoever shows it. */

import { z } from 'zod';

/** `done` of `total` (0: not known yet) in `phase`; further fields are the phase's own (rate, loss, epoch...). */
export const progress = z.object({ phase: z.string(), done: z.number(), total: z.number() }).catchall(z.json());
export type Progress = z.infer<typeof progress>;

/** How long work reports and is stopped. A cancelled call rejects with LabError 'cancelled'. */
export interface Work {
  progress(report: Progress): void;
  signal: AbortSignal;
}
