/** @file tfjs-node-gpu, an optional engine: TensorFlow's library, where its install script could fetch it. Loaded only when asked for, as it takes tfjs' platform over. */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { EagerBackend } from './eager-step-runner';

export const tfjsNodeGpu = 'tfjs-node-gpu';
const backend = 'tensorflow';

/** Functions that Node 23 took out and that its last release (4.22.0, 2024) still calls. */
const removed: Record<string, (value: unknown) => boolean> = {
  isArray: (value) => Array.isArray(value),
  isNullOrUndefined: (value) => value === null || value === undefined,
};

/** Registers its backend with tfjs, whose registry all copies of tfjs share. Throws what Node throws where the package or its binary is missing, and where TensorFlow would compute on the processor. */
export async function loadTfjsNodeGpu(): Promise<EagerBackend> {
  const require = createRequire(import.meta.url);
  const lib = join(dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json')), 'lib');
  if (!existsSync(lib)) throw new Error(`no binary at ${lib}: it comes by the package's own install script`);
  const util = require('node:util') as Record<string, unknown>;
  for (const [name, f] of Object.entries(removed)) util[name] ??= f;
  require('@tensorflow/tfjs-node-gpu');
  await tf.setBackend(backend);
  if ((tf.backend() as unknown as { isUsingGpuDevice?: boolean }).isUsingGpuDevice !== true) throw new Error('TensorFlow finds no GPU that it can use');
  return { backend };
}
