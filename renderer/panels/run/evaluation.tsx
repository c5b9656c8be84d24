/** @file The run's evaluation: the one under way, why it failed, and what the last one found. */

import type { JobInfo } from '../../../preload/contract/jobs';
import type { Evaluation as Found } from '../../../preload/contract/runs';
import { useWords } from '../../state/words';
import { EvaluationFigures } from '../../widgets/evaluation-figures';
import { Failed } from '../../widgets/failed';
import { Progress } from '../../widgets/progress';
import { Section } from '../../widgets/section';

export function Evaluation({ job, found, onCancel }: { job: JobInfo | undefined; found: Found | undefined; onCancel(id: string): void }) {
  const t = useWords('evaluation');
  if (!found && (!job || job.state === 'cancelled')) return null;
  return (
    <Section title={t('title')}>
      {job && job.endedAt === undefined && <Progress label={t('busy')} report={job.progress} unit={t('images')} onCancel={() => onCancel(job.id)} cancelling={job.state === 'cancelling'} compact />}
      {job?.state === 'failed' && job.error && <Failed inline error={job.error} />}
      {found && <EvaluationFigures evaluation={found} />}
    </Section>
  );
}
