/** @file Where the result of a job is seen, and the notice that tells its end. */

import type { JobInfo } from '../../preload/contract/jobs';
import { panels } from '../panels/registry';
import { exportAction } from '../state/exports-made';
import { useLibrary } from '../state/library';
import { notify } from '../state/notices';
import { select } from '../state/selection';
import { useSettings } from '../state/settings';
import { wordsOf, type Words } from '../state/words';
import { openPanel } from './workspace';

/** Shows a run where one works with it. */
export function showRun(run: string): void {
  select({ kind: 'run', run });
  if (panels.some(({ id }) => id === 'run')) openPanel('run', { run });
  else openPanel('library', {});
}

export function showDataset(dataset: string): void {
  select({ kind: 'dataset', dataset });
  openPanel('library', {});
}

/** The action that leads to what came of a job; undefined when nothing did. */
export function resultAction(t: Words, job: JobInfo): { label: string; run(): void } | undefined {
  const { kind, state, subject, result } = job;
  if (state !== 'done') return undefined;
  if (kind === 'import') return { label: t('jobs.open'), run: () => showDataset(typeof result?.['dataset'] === 'string' ? result['dataset'] : subject) };
  if (kind === 'train' || kind === 'evaluate') return { label: t('jobs.open'), run: () => showRun(subject) };
  if (kind === 'export') return exportAction(t, job);
  return undefined;
}

/** Tells the end of each job that this page saw running; called once, when the page starts. */
export function announceJobs(): void {
  const running = new Set<string>();
  useLibrary.subscribe(({ jobs }) => {
    const t = wordsOf('window', useSettings.getState().language);
    for (const job of jobs) {
      if (job.endedAt === undefined) running.add(job.id);
      else if (running.delete(job.id)) announce(t, job);
    }
  });
}

function announce(t: Words, job: JobInfo): void {
  const kind = job.state === 'done' ? 'good' : job.state === 'failed' ? 'bad' : 'plain';
  const error = job.state === 'failed' && job.error ? t.error(job.error) : undefined;
  notify({
    kind,
    title: t(`jobs.end.${job.kind}.${job.state}`, { subject: job.subject }),
    text: error && [error.message, error.hint].filter(Boolean).join('. '),
    action: resultAction(t, job),
  });
}
