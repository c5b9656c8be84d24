/** @file What the home holds, as the lab tells it: datasets, runs, jobs, settings. Pages only read it; they change it by calls. */

import { create } from 'zustand';
import type { KnownRun } from '../../preload/contract/domains/runs';
import type { KnownDataset } from '../../preload/contract/domains/datasets';
import type { JobInfo } from '../../preload/contract/jobs';
import type { BrokenRun } from '../../preload/contract/runs';
import { lab } from '../link/lab';

export interface Library {
  /** undefined: not heard of yet. */
  datasets: KnownDataset[] | undefined;
  runs: KnownRun[] | undefined;
  broken: BrokenRun[];
  /** Newest first. */
  jobs: JobInfo[];
}

export const useLibrary = create<Library>(() => ({ datasets: undefined, runs: undefined, broken: [], jobs: [] }));

/** Starts listening; called once, when the page starts. */
export function watchLibrary(): void {
  lab.datasets.list({}, (datasets) => useLibrary.setState({ datasets }));
  lab.runs.list({}, ({ runs, broken }) => useLibrary.setState({ runs, broken }));
  lab.jobs.changes({}, (changed) => useLibrary.setState(({ jobs }) => ({ jobs: merged(jobs, changed) })));
}

/** `jobs` with those of `changed` in their places, new ones first. */
export function merged(jobs: readonly JobInfo[], changed: readonly JobInfo[]): JobInfo[] {
  const newest = new Map(changed.map((job) => [job.id, job]));
  const kept = jobs.map((job) => {
    const now = newest.get(job.id);
    newest.delete(job.id);
    return now ?? job;
  });
  return [...[...newest.values()].sort((a, b) => b.startedAt.localeCompare(a.startedAt)), ...kept];
}

/** The newest run's name that has all of `abilities`; undefined when there is none. */
export const runsWith = (runs: readonly KnownRun[] | undefined, abilities: readonly KnownRun['abilities'][number][]): KnownRun[] =>
  (runs ?? []).filter((run) => abilities.every((ability) => run.abilities.includes(ability)));
