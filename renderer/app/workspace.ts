/** @file The dock's layout: panels opened, closed, found again, remembered in the home, and kept under names. */

import type { DockviewApi, SerializedDockview } from 'dockview-react';
import { create } from 'zustand';
import { lab } from '../link/lab';
import { panels } from '../panels/registry';
import { useLibrary } from '../state/library';
import { dockOf, layoutOf, withDock, withoutWorkspace, withWorkspace, type KeptLayout } from './layout';
import { alone, windowId } from './window-id';

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
  /** Names of kept layouts, in the order of their making. */
  named: readonly string[];
}

export const useWorkspace = create<Workspace>(() => ({ api: undefined, active: undefined, named: [] }));

const saveMs = 500;
/** A lab that does not answer must not keep the page empty. */
const patienceMs = 4_000;

/** Takes over a fresh dock: the remembered layout, else the first page. */
export async function restoreWorkspace(api: DockviewApi): Promise<void> {
  restored = false;
  useWorkspace.setState({ api });
  const [id, stored] = await Promise.all([windowId(), Promise.race([lab.app.layout({}), later(patienceMs)]).catch(() => null)]);
  const kept = layoutOf(stored);
  useWorkspace.setState({ named: kept.named.map(({ name }) => name) });
  const dock = dockOf(kept, id);
  if (dock) show(api, dock);
  if (api.panels.length === 0 && early.length === 0) early.push([(await hasDatasets()) ? 'library' : 'start', {}]);
  restored = true;
  for (const asked of early.splice(0)) openPanel(...asked);
  const follow = (): void => useWorkspace.setState({ active: (api.activePanel?.params as Kept | undefined)?.panel });
  follow();
  api.onDidActivePanelChange(follow);
  let timer: number | undefined;
  api.onDidLayoutChange(() => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void change((layout) => withDock(layout, id, api.toJSON())).catch(() => undefined), saveMs);
  });
}

/** Panels that this program does not know are left out; a layout that can't be read leaves the dock empty. */
function show(api: DockviewApi, dock: unknown): void {
  try {
    api.fromJSON(dock as SerializedDockview);
  } catch {
    api.clear();
  }
  for (const panel of api.panels.filter(({ params }) => !known(params as Kept | undefined))) api.removePanel(panel);
}

/** Whether the remembered layout stands. What is opened before waits for it, or it would be swept away by it. */
let restored = false;
const early: [id: string, spec: Record<string, unknown>, where?: 'right' | 'below'][] = [];

const known = (kept: Kept | undefined): boolean => panels.some(({ id }) => id === kept?.panel);
const later = (ms: number): Promise<null> => new Promise((resolve) => setTimeout(() => resolve(null), ms));

async function hasDatasets(): Promise<boolean> {
  const told = new Promise<boolean>((resolve) => {
    const look = (): boolean => {
      const { datasets } = useLibrary.getState();
      if (datasets) resolve(datasets.length > 0);
      return datasets !== undefined;
    };
    if (look()) return;
    const stop = useLibrary.subscribe(() => {
      if (look()) stop();
    });
  });
  return (await Promise.race([told, later(patienceMs)])) ?? true;
}

let last: Promise<unknown> = Promise.resolve();

/** One after the other, each on what is kept then: another window may have kept something meanwhile. */
function change(how: (layout: KeptLayout) => KeptLayout): Promise<void> {
  const keep = async (): Promise<void> => {
    const layout = how(layoutOf(await lab.app.layout({})));
    // The dock leaves fields undefined, which are no JSON.
    await lab.app.saveLayout({ layout: JSON.parse(JSON.stringify(layout)) as never });
    useWorkspace.setState({ named: layout.named.map(({ name }) => name) });
  };
  const done = last.then(() => alone('layout', keep));
  last = done.catch(() => undefined);
  return done;
}

/** Keeps the layout as it is now under a name, in the place of one that had it. @throws LabError */
export const saveWorkspace = (name: string): Promise<void> => change((layout) => withWorkspace(layout, name, useWorkspace.getState().api?.toJSON()));

/** -> how to have it back. @throws LabError */
export async function deleteWorkspace(name: string): Promise<() => Promise<void>> {
  let dock: unknown;
  await change((layout) => {
    dock = layout.named.find((one) => one.name === name)?.dock;
    return withoutWorkspace(layout, name);
  });
  return () => change((layout) => withWorkspace(layout, name, dock));
}

/** @throws LabError */
export async function openWorkspace(name: string): Promise<void> {
  const { api } = useWorkspace.getState();
  const { named } = layoutOf(await lab.app.layout({}));
  useWorkspace.setState({ named: named.map((one) => one.name) });
  const wanted = named.find((one) => one.name === name);
  if (api && wanted) show(api, wanted.dock);
}

/** Opens a panel beside the active one, or brings the one that shows the same to the front. An empty spec finds any panel of its kind. */
export function openPanel(id: string, spec: Record<string, unknown>, where?: 'right' | 'below'): void {
  const { api } = useWorkspace.getState();
  const panel = panels.find((one) => one.id === id);
  if (!panel) return;
  if (!api || !restored) return void early.push([id, spec, where]);
  const wanted = JSON.stringify(spec);
  const standing = api.panels.find(({ params }) => {
    const kept = params as Kept;
    return kept.panel === id && (wanted === '{}' || JSON.stringify(kept.spec) === wanted);
  });
  if (standing) return standing.api.setActive();
  const params: Kept = { panel: id, spec: panel.spec.parse(spec), state: panel.state.parse({}) };
  add(api, params, where && api.activePanel ? { referencePanel: api.activePanel.id, direction: where } : undefined);
}

function add(api: DockviewApi, params: Kept, position?: { referencePanel: string; direction: 'right' | 'below' }): void {
  const used = new Set(api.panels.map((one) => one.id));
  let number = 1;
  while (used.has(`${params.panel}-${number}`)) number++;
  api.addPanel({ id: `${params.panel}-${number}`, component: 'panel', tabComponent: 'panel', params, ...(position && { position }) });
}

/** A second view of the same, beside the first: what one compares. */
export function splitPanel(direction: 'right' | 'below', id = useWorkspace.getState().api?.activePanel?.id): void {
  const { api } = useWorkspace.getState();
  const panel = id === undefined ? undefined : api?.getPanel(id);
  if (!api || !panel) return;
  const { panel: kind, spec, state } = panel.params as Kept;
  add(api, { panel: kind, spec, state }, { referencePanel: panel.id, direction });
}

/** To the next or previous tab, through all groups in their order. */
export function stepPanel(by: 1 | -1): void {
  const { api } = useWorkspace.getState();
  if (!api || api.panels.length === 0) return;
  const all = api.groups.flatMap((group) => group.panels);
  const at = all.findIndex(({ id }) => id === api.activePanel?.id);
  all[(at + by + all.length) % all.length]?.api.setActive();
}
