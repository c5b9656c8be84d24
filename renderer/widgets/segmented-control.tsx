/** @file A choice of one from a few, all in sight. */

import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import type { LucideIcon } from 'lucide-react';
import { useId } from 'react';
import { classes } from './class-names';
import fieldStyles from './field.module.css';
import styles from './segmented-control.module.css';

export interface SegmentedControlProps<Value extends string> {
  label: string;
  hideLabel?: boolean;
  options: readonly { value: Value; label: string; icon?: LucideIcon; disabled?: boolean }[];
  value: Value;
  onChange(value: Value): void;
  disabled?: boolean;
  className?: string;
}

export function SegmentedControl<Value extends string>({ label, hideLabel = false, options, value, onChange, disabled, className }: SegmentedControlProps<Value>) {
  const id = useId();
  return (
    <div className={classes(fieldStyles['field'], className)}>
      <span id={id} className={hideLabel ? fieldStyles['hidden'] : fieldStyles['label']}>
        {label}
      </span>
      <RadioGroup aria-labelledby={id} value={value} onValueChange={(now) => onChange(now as Value)} disabled={disabled} className={styles['group']}>
        {options.map(({ value: one, label: words, icon: Icon, disabled: off }) => (
          <Radio.Root key={one} value={one} disabled={off} className={styles['segment']} aria-label={words} nativeButton render={<button type="button" />}>
            {Icon && <Icon size={14} aria-hidden />}
            {words}
          </Radio.Root>
        ))}
      </RadioGroup>
    </div>
  );
}
