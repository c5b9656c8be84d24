/** @file The docked panels. Each stands behind an error boundary: one that fails takes nothing along. */

import { DockviewDefaultTab, DockviewReact, type DockviewTheme, type IDockviewPanelHeaderProps, type IDockviewPanelProps } from 'dockview-react';
import { lazy, Suspense, useEffect, useMemo, useState, type ComponentType } from 'react';
import type { Panel, PanelProps } from '../panels/panel';
import { panels } from '../panels/registry';
import { useSettings } from '../state/settings';
import { useWords } from '../state/words';
import { PanelBoundary } from './panel-boundary';
import { openPanel, restoreWorkspace, type Kept } from './workspace';

type AnyPanel = Panel<Record<string, unknown>, Record<string, unknown>>;
type View = ComponentType<PanelProps<Record<string, unknown>, Record<string, unknown>>>;

/** Each view is loaded when first shown. */
const views = new Map<string, View>(panels.map((panel) => [panel.id, lazy(() => (panel as unknown as AnyPanel).view().then(({ View }) => ({ default: View })))]));

function DockedPanel({ api, params }: IDockviewPanelProps<Kept>) {
  const [visible, setVisible] = useState(api.isVisible);
  useEffect(() => {
    const listening = api.onDidVisibilityChange(({ isVisible }) => setVisible(isVisible));
    return () => listening.dispose();
  }, [api]);
  const panel = panels.find(({ id }) => id === params.panel) as unknown as AnyPanel;
  const kept = useMemo(() => {
    const spec = panel.spec.safeParse(params.spec);
    const state = panel.state.safeParse(params.state);
    return { spec: spec.data ?? panel.spec.parse({}), state: state.data ?? panel.state.parse({}) };
  }, [panel, params.spec, params.state]);
  const context = useMemo(() => ({ open: openPanel, visible }), [visible]);
  const View = views.get(panel.id) as View;
  return (
    <PanelBoundary panel={panel.id}>
      <Suspense fallback={null}>
        <View
          context={context}
          spec={kept.spec}
          state={kept.state}
          onSpecChange={(spec) => api.updateParameters({ ...params, spec })}
          onStateChange={(state) => api.updateParameters({ ...params, state })}
        />
      </Suspense>
    </PanelBoundary>
  );
}

/** The panel's title in the language in force, and what it shows: a spec's 'run' or 'dataset'. */
function PanelTab(props: IDockviewPanelHeaderProps<Kept>) {
  const t = useWords('window');
  const { panel, spec } = props.params;
  const subject = [spec['run'], spec['dataset']].find((one) => typeof one === 'string');
  const title = t(`panel.${panel}.title`);
  const full = subject === undefined ? title : `${title}: ${String(subject)}`;
  useEffect(() => props.api.setTitle(full), [props.api, full]);
  return <DockviewDefaultTab {...props} />;
}

const components = { panel: DockedPanel };
const tabComponents = { panel: PanelTab };

export function Dock() {
  const scheme = useSettings(({ theme }) => theme);
  const theme: DockviewTheme = useMemo(() => ({ name: 'genoise', className: 'dock-theme', colorScheme: scheme }), [scheme]);
  return <DockviewReact components={components} tabComponents={tabComponents} theme={theme} onReady={({ api }) => void restoreWorkspace(api)} />;
}
