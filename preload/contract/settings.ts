/** @file What a user may set, kept in the home. Absent: as the system or the program would have it. */

import { z } from 'zod';
import { keepOriginals } from './datasets';

export const settings = z.object({
  language: z.enum(['en', 'fr']).optional(),
  theme: z.enum(['dark', 'light']).optional(),
  /** A device's id. */
  device: z.string().optional(),
  /** Processor threads of training and inference. */
  threads: z.int().min(1).max(256).optional(),
  /** Megabytes above which a training is not started without a word. */
  memoryLimitMb: z.int().min(256).optional(),
  keepOriginals: keepOriginals.optional(),
});
export type Settings = z.infer<typeof settings>;
