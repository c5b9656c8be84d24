/** @file The content hash of a dataset of records: pixels, labels and splits in order, whatever files they stand in. */

import { createHash } from 'node:crypto';
import type { RecordBlock, RecordLayout, RecordPart } from '../readers/reader';

export interface RecordHash {
  /** Before the blocks of each part. */
  part(part: RecordPart): void;
  block(block: RecordBlock): void;
  /** -> SHA-256 as hex */
  digest(): string;
}

export function recordHashOf({ height, width, channels, labels }: RecordLayout): RecordHash {
  const hash = createHash('sha256').update(JSON.stringify([height, width, channels, labels]));
  return {
    part: ({ split, count }) => void hash.update(JSON.stringify([split, count])),
    block: (block) => void hash.update(block.pixels).update(new Uint8Array(block.labels.buffer, block.labels.byteOffset, block.labels.byteLength)),
    digest: () => hash.digest('hex'),
  };
}
