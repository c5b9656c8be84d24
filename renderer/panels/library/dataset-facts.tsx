/** @file Where a dataset came from, what it is by its content, what it takes of the disk. */

import { useEffect, useState } from 'react';
import type { KnownDataset } from '../../../preload/contract/domains/datasets';
import { lab } from '../../link/lab';
import { useWords } from '../../state/words';
import { FactList } from './fact-list';
import { fullMoment, sizeOf, whole } from './figures';

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
    <FactList
      facts={[
        [t('facts.reader'), t(`reader.${dataset.reader}`)],
        [t('facts.images'), t('facts.splits', { train: whole(t, dataset.splits.train ?? 0), test: whole(t, dataset.splits.test ?? 0) })],
        [t('facts.size'), sizeOf(dataset.sizes)],
        [t('facts.originals'), t(`keep.${dataset.keep}`, { bytes: t.bytes(dataset.bytes) })],
        [t('facts.views'), disk ? t.bytes(disk.views) : '…'],
        [t('facts.imported'), fullMoment(t, dataset.importedAt)],
        [t('facts.source'), dataset.source],
        [t('facts.hash'), dataset.hash],
      ]}
    />
  );
}
