/** @file The docked panels. Each stands behind an error boundary: one that fails takes nothing along. */

import { DockviewReact, type DockviewTheme, type IDockviewPanelProps } from 'dockview-react';
import { lazy, Suspense, useEffect, useMemo, useState, type ComponentType } from 'react';
import { errorToJson, LabError } from '../../preload/contract/errors';
import type { Panel, PanelProps } from '../panels/panel';
import { panels } from '../panels/registry';
import { CommandScope } from '../state/commands';
import { notify } from '../state/notices';
import { useSettings } from '../state/settings';
import { useWords, type Words } from '../state/words';
import styles from './dock.module.css';
import { GroupActions } from './group-actions';
import { NothingOpen } from './nothing-open';
import { PanelBoundary } from './panel-boundary';
import { PanelTab } from './panel-tab';
import { openPanel, restoreWorkspace, type Kept } from './workspace';

type AnyPanel = Panel<Record<string, unknown>, Record<string, unknown>>;
type View = ComponentType<PanelProps<Record<string, unknown>, Record<string, unknown>>>;

const notLoaded =
  (panel: string) =>
  (cause: unknown): never => {
    throw new LabError('panel-not-loaded', { panel, detail: String(cause) }, { cause });
  };

/** Each view is loaded when first shown. */
const views = new Map<string, View>(panels.map((panel) => [panel.id, lazy(() => (panel as unknown as AnyPanel).view().then(({ View }) => ({ default: View }), notLoaded(panel.id)))]));

function DockedPanel({ api, params }: IDockviewPanelProps<Kept>) {
  const t = useWords('window');
  const [visible, setVisible] = useState(api.isVisible);
  const [active, setActive] = useState(api.isActive);
  useEffect(() => {
    const listening = [api.onDidVisibilityChange(({ isVisible }) => setVisible(isVisible)), api.onDidActiveChange(({ isActive }) => setActive(isActive))];
    return () => listening.forEach((one) => one.dispose());
  }, [api]);
  const panel = panels.find(({ id }) => id === params.panel) as unknown as AnyPanel | undefined;
  const kept = useMemo(() => {
    const spec = panel?.spec.safeParse(params.spec);
    const state = panel?.state.safeParse(params.state);
    return { spec: spec?.data ?? panel?.spec.parse({}) ?? {}, state: state?.data ?? panel?.state.parse({}) ?? {} };
  }, [panel, params.spec, params.state]);
  const context = useMemo(() => ({ open: openPanel, visible }), [visible]);
  // A panel of a newer program, in a layout that was kept: it is taken out as soon as the dock stands.
  const View = panel && views.get(panel.id);
  if (!View) return null;
  return (
    <CommandScope value={active}>
      {/* The dock's own group is the landmark of this name. */}
      <div role="group" className={styles['panel']} aria-label={t(`panel.${panel.id}.title`)} tabIndex={-1} data-panel={panel.id}>
        <h2 className={styles['heading']}>{t(`panel.${panel.id}.title`)}</h2>
        <PanelBoundary onAfresh={() => api.updateParameters({ ...params, spec: panel.spec.parse({}), state: panel.state.parse({}) })}>
          <Suspense fallback={null}>
            <View
              context={context}
              spec={kept.spec}
              state={kept.state}
              onSpecChange={(spec) => api.updateParameters({ spec })}
              onStateChange={(state) => api.updateParameters({ state })}
            />
          </Suspense>
        </PanelBoundary>
      </div>
    </CommandScope>
  );
}

const components = { panel: DockedPanel };
const tabComponents = { panel: PanelTab };

/** What the dock says to those who do not see it. */
const spoken = (t: Words) => ({
  panelOpened: (title: string) => t('dock.opened', { title }),
  panelClosed: (title: string) => t('dock.closed', { title }),
  groupMaximized: (title: string) => t('dock.maximised', { title }),
  groupRestored: (title: string) => t('dock.restored', { title }),
  closeTab: (title: string) => t('dock.close', { title }),
  closeTabPlain: () => t('dock.closePlain'),
});

export function Dock() {
  const t = useWords('window');
  const scheme = useSettings(({ theme }) => theme);
  const theme: DockviewTheme = useMemo(() => ({ name: 'genoise', className: 'dock-theme', colorScheme: scheme }), [scheme]);
  const messages = useMemo(() => spoken(t), [t]);
  return (
    <DockviewReact
      components={components}
      tabComponents={tabComponents}
      rightHeaderActionsComponent={GroupActions}
      watermarkComponent={NothingOpen}
      theme={theme}
      messages={messages}
      disableFloatingGroups
      scrollbars="native"
      onReady={({ api }) => void restoreWorkspace(api).catch((caught) => notify({ kind: 'bad', title: t.error(errorToJson(caught)).message }))}
    />
  );
}
