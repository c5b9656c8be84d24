/** @file Imports under way, and those that failed: why, and what to do, until it was read. */

import { X } from 'lucide-react';
import { create } from 'zustand';
import { lab } from '../../link/lab';
import { useLibrary } from '../../state/library';
import { tell } from '../../state/library-actions';
import { useWords } from '../../state/words';
import { IconButton } from '../../widgets/button';
import { Failed } from '../../widgets/failed';
import { Progress } from '../../widgets/progress';
import styles from './library.module.css';

/** Ids of failed imports that were read. */
const useRead = create<{ read: ReadonlySet<string> }>(() => ({ read: new Set() }));

export function ImportJobs() {
  const t = useWords('library');
  const read = useRead((one) => one.read);
  const jobs = useLibrary((library) => library.jobs);
  const shown = jobs.filter(({ id, kind, state, endedAt }) => kind === 'import' && (endedAt === undefined || (state === 'failed' && !read.has(id))));
  if (shown.length === 0) return null;
  return (
    <section className={styles['jobs']} aria-label={t('importing.title')}>
      {shown.map((job) =>
        job.endedAt === undefined ? (
          <Progress
            key={job.id}
            compact
            label={[t('importing.of', { name: job.subject }), job.progress && t.has(`window:phase.${job.progress.phase}`) && t(`window:phase.${job.progress.phase}`)].filter(Boolean).join(' · ')}
            report={job.progress}
            unit={job.progress?.phase === 'unpack' ? t('importing.files') : t('importing.images')}
            onCancel={() => void lab.jobs.cancel({ id: job.id }).catch(tell)}
            cancelling={job.state === 'cancelling'}
          />
        ) : (
          <div key={job.id} className={styles['failedJob']}>
            <div className={styles['failedName']}>
              <bdi>{t('importing.failed', { name: job.subject })}</bdi>
              <IconButton small icon={X} label={t('importing.dismiss')} onClick={() => useRead.setState(({ read: known }) => ({ read: new Set([...known, job.id]) }))} />
            </div>
            {job.error && <Failed inline error={job.error} />}
          </div>
        ),
      )}
    </section>
  );
}
