/** @file The figures of an evaluation on the test images, each with how it was computed. */

import type { JobInfo } from '../../../preload/contract/jobs';
import { useWords } from '../../state/words';
import { Failed } from '../../widgets/failed';
import { Figure } from '../../widgets/figure';
import { Progress } from '../../widgets/progress';
import { Section } from '../../widgets/section';
import styles from './view.module.css';

/** In this order, of those that a result has; the number under `error` is a standard error. */
const figures: { name: string; error?: string }[] = [
  { name: 'negElbo' },
  { name: 'recon' },
  { name: 'kl' },
  { name: 'iwNll' },
  { name: 'activeUnits' },
  { name: 'bound', error: 'boundError' },
  { name: 'loss', error: 'lossError' },
];

export function Evaluation({ job, onCancel }: { job: JobInfo; onCancel(): void }) {
  const t = useWords('run');
  const numbers = Object.fromEntries(Object.entries(job.result ?? {}).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
  return (
    <Section title={t('evaluation.title')}>
      {job.endedAt === undefined && <Progress label={t('evaluation.busy')} report={job.progress} unit={t('evaluation.images')} onCancel={onCancel} cancelling={job.state === 'cancelling'} compact />}
      {job.state === 'failed' && job.error && <Failed inline error={job.error} />}
      {job.state === 'done' && (
        <>
          <div className={styles['figures']}>
            {figures.map(
              ({ name, error }) =>
                numbers[name] !== undefined && (
                  <Figure
                    key={name}
                    label={t(`evaluation.${name}`)}
                    value={numbers[name]}
                    unit={[error !== undefined && numbers[error] !== undefined && `± ${t.number(numbers[error], { maximumSignificantDigits: 2 })}`, t(`evaluation.unit.${name}`)].filter(Boolean).join(' ')}
                    how={t(`evaluation.how.${name}`)}
                  />
                ),
            )}
          </div>
          {numbers['images'] !== undefined && <p className={styles['quiet']}>{t('evaluation.on', { count: numbers['images'], shown: t.number(numbers['images'], { maximumFractionDigits: 0 }) })}</p>}
        </>
      )}
    </Section>
  );
}
