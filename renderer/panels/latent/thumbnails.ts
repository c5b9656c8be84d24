/** @file Images of the dataset by their places, fetched when they are looked at and kept for a while. */

import { useEffect, useMemo, useState } from 'react';
import { LabError } from '../../../preload/contract/errors';
import type { ImagePlace } from '../../../preload/contract/latents';
import { lab } from '../../link/lab';
import { latest } from '../../link/latest';
import type { Pixels } from '../../widgets/pixels';
import { pixelsOf, type Space } from './use-point';

const kept = 2000;
/** Oldest first. */
const images = new Map<string, Pixels>();

/** The image as the run sees it; undefined until it has come, or when it can't be had. */
export function useThumbnail({ run, dataset }: Space, place: ImagePlace | undefined): Pixels | undefined {
  const [, setCount] = useState(0);
  const fetching = useMemo(
    () =>
      latest(
        async ({ key, at }: { key: string; at: ImagePlace }) => ({ key, ...(await lab.latents.thumbnails({ run, dataset, places: [at] })) }),
        ({ key, images: bytes, shape }) => {
          images.set(key, pixelsOf(bytes, shape));
          for (const oldest of images.keys()) {
            if (images.size <= kept) break;
            images.delete(oldest);
          }
          setCount((now) => now + 1);
        },
        (caught) => {
          // A picture that can't be had stays empty: what asked for it says why, where it matters.
          if (!(caught instanceof LabError)) throw caught;
        },
      ),
    [run, dataset],
  );
  const key = place && JSON.stringify([run, dataset, place.split, place.index]);
  useEffect(() => {
    if (key && place && !images.has(key)) fetching.ask({ key, at: place });
  }, [key, fetching]);
  return key === undefined ? undefined : images.get(key);
}
