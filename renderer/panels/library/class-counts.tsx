/** @file How many images each label has. */

import { useEffect, useState } from 'react';
import type { ClassCounts as Counts } from '../../../preload/contract/dataset-images';
import type { KnownDataset } from '../../../preload/contract/domains/datasets';
import { errorToJson, type ErrorJson } from '../../../preload/contract/errors';
import type { Progress as Report } from '../../../preload/contract/progress';
import { lab } from '../../link/lab';
import { useSettings } from '../../state/settings';
import { useWords } from '../../state/words';
import { labelColour } from '../../theme/colours';
import { Failed } from '../../widgets/failed';
import { Busy } from '../../widgets/progress';
import { whole } from '../../state/fact-words';
import styles from './library.module.css';

/** Labels shown at once: no eye compares more. */
const most = 500;

export function ClassCounts({ dataset: { name, hash, labels } }: { dataset: KnownDataset }) {
  const t = useWords('library');
  const theme = useSettings((settings) => settings.theme);
  const [counts, setCounts] = useState<Counts | undefined>(undefined);
  const [error, setError] = useState<ErrorJson | undefined>(undefined);
  const [report, setReport] = useState<Report | undefined>(undefined);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    setCounts(undefined);
    setError(undefined);
    lab.datasets.classCounts({ dataset: name }, { signal: abort.signal, onProgress: setReport }).then(
      (found) => !abort.signal.aborted && setCounts(found),
      (caught: unknown) => !abort.signal.aborted && setError(errorToJson(caught)),
    );
    return () => abort.abort();
  }, [name, hash, attempt]);
  if (error) return <Failed error={error} onRetry={() => setAttempt(attempt + 1)} />;
  if (!counts) return <Busy label={t('classes.counting')} report={report} unit={t('importing.images')} />;
  const totals = labels.map((_, place) => counts.train[place] + counts.test[place]);
  const unlabelled = counts.train[labels.length] + counts.test[labels.length];
  const largest = Math.max(1, unlabelled, ...totals.slice(0, most));
  const row = (key: string, label: string, total: number, test: number, colour: string) => (
    <tr key={key}>
      <th scope="row">
        <bdi title={label}>{label}</bdi>
      </th>
      <td className={styles['classBar']}>
        <span style={{ width: `${(100 * total) / largest}%`, background: colour }} />
      </td>
      <td className={styles['figure']}>{whole(t, total)}</td>
      <td className={styles['figure']}>{whole(t, test)}</td>
    </tr>
  );
  return (
    <div className={styles['scrolled']}>
      <table className={styles['classes']}>
        <thead>
          <tr>
            <th scope="col" colSpan={2}>
              {t('classes.label')}
            </th>
            <th scope="col" className={styles['figure']}>
              {t('classes.images')}
            </th>
            <th scope="col" className={styles['figure']}>
              {t('classes.test')}
            </th>
          </tr>
        </thead>
        <tbody>
          {labels.slice(0, most).map((label, place) => row(`${place}`, label, totals[place], counts.test[place], labelColour(place, theme)))}
          {unlabelled > 0 && row('none', t('classes.none'), unlabelled, counts.test[labels.length], 'var(--edge)')}
        </tbody>
      </table>
      {labels.length > most && <p className={styles['quiet']}>{t('classes.more', { count: labels.length - most })}</p>}
    </div>
  );
}
