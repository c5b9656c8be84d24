/** @file The first page: one sentence, where to drop data, and a way in for each kind of trained model that is here. */

import { Play, Sprout } from 'lucide-react';
import { useState } from 'react';
import type { z } from 'zod';
import { errorToJson, type ErrorJson } from '../../../preload/contract/errors';
import type { KnownRun } from '../../../preload/contract/domains/runs';
import { lab } from '../../link/lab';
import { importPaths, startImport } from '../../state/importing';
import { useLibrary } from '../../state/library';
import { useWords } from '../../state/words';
import { Button } from '../../widgets/button';
import { DropZone } from '../../widgets/drop-zone';
import { Failed } from '../../widgets/failed';
import type { PanelContext, PanelProps } from '../panel';
import { starterKinds, starters, type StarterKind } from './starters';
import type { startSpec, startState } from './spec';
import styles from './view.module.css';

/** Folders that were chosen as such each stand alone. */
const importAny = (what: FileList | readonly string[], folders?: readonly boolean[]): void => (what instanceof FileList ? startImport(what) : importPaths(what, folders));

export function View({ context }: PanelProps<z.output<typeof startSpec>, z.output<typeof startState>>) {
  const t = useWords('start');
  const runs = useLibrary((library) => library.runs);
  const [error, setError] = useState<ErrorJson | undefined>(undefined);
  const shown = starters(runs);
  return (
    <div className={styles['page']}>
      <h2 className={styles['title']}>{t('title')}</h2>
      <p className={styles['lead']}>{t('lead')}</p>
      <div className={styles['drop']}>
        <DropZone onImport={importAny} />
      </div>
      {error && <Failed inline error={error} />}
      {shown.length > 0 && <h3 className={styles['heading']}>{t('ways')}</h3>}
      <div className={styles['cards']}>
        {shown.map(({ run, kind }) => (
          <Card key={run.name} run={run} kind={kind} context={context} onFail={setError} />
        ))}
      </div>
    </div>
  );
}

function Card({ run, kind, context, onFail }: { run: KnownRun; kind: StarterKind; context: PanelContext; onFail(error: ErrorJson): void }) {
  const t = useWords('start');
  const [busy, setBusy] = useState(false);
  const standing = useLibrary((library) => library.datasets?.some(({ hash }) => hash === run.dataset.hash));
  /** The panel shows the images that the model learnt from: it waits for them while they come. */
  const explore = (): void => {
    if (standing === false) lab.app.importSample({}).catch((caught: unknown) => onFail(errorToJson(caught)));
    context.open(starterKinds[kind].panel, { run: run.name });
  };
  const trainYourself = async (): Promise<void> => {
    setBusy(true);
    try {
      const { id } = await lab.app.importSample({});
      const dataset = await importedBy(id);
      if (dataset !== undefined) context.open('train', { dataset, method: run.method });
    } catch (caught) {
      onFail(errorToJson(caught));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className={styles['card']} aria-label={t(`kind.${kind}.title`)}>
      <h4 className={styles['name']}>{t(`kind.${kind}.title`)}</h4>
      <p className={styles['text']}>{t(`kind.${kind}.text`)}</p>
      <div className={styles['actions']}>
        <Button variant="primary" icon={Play} onClick={explore}>
          {t('explore')}
        </Button>
        <Button icon={Sprout} disabled={busy} onClick={() => void trainYourself()}>
          {t(busy ? 'fetching' : 'train')}
        </Button>
      </div>
      <p className={styles['note']}>{t('took', { time: t.seconds(Math.round(run.seconds / 10) * 10) })}</p>
    </section>
  );
}

/** The dataset that a job made; undefined when it was cancelled. @throws what the job failed of */
function importedBy(id: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const stop = useLibrary.subscribe(look);
    function look(): void {
      const job = useLibrary.getState().jobs.find((one) => one.id === id);
      if (!job || job.endedAt === undefined) return;
      stop();
      if (job.state === 'failed' && job.error) reject(Object.assign(new Error(job.error.code), job.error));
      else resolve(typeof job.result?.['dataset'] === 'string' ? job.result['dataset'] : undefined);
    }
    look();
  });
}
