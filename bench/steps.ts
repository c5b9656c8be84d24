/** @file Times one compiled training step in a process of its own: `node bench/run.mjs steps CASE [device] [steps] [profile prefix]`. Its last line is JSON. */

import { buildStep, compileStep } from '../main/compiler/compile-step';
import { flops } from '../main/compiler/ir/cost';
import type { StepSource } from '../main/compiler/step-source';
import { randomStream } from '../main/platform/random';
import { isProvider, type ProviderId } from '../main/runtime/sessions';
import { openStepRunner } from '../main/runtime/step-runner';
import type { StepFeeds } from '../main/runtime/step-runner-types';
import { targetOf } from '../main/runtime/targets';
import { initialState } from '../main/trainer/initial-state';
import { cases } from './cases/registry';

export interface StepTimes {
  medianMs: number;
  minMs: number;
  losses: number[];
  parameters: number;
  compileMs: number;
  openMs: number;
  /** Of products and convolutions, a step. */
  flops: number;
  /** Largest resident set of this process so far. */
  rssMb: number;
}

const size = (shape: number[]) => shape.reduce((a, b) => a * b, 1);
const normal = (length: number, stream: string) => {
  const out = new Float32Array(length);
  randomStream(1, stream, 0).fillNormal(out);
  return out;
};

const levels = (length: number) => {
  const out = new Uint8Array(length);
  randomStream(1, 'levels', 0).fillIntegers(out, 256);
  return out;
};

function noiseOf(source: StepSource): StepFeeds['noise'] {
  return Object.fromEntries(
    Object.entries(source.noise).map(([name, spec]) => {
      if (spec.dist !== 'integers') return [name, normal(size(spec.shape), name)];
      const drawn = new Int32Array(size(spec.shape));
      randomStream(1, name, 0).fillIntegers(drawn, spec.below ?? 1);
      return [name, drawn];
    }),
  );
}

/** Compiles the source for the device and runs `steps` steps on one batch; the first two are not counted. */
export async function timeSteps(source: StepSource, device: ProviderId, steps: number, profile?: string): Promise<StepTimes> {
  const target = await targetOf(device);
  const t0 = performance.now();
  const compiled = compileStep(source, target);
  const t1 = performance.now();
  const runner = await openStepRunner(compiled, device, { profile });
  const t2 = performance.now();
  await runner.load(initialState(compiled, 1));
  const feeds: StepFeeds = { x: source.batchDtype === 'uint8' ? levels(size(source.batchShape)) : normal(size(source.batchShape), 'x'), noise: noiseOf(source), scalars: { learningRate: 1e-3 } };
  const times: number[] = [];
  const losses: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const start = performance.now();
    const metrics = await runner.step({ ...feeds, scalars: { ...feeds.scalars, step } });
    times.push(performance.now() - start);
    losses.push(metrics['loss'] ?? Object.values(metrics)[0]);
  }
  const rssMb = process.resourceUsage().maxRSS / 1024;
  await runner.dispose();
  const counted = times.slice(2).sort((a, b) => a - b);
  return {
    medianMs: counted[Math.floor(counted.length / 2)],
    minMs: counted[0],
    losses,
    parameters: compiled.params.reduce((sum, p) => sum + size(p.shape), 0),
    compileMs: t1 - t0,
    openMs: t2 - t1,
    flops: flops(buildStep(source).graph),
    rssMb,
  };
}

export async function main([name = 'unet', device = 'cpu', steps = '14', profile]: string[]): Promise<void> {
  if (!cases[name] || !isProvider(device)) throw new Error(`usage: steps [${Object.keys(cases).join('|')}] [device] [steps]`);
  const t = await timeSteps(cases[name].source(), device, Number(steps), profile);
  console.log(`${name} on ${device}: ${t.parameters} parameters, compiled in ${t.compileMs.toFixed(0)} ms, opened in ${t.openMs.toFixed(0)} ms`);
  console.log(`losses ${t.losses.slice(0, 4).map((x) => x.toFixed(5)).join(' ')}; step median ${t.medianMs.toFixed(1)} ms, least ${t.minMs.toFixed(1)} ms`);
  console.log(JSON.stringify(t));
}
