/** @file The datasets, as a table. */

import { ImageOff, Pencil, Play, Trash2 } from 'lucide-react';
import { useDeferredValue, useMemo } from 'react';
import type { KnownDataset } from '../../../preload/contract/domains/datasets';
import { readable, useStrip } from '../../state/shown-images';
import { useWords, type Words } from '../../state/words';
import { DataTable, sorted, type Column, type Sorting } from '../../widgets/data-table';
import { ImageGrid } from '../../widgets/image-grid';
import type { MenuItem } from '../../widgets/menu';
import { moment, sizeOf } from '../../state/fact-words';
import styles from './library.module.css';
import type { Choice } from './choice';

const stripImages = 4;

function Strip({ dataset }: { dataset: KnownDataset }) {
  const t = useWords('library');
  const found = useStrip(dataset, stripImages);
  const shown = useMemo(() => (found && !('code' in found) ? readable(found) : undefined), [found]);
  if (!found) return <span className={styles['stripWaiting']} />;
  if (!shown) {
    const reason = 'code' in found ? found : found.failed[0]?.reason;
    return (
      <span className={styles['stripFailed']} title={reason && t.error(reason).message}>
        <ImageOff size={14} aria-hidden /> {t('unreadable')}
      </span>
    );
  }
  return <ImageGrid pixels={shown.pixels} count={shown.count} columns={stripImages} zoom={1} gap={2} label={t('strip', { name: dataset.name })} className={styles['strip']} />;
}

function columnsOf(t: Words): Column<KnownDataset>[] {
  return [
    { id: 'name', title: t('column.name'), width: 'minmax(110px, 1fr)', sort: ({ name }) => name, cell: ({ name }) => <bdi title={name}>{name}</bdi> },
    { id: 'strip', title: t('column.look'), width: '136px', from: 440, cell: (dataset) => <Strip dataset={dataset} /> },
    { id: 'count', title: t('column.images'), width: '72px', end: true, sort: ({ count }) => count, cell: ({ count }) => t.number(count, { maximumFractionDigits: 0 }) },
    { id: 'size', title: t('column.size'), width: 'minmax(72px, 140px)', end: true, from: 540, sort: ({ sizes }) => sizes.max[0] * sizes.max[1], cell: ({ sizes }) => sizeOf(sizes) },
    { id: 'labels', title: t('column.labels'), width: '68px', end: true, from: 620, sort: ({ labels }) => labels.length, cell: ({ labels }) => (labels.length > 0 ? t.number(labels.length) : '–') },
    { id: 'bytes', title: t('column.disk'), width: '72px', end: true, from: 380, sort: ({ bytes }) => bytes, cell: ({ bytes }) => t.bytes(bytes) },
    { id: 'imported', title: t('column.imported'), width: '124px', from: 780, sort: ({ importedAt }) => importedAt, cell: ({ importedAt }) => moment(t, importedAt) },
  ];
}

export interface DatasetListProps extends Choice {
  datasets: readonly KnownDataset[];
  filter: string;
  sorting: Sorting;
  onSort(sorting: Sorting): void;
  room: number;
  onTrain(dataset: string): void;
  onRename(dataset: string): void;
  onDelete(): void;
}

export function DatasetList({ datasets, filter, sorting, onSort, room, onTrain, onRename, onDelete, chosen, lead, onChoose }: DatasetListProps) {
  const t = useWords('library');
  const columns = useMemo(() => columnsOf(t), [t]);
  const wanted = useDeferredValue(filter).toLocaleLowerCase(t.language);
  const rows = useMemo(
    () => sorted(datasets.filter(({ name, labels }) => wanted === '' || name.toLocaleLowerCase(t.language).includes(wanted) || labels.some((label) => label.toLocaleLowerCase(t.language) === wanted)), columns, sorting, t.language),
    [datasets, wanted, columns, sorting, t.language],
  );
  const menu = (): MenuItem[] => [
    { id: 'train', label: t('action.train'), icon: Play, disabled: chosen.size !== 1, run: () => lead !== undefined && onTrain(lead) },
    { id: 'rename', label: t('action.rename'), icon: Pencil, keys: 'f2', disabled: chosen.size !== 1, run: () => lead !== undefined && onRename(lead) },
    { id: 'delete', label: t('action.delete', { count: Math.max(1, chosen.size) }), icon: Trash2, danger: true, keys: 'delete', ruled: true, disabled: chosen.size === 0, run: onDelete },
  ];
  if (rows.length === 0) return <p className={styles['none']}>{t('filter.nothing', { text: filter })}</p>;
  return (
    <DataTable
      label={t('tab.datasets')}
      rows={rows}
      columns={columns}
      keyOf={({ name }) => name}
      sorting={sorting}
      onSort={onSort}
      chosen={chosen}
      lead={lead}
      onChoose={onChoose}
      onOpen={({ name }) => onTrain(name)}
      onDelete={onDelete}
      menu={menu}
      rowHeight={44}
      room={room}
    />
  );
}

