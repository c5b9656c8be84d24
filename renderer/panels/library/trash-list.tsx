/** @file What was removed, and until when it can be had back. */

import { RotateCcw, Trash2 } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { TrashedEntry } from '../../../preload/contract/domains/datasets';
import { errorToJson, type ErrorJson } from '../../../preload/contract/errors';
import { lab } from '../../link/lab';
import { useLibrary } from '../../state/library';
import { restore, tell } from '../../state/library-actions';
import { useWords } from '../../state/words';
import { Button } from '../../widgets/button';
import { Dialog } from '../../widgets/dialog';
import { Empty } from '../../widgets/empty';
import { Failed } from '../../widgets/failed';
import { fullMoment } from '../../state/fact-words';
import styles from './library.module.css';

type Entry = TrashedEntry & { word: 'dataset' | 'run' };

const dayMs = 86_400_000;

export function TrashList() {
  const t = useWords('library');
  const [entries, setEntries] = useState<readonly Entry[] | undefined>(undefined);
  const [error, setError] = useState<ErrorJson | undefined>(undefined);
  /** When the entries were asked for. */
  const [now, setNow] = useState(0);
  const [asked, setAsked] = useState<Entry | undefined>(undefined);
  // What is in the library changes when something goes to the trash or comes back, on this page or another.
  const datasets = useLibrary((library) => library.datasets);
  const runs = useLibrary((library) => library.runs);
  const load = useCallback(() => {
    Promise.all([lab.datasets.trash({}), lab.runs.trash({})]).then(
      ([fromDatasets, fromRuns]) => {
        setError(undefined);
        setNow(Date.now());
        setEntries([...fromDatasets.map((one) => ({ ...one, word: 'dataset' as const })), ...fromRuns.map((one) => ({ ...one, word: 'run' as const }))].sort((a, b) => b.removedAt.localeCompare(a.removedAt)));
      },
      (caught: unknown) => setError(errorToJson(caught)),
    );
  }, []);
  useEffect(load, [load, datasets, runs]);

  const discard = async ({ id, word }: Entry): Promise<void> => {
    setAsked(undefined);
    try {
      await (word === 'run' ? lab.runs.discard({ id }) : lab.datasets.discard({ id }));
    } catch (caught) {
      tell(caught);
    }
    load();
  };

  if (error) return <Failed error={error} onRetry={load} />;
  if (!entries) return null;
  if (entries.length === 0) return <Empty icon={Trash2} title={t('trash.empty')} text={t('trash.emptyText')} />;
  return (
    <>
      <ul className={styles['trash']} aria-label={t('tab.trash')}>
        {entries.map((entry) => {
          const days = Math.max(0, Math.ceil((Date.parse(entry.endsAt) - now) / dayMs));
          return (
            <li key={`${entry.word} ${entry.id}`} className={styles['trashed']}>
              <div className={styles['twoLines']}>
                <bdi title={entry.name}>{entry.name}</bdi>
                <span className={styles['quiet']} title={fullMoment(t, entry.removedAt)}>
                  {[t(`trash.${entry.word}`), t.bytes(entry.bytes), t('trash.days', { count: days })].join(' · ')}
                </span>
              </div>
              <Button icon={RotateCcw} onClick={() => void restore(entry.word, entry.id, entry.name).catch(tell)}>
                {t('trash.restore')}
              </Button>
              <Button variant="quiet" onClick={() => setAsked(entry)}>
                {t('trash.discard')}
              </Button>
            </li>
          );
        })}
      </ul>
      <Dialog
        open={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title={t('trash.ask', { name: asked?.name ?? '' })}
        text={t('trash.askText', { bytes: t.bytes(asked?.bytes ?? 0) })}
        actions={
          <>
            <Button onClick={() => setAsked(undefined)}>{t('cancel')}</Button>
            <Button variant="danger" onClick={() => asked && void discard(asked)}>
              {t('trash.discard')}
            </Button>
          </>
        }
      />
    </>
  );
}
