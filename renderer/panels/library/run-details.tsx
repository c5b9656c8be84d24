/** @file One run: what it is, what one notes of it, what it keeps on the disk, where it can be opened. */

import { GitFork, Pencil, Pin, Trash2 } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import type { KnownRun } from '../../../preload/contract/domains/runs';
import type { StoredStep } from '../../../preload/contract/runs';
import { lab } from '../../link/lab';
import { noteRun, removeRuns, tell } from '../../state/library-actions';
import { openExport } from '../../state/exporting';
import { runFacts } from '../../state/fact-words';
import { keyMetric, metricWords, useRunFacts } from '../../state/run-facts';
import { useWords } from '../../state/words';
import { Button, IconButton } from '../../widgets/button';
import { EvaluationFigures } from '../../widgets/evaluation-figures';
import { FactList } from '../../widgets/fact-list';
import { Failed } from '../../widgets/failed';
import { Figure } from '../../widgets/figure';
import styles from './library.module.css';
import { opensOf, type Opening } from './openings';
import { Status } from './run-list';

export interface RunDetailsProps {
  run: KnownRun;
  onOpen(opening: Opening, run: string): void;
  onRename(): void;
  onFork(): void;
  onRun(run: string): void;
}

export function RunDetails({ run, onOpen, onRename, onFork, onRun }: RunDetailsProps) {
  const t = useWords('library');
  const metric = keyMetric(useRunFacts(run)?.last ?? null);
  const openings = opensOf(run);
  const { notes, error, parent } = run;
  const facts: [name: string, fact: ReactNode][] = [];
  for (const [id, words] of runFacts(t, run)) {
    // Stands in the heading.
    if (id === 'status') continue;
    if (id === 'parent' && parent) {
      const link = (
        <button type="button" className={styles['link']} onClick={() => onRun(parent.run)}>
          <bdi>{words}</bdi>
        </button>
      );
      facts.push([id, link]);
    } else facts.push([id, words]);
    if (id === 'steps' && metric) facts.push([t('facts:metric', { name: metricWords(t, metric.name).toLocaleLowerCase(t.language) }), <Figure key="metric" value={metric.value} how={t('facts:metricHow', { name: metricWords(t, metric.name) })} />]);
  }
  facts.push(['versions', t('facts:versionWords', run.versions)]);
  const pinned = notes?.pinned ?? false;
  return (
    <section className={styles['details']} aria-label={t('details.ofRun', { name: run.name })}>
      <header className={styles['detailsHead']}>
        <div className={styles['twoLines']}>
          <h2>
            <bdi title={run.name}>{run.name}</bdi>
          </h2>
          <span className={styles['nameLine']}>
            <Status status={run.status} />
          </span>
        </div>
        <IconButton icon={Pin} label={t(pinned ? 'action.unpin' : 'action.pin')} pressed={pinned} onClick={() => void noteRun(run.name, { pinned: !pinned }, notes).catch(tell)} />
        <IconButton icon={Pencil} label={t('action.rename')} keys="f2" onClick={onRename} />
        <IconButton icon={GitFork} label={t('action.fork')} onClick={onFork} />
        <IconButton icon={Trash2} label={t('action.delete', { count: 1 })} onClick={() => void removeRuns([run.name])} />
      </header>
      <div className={styles['scrolled']}>
        <div className={styles['actions']}>
          {openings.map((opening, place) => (
            <Button key={opening.id} variant={place === 0 ? 'primary' : 'plain'} icon={opening.icon} onClick={() => onOpen(opening, run.name)}>
              {t(`open.${opening.id}`)}
            </Button>
          ))}
          <Button onClick={() => openExport(run.name)}>{t('action.export')}</Button>
        </div>
        {error && <Failed inline error={error} />}
        <Note key={run.name} run={run} />
        <FactList facts={facts} />
        {run.evaluation && (
          <div className={styles['evaluation']}>
            <h3>{t('evaluation:title')}</h3>
            <EvaluationFigures evaluation={run.evaluation} />
          </div>
        )}
        <Disk run={run} />
      </div>
    </section>
  );
}

/** Kept when the field is left. */
function Note({ run }: { run: KnownRun }) {
  const t = useWords('library');
  const kept = run.notes?.text ?? '';
  const [text, setText] = useState<string | undefined>(undefined);
  const keep = (): void => {
    if (text === undefined) return;
    if (text !== kept) void noteRun(run.name, { text }, run.notes).catch(tell);
    setText(undefined);
  };
  return (
    <label className={styles['note']}>
      <span>{t('note.label')}</span>
      <textarea rows={2} dir="auto" maxLength={20_000} value={text ?? kept} placeholder={t('note.placeholder')} onChange={(event) => setText(event.target.value)} onBlur={keep} />
    </label>
  );
}

function Disk({ run: { name, steps, status } }: { run: KnownRun }) {
  const t = useWords('library');
  const [disk, setDisk] = useState<{ checkpoints: StoredStep[]; snapshots: StoredStep[]; bytes: number } | undefined>(undefined);
  useEffect(() => {
    let current = true;
    lab.runs.disk({ run: name }).then(
      (found) => current && setDisk(found),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [name, steps, status]);
  if (!disk) return null;
  const total = (files: readonly StoredStep[]): number => files.reduce((sum, { bytes }) => sum + bytes, 0);
  const words = (files: readonly StoredStep[]): string => t('disk.files', { count: files.length, bytes: t.bytes(total(files)) });
  return (
    <div className={styles['disk']}>
      <h3>{t('disk.title', { bytes: t.bytes(disk.bytes) })}</h3>
      <FactList
        facts={[
          [t('disk.checkpoints'), words(disk.checkpoints)],
          [t('disk.snapshots'), words(disk.snapshots)],
          [t('disk.rest'), t.bytes(Math.max(0, disk.bytes - total(disk.checkpoints) - total(disk.snapshots)))],
        ]}
      />
    </div>
  );
}
