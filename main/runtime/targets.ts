/** @file What the compiler may emit for a device of this machine. */

import { Emitter } from '../compiler/emit/emitter';
import { encodeModel } from '../compiler/emit/onnx';
import { cpuTarget, gpuTarget, type Target } from '../compiler/emit/target';
import { blockedConvolution } from '../compiler/lower/blocked-convolution';
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
  const [n, side] = [2 * block, 3];
  const e = new Emitter({ ...cpuTarget, convBlock: block });
  e.model.inputs.push({ name: 'x', dtype: 'float32', shape: [1, n, side, side] }, { name: 'filter', dtype: 'float32', shape: [n, n, side, side] });
  const y = blockedConvolution(e, { x: 'x', filter: 'filter', filterShape: [n, n, side, side], strides: [1, 1], pads: [0, 0, 0, 0], filterAxes: 'given' });
  e.model.outputs.push({ name: y, dtype: 'float32', shape: [1, n, 1, 1] });
  // Whole numbers, different everywhere: sums are exact.
  const x = Float32Array.from({ length: n * side * side }, (_, i) => (i * 7) % 11);
  const filter = Float32Array.from({ length: n * x.length }, (_, i) => (i * 5) % 13);
  try {
    const graph = await openGraph(encodeModel(e.model), 'cpu', { threads: 1 });
    const got = (await graph.run({ x: { data: x, shape: [1, n, side, side] }, filter: { data: filter, shape: [n, n, side, side] } }))[y].data;
    await graph.dispose();
    return Array.from({ length: n }, (_, k) => x.reduce((sum, v, i) => sum + v * filter[k * x.length + i], 0)).every((expected, k) => got[k] === expected);
  } catch {
    return false;
  }
}
