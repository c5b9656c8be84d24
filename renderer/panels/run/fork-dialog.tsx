/** @file A new run that goes on from a checkpoint of this one. */

import { useState } from 'react';
import { errorToJson, type ErrorJson } from '../../../preload/contract/errors';
import { lab } from '../../link/lab';
import { useWords } from '../../state/words';
import { Button } from '../../widgets/button';
import { Dialog } from '../../widgets/dialog';
import { Failed } from '../../widgets/failed';
import { Select } from '../../widgets/select';
import { TextField } from '../../widgets/text-field';
import styles from './view.module.css';

export interface ForkDialogProps {
  run: string;
  /** Ascending. */
  checkpoints: readonly number[];
  onClose(): void;
  onForked(run: string): void;
}

export function ForkDialog({ run, checkpoints, onClose, onForked }: ForkDialogProps) {
  const t = useWords('run');
  const [name, setName] = useState(`${run}-2`);
  const [step, setStep] = useState(String(checkpoints.at(-1) ?? 0));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorJson | undefined>(undefined);
  const fork = async (): Promise<void> => {
    setBusy(true);
    try {
      await lab.training.fork({ from: run, name, step: Number(step) });
      onForked(name);
    } catch (caught) {
      setError(errorToJson(caught));
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('fork.title')}
      text={t('fork.text')}
      actions={
        <>
          <Button onClick={onClose}>{t('fork.cancel')}</Button>
          <Button variant="primary" disabled={busy || name === ''} onClick={() => void fork()}>
            {t('fork.make')}
          </Button>
        </>
      }
    >
      <form
        className={styles['form']}
        onSubmit={(event) => {
          event.preventDefault();
          void fork();
        }}
      >
        <TextField label={t('fork.name')} value={name} onChange={setName} />
        <Select label={t('fork.step')} options={checkpoints.toReversed().map((one) => ({ value: String(one), label: t.number(one, { maximumFractionDigits: 0 }) }))} value={step} onChange={setStep} />
        {error && <Failed inline error={error} />}
      </form>
    </Dialog>
  );
}
