/** @file What the lab says of a plan while it is made: methods and forms, problems by field, a free name, a forecast. */

import { useEffect, useRef, useState } from 'react';
import type { Forecast, MethodForm, MethodSummary, TrainingPlan } from '../../../preload/contract/domains/training';
import { errorToJson, type ErrorJson } from '../../../preload/contract/errors';
import type { Progress } from '../../../preload/contract/progress';
import { lab } from '../../link/lab';
import type { Language } from '../../state/languages';

/** Typing rests for so long before the lab is asked. */
const checkMs = 120;
const forecastMs = 600;

export interface Answer<T> {
  value: T | undefined;
  error: ErrorJson | undefined;
  again(): void;
}

/** Asks whenever `key` changes; undefined asks nothing. The last answer stays until the next one comes. */
function useAsked<T>(key: string | undefined, ask: (signal: AbortSignal) => Promise<T>, delayMs = 0): Answer<T> {
  const [answer, setAnswer] = useState<{ value?: T; error?: ErrorJson }>({});
  const [round, setRound] = useState(0);
  const newest = useRef(ask);
  newest.current = ask;
  useEffect(() => {
    if (key === undefined) return;
    const abort = new AbortController();
    const timer = window.setTimeout(() => {
      newest.current(abort.signal).then(
        (value) => !abort.signal.aborted && setAnswer({ value }),
        (caught: unknown) => !abort.signal.aborted && setAnswer({ error: errorToJson(caught) }),
      );
    }, delayMs);
    return () => {
      window.clearTimeout(timer);
      abort.abort();
    };
  }, [key, round, delayMs]);
  return { value: answer.value, error: answer.error, again: () => setRound((now) => now + 1) };
}

export const useMethods = (language: Language): Answer<MethodSummary[]> => useAsked(language, () => lab.training.methods({ language }));

export const useForm = (method: string | undefined, language: Language): Answer<MethodForm> =>
  useAsked(method && `${method} ${language}`, () => lab.training.form({ method: method as string, language }));

export interface Problem {
  field: string;
  reason: ErrorJson;
}

/** The problems of a plan, and whether they are those of the plan as it is now. */
export function useProblems(plan: TrainingPlan | undefined, run: string | undefined): { problems: Problem[]; checked: boolean } {
  const asked = plan && { method: plan.method, config: plan.config, dataset: plan.dataset, view: plan.view, run };
  const key = asked && JSON.stringify(asked);
  const { value, error } = useAsked(key, async () => ({ key, problems: await lab.training.check(asked!) }), checkMs);
  if (error) return { problems: [{ field: '', reason: error }], checked: true };
  return { problems: value?.problems ?? [], checked: value !== undefined && value.key === key };
}

export const useFreeName = (method: string | undefined, dataset: string | undefined, runs: number): string | undefined =>
  useAsked(method !== undefined && dataset !== undefined ? JSON.stringify([method, dataset, runs]) : undefined, () => lab.training.freeName({ method: method as string, dataset: dataset as string })).value;

export interface ForecastState {
  /** Of the plan as it is now. */
  forecast?: Forecast;
  progress?: Progress;
  error?: ErrorJson;
  /** Whether steps are being tried, or will be in a moment. */
  busy: boolean;
  again(): void;
}

/** Tries steps of the plan once it rests; a newer plan ends what is under way. `plan` undefined: nothing is tried. */
export function useForecast(plan: TrainingPlan | undefined): ForecastState {
  const key = plan && JSON.stringify(plan);
  const [round, setRound] = useState(0);
  const [state, setState] = useState<{ key?: string; forecast?: Forecast; progress?: Progress; error?: ErrorJson }>({});
  useEffect(() => {
    if (plan === undefined || key === undefined) return;
    const abort = new AbortController();
    const take = (patch: Partial<typeof state>): void => {
      if (!abort.signal.aborted) setState((now) => (now.key === key ? { ...now, ...patch } : { key, ...patch }));
    };
    const timer = window.setTimeout(() => {
      lab.training.forecast(plan, { signal: abort.signal, onProgress: (progress) => take({ progress }) }).then(
        (forecast) => take({ forecast, progress: undefined, error: undefined }),
        (caught: unknown) => take({ error: errorToJson(caught), progress: undefined, forecast: undefined }),
      );
    }, forecastMs);
    return () => {
      window.clearTimeout(timer);
      abort.abort();
    };
  }, [key, round]);
  const now = state.key === key ? state : {};
  return {
    ...(now.forecast && { forecast: now.forecast }),
    ...(now.progress && { progress: now.progress }),
    ...(now.error && { error: now.error }),
    busy: key !== undefined && !now.forecast && !now.error,
    again: () => {
      setState({});
      setRound((count) => count + 1);
    },
  };
}
