/** @file Short notices at the corner: what ended, with an action; they go by themselves, but for errors. */

import { Toast } from '@base-ui/react/toast';
import { CircleAlert, CircleCheck, Info, X } from 'lucide-react';
import { useWords } from '../state/words';
import { IconButton } from './button';
import styles from './toasts.module.css';

export interface Notice {
  kind?: 'good' | 'bad' | 'plain';
  title: string;
  text?: string;
  action?: { label: string; run(): void };
}

const manager = Toast.createToastManager();
/** With an action it stays long enough to be read and acted on. */
const staysMs = { plain: 5_000, action: 12_000, bad: 0 };

/** Shows a notice; an error stays until it is closed. -> how to take it away */
export function notify({ kind = 'plain', title, text, action }: Notice): () => void {
  const id = manager.add({
    title,
    description: text,
    type: kind,
    priority: kind === 'bad' ? 'high' : 'low',
    timeout: kind === 'bad' ? staysMs.bad : action ? staysMs.action : staysMs.plain,
    ...(action && {
      actionProps: {
        children: action.label,
        onClick: () => {
          manager.close(id);
          action.run();
        },
      },
    }),
  });
  return () => manager.close(id);
}

const icons = { good: CircleCheck, bad: CircleAlert, plain: Info };

function List() {
  const t = useWords('widgets');
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => {
    const kind = (toast.type ?? 'plain') as keyof typeof icons;
    const Icon = icons[kind];
    return (
      <Toast.Root key={toast.id} toast={toast} swipeDirection="right" className={styles['toast']}>
        <Toast.Content className={styles['content']}>
          <Icon size={16} aria-hidden className={styles[kind]} />
          <div className={styles['words']}>
            <Toast.Title render={<p />} className={styles['title']} />
            <Toast.Description className={styles['text']} />
            <Toast.Action className={styles['action']} />
          </div>
          <Toast.Close render={<IconButton small icon={X} label={t('close')} />} />
        </Toast.Content>
      </Toast.Root>
    );
  });
}

/** The region that shows what `notify` was told; once in a page. */
export function Toasts() {
  const t = useWords('widgets');
  return (
    <Toast.Provider toastManager={manager} limit={4}>
      <Toast.Portal>
        <Toast.Viewport className={styles['region']} aria-label={t('notices')}>
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}
