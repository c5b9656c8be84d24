/** @file What was left out of a dataset, and why. */

import { useEffect, useState } from 'react';
import type { SkippedItem } from '../../../preload/contract/datasets';
import type { KnownDataset } from '../../../preload/contract/domains/datasets';
import { errorToJson, type ErrorJson } from '../../../preload/contract/errors';
import { lab } from '../../link/lab';
import { useWords } from '../../state/words';
import { Button } from '../../widgets/button';
import { Failed } from '../../widgets/failed';
import styles from './library.module.css';

const page = 200;

export function SkippedList({ dataset: { name, hash } }: { dataset: KnownDataset }) {
  const t = useWords('library');
  const [items, setItems] = useState<readonly SkippedItem[]>([]);
  const [total, setTotal] = useState(0);
  const [wanted, setWanted] = useState(page);
  const [error, setError] = useState<ErrorJson | undefined>(undefined);
  useEffect(() => {
    let current = true;
    lab.datasets.skipped({ dataset: name, from: 0, count: Math.min(1000, wanted) }).then(
      (found) => {
        if (!current) return;
        setItems(found.items);
        setTotal(found.total);
      },
      (caught: unknown) => current && setError(errorToJson(caught)),
    );
    return () => {
      current = false;
    };
  }, [name, hash, wanted]);
  if (error) return <Failed error={error} />;
  return (
    <div className={styles['scrolled']}>
      <ul className={styles['skipped']} aria-label={t('details.skipped')}>
        {items.map(({ path, reason }) => (
          <li key={path}>
            <bdi className={styles['path']} title={path}>
              {path}
            </bdi>
            <span className={styles['quiet']}>{t.error(reason).message}</span>
          </li>
        ))}
      </ul>
      {items.length < total && wanted < 1000 && <Button onClick={() => setWanted(wanted + page)}>{t('more', { count: total - items.length })}</Button>}
    </div>
  );
}
