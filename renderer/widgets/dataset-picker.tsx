/** @file A choice of one dataset. */

import type { ReactNode } from 'react';
import { useLibrary } from '../state/library';
import { useWords } from '../state/words';
import { Select } from './select';

export interface DatasetPickerProps {
  value: string | undefined;
  onChange(dataset: string): void;
  label?: ReactNode;
  hideLabel?: boolean;
  disabled?: boolean;
  className?: string;
}

export function DatasetPicker({ value, onChange, label, hideLabel, disabled, className }: DatasetPickerProps) {
  const t = useWords('widgets');
  const datasets = useLibrary((library) => library.datasets);
  const options = (datasets ?? []).map(({ name, count, labels, sizes }) => ({
    value: name,
    label: name,
    note: [
      t('images', { count, shown: t.number(count, { maximumFractionDigits: 0 }) }),
      sizes.common ? `${sizes.common[1]} × ${sizes.common[0]}` : undefined,
      labels.length > 0 ? t('labels', { count: labels.length }) : undefined,
    ]
      .filter(Boolean)
      .join(' · '),
  }));
  if (value !== undefined && datasets && !options.some((option) => option.value === value)) options.unshift({ value, label: value, note: t('datasetMissing') });
  return (
    <Select
      label={label ?? t('dataset')}
      hideLabel={hideLabel}
      options={options}
      value={value}
      onChange={onChange}
      placeholder={t(options.length === 0 ? 'noDataset' : 'chooseDataset')}
      disabled={disabled || options.length === 0}
      className={className}
    />
  );
}
