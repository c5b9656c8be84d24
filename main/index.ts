/** @file Electron's entry: one instance a home, whose window comes forward when it is started again. */

import { app } from 'electron';
import { join } from 'node:path';
import { registerScheme } from './electron/app-protocol';
import { openDesktop, type Desktop } from './electron/desktop';
import { lockContents } from './electron/security';
import { startArguments } from './electron/start-arguments';
import { homeFolder } from './platform/home';
import { stateFolder } from './platform/state-file';

const words = startArguments(process.argv, app.isPackaged, process.cwd());
const home = homeFolder(words.home);
// Chromium's own files, and with them the lock of the one instance, belong to the home.
app.setPath('userData', await stateFolder(join(home, 'electron')));

if (app.requestSingleInstanceLock({ open: words.open })) {
  registerScheme();
  app.enableSandbox();
  app.setAppUserModelId('app.genoise.desktop');
  app.on('web-contents-created', (_event, contents) => lockContents(contents));

  let desktop: Desktop | undefined;
  const early = [...words.open];
  const open = (paths: readonly string[]): void => {
    if (desktop) desktop.open(paths);
    else early.push(...paths);
  };
  app.on('second-instance', (_event, _argv, _folder, data) => open((data as { open?: string[] } | undefined)?.open ?? []));
  app.on('open-file', (event, path) => {
    event.preventDefault();
    open([path]);
  });
  void app.whenReady().then(async () => (desktop = await openDesktop({ home, lang: words.lang, open: early })));
} else {
  app.quit();
}
