/** @file The loss of the images, as far as it is known: of a sample at once, of all in the end. */

import { useEffect, useMemo, useState } from 'react';
import { errorFromJson, errorToJson, LabError } from '../../../preload/contract/errors';
import type { LatentLoss, LossMeasure } from '../../../preload/contract/latents';
import type { Progress } from '../../../preload/contract/progress';
import { lab } from '../../link/lab';
import { middleOf } from './point-colours';
import type { Space } from './use-point';

const firstImages = 256;

export interface Loss {
  value: LatentLoss | undefined;
  /** From the 1st to the 99th percentile of what is known. */
  range: [number, number] | undefined;
  /** While more is computed. */
  report: Progress | undefined;
  pending: boolean;
  error: LabError | undefined;
  /** Stays with what is known. */
  stop(): void;
  goOn(): void;
}

/** @param measure undefined asks nothing */
export function useLoss({ run, dataset, device }: Space, measure: LossMeasure | undefined, count: number): Loss {
  const [standing, setStanding] = useState<{ value?: LatentLoss; report?: Progress; pending: boolean; error?: LabError }>({ pending: false });
  const [stopped, setStopped] = useState(false);
  useEffect(() => setStopped(false), [run, dataset, device, measure]);
  useEffect(() => {
    setStanding((now) => ({ value: now.value?.measure === measure ? now.value : undefined, pending: measure !== undefined && !stopped }));
    if (measure === undefined || stopped) return;
    const control = new AbortController();
    const { signal } = control;
    const ask = async (): Promise<void> => {
      for (let upTo = firstImages; ; upTo *= 2) {
        const value = await lab.latents.loss({ run, dataset, device, measure, upTo }, { signal, onProgress: (report) => !signal.aborted && setStanding((now) => ({ ...now, report })) });
        if (signal.aborted) return;
        setStanding((now) => ({ value, report: now.report, pending: value.done < count }));
        if (value.done >= count) return;
      }
    };
    ask().catch((caught: unknown) => {
      if (!signal.aborted) setStanding((now) => ({ value: now.value, pending: false, error: caught instanceof LabError ? caught : errorFromJson(errorToJson(caught)) }));
    });
    return () => control.abort();
  }, [run, dataset, device, measure, count, stopped]);
  const { value } = standing;
  const range = useMemo(() => value && middleOf(value.loss.filter((one) => !Number.isNaN(one))), [value]);
  return useMemo(() => ({ ...standing, value, range, report: standing.report, error: standing.error, stop: () => setStopped(true), goOn: () => setStopped(false) }), [standing, value, range]);
}
