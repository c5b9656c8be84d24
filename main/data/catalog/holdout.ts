/** @file Which items are for test where the format doesn't say: one in ten, by content, so that equal items fall on the same side, always. */

import { hash as hashOnce } from 'node:crypto';
import type { Split } from '../../../preload/contract/datasets';

const share = 0.1;

/** The first 32 bits of an item's SHA-256, as hex or bytes. */
export const hash32 = (sha256: string | Uint8Array): number =>
  typeof sha256 === 'string' ? Number.parseInt(sha256.slice(0, 8), 16) : new DataView(sha256.buffer, sha256.byteOffset).getUint32(0);

/**
 * The threshold below which hashes are for test: a tenth of all hashes. In a small dataset chance may leave one side empty; then the item
 * with the smallest hash alone is for test, or the one with the largest alone for training.
 */
export function testThreshold(hashes: Iterable<number>): number {
  const below = Math.floor(share * 2 ** 32);
  let min = Infinity;
  let max = -Infinity;
  for (const hash of hashes) {
    if (hash < min) min = hash;
    if (hash > max) max = hash;
  }
  if (min === max || min === Infinity) return 0;
  return min >= below ? min + 1 : max < below ? max : below;
}

export const splitOfHash = (hash: number, testBelow: number): Split => (hash < testBelow ? 'test' : 'train');

/** Of a record's pixels: the same picture with another label falls on the same side. */
export const recordHash = (pixels: Uint8Array): number => hash32(hashOnce('sha256', pixels, 'buffer'));
