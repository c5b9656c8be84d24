/** @file The engine beside its peers, in pairs in one run: compiled steps, eager PyTorch (Debian's python3-torch), tfjs' wasm backend where it can, and the machine's own peak.
 *
 * `npm run bench`: every case. `npm run bench -- CASE [CASE...] [--pairs N] [--json]`; `npm run bench -- --list` names the cases. */

import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cases } from './cases/registry';
import { main as methodSteps } from './methods';
import { measurePeak } from './peak';
import { torchSteps } from './peers/torch';
import type { StepTimes } from './steps';

/** The mean of the two in the middle where their number is even. */
const median = (xs: number[]) => {
  const sorted = xs.toSorted((a, b) => a - b);
  return (sorted[Math.floor((xs.length - 1) / 2)] + sorted[Math.ceil((xs.length - 1) / 2)]) / 2;
};
const ms = (x: number) => `${x.toFixed(x < 100 ? 1 : 0)} ms`;
const range = (xs: number[]) => `${ms(Math.min(...xs))} to ${ms(Math.max(...xs))}`;

interface Result {
  case: string;
  oursMs: number;
  peer: string;
  peerMs: number | null;
  ratio: number | null;
  peakShare: number;
  rssMb: number;
  peerRssMb: number | null;
  compileMs: number;
  openMs: number;
  gflop: number;
}

/** Steps so that a round takes some seconds: what a first step takes says how many. */
const stepsFor = (milliseconds: number) => Math.max(5, Math.min(22, Math.round(6000 / milliseconds)));

function ourSteps(name: string, steps: number): StepTimes {
  const run = spawnSync(process.execPath, [resolve('bench', 'run.mjs'), 'steps', name, 'cpu', String(steps)], { encoding: 'utf8', maxBuffer: 1e8 });
  if (run.status !== 0) throw new Error(`${name} failed: ${run.stderr.trim().split('\n').slice(-3).join(' ')}`);
  return JSON.parse(run.stdout.trim().split('\n').at(-1)!) as StepTimes;
}

async function measure(name: string, pairs: number, say: (line: string) => void): Promise<Result> {
  const { title, ratio: wanted, peakShare: wantedShare } = cases[name];
  const ours: StepTimes[] = [];
  const torch: { medianMs: number; parameters: number; rssMb: number }[] = [];
  const peaks: number[] = [];
  let peer = 'PyTorch';
  let steps = 5;
  for (let pair = 0; pair < pairs; pair++) {
    peaks.push((await measurePeak()).gflops);
    ours.push(ourSteps(name, steps));
    steps = stepsFor(ours[0].medianMs);
    const twin = torchSteps(name, steps, availableParallelism());
    if ('missing' in twin) peer = twin.missing;
    else {
      peer = `PyTorch ${twin.torch}`;
      torch.push(twin);
    }
  }
  const [first] = ours;
  if (torch.length > 0 && torch[0].parameters !== first.parameters) throw new Error(`${name} has ${first.parameters} parameters, its twin ${torch[0].parameters}`);
  const times = ours.map((o) => o.medianMs);
  const oursMs = median(times);
  const peerTimes = torch.map((t) => t.medianMs);
  const ratios = peerTimes.map((t, i) => times[i] / t);
  const peak = median(peaks);
  const result: Result = {
    case: name,
    oursMs,
    peer,
    peerMs: torch.length ? median(peerTimes) : null,
    ratio: torch.length ? median(ratios) : null,
    peakShare: first.flops / oursMs / 1e6 / peak,
    rssMb: Math.max(...ours.map((o) => o.rssMb)),
    peerRssMb: torch.length ? Math.max(...torch.map((t) => t.rssMb)) : null,
    compileMs: median(ours.map((o) => o.compileMs)),
    openMs: median(ours.map((o) => o.openMs)),
    gflop: first.flops / 1e9,
  };
  say(`${name}: ${title}`);
  say(`  ours ${ms(oursMs)} (${range(times)}); ${(first.flops / 1e9).toFixed(1)} GFLOP a step; ${(100 * result.peakShare).toFixed(0)} % of the peak of ${peak.toFixed(0)} GFLOP/s${wantedShare ? ` (wanted ${100 * wantedShare} %)` : ''}; ${result.rssMb.toFixed(0)} MB; compiled in ${ms(result.compileMs)}, opened in ${ms(result.openMs)}`);
  if (result.peerMs === null) say(`  PyTorch: ${peer}`);
  else say(`  ${peer} ${ms(result.peerMs)} (${range(peerTimes)}); pairs ${ratios.map((r) => r.toFixed(2)).join(', ')}, median ${result.ratio!.toFixed(2)} (wanted at most ${wanted}); ${result.peerRssMb!.toFixed(0)} MB`);
  return result;
}

function wasm(name: string, oursMs: number): string {
  const run = spawnSync(process.execPath, [resolve('bench', 'run.mjs'), 'wasm', name], { encoding: 'utf8' });
  const time = Number(run.stdout.trim().split('\n').at(-1));
  return run.status === 0 && time > 0 ? `tfjs wasm ${ms(time)}; ratio ${(oursMs / time).toFixed(4)}` : `tfjs wasm can't: ${/Error: (.*)/.exec(run.stderr)?.[1] ?? 'it failed'}`;
}

export async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: 'boolean' }, list: { type: 'boolean' }, pairs: { type: 'string', default: '3' } } });
  if (values.list) {
    for (const [name, { title }] of Object.entries(cases)) console.log(values.json ? JSON.stringify({ case: name, title }) : `${name.padEnd(10)} ${title}`);
    return;
  }
  const unknown = positionals.find((name) => !cases[name]);
  if (unknown !== undefined) throw new Error(`no case '${unknown}'; there are ${Object.keys(cases).join(', ')}`);
  const pairs = Number(values.pairs);
  if (!Number.isInteger(pairs) || pairs < 1) throw new Error(`--pairs takes a whole number from 1 on, not '${values.pairs}'`);
  // With --json standard output has the results alone.
  const say = (line: string) => (values.json ? console.error(line) : console.log(line));
  say(`${cpus()[0]?.model ?? 'processor'}, ${availableParallelism()} threads, Node ${process.version}`);
  for (const name of positionals.length > 0 ? positionals : Object.keys(cases)) {
    const result = await measure(name, pairs, say);
    if (values.json) console.log(JSON.stringify(result));
    else if (['nerf', 'unet'].includes(name)) say(`  ${wasm(name, result.oursMs)}`);
  }
  if (positionals.length > 0) return;
  for (const id of ['vae', 'ddpm']) await methodSteps([id]);
  say('Quality of a trained diffusion run: node bench/run.mjs digits HOME RUN');
}
