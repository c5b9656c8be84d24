/** @file The commands of the window itself, and what the host's menu asks of the page. */

import { useEffect } from 'react';
import { panels } from '../panels/registry';
import { runCommand, useCommand } from '../state/commands';
import { toggleFrame, toggleInspector } from '../state/frame';
import { startImport } from '../state/importing';
import { languages } from '../state/languages';
import { useMachine } from '../state/machine';
import { notify } from '../state/notices';
import { changeSettings, useSettings } from '../state/settings';
import { undoLast, useUndo } from '../state/undo';
import { useWords } from '../state/words';
import { errorToJson } from '../../preload/contract/errors';
import { railPanels } from './rail';
import { stepRegion } from './regions';
import { openPanel, openWorkspace, splitPanel, stepPanel, useWorkspace } from './workspace';

export function WindowCommands() {
  const t = useWords('window');
  const stack = useUndo((undo) => undo.stack);
  const named = useWorkspace((workspace) => workspace.named);
  const hasPanel = useWorkspace((workspace) => workspace.active !== undefined);
  const panelsGroup = t('rail');
  const layoutGroup = t('commands.layout');
  const maximise = (): void => {
    const { api } = useWorkspace.getState();
    const active = api?.activePanel;
    if (active?.api.isMaximized()) active.api.exitMaximized();
    else active?.api.maximize();
  };

  useCommand({ id: 'window.palette', title: t('palette.open'), keys: 'mod+k', overDialogs: true, run: () => toggleFrame('palette') });
  useCommand({ id: 'window.shortcuts', title: t('shortcuts.title'), keys: '?', overDialogs: true, run: () => toggleFrame('shortcuts') });
  useCommand({ id: 'window.settings', title: t('panel.settings.title'), keys: 'mod+,', run: () => openPanel('settings', {}) });
  useCommand({ id: 'window.import', title: t('commands.import'), keys: 'mod+o', run: () => startImport() });
  useCommand({ id: 'window.log', title: t('panel.log.title'), run: () => openPanel('log', {}) });
  useCommand({ id: 'window.start', title: t('panel.start.title'), run: () => openPanel('start', {}) });
  useCommand({ id: 'window.undo', title: t('undo.command', { label: stack.at(-1)?.label ?? '' }), keys: 'mod+z', run: () => void undoLast(), enabled: stack.length > 0 });
  useCommand({ id: 'window.inspector', title: t('inspector.toggle'), keys: 'mod+i', run: toggleInspector });
  useCommand({ id: 'window.jobs', title: t('jobs.title'), keys: 'mod+j', run: () => toggleFrame('jobs') });
  useCommand({ id: 'window.nextRegion', title: t('commands.nextRegion'), keys: 'f6', group: layoutGroup, run: () => stepRegion(1) });
  useCommand({ id: 'window.previousRegion', title: t('commands.previousRegion'), keys: 'shift+f6', group: layoutGroup, run: () => stepRegion(-1) });
  useCommand({ id: 'window.nextPanel', title: t('commands.nextPanel'), keys: 'alt+right', group: layoutGroup, run: () => stepPanel(1), enabled: hasPanel });
  useCommand({ id: 'window.previousPanel', title: t('commands.previousPanel'), keys: 'alt+left', group: layoutGroup, run: () => stepPanel(-1), enabled: hasPanel });
  useCommand({ id: 'window.splitRight', title: t('dock.splitRight'), keys: 'mod+alt+right', group: layoutGroup, run: () => splitPanel('right'), enabled: hasPanel });
  useCommand({ id: 'window.splitBelow', title: t('dock.splitBelow'), keys: 'mod+alt+down', group: layoutGroup, run: () => splitPanel('below'), enabled: hasPanel });
  useCommand({ id: 'window.maximise', title: t('commands.maximise'), keys: 'mod+alt+enter', group: layoutGroup, run: maximise, enabled: hasPanel });
  useCommand({ id: 'window.close', title: t('dock.closePlain'), keys: 'alt+w', group: layoutGroup, run: () => useWorkspace.getState().api?.activePanel?.api.close(), enabled: hasPanel });

  useEffect(
    () =>
      window.lab?.onMessage((message) => {
        if ('command' in message) runCommand(`window.${message.command}`);
        else startImport(message.open);
      }),
    [],
  );
  return (
    <>
      {panels.map(({ id }) => (
        <OpenPanel key={id} id={id} group={panelsGroup} place={railPanels.findIndex((one) => one.id === id)} />
      ))}
      {named.map((name) => (
        <OpenWorkspace key={name} name={name} group={layoutGroup} />
      ))}
      <SettingCommands />
    </>
  );
}

function OpenPanel({ id, group, place }: { id: string; group: string; place: number }) {
  const t = useWords('window');
  useCommand({ id: `panel.${id}`, title: t(`panel.${id}.title`), keys: place >= 0 && place < 9 ? `alt+${place + 1}` : undefined, group, run: () => openPanel(id, {}), enabled: place >= 0 });
  return null;
}

function OpenWorkspace({ name, group }: { name: string; group: string }) {
  const t = useWords('window');
  const tell = (caught: unknown): void => void notify({ kind: 'bad', title: t.error(errorToJson(caught)).message });
  useCommand({ id: `workspace ${name}`, title: t('workspaces.open', { name }), group, run: () => void openWorkspace(name).catch(tell) });
  return null;
}

/** Settings that are no choice of a few: they are shown where they are set. */
const settingsShown = ['compute.threads', 'compute.memory', 'storage.title', 'storage.keep'] as const;

function ShowSetting({ words, group }: { words: (typeof settingsShown)[number]; group: string }) {
  const t = useWords('settings');
  useCommand({ id: `settings ${words}`, title: t(words), group, run: () => openPanel('settings', {}) });
  return null;
}

function UseDevice({ device, group }: { device: string; group: string }) {
  const t = useWords('settings');
  const tell = (caught: unknown): void => void notify({ kind: 'bad', title: t.error(errorToJson(caught)).message });
  useCommand({ id: `settings.device ${device}`, title: t('compute.use', { device: t(`window:device.${device}`) }), group, run: () => void changeSettings({ device }).catch(tell) });
  return null;
}

/** Theme and language: no restart, from anywhere. */
function SettingCommands() {
  const t = useWords('window');
  const { theme, language } = useSettings();
  const devices = useMachine((machine) => machine.devices);
  const group = t('panel.settings.title');
  const other = theme === 'dark' ? 'light' : 'dark';
  const next = languages.find((one) => one !== language) ?? language;
  const tell = (caught: unknown): void => void notify({ kind: 'bad', title: t.error(errorToJson(caught)).message });
  useCommand({ id: 'settings.theme', title: t(`commands.theme.${other}`), group, run: () => void changeSettings({ theme: other }).catch(tell) });
  useCommand({ id: 'settings.system', title: t('commands.theme.system'), group, run: () => void changeSettings({ theme: null }).catch(tell) });
  useCommand({ id: 'settings.language', title: t(`commands.language.${next}`), group, run: () => void changeSettings({ language: next }).catch(tell) });
  return (
    <>
      {devices?.filter(({ usable }) => usable).map(({ id }) => <UseDevice key={id} device={id} group={group} />)}
      {settingsShown.map((words) => <ShowSetting key={words} words={words} group={group} />)}
    </>
  );
}
