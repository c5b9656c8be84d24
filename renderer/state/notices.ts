/** @file Short notices: what ended, with an action. Shown by the one region of the page. */

import { Toast } from '@base-ui/react/toast';

export interface Notice {
  kind?: 'good' | 'bad' | 'plain';
  title: string;
  text?: string;
  action?: { label: string; run(): void };
}

/** For the region that shows them. */
export const noticeManager = Toast.createToastManager();

/** With an action it stays long enough to be read and acted on. */
const staysMs = { plain: 5_000, action: 12_000, bad: 0 };

/** Shows a notice; an error stays until it is closed. -> how to take it away */
export function notify({ kind = 'plain', title, text, action }: Notice): () => void {
  const id = noticeManager.add({
    title,
    description: text,
    type: kind,
    priority: kind === 'bad' ? 'high' : 'low',
    timeout: kind === 'bad' ? staysMs.bad : action ? staysMs.action : staysMs.plain,
    ...(action && {
      actionProps: {
        children: action.label,
        onClick: () => {
          noticeManager.close(id);
          action.run();
        },
      },
    }),
  });
  return () => noticeManager.close(id);
}
