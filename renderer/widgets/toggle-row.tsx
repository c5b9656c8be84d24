/** @file What a checkbox and a switch have in common: words beside it, which a click on works too, and help below. */

import { useId, type ReactNode } from 'react';
import { classes } from './class-names';
import fieldStyles from './field.module.css';
import styles from './toggle.module.css';

export interface ToggleProps {
  label: ReactNode;
  help?: ReactNode;
  checked: boolean;
  onChange(checked: boolean): void;
  disabled?: boolean;
  className?: string;
}

export interface ToggleRowProps extends ToggleProps {
  /** The label is read to those who do not see, and not shown. */
  hideLabel?: boolean;
  /** The control, which the words name. */
  children(named: { 'aria-labelledby': string; 'aria-describedby': string | undefined }): ReactNode;
}

export function ToggleRow({ label, hideLabel = false, help, checked, onChange, disabled, className, children }: ToggleRowProps) {
  const id = useId();
  return (
    <div className={classes(styles['row'], className)}>
      {children({ 'aria-labelledby': id, 'aria-describedby': help ? `${id}-help` : undefined })}
      <span className={hideLabel ? fieldStyles['hidden'] : undefined}>
        {/* The control is a button with a name of its own; a click on the words is a convenience of the pointer. */}
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
