/** @file Datasets encoded by runs, kept while the process lives: later calls refer to their points by index, and a second panel asks at no cost. */

import type { Split } from '../../preload/contract/datasets';
import type { DataDistance, ImagePlace, LatentLoss, LatentMap, LatentStats } from '../../preload/contract/latents';
import { nearestRow, neighbourDistances, percentileAmong } from '../analysis/data-distance';
import { LabError } from '../../preload/contract/errors';
import type { NegElbos } from './latent-loss';

/** One dataset in one latent space. What follows from the points is kept beside them once it was asked for. */
export interface Encoding {
  /** float32 [N, D], train images first. */
  z: Float32Array;
  latentSize: number;
  splits: Record<Split, number>;
  labels: Int32Array;
  labelNames: string[];
  /** Distances from sampled points to their nearest neighbours, rising; of a mapped dataset. */
  usual?: Float64Array;
  map?: LatentMap;
  stats?: LatentStats;
  squaredErrors?: LatentLoss;
  /** As far as they were asked for. */
  negElbos?: NegElbos;
}

const keptBytes = 2 ** 29;

export interface Encodings {
  get(key: string): Encoding | undefined;
  add(key: string, encoding: Encoding): void;
}

/** Keeps the encodings that were used last, as far as they fit `limit` bytes; the last one in any case. */
export function keepEncodings(limit = keptBytes): Encodings {
  /** Least recently used first. */
  const kept = new Map<string, Encoding>();
  return {
    get(key) {
      const encoding = kept.get(key);
      if (encoding) {
        kept.delete(key);
        kept.set(key, encoding);
      }
      return encoding;
    },
    add(key, encoding) {
      kept.set(key, encoding);
      let bytes = 0;
      for (const { z } of kept.values()) bytes += 2 * z.byteLength;
      for (const [oldest, { z }] of kept) {
        if (bytes <= limit || kept.size === 1) break;
        kept.delete(oldest);
        bytes -= 2 * z.byteLength;
      }
    },
  };
}

/** Row of an image among all points. @throws LabError 'image-index-outside' */
export function rowOf({ splits }: Pick<Encoding, 'splits'>, { split, index }: ImagePlace): number {
  if (index >= splits[split]) throw new LabError('image-index-outside', { index, split, count: splits[split] });
  return split === 'train' ? index : splits.train + index;
}

export const placeOf = ({ splits }: Pick<Encoding, 'splits'>, row: number): ImagePlace => (row < splits.train ? { split: 'train', index: row } : { split: 'test', index: row - splits.train });

/** Distances of each row of z [n, D] to the encoded points; null until the encoding has been mapped, or where it has no points. */
export function distancesTo(encoding: Encoding, z: Float32Array): DataDistance[] | null {
  const { usual, latentSize } = encoding;
  const count = encoding.z.length / latentSize;
  if (!usual || count === 0) return null;
  return Array.from({ length: z.length / latentSize }, (_, n) => {
    const { index, distance } = nearestRow(encoding.z, latentSize, z.subarray(n * latentSize, (n + 1) * latentSize));
    return { value: distance, nearest: placeOf(encoding, index), percentile: percentileAmong(usual, distance), sampled: usual.length, count };
  });
}

/** What is usual among the points: computed once. `breathe` is called after every few points. */
export async function findUsual(encoding: Encoding, breathe: (done: number) => Promise<void>): Promise<void> {
  if (encoding.usual) return;
  const steps = neighbourDistances(encoding.z, encoding.latentSize);
  for (;;) {
    const step = steps.next();
    if (step.done) {
      encoding.usual = step.value;
      return;
    }
    await breathe(step.value);
  }
}
