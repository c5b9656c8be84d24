/** @file Asks for a new name of a run or a dataset, or the name of a run's fork. */

import { useEffect, useState } from 'react';
import { errorToJson, type ErrorJson } from '../../../preload/contract/errors';
import { lab } from '../../link/lab';
import { useLibrary } from '../../state/library';
import { rename } from '../../state/library-actions';
import { select } from '../../state/selection';
import { useWords } from '../../state/words';
import { Button } from '../../widgets/button';
import { Dialog } from '../../widgets/dialog';
import { TextField } from '../../widgets/text-field';

export interface Naming {
  what: 'rename' | 'renameDataset' | 'fork';
  /** The run or the dataset as it is called now. */
  name: string;
}

/** `run`, with the first number that is free. */
function forkName(run: string): string {
  const taken = new Set(useLibrary.getState().runs?.map(({ name }) => name));
  const stem = run.replace(/-\d+$/, '').slice(0, 70);
  for (let number = 2; ; number++) if (!taken.has(`${stem}-${number}`)) return `${stem}-${number}`;
}

export function NameDialog({ naming, onClose }: { naming: Naming | undefined; onClose(): void }) {
  const t = useWords('library');
  const [name, setName] = useState('');
  const [error, setError] = useState<ErrorJson | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (naming) setName(naming.what === 'fork' ? forkName(naming.name) : naming.name);
  }, [naming]);
  const ofDataset = naming?.what === 'renameDataset';
  const same = naming?.what !== 'fork' && name === naming?.name;
  useEffect(() => {
    setError(undefined);
    if (!naming || same || name === '') return;
    let current = true;
    const timer = window.setTimeout(() => {
      (ofDataset ? lab.datasets : lab.runs).checkName({ name }).then(
        () => undefined,
        (caught: unknown) => current && setError(errorToJson(caught)),
      );
    }, 150);
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [name, naming, same, ofDataset]);
  const confirm = async (): Promise<void> => {
    if (!naming || name === '' || same || busy) return;
    setBusy(true);
    try {
      if (naming.what !== 'fork') await rename(ofDataset ? 'dataset' : 'run', naming.name, name);
      else {
        await lab.training.fork({ from: naming.name, name });
        select({ kind: 'run', run: name });
      }
      onClose();
    } catch (caught) {
      setError(errorToJson(caught));
    } finally {
      setBusy(false);
    }
  };
  const what = naming?.what ?? 'rename';
  const words = error && t.error(error);
  return (
    <Dialog
      open={naming !== undefined}
      onClose={onClose}
      title={t(`naming.${what}.title`, { name: naming?.name ?? '' })}
      text={t(`naming.${what}.text`)}
      actions={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant="primary" disabled={name === '' || same || error !== undefined || busy} onClick={() => void confirm()}>
            {t(`naming.${what}.confirm`)}
          </Button>
        </>
      }
    >
      <TextField
        label={t('naming.name')}
        value={name}
        onChange={setName}
        maxLength={200}
        error={words && [words.message, words.hint].filter(Boolean).join('. ')}
        onFocus={(event) => event.target.select()}
        onKeyDown={(event) => event.key === 'Enter' && void confirm()}
      />
    </Dialog>
  );
}
