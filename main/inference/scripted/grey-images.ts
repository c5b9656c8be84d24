/** @file Splits of plain grey images in memory. */

import type { LabelledImages } from '../../sampling/batches';

/** Image i of a split is `size` pixels of its grey, with its place as label. */
export function greyImages(greys: { train: number[]; test: number[] }, size: number): LabelledImages {
  return {
    count: (split) => greys[split].length,
    labels: (split) => Int32Array.from(greys[split], (_, i) => i),
    read: (split, indices, into) => Array.from(indices).forEach((index, i) => into.fill(greys[split][index], i * size, (i + 1) * size)),
  };
}
