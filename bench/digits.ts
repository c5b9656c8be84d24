/** @file Judges a run's samples: a classifier is trained on real digits with the same compiler, then says how many of 1,000 samples it is sure of.
 *
 * `node bench/run.mjs digits HOME RUN [samples] [sampler steps]` */

import * as tf from '@tensorflow/tfjs-core';
import { confidentShare, accuracy, topClasses } from '../main/analysis/classification';
import { compileGraph } from '../main/compiler/compile-graph';
import { compileStep } from '../main/compiler/compile-step';
import type { StepSource } from '../main/compiler/step-source';
import { bakeInputs } from '../main/compiler/emit/onnx';
import { cpuTarget } from '../main/compiler/emit/target';
import { batchIndices, toUnitRange } from '../main/data/batches/batch';
import { openView, type View } from '../main/data/catalog/view';
import { openModels } from '../main/inference/models';
import { sampleDiffusion } from '../main/sampling/samplers';
import { conv2d, dense } from '../main/nn/layers';
import type { Params } from '../main/nn/params';
import { readRun } from '../main/runs/run';
import { openGraph } from '../main/runtime/graph';
import { openStepRunner } from '../main/runtime/step-runner';
import { initialState } from '../main/trainer/initial-state';
import { viewConfig } from '../preload/contract/datasets';

const batch = 128;
const steps = 1500;
const threshold = 0.9;

/** x [B, H, W, C] in [0, 1] -> logits [B, classes] */
function classifier(p: Params, x: tf.Tensor4D, classes: number): tf.Tensor2D {
  let h = tf.relu(conv2d(p.scope(0), x, 16, { stride: 2 }));
  h = tf.relu(conv2d(p.scope(1), h, 32, { stride: 2 }));
  const flat = tf.reshape(h, [x.shape[0], -1]) as tf.Tensor2D;
  return dense(p.scope(3), tf.relu(dense(p.scope(2), flat, 128)), classes);
}

export async function main([home, run, count = '1000', samplerSteps = '50']: string[]): Promise<void> {
  const info = await readRun(home, run);
  const view = openView(home, info.dataset.name, viewConfig.parse(info.view));
  const { height, width, channels } = view.info.config;
  const image = [height, width, channels];
  const classes = view.info.labels.length;
  const judge = await trainJudge(view, image, classes);

  const logitsOf = async (x: Float32Array): Promise<Float32Array> => {
    const size = height * width * channels;
    const parts: Float32Array[] = [];
    for (let at = 0; at < x.length; at += 500 * size) {
      const part = x.subarray(at, at + 500 * size);
      parts.push((await judge.run({ x: { data: part, shape: [part.length / size, ...image] } }))['logits'].data);
    }
    return Float32Array.from(parts.flatMap((p) => Array.from(p)));
  };
  const tests = view.count('test');
  const pixels = new Uint8Array(tests * height * width * channels);
  view.read('test', Int32Array.from({ length: tests }, (_, i) => i), pixels);
  const real = new Float32Array(pixels.length);
  toUnitRange(pixels, real);
  const realLogits = await logitsOf(real);
  console.log(`judge: ${(100 * accuracy(topClasses(realLogits, classes).labels, view.labels('test'))).toFixed(2)} % of ${tests} test images right, sure (over ${threshold}) of ${(100 * confidentShare(realLogits, classes, threshold)).toFixed(1)} %`);

  const graph = await openModels().graph(home, run, 'denoise', 'cpu');
  const start = performance.now();
  const { data } = await sampleDiffusion(graph, { n: Number(count), seed: 1, sampler: 'ddim', steps: Number(samplerSteps) }, { progress: () => undefined, signal: new AbortController().signal });
  const secs = (performance.now() - start) / 1000;
  const logits = await logitsOf(data.map((v) => Math.min(1, Math.max(0, (v + 1) / 2))));
  const { labels } = topClasses(logits, classes);
  const histogram = Array.from({ length: classes }, (_, c) => labels.filter((l) => l === c).length);
  console.log(`${run} at step ${info.steps}: sure of ${(100 * confidentShare(logits, classes, threshold)).toFixed(1)} % of ${count} samples (DDIM-${samplerSteps}, ${secs.toFixed(0)} s); per class ${histogram.join(' ')}`);
}

async function trainJudge(view: View, image: number[], classes: number) {
  const source: StepSource = {
    batchShape: [batch, ...image],
    noise: { label: { shape: [batch], dist: 'integers', below: classes } },
    optimiser: { beta1: 0.9, beta2: 0.999, weightDecay: 0.01, clipNorm: 1, emaDecay: 0.99 },
    loss: (p, { x }, { label }) => {
      const logProbs = tf.logSoftmax(classifier(p, x, classes));
      return { loss: tf.neg(tf.mean(tf.sum(tf.mul(logProbs, tf.oneHot(label as tf.Tensor1D, classes)), 1))), metrics: {} };
    },
  };
  const compiled = compileStep(source, cpuTarget);
  const runner = await openStepRunner(compiled, 'cpu');
  await runner.load(initialState(compiled, 1));
  const labels = view.labels('train');
  const x = new Float32Array(batch * image.reduce((a, b) => a * b, 1));
  const pixels = new Uint8Array(x.length);
  const indices = new Int32Array(batch);
  for (let step = 1; step <= steps; step++) {
    view.read('train', batchIndices({ count: view.count('train'), batchSize: batch, seed: 1, step }, indices), pixels);
    toUnitRange(pixels, x);
    await runner.step({ x, noise: { label: Int32Array.from(indices, (i) => labels[i]) }, scalars: { step, learningRate: 1e-3 } });
  }
  const state = await runner.read((name) => name.startsWith('ema/'));
  await runner.dispose();
  const graph = compileGraph('classify', { signature: 'classify(x)->logits', inputs: { x: { shape: image } }, run: (p, { x: input }) => ({ logits: classifier(p, input as tf.Tensor4D, classes) }) }, cpuTarget);
  return openGraph(bakeInputs(graph.onnx, new Map(graph.params.map((name) => [`param/${name}`, state.get(`ema/${name}`)!]))), 'cpu');
}
