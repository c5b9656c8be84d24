/** @file A switch: on or off, at once. */

import { Switch as Base } from '@base-ui/react/switch';
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

export function Switch({ label, help, checked, onChange, disabled, className }: ToggleProps) {
  const id = useId();
  return (
    <div className={classes(styles['row'], className)}>
      <Base.Root checked={checked} onCheckedChange={(now) => onChange(now)} disabled={disabled} className={styles['switch']} aria-labelledby={id} aria-describedby={help ? `${id}-help` : undefined}>
        <Base.Thumb className={styles['knob']} />
      </Base.Root>
      <span>
        {/* The switch is a button with a name of its own; a click on the words is a convenience of the pointer. */}
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
