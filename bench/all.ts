/** @file The engine beside its peers, in pairs in one run: compiled steps, eager PyTorch (Debian's python3-torch) and tfjs' wasm backend. */

import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { resolve } from 'node:path';
import { sources } from './nets';
import { timeSteps } from './steps';
import { torchSteps } from './peers/torch';
import { main as methodSteps } from './methods';

const rounds = 3;
const median = (xs: number[]) => xs.toSorted((a, b) => a - b)[Math.floor(xs.length / 2)];
const ms = (x: number) => `${x.toFixed(x < 100 ? 1 : 0)} ms`;

export async function main(): Promise<void> {
  console.log(`${cpus()[0]?.model ?? 'processor'}, ${availableParallelism()} threads, Node ${process.version}`);
  for (const net of Object.keys(sources)) {
    const ours: number[] = [];
    const torch: number[] = [];
    let missing = '';
    for (let round = 0; round < rounds; round++) {
      ours.push((await timeSteps(sources[net](), 'cpu', 14)).medianMs);
      const peer = torchSteps(net, 14, availableParallelism());
      if ('missing' in peer) missing = peer.missing;
      else torch.push(peer.medianMs);
    }
    const line = `${net}: compiled ${ms(median(ours))} (${ours.map(ms).join(', ')})`;
    console.log(torch.length ? `${line}; PyTorch ${ms(median(torch))} (${torch.map(ms).join(', ')}); ratio ${(median(ours) / median(torch)).toFixed(2)}` : `${line}; PyTorch: ${missing}`);
    const wasm = spawnSync(process.execPath, [resolve('bench', 'run.mjs'), 'wasm', net], { encoding: 'utf8' });
    const wasmMs = Number(wasm.stdout.trim().split('\n').at(-1));
    console.log(wasm.status === 0 && wasmMs > 0 ? `${net}: tfjs wasm ${ms(wasmMs)}; ratio ${(median(ours) / wasmMs).toFixed(4)}` : `${net}: tfjs wasm can't: ${/Error: (.*)/.exec(wasm.stderr)?.[1] ?? 'it failed'}`);
  }
  for (const id of ['vae', 'ddpm']) await methodSteps([id]);
  console.log('Quality of a trained diffusion run: node bench/run.mjs digits HOME RUN');
}
