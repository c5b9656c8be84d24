/** @file What can be done with a group of tabs, at the end of its row. */

import type { IDockviewHeaderActionsProps } from 'dockview-react';
import { Ellipsis } from 'lucide-react';
import { useWords } from '../state/words';
import { IconButton } from '../widgets/button';
import { Menu } from '../widgets/menu';
import styles from './dock.module.css';
import { menuOf } from './panel-tab';

export function GroupActions({ activePanel }: IDockviewHeaderActionsProps) {
  const t = useWords('window');
  if (!activePanel) return null;
  return (
    <div className={styles['actions']}>
      <Menu items={menuOf(t, activePanel.id)} align="end">
        <IconButton small icon={Ellipsis} label={t('dock.menu')} />
      </Menu>
    </div>
  );
}
