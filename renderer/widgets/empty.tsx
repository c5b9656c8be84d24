/** @file A view with nothing in it yet: what goes here, and the one action. */

import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './empty.module.css';

export interface EmptyProps {
  icon?: LucideIcon;
  title: string;
  text?: ReactNode;
  /** The one action, a Button. */
  action?: ReactNode;
}

export function Empty({ icon: Icon, title, text, action }: EmptyProps) {
  return (
    <div className={styles['empty']}>
      {Icon && <Icon size={28} strokeWidth={1.5} aria-hidden className={styles['icon']} />}
      <p className={styles['title']}>{title}</p>
      {text && <div className={styles['text']}>{text}</div>}
      {action && <div className={styles['action']}>{action}</div>}
    </div>
  );
}
