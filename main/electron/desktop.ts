/** @file The desktop application: one instance a home, one desk, any number of windows on it. */

import { app, dialog, Menu, nativeTheme, powerSaveBlocker, session, shell, type BrowserWindow } from 'electron';
import { join } from 'node:path';
import { errorToJson } from '../../preload/contract/errors';
import type { JobInfo } from '../../preload/contract/jobs';
import type { Settings } from '../../preload/contract/settings';
import { handlersOf } from '../lab/calls/handlers';
import { serveConnection } from '../lab/connection';
import { listDatasets } from '../lab/datasets';
import { openDesk, type Desk } from '../lab/desk';
import { firstUse } from '../lab/first-use';
import { genoiseVersion } from '../lab/versions';
import { chooseLanguage, translate, wordError, type Language } from '../lab/words';
import { readSettings } from '../platform/settings';
import { openAnnouncer } from './announce';
import { serveApp } from './app-protocol';
import { forkUtility } from './fork-utility';
import { menuTemplate } from './menu';
import { windowDialogs } from './native-calls';
import { connectPages } from './pages';
import { lockSession } from './security';
import { bringForward, openWindow, type OpenedWindow } from './window';
import { readWindowState } from './window-state';

export interface DesktopOptions {
  home: string;
  lang: string | undefined;
  /** Paths to import, from the command line. */
  open: readonly string[];
}

export interface Desktop {
  /** Brings a window forward, with these paths to import. */
  open(paths: readonly string[]): void;
  /** Resolves when the home is as the program wants it: starter runs are there. It never rejects. */
  ready: Promise<void>;
}

/** How long work may take to save itself when the application quits. */
const quitLimitMs = 8_000;

const underWay = (jobs: readonly JobInfo[]): JobInfo[] => jobs.filter(({ endedAt }) => endedAt === undefined);

/** Call it when the app is ready. */
export async function openDesktop({ home, lang, open }: DesktopOptions, desk: Desk = openDesk({ home, fork: forkUtility })): Promise<Desktop> {
  let settings: Settings = await readSettings(home).catch(() => ({}));
  const language = (): Language => chooseLanguage(settings.language ?? lang ?? app.getLocale());
  const windows: OpenedWindow[] = [];
  const living = (): BrowserWindow[] => windows.map(({ window }) => window).filter((window) => !window.isDestroyed());
  const inFront = (): BrowserWindow | undefined => living().find((window) => window.isFocused()) ?? living().at(-1);

  const pages = connectPages((channel, window) =>
    serveConnection(channel, { handlers: { ...handlersOf(desk), native: windowDialogs(window, language, desk.chosenPaths.add) }, log: desk.log }),
  );

  let quitting = false;
  const mayClose = async (window: BrowserWindow): Promise<void> => {
    const t = (key: string, params = {}) => translate(`native:close.${key}`, language(), params);
    const { response } = await dialog.showMessageBox(window, {
      type: 'question',
      message: t('message', { subject: underWay(desk.jobs.list()).map(({ subject }) => subject).join(', ') }),
      detail: t('detail'),
      buttons: [t('stop'), t('stay')],
      defaultId: 1,
      cancelId: 1,
    });
    if (response === 0) app.quit();
  };
  const newWindow = async (): Promise<BrowserWindow> => {
    const saved = living().length === 0 ? await readWindowState(home).catch(() => undefined) : undefined;
    const opened = openWindow({ home, saved, log: desk.log, language });
    windows.push(opened);
    opened.window.on('close', (event) => {
      if (quitting || process.platform === 'darwin' || living().length > 1 || underWay(desk.jobs.list()).length === 0) return;
      event.preventDefault();
      void mayClose(opened.window);
    });
    return opened.window;
  };
  const front = async (): Promise<BrowserWindow> => {
    const window = inFront() ?? (await newWindow());
    bringForward(window);
    return window;
  };

  const settle = (): void => {
    nativeTheme.themeSource = settings.theme ?? 'system';
    const template = menuTemplate(language(), process.platform, {
      command: (command) => void front().then((window) => pages.send(window, { command })),
      newWindow: () => void newWindow(),
      showLog: () => void shell.openPath(join(home, 'logs')),
      about: () => app.showAboutPanel(),
    });
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  };

  const announcer = openAnnouncer(living, () => void front(), language);
  const awake = stayAwake();
  const ended = new AbortController();
  const follow = async (): Promise<void> => {
    const seen = desk.changes.watcher();
    let count = 0;
    while (!ended.signal.aborted) {
      const topics = await desk.changes.since(seen, ended.signal);
      if (topics.includes('settings')) {
        settings = await readSettings(home).catch(() => settings);
        settle();
      }
      if (topics.includes('jobs')) {
        const news = desk.jobs.changedSince(count);
        count = news.count;
        awake(underWay(desk.jobs.list()).length > 0);
        announcer.update(news.jobs, desk.jobs.list());
        remember(desk, news.jobs);
      }
    }
  };

  serveApp();
  lockSession(session.defaultSession);
  app.setAboutPanelOptions({ applicationName: 'Genoise', applicationVersion: genoiseVersion, version: '' });
  settle();
  const openPaths = (paths: readonly string[]): void => void front().then((window) => paths.length > 0 && pages.send(window, { open: [...paths] }));
  await newWindow();
  if (open.length > 0) openPaths(open);
  void follow();

  app.on('activate', () => void front());
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  let closed = false;
  app.on('before-quit', (event) => {
    quitting = true;
    if (closed) return;
    event.preventDefault();
    ended.abort();
    const limit = new Promise<void>((resolve) => setTimeout(resolve, quitLimitMs));
    void Promise.race([Promise.allSettled([desk.close(), ...windows.map(({ written }) => written())]), limit]).then(() => {
      closed = true;
      app.quit();
    });
  });

  // Starter runs are copied while the window opens; a home that can't be used is said, and left as it is.
  const ready = firstUse(home).catch((caught: unknown) => {
    const { message, hint } = wordError(errorToJson(caught), language());
    dialog.showErrorBox(message, hint);
    app.quit();
  });
  return { open: openPaths, ready };
}

/** Imported files and folders appear among the system's recent documents. */
function remember(desk: Desk, changed: readonly JobInfo[]): void {
  const imported = changed.filter(({ kind, state }) => kind === 'import' && state === 'done').map(({ subject }) => subject);
  if (imported.length === 0) return;
  for (const { name, source } of listDatasets(desk.lab)) if (imported.includes(name)) app.addRecentDocument(source);
}

/** Keeps the machine from falling asleep while work is under way; the screen may go dark. */
function stayAwake(): (working: boolean) => void {
  let blocker: number | undefined;
  return (working) => {
    if (working && blocker === undefined) blocker = powerSaveBlocker.start('prevent-app-suspension');
    if (!working && blocker !== undefined) {
      powerSaveBlocker.stop(blocker);
      blocker = undefined;
    }
  };
}
