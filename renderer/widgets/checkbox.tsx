/** @file A checkbox. */

import { Checkbox as Base } from '@base-ui/react/checkbox';
import { Check, Minus } from 'lucide-react';
import { useId } from 'react';
import { classes } from './class-names';
import fieldStyles from './field.module.css';
import type { ToggleProps } from './switch';
import styles from './toggle.module.css';

export interface CheckboxProps extends ToggleProps {
  /** Some of what it stands for is chosen. */
  mixed?: boolean;
  /** The label is read to those who do not see, and not shown. */
  hideLabel?: boolean;
}

export function Checkbox({ label, hideLabel = false, help, checked, mixed = false, onChange, disabled, className }: CheckboxProps) {
  const id = useId();
  return (
    <div className={classes(styles['row'], className)}>
      <Base.Root
        checked={checked}
        indeterminate={mixed}
        onCheckedChange={(now) => onChange(now)}
        disabled={disabled}
        className={styles['box']}
        aria-labelledby={id}
        aria-describedby={help ? `${id}-help` : undefined}
      >
        <Base.Indicator className={styles['tick']}>{mixed ? <Minus size={12} strokeWidth={3} aria-hidden /> : <Check size={12} strokeWidth={3} aria-hidden />}</Base.Indicator>
      </Base.Root>
      <span className={hideLabel ? fieldStyles['hidden'] : undefined}>
        {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions */}
        <span id={id} className={styles['label']} onClick={() => !disabled && onChange(!checked)}>
          {label}
        </span>
        {help && (
          <div id={`${id}-help`} className={fieldStyles['help']}>
            {help}
          </div>
        )}
      </span>
    </div>
  );
}
