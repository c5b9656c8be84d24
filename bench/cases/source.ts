/** @file What a bench times: a step's source, as a method would give it. */

export type { StepSource as BenchSource } from '../../main/compiler/step-source';

/** PyTorch's defaults, as the twins have them. */
export const adam = { optimiser: 'adam' as const, beta1: 0.9, beta2: 0.999, weightDecay: 0, clipNorm: 0, emaDecay: 0 };
