/** @file A deep network trained for two steps in a process of its own: prints how much its memory grew at most, and where the training ended. */

import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { checkpoint } from '../../main/nn/checkpoint';
import { dense } from '../../main/nn/layers';
import type { Params } from '../../main/nn/params';
import { openStepRunner } from '../../main/runtime/step-runner';
import { targetOf } from '../../main/runtime/targets';
import { initialState } from '../../main/trainer/initial-state';
import { compileStep } from '../../main/compiler/compile-step';

const [batch, width, blocks, layers] = [2048, 256, 8, 4];

/** Of ONNX' own ops alone: ONNX Runtime shares equal nodes of these, not of its own. */
const block = (p: Params, x: tf.Tensor2D): tf.Tensor2D => Array.from({ length: layers }, (_, i) => i).reduce((h, i) => tf.relu(tf.tanh(dense(p.scope(i), h, width))), x);

/** Bytes. Linux counts what the parent held before this program was loaded into maxRSS, but not into VmHWM. */
function peak(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1024;
}

async function run(checkpointed: boolean): Promise<void> {
  const compiled = compileStep({
    batchShape: [batch, 1, 1, width],
    noise: {},
    optimiser: { optimiser: 'sgd', momentum: 0, nesterov: false, weightDecay: 0, clipNorm: 0, emaDecay: 0 },
    loss: (p, { x }) => {
      const step = (h: tf.Tensor2D, i: number) => tf.add(h, (checkpointed ? checkpoint((v: tf.Tensor2D) => block(p.scope(i), v)) : (v: tf.Tensor2D) => block(p.scope(i), v))(h)) as tf.Tensor2D;
      const h = Array.from({ length: blocks }, (_, i) => i).reduce(step, tf.reshape(x, [batch, width]) as tf.Tensor2D);
      return { loss: tf.mean(tf.square(h)), metrics: {} };
    },
  }, await targetOf('cpu'));
  const before = process.memoryUsage().rss;
  const runner = await openStepRunner(compiled, 'cpu');
  await runner.load(initialState(compiled, 1));
  const x = Float32Array.from({ length: batch * width }, (_, i) => Math.sin(i));
  const metrics: Record<string, number>[] = [];
  for (let step = 1; step <= 2; step++) metrics.push(await runner.step({ x, noise: {}, scalars: { step, learningRate: 0.01 } }));
  const grownMb = (peak() - before) / 2 ** 20;
  console.log(JSON.stringify({ grownMb: Math.round(grownMb), metrics }));
  await runner.dispose();
}

await run(process.argv[2] === 'checkpointed');
