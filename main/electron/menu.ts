/** @file The native menu, in the user's language. What the page does itself is sent to it as a command; the page listens for the same keys. */

import type { MenuItemConstructorOptions } from 'electron';
import type { HostCommand } from '../../preload/contract/host';
import { translate, type Language } from '../lab/words';

export interface MenuActions {
  /** To the page in front. */
  command(command: HostCommand): void;
  newWindow(): void;
  showLog(): void;
  about(): void;
}

/** `platform` decides what the system expects: macOS has an application menu and a window menu. */
export function menuTemplate(language: Language, platform: NodeJS.Platform, actions: MenuActions): MenuItemConstructorOptions[] {
  const t = (key: string) => translate(`native:menu.${key}`, language);
  const mac = platform === 'darwin';
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const role = (name: NonNullable<MenuItemConstructorOptions['role']>, key: string, accelerator?: string): MenuItemConstructorOptions => ({
    role: name,
    label: t(key),
    ...(accelerator && { accelerator }),
  });
  // Text is undone by the page's own fields, everything else by the page.
  const text = (name: 'undo' | 'redo', accelerator: string): MenuItemConstructorOptions => ({ ...role(name, name, accelerator), registerAccelerator: false });
  // Shown, not taken: the key reaches the page, which knows whether it means a command or a letter in a field.
  const command = (name: HostCommand, accelerator?: string): MenuItemConstructorOptions => ({
    id: name,
    label: t(name),
    ...(accelerator && { accelerator, registerAccelerator: false }),
    click: () => actions.command(name),
  });
  const recent: MenuItemConstructorOptions[] =
    platform === 'linux' ? [] : [{ label: t('recent'), role: 'recentDocuments', submenu: [role('clearRecentDocuments', 'clearRecent')] }];

  const application: MenuItemConstructorOptions = {
    label: 'Genoise',
    submenu: [
      { label: t('about'), click: actions.about },
      separator,
      command('settings', 'CmdOrCtrl+,'),
      separator,
      role('services', 'services'),
      separator,
      role('hide', 'hide'),
      role('hideOthers', 'hideOthers'),
      role('unhide', 'unhide'),
      separator,
      role('quit', 'quit'),
    ],
  };
  const file: MenuItemConstructorOptions = {
    label: t('file'),
    submenu: [
      command('import', 'CmdOrCtrl+O'),
      ...recent,
      separator,
      command('export', 'CmdOrCtrl+E'),
      separator,
      { label: t('newWindow'), accelerator: 'CmdOrCtrl+Shift+N', click: actions.newWindow },
      ...(mac ? [] : [separator, command('settings', 'CmdOrCtrl+,')]),
      separator,
      mac ? role('close', 'close') : role('quit', 'quit'),
    ],
  };
  const edit: MenuItemConstructorOptions = {
    label: t('edit'),
    submenu: [text('undo', 'CmdOrCtrl+Z'), text('redo', mac ? 'Cmd+Shift+Z' : 'Ctrl+Y'), separator, role('cut', 'cut'), role('copy', 'copy'), role('paste', 'paste'), role('selectAll', 'selectAll')],
  };
  const view: MenuItemConstructorOptions = {
    label: t('view'),
    submenu: [
      command('palette', 'CmdOrCtrl+K'),
      separator,
      role('resetZoom', 'actualSize'),
      role('zoomIn', 'zoomIn'),
      role('zoomOut', 'zoomOut'),
      separator,
      role('togglefullscreen', 'fullScreen'),
      separator,
      role('reload', 'reload', 'CmdOrCtrl+R'),
      role('toggleDevTools', 'developerTools'),
    ],
  };
  const windows: MenuItemConstructorOptions = {
    label: t('window'),
    submenu: [role('minimize', 'minimize'), role('zoom', 'zoom'), separator, role('front', 'front')],
  };
  const help: MenuItemConstructorOptions = {
    label: t('help'),
    role: 'help',
    submenu: [command('shortcuts'), { label: t('log'), click: actions.showLog }, ...(mac ? [] : [separator, { label: t('about'), click: actions.about }])],
  };
  return [...(mac ? [application] : []), file, edit, view, ...(mac ? [windows] : []), help];
}
