/** @file The rail: the panels, by what one does. */

import { panels } from '../panels/registry';
import { useWords } from '../state/words';
import styles from './rail.module.css';
import { openPanel, useWorkspace } from './workspace';

export function Rail() {
  const t = useWords('window');
  const active = useWorkspace(({ active }) => active);
  return (
    <nav className={styles['rail']} aria-label={t('rail')}>
      {panels
        .filter(({ rail }) => rail)
        .sort((a, b) => a.order - b.order)
        .map(({ id, icon: Icon }) => (
          <button key={id} type="button" className={styles['item']} aria-current={active === id ? 'page' : undefined} onClick={() => openPanel(id, {})}>
            <Icon size={20} aria-hidden />
            <span>{t(`panel.${id}.title`)}</span>
          </button>
        ))}
    </nav>
  );
}
