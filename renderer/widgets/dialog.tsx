/** @file A question over the page. For what loses data, and for a choice that has to be made before anything is kept; else nothing is modal. */

import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useWords } from '../state/words';
import { IconButton } from './button';
import { classes } from './class-names';
import styles from './dialog.module.css';

export interface DialogProps {
  open: boolean;
  onClose(): void;
  title: string;
  /** What hangs on the answer, in a sentence. */
  text?: ReactNode;
  children?: ReactNode;
  /** Buttons, the safe one first. */
  actions?: ReactNode;
  wide?: boolean;
}

export function Dialog({ open, onClose, title, text, children, actions, wide = false }: DialogProps) {
  const t = useWords('widgets');
  return (
    <Base.Root open={open} onOpenChange={(now) => !now && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={styles['backdrop']} />
        <Base.Popup className={classes(styles['dialog'], wide && styles['wide'])}>
          <div className={styles['head']}>
            <Base.Title className={styles['title']}>{title}</Base.Title>
            <Base.Close render={<IconButton icon={X} label={t('close')} keys="esc" />} />
          </div>
          {text && <Base.Description className={styles['text']}>{text}</Base.Description>}
          {children && <div className={styles['body']}>{children}</div>}
          {actions && <div className={styles['actions']}>{actions}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
