/** @file A question over the page. For what loses data, and for a choice that has to be made before anything is kept; else nothing is modal. */

import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useRef, type ReactNode } from 'react';
import { useWords } from '../state/words';
import { IconButton } from './button';
import { classes } from './class-names';
import styles from './dialog.module.css';
import { OverItself } from './over-page';

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

/** What takes the focus when it opens: the first control of the body, else the safe answer, else the dialog; closing is always Escape. */
const firstControl = 'input:not([type=hidden], :disabled), select:not(:disabled), textarea:not(:disabled), button:not(:disabled), [tabindex="0"]';

export function Dialog({ open, onClose, title, text, children, actions, wide = false }: DialogProps) {
  const t = useWords('widgets');
  const popup = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  return (
    <Base.Root open={open} onOpenChange={(now) => !now && onClose()}>
      <Base.Portal>
        <OverItself>
          <Base.Backdrop className={styles['backdrop']} />
          <Base.Popup
            ref={popup}
            data-modal
            className={classes(styles['dialog'], wide && styles['wide'])}
            initialFocus={() => content.current?.querySelector<HTMLElement>(firstControl) ?? popup.current}
          >
            <div className={styles['head']}>
              <Base.Title className={styles['title']}>{title}</Base.Title>
              <Base.Close render={<IconButton icon={X} label={t('close')} keys="esc" />} />
            </div>
            {text && <Base.Description className={styles['text']}>{text}</Base.Description>}
            <div ref={content} className={styles['content']}>
              {children && <div className={styles['body']}>{children}</div>}
              {actions && <div className={styles['actions']}>{actions}</div>}
            </div>
          </Base.Popup>
        </OverItself>
      </Base.Portal>
    </Base.Root>
  );
}
