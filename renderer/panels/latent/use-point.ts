/** @file The vector that is looked at: chosen with an image, moved from there, decoded as it moves. */

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { LabError } from '../../../preload/contract/errors';
import type { DataDistance, ImagePlace, LatentMap } from '../../../preload/contract/latents';
import { lab } from '../../link/lab';
import { latest } from '../../link/latest';
import type { Pixels } from '../../widgets/pixels';

/** A dataset as a run sees it, on a device: the best one when none is set. */
export interface Space {
  run: string;
  dataset: string;
  device: string | undefined;
}

export interface Anchor {
  /** The image it is the vector of; a place in the space alone when absent. */
  place?: ImagePlace;
  z: Float32Array;
}

export interface LatentPoint {
  anchor: Anchor;
  z: Float32Array;
  /** Of the newest z that was answered. */
  image: Pixels | undefined;
  distance: DataDistance | undefined;
  /** Why it could not be decoded. */
  error: LabError | undefined;
  /** Starts from an image. */
  choose(place: ImagePlace): void;
  /** Starts from a vector. */
  start(z: Float32Array): void;
  /** Moves, seen from the same anchor. */
  move(z: Float32Array): void;
  /** Moves along one latent axis, to a value there; always the same function. */
  moveAxis(axis: number, value: number): void;
  /** Back to the anchor. */
  reset(): void;
}

/** Bytes of one image of [..., H, W, C]. */
export function pixelsOf(images: Uint8Array, shape: readonly number[]): Pixels {
  const [height, width, channels] = shape.slice(-3);
  return { bytes: images, height, width, channels: channels as 1 | 3 };
}

export function useLatentPoint({ run, dataset, device }: Space, map: LatentMap, first: ImagePlace | undefined, onAnchor: (place: ImagePlace | undefined) => void): LatentPoint {
  const [anchor, setAnchor] = useState<Anchor>(() => ({ z: map.mean }));
  const [z, setZ] = useState(anchor.z);
  const [shown, setShown] = useState<{ image?: Pixels; distance?: DataDistance; error?: LabError }>({});

  const fail = useCallback((caught: unknown): void => {
    if (!(caught instanceof LabError)) throw caught;
    setShown((now) => ({ ...now, error: caught }));
  }, []);

  const now = useRef(z);
  now.current = z;
  const decoding = useMemo(() => {
    let mapping = false;
    const calls = latest(
      (vector: Float32Array) => lab.latents.decode({ run, dataset, device, z: vector, latentSize: map.latentSize }),
      ({ images, shape, distances }) => {
        setShown({ image: pixelsOf(images, shape), distance: distances?.[0] });
        if (distances || mapping) return;
        // The process that had the points is gone: the one in its place makes them again, and then the distance is known.
        mapping = true;
        lab.latents.map({ run, dataset, device }).then(() => calls.ask(now.current), fail);
      },
      fail,
    );
    return calls;
  }, [run, dataset, device, map, fail]);
  const choosing = useMemo(
    () =>
      latest(
        (place: ImagePlace) => lab.latents.at({ run, dataset, device, places: [place] }),
        ({ z: vector }, place) => {
          setAnchor({ place, z: vector });
          setZ(vector);
        },
        fail,
      ),
    [run, dataset, device, fail],
  );

  useEffect(() => decoding.ask(z), [decoding, z]);
  useEffect(() => {
    if (first) choosing.ask(first);
    return () => {
      choosing.drop();
      decoding.drop();
    };
    // The first place alone: later ones are chosen.
  }, [choosing, decoding]);

  const moveAxis = useCallback(
    (axis: number, value: number): void => {
      choosing.drop();
      setZ((from) => from.map((one, d) => (d === axis ? value : one)));
    },
    [choosing],
  );

  return {
    anchor,
    z,
    image: shown.image,
    distance: shown.distance,
    error: shown.error,
    choose(place) {
      choosing.ask(place);
      onAnchor(place);
    },
    start(vector) {
      choosing.drop();
      setAnchor({ z: vector });
      setZ(vector);
      onAnchor(undefined);
    },
    move(vector) {
      choosing.drop();
      setZ(vector);
    },
    moveAxis,
    reset: () => setZ(anchor.z),
  };
}
