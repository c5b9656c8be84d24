/** @file What a page may do, which is little: no Node, no navigation, no windows, no permissions, no network. */

import { shell, type Session, type WebContents, type WebPreferences } from 'electron';
import { join } from 'node:path';
import { appOrigin } from './assets';
import { mayOpenOutside } from './external-links';

/** Of every window. */
export const webPreferences: WebPreferences = {
  preload: join(import.meta.dirname, '..', 'preload', 'index.cjs'),
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  safeDialogs: true,
  // Chromium would fetch a dictionary from outside.
  spellcheck: false,
};

export const isOurs = (address: string): boolean => address === appOrigin || address.startsWith(`${appOrigin}/`);

/** Copying text is all that a page is granted, and only our own. */
const granted = new Set(['clipboard-sanitized-write']);

const localSchemes = /^(app|blob|data|devtools):/;

/** Permissions, devices, the network: refused for all pages of the session. */
export function lockSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, grant, details) => grant(granted.has(permission) && isOurs(details.requestingUrl)));
  session.setPermissionCheckHandler((_contents, permission, origin) => granted.has(permission) && isOurs(origin));
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}));
  session.setSpellCheckerEnabled(false);
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !localSchemes.test(details.url) }));
}

/** For each page that comes to be: it stays where it is; a link to a listed host opens in the user's browser, any other nowhere. */
export function lockContents(contents: WebContents): void {
  const stay = (event: { preventDefault(): void; url: string }): void => {
    if (!isOurs(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (mayOpenOutside(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
}
