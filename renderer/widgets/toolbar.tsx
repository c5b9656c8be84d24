/** @file A row of controls above or over a view; it wraps where it must. */

import type { ReactNode } from 'react';
import { classes } from './class-names';
import styles from './toolbar.module.css';

export interface ToolbarProps {
  label: string;
  /** Floats over a view that reaches the edges of its panel. */
  floating?: boolean;
  /** Stands at the end of the row. */
  end?: ReactNode;
  children: ReactNode;
  className?: string;
}

export function Toolbar({ label, floating = false, end, children, className }: ToolbarProps) {
  return (
    <div role="group" aria-label={label} className={classes(styles['toolbar'], floating && styles['floating'], className)}>
      {children}
      {end && <div className={styles['end']}>{end}</div>}
    </div>
  );
}
