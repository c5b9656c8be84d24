/** @file A call whose answer is shown: asked anew when what is asked changes, given up when it is no longer wanted. */

import { useEffect, useRef, useState } from 'react';
import { LabError } from '../../../preload/contract/errors';
import type { Progress } from '../../../preload/contract/progress';

export interface Answer<T> {
  /** The latest; while another is on its way, the one before. */
  value: T | undefined;
  /** What `value` answers. */
  key: string | undefined;
  error: LabError | undefined;
  pending: boolean;
  report: Progress | undefined;
  again(): void;
}

export interface AskOptions {
  signal: AbortSignal;
  onProgress: (report: Progress) => void;
}

/** @param key what is asked, as text; undefined asks nothing */
export function useAnswer<T>(key: string | undefined, ask: (options: AskOptions) => Promise<T>): Answer<T> {
  const [state, setState] = useState<Omit<Answer<T>, 'again'>>({ value: undefined, key: undefined, error: undefined, pending: false, report: undefined });
  const [round, setRound] = useState(0);
  const newest = useRef(ask);
  newest.current = ask;
  useEffect(() => {
    if (key === undefined) return;
    const control = new AbortController();
    const { signal } = control;
    setState((now) => ({ ...now, pending: true, error: undefined, report: undefined }));
    newest.current({ signal, onProgress: (report) => !signal.aborted && setState((now) => ({ ...now, report })) }).then(
      (value) => !signal.aborted && setState({ value, key, error: undefined, pending: false, report: undefined }),
      (caught: unknown) => {
        if (signal.aborted) return;
        if (!(caught instanceof LabError)) throw caught;
        setState((now) => ({ ...now, error: caught, pending: false, report: undefined }));
      },
    );
    return () => control.abort();
  }, [key, round]);
  return { ...state, again: () => setRound((now) => now + 1) };
}
