/** @file Short notices at the corner: what ended, with an action; they go by themselves, but for errors. */

import { Toast } from '@base-ui/react/toast';
import { CircleAlert, CircleCheck, Info, X } from 'lucide-react';
import { noticeManager } from '../state/notices';
import { useWords } from '../state/words';
import { IconButton } from './button';
import styles from './toasts.module.css';

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
    <Toast.Provider toastManager={noticeManager} limit={4}>
      <Toast.Portal>
        <Toast.Viewport className={styles['region']} aria-label={t('notices')}>
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}
