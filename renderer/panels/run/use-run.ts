/** @file A run as the window knows it now: what stands in its folder, the job that trains it, what it keeps. */

import { useEffect, useState } from 'react';
import type { KnownRun } from '../../../preload/contract/domains/runs';
import { errorToJson, type ErrorJson } from '../../../preload/contract/errors';
import type { JobInfo } from '../../../preload/contract/jobs';
import { lab } from '../../link/lab';
import { useLibrary } from '../../state/library';
import type { Pixels } from '../../widgets/pixels';

export interface RunNow {
  /** undefined: not in the library (yet). */
  info: KnownRun | undefined;
  /** The newest job that trains it, ended or not. */
  job: JobInfo | undefined;
  /** The newest job that evaluates it. */
  evaluation: JobInfo | undefined;
}

export function useRun(run: string | undefined): RunNow {
  const info = useLibrary(({ runs }) => runs?.find(({ name }) => name === run));
  const job = useLibrary(({ jobs }) => jobs.find(({ kind, subject }) => kind === 'train' && subject === run));
  const evaluation = useLibrary(({ jobs }) => jobs.find(({ kind, subject }) => kind === 'evaluate' && subject === run));
  return { info, job, evaluation };
}

export const isActive = (job: JobInfo | undefined): job is JobInfo & { endedAt?: undefined } => job !== undefined && job.endedAt === undefined;

/** A field of a job's progress that is a number. */
export function progressNumber(job: JobInfo | undefined, name: string): number | undefined {
  const value = job?.progress?.[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export interface Kept {
  samples: readonly number[];
  checkpoints: readonly number[];
}

export function useKept(run: string | undefined, active: boolean): Kept | undefined {
  const [state, setState] = useState<{ run: string; kept: Kept } | undefined>(undefined);
  useEffect(() => {
    if (run === undefined || !active) return;
    return lab.training.kept({ run }, (kept) => setState({ run, kept }), { onError: () => setState({ run, kept: { samples: [], checkpoints: [] } }) });
  }, [run, active]);
  return state?.run === run ? state?.kept : undefined;
}

export interface Samples {
  step: number;
  pixels: Pixels;
  count: number;
}

/** Those of the last scrub are kept: going back shows them at once. */
const keptPictures = 80;

/** The samples of a step; those of the step before stay until they come. */
export function useSamples(run: string | undefined, step: number | undefined): { samples: Samples | undefined; error: ErrorJson | undefined } {
  const [cache] = useState(() => new Map<string, Samples>());
  const [state, setState] = useState<{ run?: string; samples?: Samples; error?: ErrorJson }>({});
  useEffect(() => {
    if (run === undefined || step === undefined) return;
    const key = `${run} ${step}`;
    const known = cache.get(key);
    if (known) return setState({ run, samples: known });
    const abort = new AbortController();
    lab.training.sample({ run, step }, { signal: abort.signal }).then(
      ({ images, shape }) => {
        if (abort.signal.aborted) return;
        const [count = 0, height = 1, width = 1, channels] = shape;
        const samples: Samples = { step, count, pixels: { height, width, channels: channels === 1 ? 1 : channels === 4 ? 4 : 3, bytes: images } };
        cache.set(key, samples);
        for (const oldest of cache.keys()) {
          if (cache.size <= keptPictures) break;
          cache.delete(oldest);
        }
        setState({ run, samples });
      },
      (caught: unknown) => !abort.signal.aborted && setState({ run, error: errorToJson(caught) }),
    );
    return () => abort.abort();
  }, [run, step, cache]);
  return state.run === run ? { samples: state.samples, error: state.error } : { samples: undefined, error: undefined };
}
