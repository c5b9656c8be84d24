/** @file How any method is trained: the fields every config has beside the method's own. */

import { z } from 'zod';

/** A method spreads those it keeps into its config, each with a default of its own. */
export const trainingFields = {
  batchSize: z.int().min(1).max(4096),
  learningRate: z.number().positive().max(1),
  schedule: z.enum(['constant', 'cosine', 'linear']),
  warmupSteps: z.int().min(0),
  optimiser: z.enum(['adam', 'sgd', 'lars', 'adafactor']),
  /** What products and convolutions compute in; weights, moments and all else stay float32 (Micikevicius et al. 2017). */
  precision: z.enum(['float32', 'float16']),
  /** Adam's first and second moment decay (Kingma & Ba 2014). */
  beta1: z.number().min(0).max(0.9999),
  beta2: z.number().min(0).max(0.99999),
  /** Of SGD and LARS. */
  momentum: z.number().min(0).max(0.9999),
  /** Of SGD (Sutskever et al. 2013). */
  nesterov: z.boolean(),
  /** Of LARS: how far a layer may move in a step, as a share of its norm. */
  trustCoefficient: z.number().positive().max(1),
  /** Of Adafactor: beta2_t = 1 - t^-decayExponent. */
  decayExponent: z.number().positive().max(1),
  /** Of Adafactor: the largest root mean square of an update. */
  clipThreshold: z.number().positive(),
  /** Of Adafactor: steps are relative to a parameter's own root mean square. */
  scaleParameter: z.boolean(),
  weightDecay: z.number().min(0).max(1),
  /** Global norm above which gradients are scaled down; 0: never. */
  clipNorm: z.number().min(0),
  /** Decay of the moving average of the parameters; 0: none. */
  emaDecay: z.number().min(0).max(0.99999),
};

/** What the trainer reads of a method's config: fields that a method does not offer are as they usually are. */
export const trainingConfig = z.object({
  ...trainingFields,
  optimiser: trainingFields.optimiser.default('adam'),
  precision: trainingFields.precision.default('float32'),
  beta1: trainingFields.beta1.default(0.9),
  beta2: trainingFields.beta2.default(0.999),
  momentum: trainingFields.momentum.default(0.9),
  nesterov: trainingFields.nesterov.default(false),
  trustCoefficient: trainingFields.trustCoefficient.default(0.001),
  decayExponent: trainingFields.decayExponent.default(0.8),
  clipThreshold: trainingFields.clipThreshold.default(1),
  scaleParameter: trainingFields.scaleParameter.default(true),
  weightDecay: trainingFields.weightDecay.default(0),
  clipNorm: trainingFields.clipNorm.default(0),
  emaDecay: trainingFields.emaDecay.default(0),
});

export type TrainingConfig = z.infer<typeof trainingConfig>;
