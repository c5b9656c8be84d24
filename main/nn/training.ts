/** @file How any method is trained: the fields every config has beside the method's own. */

import { z } from 'zod';

export const trainingFields = {
  batchSize: z.int().min(1).max(4096),
  learningRate: z.number().positive().max(1),
  schedule: z.enum(['constant', 'cosine', 'linear']),
  warmupSteps: z.int().min(0),
  /** Adam's first and second moment decay (Kingma & Ba 2014). */
  beta1: z.number().min(0).max(0.9999),
  beta2: z.number().min(0).max(0.99999),
  weightDecay: z.number().min(0).max(1),
  /** Global norm above which gradients are scaled down; 0: never. */
  clipNorm: z.number().min(0),
  /** Decay of the moving average of the parameters; 0: none. */
  emaDecay: z.number().min(0).max(0.99999),
};

export type TrainingConfig = z.infer<z.ZodObject<typeof trainingFields>>;
