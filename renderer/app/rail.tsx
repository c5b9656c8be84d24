/** @file The rail: the panels, by what one does; below, what finds, arranges and sets. */

import { Search, Settings } from 'lucide-react';
import { panels } from '../panels/registry';
import { setFrame } from '../state/frame';
import { useWords } from '../state/words';
import { Tooltip } from '../widgets/tooltip';
import styles from './rail.module.css';
import { openPanel, useWorkspace } from './workspace';
import { Workspaces } from './workspaces';

export const railPanels = panels.filter(({ rail }) => rail).sort((a, b) => a.order - b.order);

export function Rail() {
  const t = useWords('window');
  const active = useWorkspace((workspace) => workspace.active);
  return (
    <nav className={styles['rail']} aria-label={t('rail')} data-region="rail">
      {railPanels.map(({ id, icon: Icon }, place) => (
        <Tooltip key={id} text={t(`panel.${id}.help`)} keys={place < 9 ? `alt+${place + 1}` : undefined} side="right">
          <button type="button" className={styles['item']} aria-current={active === id ? 'page' : undefined} onClick={() => openPanel(id, {})}>
            <Icon size={19} strokeWidth={1.75} aria-hidden />
            <span>{t(`panel.${id}.title`)}</span>
          </button>
        </Tooltip>
      ))}
      <div className={styles['gap']} />
      <Tooltip text={t('palette.open')} keys="mod+k" side="right">
        <button type="button" className={styles['item']} onClick={() => setFrame({ palette: true })}>
          <Search size={19} strokeWidth={1.75} aria-hidden />
          <span>{t('palette.short')}</span>
        </button>
      </Tooltip>
      <Workspaces />
      <Tooltip text={t('panel.settings.help')} keys="mod+," side="right">
        <button type="button" className={styles['item']} aria-current={active === 'settings' ? 'page' : undefined} onClick={() => openPanel('settings', {})}>
          <Settings size={19} strokeWidth={1.75} aria-hidden />
          <span>{t('panel.settings.title')}</span>
        </button>
      </Tooltip>
    </nav>
  );
}
