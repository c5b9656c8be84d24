/** @file A fact under its name, in quiet words. */

import type { ReactNode } from 'react';
import { classes } from './class-names';
import styles from './named.module.css';

export interface NamedProps {
  name: ReactNode;
  children: ReactNode;
  className?: string;
}

export const Named = ({ name, children, className }: NamedProps) => (
  <div className={classes(styles['named'], className)}>
    <span className={styles['name']}>{name}</span>
    <span className={styles['fact']}>{children}</span>
  </div>
);
