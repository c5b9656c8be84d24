/** @file The newest metrics of a run, from the end of its journal: as quick for a million steps as for ten. */

import fs from 'node:fs/promises';
import { decodeRecord } from './journal';
import { layoutOf } from './layout';

export interface LastMetrics {
  step: number;
  values: Record<string, number>;
}

const tailBytes = 1 << 16;
const newline = 10;

/** undefined: none were written yet, or none stand in the last 64 kB. @throws LabError 'name-invalid' */
export async function lastMetrics(home: string, run: string): Promise<LastMetrics | undefined> {
  const handle = await fs.open(layoutOf(home, run).journal, 'r').catch((caught: NodeJS.ErrnoException) => {
    if (caught.code === 'ENOENT') return undefined;
    throw caught;
  });
  if (!handle) return undefined;
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.min(size, tailBytes));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, size - buffer.length);
    // A torn line at either end has a wrong checksum.
    for (let end = bytesRead, start; end > 0; end = start - 1) {
      start = buffer.lastIndexOf(newline, end - 1) + 1;
      const record = decodeRecord(buffer.subarray(start, end));
      if (record && 'm' in record) return { step: record.step, values: record.m };
    }
    return undefined;
  } finally {
    await handle.close();
  }
}
