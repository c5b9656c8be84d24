/** @file Long work under way and lately ended: how far it is, what came of it, a way to stop it. */

import { CircleAlert, CircleCheck, CircleSlash } from 'lucide-react';
import type { JobInfo } from '../../preload/contract/jobs';
import { lab } from '../link/lab';
import { errorToJson } from '../../preload/contract/errors';
import { useLibrary } from '../state/library';
import { notify } from '../state/notices';
import { useWords, type Words } from '../state/words';
import { Button } from '../widgets/button';
import { Progress } from '../widgets/progress';
import styles from './job-list.module.css';
import { resultAction } from './job-results';

/** What a job does, with what. */
export const jobTitle = (t: Words, { kind, subject }: JobInfo): string => t(`jobs.kind.${kind}`, { subject });

const icons = { done: CircleCheck, failed: CircleAlert, cancelled: CircleSlash } as const;

export function JobList({ onLeave }: { onLeave(): void }) {
  const t = useWords('window');
  const jobs = useLibrary((library) => library.jobs);
  if (jobs.length === 0) return <p className={styles['none']}>{t('jobs.none')}</p>;
  const running = jobs.filter(({ endedAt }) => endedAt === undefined);
  const ended = jobs.filter(({ endedAt }) => endedAt !== undefined);
  return (
    <div className={styles['list']}>
      {running.map((job) => (
        <Running key={job.id} job={job} />
      ))}
      {ended.length > 0 && <h3 className={styles['heading']}>{t('jobs.ended')}</h3>}
      {ended.map((job) => (
        <Ended key={job.id} job={job} onLeave={onLeave} />
      ))}
    </div>
  );
}

function Running({ job }: { job: JobInfo }) {
  const t = useWords('window');
  // A training that trains is told by its title.
  const phase = job.progress && job.progress.phase !== job.kind && t.has(`phase.${job.progress.phase}`) ? t(`phase.${job.progress.phase}`) : undefined;
  const cancel = (): void => void lab.jobs.cancel({ id: job.id }).catch((caught: unknown) => notify({ kind: 'bad', title: t.error(errorToJson(caught)).message }));
  return (
    <Progress
      compact
      label={[jobTitle(t, job), phase].filter(Boolean).join(' · ')}
      report={job.progress}
      unit={job.kind === 'train' ? t('status.steps') : undefined}
      onCancel={cancel}
      cancelling={job.state === 'cancelling'}
    />
  );
}

function Ended({ job, onLeave }: { job: JobInfo; onLeave(): void }) {
  const t = useWords('window');
  const state = job.state as keyof typeof icons;
  const Icon = icons[state] ?? CircleSlash;
  const action = resultAction(t, job);
  const seconds = job.endedAt === undefined ? 0 : (Date.parse(job.endedAt) - Date.parse(job.startedAt)) / 1000;
  const error = job.error && t.error(job.error);
  return (
    <div className={styles['ended']}>
      <Icon size={16} aria-hidden className={styles[state]} />
      <div className={styles['words']}>
        <div>{jobTitle(t, job)}</div>
        <div className={styles['facts']}>
          {t(`jobs.state.${job.state}`)} · {t.seconds(seconds)}
        </div>
        {error && job.state === 'failed' && <div className={styles['facts']}>{[error.message, error.hint].filter(Boolean).join('. ')}</div>}
      </div>
      {action && (
        <Button
          variant="quiet"
          onClick={() => {
            onLeave();
            action.run();
          }}
        >
          {action.label}
        </Button>
      )}
    </div>
  );
}
