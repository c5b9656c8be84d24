/** @file What `import 'electron'` gives under the test runner: a stand-in that notes every call. Importing the real package in plain Node starts a download. */

import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { answerOf, forget, note } from './electron-record';

export { MessageChannelMain, powerSaveBlocker, utilityProcess } from './electron-processes';

/** An event that a listener may prevent. */
export class Preventable {
  defaultPrevented = false;
  constructor(readonly url = '') {}
  preventDefault(): void {
    this.defaultPrevented = true;
  }
}

const noting = <Names extends string>(owner: string, names: readonly Names[]): Record<Names, (...args: unknown[]) => unknown> =>
  Object.fromEntries(
    names.map((name) => [
      name,
      (...args: unknown[]) => {
        note(`${owner}.${name}`, ...args);
        return answerOf(`${owner}.${name}`, undefined, ...args);
      },
    ]),
  ) as Record<Names, (...args: unknown[]) => unknown>;

class App extends EventEmitter {
  isPackaged = false;
  readonly paths = new Map<string, string>();
  whenReady = (): Promise<void> => answerOf('app.whenReady', Promise.resolve());
  getLocale = (): string => answerOf('app.getLocale', 'en-GB');
  requestSingleInstanceLock = (data?: unknown): boolean => {
    note('app.requestSingleInstanceLock', data);
    return answerOf('app.requestSingleInstanceLock', true);
  };
  setPath = (name: string, path: string): void => {
    note('app.setPath', name, path);
    this.paths.set(name, path);
  };
  quit = (): void => {
    note('app.quit');
    const event = new Preventable();
    this.emit('before-quit', event);
    if (!event.defaultPrevented) note('app.ended');
  };
}
export const app = Object.assign(
  new App(),
  noting('app', ['enableSandbox', 'setAppUserModelId', 'setAboutPanelOptions', 'showAboutPanel', 'addRecentDocument', 'exit']),
);

export class WebContents extends EventEmitter {
  readonly mainFrame = {
    url: 'app://genoise/',
    postMessage: (channel: string, message: unknown, ports: unknown[]): void => note('frame.postMessage', channel, message, ports),
  };
  windowOpenHandler: ((details: { url: string }) => { action: string }) | undefined;
  setWindowOpenHandler = (handler: (details: { url: string }) => { action: string }): void => void (this.windowOpenHandler = handler);
  send = (...args: unknown[]): void => note('webContents.send', ...args);
  reload = (): void => note('webContents.reload');
}

export class BrowserWindow extends EventEmitter {
  static readonly all: BrowserWindow[] = [];
  static fromWebContents = (contents: WebContents): BrowserWindow | null => BrowserWindow.all.find((window) => window.webContents === contents) ?? null;
  readonly id: number;
  readonly webContents = new WebContents();
  focused = false;
  minimized = false;
  maximized = false;
  private destroyed = false;
  bounds: { x: number; y: number; width: number; height: number };

  constructor(readonly options: { x?: number; y?: number; width: number; height: number; webPreferences: Record<string, unknown> } & Record<string, unknown>) {
    super();
    note('BrowserWindow', options);
    this.bounds = { x: options.x ?? 100, y: options.y ?? 100, width: options.width, height: options.height };
    this.id = BrowserWindow.all.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  loadURL = (url: string): Promise<void> => (note('window.loadURL', url), Promise.resolve());
  show = (): void => note('window.show', this.id);
  focus = (): void => {
    note('window.focus', this.id);
    this.focused = true;
  };
  isFocused = (): boolean => this.focused;
  isDestroyed = (): boolean => this.destroyed;
  isMinimized = (): boolean => this.minimized;
  restore = (): void => {
    note('window.restore', this.id);
    this.minimized = false;
  };
  isMaximized = (): boolean => this.maximized;
  maximize = (): void => {
    note('window.maximize', this.id);
    this.maximized = true;
  };
  getNormalBounds = (): BrowserWindow['bounds'] => this.bounds;
  setProgressBar = (share: number): void => note('window.setProgressBar', share);
  close = (): void => {
    const event = new Preventable();
    this.emit('close', event);
    if (event.defaultPrevented) return;
    this.destroyed = true;
    this.emit('closed');
    if (BrowserWindow.all.every((window) => window.isDestroyed())) app.emit('window-all-closed');
  };
}

export class Notification extends EventEmitter {
  static readonly shown: Notification[] = [];
  static isSupported = (): boolean => true;
  constructor(readonly options: { title: string; body: string }) {
    super();
  }
  show(): void {
    Notification.shown.push(this);
  }
}

export const Menu = {
  buildFromTemplate: (template: unknown[]): { template: unknown[] } => ({ template }),
  setApplicationMenu: (menu: { template: unknown[] }): void => note('Menu.setApplicationMenu', menu.template),
};

const dialogCall = (name: string, otherwise: unknown) => (...args: unknown[]) => {
  note(`dialog.${name}`, ...args.slice(1));
  return Promise.resolve(answerOf(`dialog.${name}`, otherwise, ...args));
};
export const dialog = {
  showOpenDialog: dialogCall('showOpenDialog', { canceled: true, filePaths: [] }),
  showSaveDialog: dialogCall('showSaveDialog', { canceled: true, filePath: '' }),
  showMessageBox: dialogCall('showMessageBox', { response: 1 }),
  showErrorBox: (message: string, detail: string): void => note('dialog.showErrorBox', message, detail),
};

export const shell = {
  openExternal: (url: string): Promise<void> => (note('shell.openExternal', url), Promise.resolve()),
  openPath: (path: string): Promise<string> => (note('shell.openPath', path), Promise.resolve('')),
  showItemInFolder: (path: string): void => note('shell.showItemInFolder', path),
};

type Handler = (request: { url: string; method: string }) => Promise<Response>;
export const protocol = {
  handlers: new Map<string, Handler>(),
  registerSchemesAsPrivileged: (schemes: unknown): void => note('protocol.registerSchemesAsPrivileged', schemes),
  handle: (scheme: string, handler: Handler): void => void protocol.handlers.set(scheme, handler),
};
export const net = {
  fetch: async (url: string): Promise<Response> => new Response(new Uint8Array(await readFile(fileURLToPath(url))), { headers: { 'Content-Type': 'text/html' } }),
};

type BeforeRequest = (details: { url: string }, answer: (response: { cancel: boolean }) => void) => void;
export const session = {
  defaultSession: {
    ...noting('session', [
      'setPermissionRequestHandler',
      'setPermissionCheckHandler',
      'setDevicePermissionHandler',
      'setDisplayMediaRequestHandler',
      'setSpellCheckerEnabled',
    ]),
    webRequest: { onBeforeRequest: (handler: BeforeRequest): void => note('session.onBeforeRequest', handler) },
  },
};

export const nativeTheme = { shouldUseDarkColors: true, themeSource: 'system' };
const display = { workArea: { x: 0, y: 0, width: 1920, height: 1040 } };
export const screen = {
  getPrimaryDisplay: (): typeof display => answerOf('screen.getPrimaryDisplay', display),
  getAllDisplays: (): (typeof display)[] => answerOf('screen.getAllDisplays', [display]),
};

export const ipcMain = new EventEmitter();
export const ipcRenderer = Object.assign(new EventEmitter(), { send: (...args: unknown[]): void => note('ipcRenderer.send', ...args) });
export const contextBridge = { exposeInMainWorld: (name: string, bridge: unknown): void => note('contextBridge.exposeInMainWorld', name, bridge) };
export const webUtils = { getPathForFile: (file: { path?: string }): string => file.path ?? '' };

/** As if the program had just started. */
export function restart(): void {
  forget();
  BrowserWindow.all.length = 0;
  Notification.shown.length = 0;
  protocol.handlers.clear();
  nativeTheme.themeSource = 'system';
  app.isPackaged = false;
  for (const emitter of [app, ipcMain, ipcRenderer]) emitter.removeAllListeners();
}
