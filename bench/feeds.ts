/** @file What a step waits for on the host: drawing its noise and reading its batch, beside the step itself, for each method at its defaults on the sample digits: `node bench/run.mjs feeds [device] [steps]`. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { viewConfig } from '../preload/contract/datasets';
import type { RunInfo } from '../preload/contract/runs';
import { compileStep } from '../main/compiler/compile-step';
import { stepSource } from '../main/compiler/step-source';
import { importDataset } from '../main/data/import/import';
import { sampleFolder } from '../main/lab/sample-data';
import { methods } from '../main/methods/registry';
import { isProvider } from '../main/runtime/sessions';
import { openStepRunner } from '../main/runtime/step-runner';
import { targetOf } from '../main/runtime/targets';
import { openTrainingData } from '../main/trainer/data';
import { stepFeeds } from '../main/trainer/feed';
import { initialState } from '../main/trainer/initial-state';
import { noiseSource } from '../main/trainer/noise';

const seed = 1;
/** Not counted: they allocate. */
const warmUps = 3;

const sorted = (times: number[]) => times.slice(warmUps).toSorted((a, b) => a - b);
const told = (times: number[]) => `median ${sorted(times)[Math.floor((times.length - warmUps) / 2)].toFixed(3)} ms, least ${sorted(times)[0].toFixed(3)} ms`;

export async function main([device = 'cpu', steps = '60']: string[]): Promise<void> {
  if (!isProvider(device)) throw new Error('usage: feeds [device] [steps]');
  const home = await mkdtemp(join(tmpdir(), 'genoise-feeds-'));
  const work = { progress: () => undefined, signal: new AbortController().signal };
  try {
    const dataset = await importDataset({ home, path: sampleFolder(), name: 'digits', keep: 'link' }, work);
    const view = viewConfig.parse({ height: 28, width: 28, channels: 1, fit: 'crop' });
    const info: RunInfo = { name: 'r', method: '', config: {}, dataset: { name: dataset.name, hash: dataset.hash }, view, seed, device, versions: { genoise: '', onnxruntime: '', node: '' }, createdAt: new Date(0).toISOString(), status: 'created', steps: 0, seconds: 0 };
    const data = await openTrainingData(home, info, work);
    for (const method of methods) {
      const compiled = compileStep(stepSource(method, method.config.parse({}), data.shape), await targetOf(device));
      const runner = await openStepRunner(compiled, device);
      await runner.load(initialState(compiled, seed));
      const feeds = stepFeeds(data.source, compiled, seed);
      const noise = noiseSource(compiled.noise, seed);
      const times: Record<'batch and noise' | 'of it noise' | 'step', number[]> = { 'batch and noise': [], 'of it noise': [], step: [] };
      for (let step = 1; step <= Number(steps) + warmUps; step++) {
        const t0 = performance.now();
        const fed = feeds(step, 1e-3, 0);
        const t1 = performance.now();
        noise(step);
        const t2 = performance.now();
        await runner.step(fed);
        const t3 = performance.now();
        [t1 - t0, t2 - t1, t3 - t2].forEach((ms, i) => Object.values(times)[i].push(ms));
      }
      await runner.dispose();
      const least = (part: keyof typeof times) => sorted(times[part])[0];
      console.log(`${method.id} on ${device}: ${Object.entries(times).map(([part, list]) => `${part} ${told(list)}`).join('; ')}; the host's share, of the least times ${((100 * least('batch and noise')) / (least('batch and noise') + least('step'))).toFixed(1)} %`);
    }
    data.close();
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
