/** @file A number that is typed or stepped. */

import { NumberField as Base } from '@base-ui/react/number-field';
import { ChevronDown, ChevronUp } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { useWords } from '../state/words';
import { classes } from './class-names';
import styles from './field.module.css';

export interface NumberFieldProps {
  label: ReactNode;
  hideLabel?: boolean;
  help?: ReactNode;
  error?: string;
  /** undefined: empty. */
  value: number | undefined;
  /** While one types: undefined when empty. */
  onChange(value: number | undefined): void;
  /** When one leaves the field or presses a step. */
  onCommit?(value: number | undefined): void;
  min?: number;
  max?: number;
  /** Of the buttons and arrow keys; 'any' number may be typed. */
  step?: number;
  format?: Intl.NumberFormatOptions;
  placeholder?: string;
  disabled?: boolean;
  className?: string;
}

export function NumberField({ label, hideLabel = false, help, error, value, onChange, onCommit, min, max, step = 1, format, placeholder, disabled, className }: NumberFieldProps) {
  const t = useWords('widgets');
  const id = useId();
  return (
    <div className={classes(styles['field'], className)}>
      <label htmlFor={id} className={hideLabel ? styles['hidden'] : styles['label']}>
        {label}
      </label>
      <Base.Root
        id={id}
        value={value ?? null}
        onValueChange={(now) => onChange(now ?? undefined)}
        onValueCommitted={(now) => onCommit?.(now ?? undefined)}
        min={min}
        max={max}
        step={step}
        locale={t.language}
        format={{ maximumFractionDigits: 20, ...format }}
        disabled={disabled}
      >
        <Base.Group className={styles['number']}>
          <Base.Input className={classes(styles['control'], styles['figures'])} placeholder={placeholder} aria-invalid={error ? true : undefined} aria-describedby={error || help ? `${id}-note` : undefined} />
          <span className={styles['steps']}>
            <Base.Increment className={styles['step']} aria-label={t('increase')}>
              <ChevronUp size={11} aria-hidden />
            </Base.Increment>
            <Base.Decrement className={styles['step']} aria-label={t('decrease')}>
              <ChevronDown size={11} aria-hidden />
            </Base.Decrement>
          </span>
        </Base.Group>
      </Base.Root>
      {(error || help) && (
        <div id={`${id}-note`} role={error ? 'alert' : undefined} className={error ? styles['error'] : styles['help']}>
          {error ?? help}
        </div>
      )}
    </div>
  );
}
