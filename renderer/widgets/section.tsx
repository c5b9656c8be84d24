/** @file Parts of a view: one under a heading, and one that folds away. */

import { Collapsible } from '@base-ui/react/collapsible';
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { classes } from './class-names';
import styles from './section.module.css';

export interface SectionProps {
  title: ReactNode;
  /** Stands at the end of the heading's row. */
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
}

export function Section({ title, actions, children, className }: SectionProps) {
  return (
    <section className={classes(styles['section'], className)}>
      <div className={styles['row']}>
        <h3 className={styles['title']}>{title}</h3>
        {actions && <div className={styles['actions']}>{actions}</div>}
      </div>
      {children}
    </section>
  );
}

export interface FoldProps {
  title: ReactNode;
  /** Beside the title, in quiet words. */
  note?: ReactNode;
  defaultOpen?: boolean;
  open?: boolean;
  onOpenChange?(open: boolean): void;
  children: ReactNode;
}

export function Fold({ title, note, defaultOpen = false, open, onOpenChange, children }: FoldProps) {
  return (
    <Collapsible.Root defaultOpen={defaultOpen} open={open} onOpenChange={(now) => onOpenChange?.(now)}>
      <Collapsible.Trigger className={styles['fold']}>
        <ChevronRight size={14} aria-hidden className={styles['chevron']} />
        <span>{title}</span>
        {note && <span className={styles['note']}>{note}</span>}
      </Collapsible.Trigger>
      <Collapsible.Panel className={styles['panel']}>{children}</Collapsible.Panel>
    </Collapsible.Root>
  );
}
