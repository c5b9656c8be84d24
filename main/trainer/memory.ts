/** @file Tells a device's lack of memory from other failures of a step, by the words of the providers. */

import { LabError } from '../../preload/contract/errors';

/** ONNX Runtime's arenas, CUDA, cuDNN and cuBLAS, Dawn (WebGPU), DirectML, TensorFlow, the C++ allocator and V8's ArrayBuffers. */
const words =
  /out of memory|oom when allocating|failed to allocate memory|allocation failed|alloc_failed|bad_alloc|bad allocation|e_outofmemory|0x8007000e|not enough memory|memory limit/i;

/** LabError 'device-out-of-memory' if that is what `caught` says, else `caught` itself. */
export function asMemoryError(caught: unknown, device: string, batchSize: number): unknown {
  if (caught instanceof LabError) return caught;
  const text = caught instanceof Error ? caught.message : String(caught);
  if (!words.test(text)) return caught;
  return new LabError('device-out-of-memory', { device, batchSize, smaller: Math.max(1, Math.floor(batchSize / 2)) }, { cause: caught });
}
