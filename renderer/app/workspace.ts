/** @file The dock's layout: panels opened, closed, found again, and remembered in the home. */

import type { DockviewApi } from 'dockview-react';
import { create } from 'zustand';
import { lab } from '../link/lab';
import { panels } from '../panels/registry';

/** What the dock keeps of each panel. */
export interface Kept {
  [key: string]: unknown;
  panel: string;
  spec: Record<string, unknown>;
  state: Record<string, unknown>;
}

interface Workspace {
  api: DockviewApi | undefined;
  /** The active panel's id in the registry. */
  active: string | undefined;
}

export const useWorkspace = create<Workspace>(() => ({ api: undefined, active: undefined }));

const saveMs = 500;
/** Of the format of what is kept: a layout of another one is left aside. */
const layoutFormat = 1;

/** Takes over a fresh dock: the remembered layout, else the library alone. */
export async function restoreWorkspace(api: DockviewApi): Promise<void> {
  useWorkspace.setState({ api });
  const kept = await lab.app.layout({}).catch(() => null);
  if (kept && kept['format'] === layoutFormat) {
    try {
      api.fromJSON(kept['dock'] as never);
    } catch {
      api.clear();
    }
  }
  for (const panel of api.panels.filter(({ params }) => !known(params as Kept | undefined))) api.removePanel(panel);
  if (api.panels.length === 0) openPanel('library', {});
  const follow = (): void => useWorkspace.setState({ active: (api.activePanel?.params as Kept | undefined)?.panel });
  follow();
  api.onDidActivePanelChange(follow);
  let timer: number | undefined;
  api.onDidLayoutChange(() => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void lab.app.saveLayout({ layout: { format: layoutFormat, dock: api.toJSON() as never } }).catch(() => undefined), saveMs);
  });
}

const known = (kept: Kept | undefined): boolean => panels.some(({ id }) => id === kept?.panel);

/** Opens a panel beside the active one, or brings the one that shows the same to the front. An empty spec finds any panel of its kind. */
export function openPanel(id: string, spec: Record<string, unknown>, where?: 'right' | 'below'): void {
  const { api } = useWorkspace.getState();
  const panel = panels.find((one) => one.id === id);
  if (!api || !panel) return;
  const wanted = JSON.stringify(spec);
  const standing = api.panels.find(({ params }) => {
    const kept = params as Kept;
    return kept.panel === id && (wanted === '{}' || JSON.stringify(kept.spec) === wanted);
  });
  if (standing) return standing.api.setActive();
  const used = new Set(api.panels.map((one) => one.id));
  let number = 1;
  while (used.has(`${id}-${number}`)) number++;
  const params: Kept = { panel: id, spec: panel.spec.parse(spec), state: panel.state.parse({}) };
  const position = where && api.activePanel ? { referencePanel: api.activePanel, direction: where } : undefined;
  api.addPanel({ id: `${id}-${number}`, component: 'panel', tabComponent: 'panel', params, ...(position && { position }) });
}
