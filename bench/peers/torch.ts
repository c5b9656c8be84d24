/** @file Eager PyTorch as a peer: Debian's python3-torch where it is installed. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

export interface TorchTimes {
  medianMs: number;
  torch: string;
  parameters: number;
  rssMb: number;
}

const python = '/usr/bin/python3';

/** The better of one and all threads; or why it can't be had. */
export function torchSteps(net: string, steps: number, threads: number): TorchTimes | { missing: string } {
  if (!existsSync(python) || spawnSync(python, ['-c', 'import torch']).status !== 0) return { missing: 'python3-torch is not installed' };
  // Settings that make an older OpenBLAS safe on new processors also make it slow.
  const { OPENBLAS_CORETYPE: _core, OPENBLAS_L2_SIZE: _l2, ...env } = process.env;
  const script = resolve(process.cwd(), 'bench', 'peers', 'torch_steps.py');
  const run = spawnSync(python, [script, net, String(steps), String(threads)], { env, encoding: 'utf8' });
  if (run.status !== 0) return { missing: run.stderr.trim().split('\n').at(-1) ?? 'it failed' };
  return JSON.parse(run.stdout) as TorchTimes;
}
