/** @file Runs of the linear model for tests. */

import { createRun } from '../../runs/run';

export const scriptedBatch = 8;

/** A run whose training fields are plain, and whose config tells the scripted worker what to do. */
export async function createScriptedRun(home: string, name: string, script: Record<string, number> = {}): Promise<void> {
  const training = { batchSize: scriptedBatch, learningRate: 0.05, schedule: 'constant', warmupSteps: 0, beta1: 0.9, beta2: 0.999, weightDecay: 0, clipNorm: 0, emaDecay: 0.9 };
  await createRun(home, {
    name,
    method: 'scripted',
    config: { ...training, ...script },
    dataset: { name: 'scripted', hash: '0' },
    view: {},
    seed: 5,
    device: 'scripted',
    versions: { genoise: '0', onnxruntime: '0', node: '0' },
  });
}
