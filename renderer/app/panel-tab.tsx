/** @file A panel's tab: its icon, its title in the language in force, what it shows, and its menu. */

import type { IDockviewPanelHeaderProps } from 'dockview-react';
import { Columns2, Maximize2, Rows2, X } from 'lucide-react';
import { useEffect } from 'react';
import { panels } from '../panels/registry';
import { useWords, type Words } from '../state/words';
import { ContextMenu, type MenuItem } from '../widgets/menu';
import styles from './dock.module.css';
import { splitPanel, useWorkspace, type Kept } from './workspace';

/** The run or dataset that a panel shows. */
export const subjectOf = ({ spec }: Kept): string | undefined => [spec['run'], spec['dataset']].find((one) => typeof one === 'string') as string | undefined;

export function menuOf(t: Words, id: string): MenuItem[] {
  const { api } = useWorkspace.getState();
  const panel = api?.getPanel(id);
  if (!api || !panel) return [];
  const maximised = panel.api.isMaximized();
  return [
    { id: 'right', label: t('dock.splitRight'), icon: Columns2, keys: 'mod+alt+right', run: () => splitPanel('right', id) },
    { id: 'below', label: t('dock.splitBelow'), icon: Rows2, keys: 'mod+alt+down', run: () => splitPanel('below', id) },
    { id: 'maximise', label: t(maximised ? 'dock.restore' : 'dock.maximise'), icon: Maximize2, keys: 'mod+alt+enter', run: () => (maximised ? panel.api.exitMaximized() : panel.api.maximize()) },
    { id: 'close', label: t('dock.closePlain'), icon: X, keys: 'alt+w', ruled: true, run: () => panel.api.close() },
    { id: 'others', label: t('dock.closeOthers'), disabled: api.panels.length < 2, run: () => api.panels.filter((one) => one.id !== id).forEach((one) => one.api.close()) },
  ];
}

export function PanelTab({ api, params }: IDockviewPanelHeaderProps<Kept>) {
  const t = useWords('window');
  const title = t(`panel.${params.panel}.title`);
  const subject = subjectOf(params);
  // Two views of the same have names of their own, for those who hear them.
  const number = Number(api.id.slice(api.id.lastIndexOf('-') + 1));
  const full = `${subject === undefined ? title : `${title}: ${subject}`}${number > 1 ? ` (${number})` : ''}`;
  useEffect(() => api.setTitle(full), [api, full]);
  const Icon = panels.find(({ id }) => id === params.panel)?.icon;
  return (
    <ContextMenu items={menuOf(t, api.id)}>
      <div
        className={styles['tab']}
        title={full}
        onAuxClick={(event) => {
          if (event.button === 1) api.close();
        }}
      >
        {Icon && <Icon size={14} aria-hidden />}
        <span className={styles['name']}>
          {title}
          {subject !== undefined && <span className={styles['subject']}> {subject}</span>}
        </span>
        {/* For the pointer alone: a tab holds no control; the keyboard has Alt+W and the menu. */}
        {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions */}
        <span
          className={styles['close']}
          aria-hidden
          data-close
          onPointerDown={(event) => event.stopPropagation()}
          onClick={(event) => {
            event.stopPropagation();
            api.close();
          }}
        >
          <X size={13} />
        </span>
      </div>
    </ContextMenu>
  );
}
