/** @file Where a dataset came from, what it is by its content, what it takes of the disk. */

import { useEffect, useState } from 'react';
import type { KnownDataset } from '../../../preload/contract/domains/datasets';
import { lab } from '../../link/lab';
import { datasetFacts } from '../../state/fact-words';
import { useWords } from '../../state/words';
import { FactList } from '../../widgets/fact-list';
import styles from './library.module.css';

export function DatasetFacts({ dataset }: { dataset: KnownDataset }) {
  const t = useWords('library');
  const [disk, setDisk] = useState<{ originals: number; views: number } | undefined>(undefined);
  useEffect(() => {
    let current = true;
    lab.datasets.disk({ dataset: dataset.name }).then(
      (found) => current && setDisk(found),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [dataset.name, dataset.hash]);
  return (
    <div className={styles['factPage']}>
      <FactList facts={[...datasetFacts(t, dataset), ['views', disk ? t.bytes(disk.views) : '…'], ['hash', dataset.hash]]} />
    </div>
  );
}
