/** @file Memory of the machine, or of the container that it is seen through. */

import { totalmem } from 'node:os';

/** Bytes. What the system holds only as a cache is not counted as used. */
export function memoryInUse(): { memoryUsedBytes: number; memoryTotalBytes: number } {
  const limit = process.constrainedMemory();
  const memoryTotalBytes = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return { memoryUsedBytes: Math.max(0, memoryTotalBytes - process.availableMemory()), memoryTotalBytes };
}
