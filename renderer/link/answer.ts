/** @file A call whose answer is shown: asked anew when what is asked changes, given up when it is no longer wanted. */

import { useEffect, useRef, useState } from 'react';
import { errorFromJson, errorToJson, LabError } from '../../preload/contract/errors';
import type { Progress } from '../../preload/contract/progress';
import type { CallOptions } from './client';

export interface Answer<T> {
  /** The latest; where it is not kept, undefined as soon as something else is asked. */
  value: T | undefined;
  error: LabError | undefined;
  pending: boolean;
  report: Progress | undefined;
  /** Asks once more. */
  again(): void;
  /** Gives up the call under way; `error` is then 'cancelled'. */
  cancel(): void;
}

type Standing<T> = Pick<Answer<T>, 'value' | 'error' | 'pending' | 'report'>;
const nothing = { value: undefined, error: undefined, pending: false, report: undefined };

/**
 * @param key what is asked, as text; undefined asks nothing
 * @param before what becomes of the answer before: it is dropped, or kept until the next one has come
 */
export function useAnswer<T>(key: string | undefined, ask: (options: Required<CallOptions>) => Promise<T>, before: 'drop' | 'keep' = 'drop'): Answer<T> {
  const [standing, setStanding] = useState<Standing<T>>(nothing);
  const [round, setRound] = useState(0);
  const newest = useRef(ask);
  newest.current = ask;
  const control = useRef<AbortController | undefined>(undefined);
  useEffect(() => {
    const standingBefore = (now: Standing<T>): Standing<T> => ({ ...nothing, value: before === 'keep' ? now.value : undefined });
    if (key === undefined) {
      setStanding(standingBefore);
      return;
    }
    const own = new AbortController();
    control.current = own;
    let given = false;
    setStanding((now) => ({ ...standingBefore(now), pending: true }));
    newest.current({ signal: own.signal, onProgress: (report) => !given && setStanding((now) => ({ ...now, report })) }).then(
      (value) => !given && setStanding({ ...nothing, value }),
      (caught: unknown) => !given && setStanding({ ...nothing, error: caught instanceof LabError ? caught : errorFromJson(errorToJson(caught)) }),
    );
    return () => {
      given = true;
      own.abort();
    };
  }, [key, round]);
  return { ...standing, again: () => setRound((now) => now + 1), cancel: () => control.current?.abort() };
}
