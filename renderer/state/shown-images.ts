/** @file Images of datasets that panels have asked for, kept while they are likely to be asked for again. */

import { useEffect, useState } from 'react';
import type { DatasetImages } from '../../preload/contract/dataset-images';
import type { KnownDataset } from '../../preload/contract/domains/datasets';
import { errorToJson, type ErrorJson } from '../../preload/contract/errors';
import { lab } from '../link/lab';
import type { Pixels } from '../widgets/pixels';

const most = 200;
const stripSide = 32;
const kept = new Map<string, Promise<DatasetImages>>();

/** `ask` is asked once a key; what fails is forgotten. */
export function keptImages(key: string, ask: () => Promise<DatasetImages>): Promise<DatasetImages> {
  const known = kept.get(key) ?? ask();
  kept.delete(key);
  kept.set(key, known);
  known.catch(() => kept.get(key) === known && kept.delete(key));
  for (const oldest of [...kept.keys()].slice(0, -most)) kept.delete(oldest);
  return known;
}

export const pixelsOf = ({ view: { height, width, channels }, images }: Pick<DatasetImages, 'view' | 'images'>): Pixels => ({ height, width, channels, bytes: images });

/** Those of an answer that could be read: what could not is black there. undefined: none could. */
export function readable({ view, images, count, failed }: Pick<DatasetImages, 'view' | 'images' | 'count' | 'failed'>): { pixels: Pixels; count: number } | undefined {
  const out = new Set(failed.map(({ at }) => at));
  const size = view.height * view.width * view.channels;
  const places = Array.from({ length: count }, (_, at) => at).filter((at) => !out.has(at));
  if (places.length === 0) return undefined;
  const bytes = new Uint8Array(places.length * size);
  places.forEach((at, place) => bytes.set(images.subarray(at * size, (at + 1) * size), place * size));
  return { pixels: pixelsOf({ view, images: bytes }), count: places.length };
}

/** A few images of a dataset's training split, at the size of a strip. undefined: not there yet. */
export function useStrip({ name, hash, importedAt, splits, sizes }: KnownDataset, count: number): DatasetImages | ErrorJson | undefined {
  const [found, setFound] = useState<DatasetImages | ErrorJson | undefined>(undefined);
  // Small images as they are, others in small.
  const native = sizes.common !== null && Math.max(...sizes.common) <= stripSide;
  const split = (splits.train ?? 0) > 0 ? 'train' : 'test';
  useEffect(() => {
    let wanted = true;
    const set = (value: DatasetImages | ErrorJson): void => void (wanted && setFound(value));
    keptImages(`${name} ${hash} ${importedAt} ${split} ${count}`, () => lab.datasets.spread({ dataset: name, split, count, ...(!native && { view: { size: stripSide } }) })).then(set, (caught: unknown) => set(errorToJson(caught)));
    return () => {
      wanted = false;
    };
  }, [name, hash, importedAt, split, count, native]);
  return found;
}
