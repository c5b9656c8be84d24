/** @file A choice of one run among those that can do what is asked. */

import type { ReactNode } from 'react';
import type { Ability } from '../../preload/contract/domains/runs';
import { runsWith, useLibrary } from '../state/library';
import { useWords } from '../state/words';
import { Select } from './select';

export interface RunPickerProps {
  /** Only runs whose graphs can do all of these. */
  abilities?: readonly Ability[];
  value: string | undefined;
  onChange(run: string): void;
  label?: ReactNode;
  hideLabel?: boolean;
  disabled?: boolean;
  className?: string;
}

/** Each run with its method, its dataset and its steps, under its dataset. A chosen run that is gone is still named. */
export function RunPicker({ abilities = [], value, onChange, label, hideLabel, disabled, className }: RunPickerProps) {
  const t = useWords('widgets');
  const runs = useLibrary((library) => library.runs);
  const options = runsWith(runs, abilities).map((run) => ({
    value: run.name,
    label: run.name,
    note: t('runNote', { method: run.method, dataset: run.dataset.name, steps: t.number(run.steps, { maximumFractionDigits: 0 }) }),
  }));
  if (value !== undefined && runs && !options.some((option) => option.value === value)) options.unshift({ value, label: value, note: t('runMissing') });
  return (
    <Select
      label={label ?? t('run')}
      hideLabel={hideLabel}
      options={options}
      value={value}
      onChange={onChange}
      placeholder={t(options.length === 0 ? 'noRun' : 'chooseRun')}
      disabled={disabled || options.length === 0}
      className={className}
    />
  );
}
