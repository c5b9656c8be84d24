/** @file A line of text with its label. */

import { useId, type InputHTMLAttributes, type ReactNode, type Ref } from 'react';
import { classes } from './class-names';
import styles from './field.module.css';

export interface TextFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value' | 'type' | 'size'> {
  label: ReactNode;
  hideLabel?: boolean;
  help?: ReactNode;
  /** What is wrong with the text, in words. */
  error?: string;
  value: string;
  onChange(value: string): void;
  type?: 'text' | 'search';
  ref?: Ref<HTMLInputElement>;
}

export function TextField({ label, hideLabel = false, help, error, value, onChange, type = 'text', className, ...rest }: TextFieldProps) {
  const id = useId();
  return (
    <div className={classes(styles['field'], className)}>
      <label htmlFor={id} className={hideLabel ? styles['hidden'] : styles['label']}>
        {label}
      </label>
      <input
        spellCheck={false}
        autoComplete="off"
        {...rest}
        id={id}
        type={type}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        aria-invalid={error ? true : undefined}
        aria-describedby={error || help ? `${id}-note` : undefined}
        className={styles['control']}
      />
      {(error || help) && (
        <div id={`${id}-note`} role={error ? 'alert' : undefined} className={error ? styles['error'] : styles['help']}>
          {error ?? help}
        </div>
      )}
    </div>
  );
}
