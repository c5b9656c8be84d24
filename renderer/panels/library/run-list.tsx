/** @file The runs, as a table; broken ones among them, with the reason. */

import { CircleAlert, CircleCheck, CirclePause, CirclePlay, CircleSlash, CircleStop, GitFork, Pencil, Pin, Trash2, type LucideIcon } from 'lucide-react';
import { useDeferredValue, useMemo } from 'react';
import type { KnownRun } from '../../../preload/contract/domains/runs';
import type { BrokenRun, RunStatus } from '../../../preload/contract/runs';
import { keyMetric, metricWords, useRunFacts } from '../../state/run-facts';
import { useWords, type Words } from '../../state/words';
import { DataTable, sorted, type Column, type Sorting } from '../../widgets/data-table';
import { Figure } from '../../widgets/figure';
import type { MenuItem } from '../../widgets/menu';
import type { Choice } from './choice';
import { deviceName, moment, whole } from '../../state/fact-words';
import styles from './library.module.css';
import { opensOf, type Opening } from './openings';

export type RunRow = { name: string; run: KnownRun } | { name: string; broken: BrokenRun };

const icons: Record<RunStatus, LucideIcon> = { created: CirclePlay, running: CirclePlay, paused: CirclePause, completed: CircleCheck, stopped: CircleStop, cancelled: CircleSlash, failed: CircleAlert };

export function Status({ status }: { status: RunStatus }) {
  const t = useWords('window');
  const Icon = icons[status];
  const words = t(`runStatus.${status}`);
  return (
    <span className={styles['status']} data-status={status} title={words}>
      <Icon size={15} aria-hidden />
      <span className={styles['statusWords']}>{words}</span>
    </span>
  );
}

function NameCell({ row }: { row: RunRow }) {
  const t = useWords('library');
  if ('broken' in row) {
    const { message } = t.error(row.broken.reason);
    return (
      <div className={styles['twoLines']}>
        <bdi title={row.name}>{row.name}</bdi>
        <span className={styles['bad']} title={message}>
          {message}
        </span>
      </div>
    );
  }
  const { notes, parent } = row.run;
  const second = notes?.text || (parent ? t('forkOf', { run: parent.run, step: whole(t, parent.step) }) : '');
  return (
    <div className={styles['twoLines']}>
      <span className={styles['nameLine']}>
        {notes?.pinned && <Pin size={12} aria-label={t('pinned')} className={styles['pin']} />}
        <bdi title={row.name}>{row.name}</bdi>
      </span>
      {second && <bdi className={styles['quiet']}>{second.slice(0, 200)}</bdi>}
    </div>
  );
}

function MetricCell({ run }: { run: KnownRun }) {
  const t = useWords('library');
  const metric = keyMetric(useRunFacts(run)?.last ?? null);
  return metric ? <Figure value={metric.value} how={t('facts:metricHow', { name: metricWords(t, metric.name) })} /> : <>–</>;
}

function DiskCell({ run }: { run: KnownRun }) {
  const t = useWords('library');
  const facts = useRunFacts(run);
  return <>{facts ? t.bytes(facts.bytes) : ''}</>;
}

function columnsOf(t: Words): Column<RunRow>[] {
  const of = <Value,>(use: (run: KnownRun) => Value, otherwise: Value) => (row: RunRow): Value => ('run' in row ? use(row.run) : otherwise);
  return [
    { id: 'status', title: t('column.status'), hideTitle: true, width: '24px', sort: of(({ status }) => status, ''), cell: (row) => ('run' in row ? <Status status={row.run.status} /> : <Status status="failed" />) },
    { id: 'name', title: t('column.name'), width: 'minmax(120px, 1fr)', sort: ({ name }) => name, cell: (row) => <NameCell row={row} /> },
    { id: 'method', title: t('column.method'), width: '56px', from: 400, sort: of(({ method }) => method, ''), cell: of<React.ReactNode>(({ method }) => method.toUpperCase(), '') },
    { id: 'dataset', title: t('column.dataset'), width: 'minmax(72px, 120px)', from: 470, sort: of(({ dataset }) => dataset.name, ''), cell: of<React.ReactNode>(({ dataset }) => <bdi title={dataset.name}>{dataset.name}</bdi>, '') },
    { id: 'steps', title: t('column.steps'), width: '68px', end: true, sort: of(({ steps }) => steps, -1), cell: of<React.ReactNode>(({ steps }) => whole(t, steps), '') },
    { id: 'metric', title: t('column.metric'), width: '64px', end: true, from: 550, cell: (row) => ('run' in row ? <MetricCell run={row.run} /> : '') },
    { id: 'time', title: t('column.time'), width: '92px', end: true, from: 740, sort: of(({ seconds }) => seconds, -1), cell: of<React.ReactNode>(({ seconds }) => t.seconds(seconds), '') },
    { id: 'device', title: t('column.device'), width: '132px', from: 1000, sort: of(({ device }) => device, ''), cell: of<React.ReactNode>(({ device }) => deviceName(t, device), '') },
    { id: 'disk', title: t('column.disk'), width: '68px', end: true, from: 640, cell: (row) => ('run' in row ? <DiskCell run={row.run} /> : '') },
    { id: 'created', title: t('column.created'), width: '112px', from: 860, sort: of(({ createdAt }) => createdAt, ''), cell: of<React.ReactNode>(({ createdAt }) => moment(t, createdAt), '') },
  ];
}

export interface RunListProps extends Choice {
  runs: readonly KnownRun[];
  broken: readonly BrokenRun[];
  filter: string;
  sorting: Sorting;
  onSort(sorting: Sorting): void;
  room: number;
  onOpen(opening: Opening, run: string): void;
  onRename(run: string): void;
  onFork(run: string): void;
  onDelete(): void;
}

export function RunList({ runs, broken, filter, sorting, onSort, room, onOpen, onRename, onFork, onDelete, chosen, lead, onChoose }: RunListProps) {
  const t = useWords('library');
  const columns = useMemo(() => columnsOf(t), [t]);
  const wanted = useDeferredValue(filter).toLocaleLowerCase(t.language);
  const rows = useMemo(() => {
    const has = (text: string): boolean => text.toLocaleLowerCase(t.language).includes(wanted);
    const all: RunRow[] = [...runs.map((run) => ({ name: run.name, run })), ...broken.map((one) => ({ name: one.name, broken: one }))];
    const matching = all.filter((row) => wanted === '' || has(row.name) || ('run' in row && (has(row.run.method) || has(row.run.dataset.name) || has(row.run.notes?.text ?? '') || row.run.notes?.tags.some(has))));
    const inOrder = sorted(matching, columns, sorting, t.language);
    const pinned = (row: RunRow): boolean => 'run' in row && row.run.notes?.pinned === true;
    return [...inOrder.filter(pinned), ...inOrder.filter((row) => !pinned(row))];
  }, [runs, broken, wanted, columns, sorting, t.language]);
  const run = runs.find(({ name }) => name === lead);
  const menu = (): MenuItem[] => [
    ...(run && chosen.size === 1 ? opensOf(run).map((opening): MenuItem => ({ id: opening.id, label: t(`open.${opening.id}`), icon: opening.icon, run: () => onOpen(opening, run.name) })) : []),
    { id: 'fork', label: t('action.fork'), icon: GitFork, ruled: true, disabled: !run || chosen.size !== 1, run: () => run && onFork(run.name) },
    { id: 'rename', label: t('action.rename'), icon: Pencil, keys: 'f2', disabled: !run || chosen.size !== 1, run: () => run && onRename(run.name) },
    { id: 'delete', label: t('action.delete', { count: Math.max(1, chosen.size) }), icon: Trash2, danger: true, keys: 'delete', ruled: true, disabled: chosen.size === 0, run: onDelete },
  ];
  if (rows.length === 0) return <p className={styles['none']}>{t('filter.nothing', { text: filter })}</p>;
  return (
    <DataTable
      label={t('tab.runs')}
      rows={rows}
      columns={columns}
      keyOf={({ name }) => name}
      sorting={sorting}
      onSort={onSort}
      chosen={chosen}
      lead={lead}
      onChoose={onChoose}
      onOpen={(row) => {
        const [first] = 'run' in row ? opensOf(row.run) : [];
        if (first) onOpen(first, row.name);
      }}
      onDelete={onDelete}
      menu={menu}
      rowHeight={44}
      room={room}
    />
  );
}
