/** @file What the compiler may emit for a device of this machine. */

import { blockProbe } from '../compiler/emit/block-probe';
import { cpuTarget, gpuTarget, type Target } from '../compiler/emit/target';
import { openGraph } from './graph';
import type { ProviderId } from './sessions';

/** Lanes of AVX-512, of AVX2 and NEON. */
const blockSizes = [16, 8];

let asked: Promise<number> | undefined;

/** For the CPU, with the block of convolutions that this processor was seen to compute rightly. Asked once a process. */
export async function targetOf(device: ProviderId): Promise<Target> {
  if (device !== 'cpu') return gpuTarget;
  return { ...cpuTarget, convBlock: await (asked ??= convBlock()) };
}

/** ONNX Runtime does not say which block its kernels have: a filter in the order of another gives wrong values, and where there are none the session is refused. */
async function convBlock(): Promise<number> {
  for (const block of blockSizes) if (await computesRightly(block)) return block;
  return 0;
}

/** Whether a convolution in blocks of this size gives the sums written out. */
export async function computesRightly(block: number): Promise<boolean> {
  const { onnx, inputs, output, expected } = blockProbe(block);
  try {
    const graph = await openGraph(onnx, 'cpu', { threads: 1 });
    const got = (await graph.run(inputs))[output].data;
    await graph.dispose();
    return expected.every((value, k) => got[k] === value);
  } catch {
    return false;
  }
}
