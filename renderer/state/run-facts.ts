/** @file What runs cost and how far they came, asked for by the rows that are seen, many in one call. */

import { useEffect } from 'react';
import { create } from 'zustand';
import type { KnownRun, RunFacts } from '../../preload/contract/domains/runs';
import { lab } from '../link/lab';
import type { Words } from './words';

/** By run; `stamp` says of which state of it. */
const useFacts = create<{ known: ReadonlyMap<string, { stamp: string; facts: RunFacts }> }>(() => ({ known: new Map() }));

/** Rows that come into sight together are asked for together. */
const gatherMs = 60;
const mostAtOnce = 100;
const wanted = new Map<string, string>();
let timer: number | undefined;

async function ask(): Promise<void> {
  timer = undefined;
  const asked = [...wanted].slice(0, mostAtOnce);
  for (const [run] of asked) wanted.delete(run);
  const stamps = new Map(asked);
  const facts = await lab.runs.facts({ runs: [...stamps.keys()] }).catch(() => []);
  useFacts.setState(({ known }) => {
    const next = new Map(known);
    for (const one of facts) next.set(one.run, { stamp: stamps.get(one.run) ?? '', facts: one });
    return { known: next };
  });
  if (wanted.size > 0) timer = window.setTimeout(() => void ask(), gatherMs);
}

/** undefined: not known yet. While newer facts are asked for, the older ones stand. */
export function useRunFacts({ name, steps, status, createdAt }: KnownRun): RunFacts | undefined {
  const stamp = `${createdAt} ${steps} ${status}`;
  const found = useFacts(({ known }) => known.get(name));
  const current = found?.stamp === stamp;
  useEffect(() => {
    if (current) return;
    wanted.set(name, stamp);
    timer ??= window.setTimeout(() => void ask(), gatherMs);
  }, [name, stamp, current]);
  return found?.facts;
}

/** A metric's name in words where it has some, else its id. */
export const metricWords = (t: Words, name: string): string => (t.has(`run:metric.${name}`) ? t(`run:metric.${name}`) : name);

/** The figure that says most of a training: the loss, else the first there is. */
export function keyMetric(last: RunFacts['last']): { name: string; value: number } | undefined {
  const values = Object.entries(last?.values ?? {});
  const [name, value] = values.find(([one]) => one === 'loss') ?? values[0] ?? [];
  return name === undefined || value === null || value === undefined ? undefined : { name, value };
}
